/* Uses every call of minisim.h, rightly and wrongly, and counts what is left open. Ends with "ok" or says which line failed.
 * gcc -std=c99 -Wall -Wextra -Werror -pedantic -I INCLUDE abi.c libminisim.so -lpthread -o abi && ./abi FOLDER */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "minisim.h"

#define CHECK(condition) do { if (!(condition)) { fprintf(stderr, "line %d: %s\n", __LINE__, #condition); exit(1); } } while (0)

static char *failure;

static void forget(void) {
    minisim_free(failure);
    failure = NULL;
}

static void must(int line, minisim_status status) {
    if (status == MINISIM_OK && failure == NULL) return;
    fprintf(stderr, "line %d: status %d: %s\n", line, (int)status, failure ? failure : "no error");
    exit(1);
}

static void must_fail(int line, minisim_status expected, minisim_status status, const char *word) {
    if (status == expected && failure != NULL && strstr(failure, word) != NULL && strstr(failure, "\"problems\"") != NULL) {
        forget();
        return;
    }
    fprintf(stderr, "line %d: status %d instead of %d, without \"%s\": %s\n", line, (int)status, (int)expected, word, failure ? failure : "no error");
    exit(1);
}

#define OK(call) must(__LINE__, call)
#define FAILS(expected, call, word) must_fail(__LINE__, expected, call, word)

static char *json;
#define SAYS(call, word) do { OK(call); CHECK(json != NULL && strstr(json, word) != NULL); minisim_free(json); json = NULL; } while (0)

static const char *const SPEC =
    "{\"acquisition\":{\"duration_s\":2,\"image_sensor\":{\"n_px_height\":40,\"n_px_width\":48}},\"seed\":3,\"output\":{\"save_intermediates\":true},\"steps\":["
    "{\"kind\":\"place_neurons\",\"positions_um\":[[50,-4,-4],[50,4,4]],\"soma_radius_um\":2},{\"kind\":\"cell_activity\",\"p_quiescent_to_active\":0.2},"
    "{\"kind\":\"optics\"},{\"kind\":\"composite\"},{\"kind\":\"sensor\"}]}";
enum { FRAMES = 40, HEIGHT = 40, WIDTH = 48, FRAME = HEIGHT * WIDTH, UNITS = 2 };

static int32_t told(int64_t done, int64_t total, void *user) {
    int64_t *last = user;
    CHECK(done > *last && done <= total);
    *last = done;
    return 0;
}

static int32_t stop(int64_t done, int64_t total, void *user) {
    (void)done;
    (void)total;
    (void)user;
    return 1;
}

static minisim_array array(void *data, int32_t type, int64_t size, int32_t axes, int64_t a, int64_t b, int64_t c) {
    minisim_array result = {data, type, axes, {a, b, c, 0}, {0, 0, 0, 0}};
    result.strides[axes - 1] = size;
    for (int32_t i = axes - 1; i > 0; i--) result.strides[i - 1] = result.strides[i] * result.shape[i];
    return result;
}

static minisim_handle shared_scene;
static unsigned char *shared_movie;

static void *read_frames(void *first) {
    int64_t at = (int64_t)(intptr_t)first;
    unsigned char *frames = malloc(5 * FRAME);
    for (int i = 0; i < 20; i++) {
        minisim_run run = {1, 0, 0, NULL, NULL};
        char *error = NULL;
        CHECK(minisim_scene_frames(shared_scene, NULL, at, 5, frames, 5 * FRAME, &run, &error) == MINISIM_OK && error == NULL);
        CHECK(memcmp(frames, shared_movie + at * FRAME, 5 * FRAME) == 0);
    }
    free(frames);
    return NULL;
}

static void engine_and_specs(minisim_handle *spec) {
    double values[4], a, b;
    minisim_handle other;
    CHECK(minisim_abi_version() / 1000 == MINISIM_ABI_VERSION / 1000);
    SAYS(minisim_engine(&json, &failure), "model_version");
    SAYS(minisim_formats(&json, &failure), "\"zarr\"");
    SAYS(minisim_spec_schema(&json, &failure), "place_neurons");
    SAYS(minisim_presets(&json, &failure), "miniscope_v4");
    FAILS(MINISIM_SPEC, minisim_spec_parse("{\"acquisition\":{\"fps\":-1},\"seed\":-2}", spec, NULL, &failure), "acquisition.fps");
    CHECK(minisim_spec_parse("{", spec, NULL, NULL) == MINISIM_SPEC);
    FAILS(MINISIM_ARGUMENT, minisim_spec_parse(NULL, spec, NULL, &failure), "json is null");
    FAILS(MINISIM_ARGUMENT, minisim_spec_parse(SPEC, NULL, NULL, &failure), "out_spec is null");
    FAILS(MINISIM_ARGUMENT, minisim_spec_parse("\xff\xfe", spec, NULL, &failure), "UTF-8");
    SAYS(minisim_spec_parse(SPEC, spec, &json, &failure), "[");
    SAYS(minisim_spec_json(*spec, 0, &json, &failure), "\"seed\":3");
    SAYS(minisim_spec_key(*spec, &json, &failure), "");
    SAYS(minisim_spec_describe(*spec, &json, &failure), "\"frames\":40");
    OK(minisim_spec_set(*spec, "{\"steps.sensor.photons_per_unit\": 7}", &other, &failure));
    SAYS(minisim_spec_json(other, 1, &json, &failure), "\"photons_per_unit\": 7");
    OK(minisim_close(other, &failure));
    FAILS(MINISIM_SPEC, minisim_spec_set(*spec, "{\"steps.sensor.photons\": 7}", &other, &failure), "photons");
    OK(minisim_preset("generic_1p", "ca1", "{\"duration_s\": 1, \"height\": 64, \"width\": 64}", &other, &failure));
    OK(minisim_close(other, &failure));
    FAILS(MINISIM_ARGUMENT, minisim_preset("generic_1p", "ca7", NULL, &other, &failure), "ca7");
    FAILS(MINISIM_ARGUMENT, minisim_preset("generic_1p", "ca1", "{\"length\": 3}", &other, &failure), "length");
    FAILS(MINISIM_SPEC, minisim_spec_load("nowhere.json", &other, NULL, &failure), "nowhere.json");
    OK(minisim_kernel_timing(0.05, 0.5, &a, &b, &failure));
    CHECK(a > 0.127 && a < 0.129 && b > 0.50 && b < 0.51);
    OK(minisim_kernel_from_timing(a, b, &a, &b, &failure));
    CHECK(a > 0.0499 && a < 0.0501 && b > 0.499 && b < 0.501);
    FAILS(MINISIM_ARGUMENT, minisim_kernel_timing(-1, 0.5, &a, &b, &failure), "");
    OK(minisim_activity_dial(0.5, values, &failure));
    CHECK(values[2] == 150);
}

static void scenes(minisim_handle spec, const char *folder, unsigned char *movie) {
    minisim_handle scene, recording, again, token, bad;
    int64_t last = 0, done, total, length, bytes[2] = {FRAMES * FRAME, FRAMES * FRAME * 4};
    float *stage = malloc(FRAMES * FRAME * sizeof(float));
    void *targets[2] = {movie, stage}, *png;
    const char *names[2] = {NULL, "cells_only"};
    unsigned char *part = malloc(3 * FRAME);
    float *stage_part = malloc(3 * FRAME * sizeof(float));
    char outputs[1000], path[500];
    minisim_run run = {2, 0, 0, told, &last}, cancelling = {1, 0, 0, stop, NULL};
    pthread_t threads[8];

    OK(minisim_compile(spec, NULL, NULL, &scene, &failure));
    SAYS(minisim_scene_info(scene, &json, &failure), "cells_only");
    OK(minisim_token_new(&token, &failure));
    run.token = token;
    OK(minisim_scene_render(scene, 2, names, targets, bytes, &run, &failure));
    OK(minisim_token_progress(token, &done, &total, &failure));
    CHECK(last == 2 * FRAMES && done == total && total == 2 * FRAMES);
    bytes[0]--;
    FAILS(MINISIM_ARGUMENT, minisim_scene_render(scene, 2, names, targets, bytes, NULL, &failure), "needs 76800 bytes");
    OK(minisim_scene_frames(scene, NULL, 11, 3, part, 3 * FRAME, NULL, &failure));
    CHECK(memcmp(part, movie + 11 * FRAME, 3 * FRAME) == 0);
    OK(minisim_scene_frames(scene, "cells_only", 37, 3, stage_part, 3 * FRAME * 4, NULL, &failure));
    CHECK(memcmp(stage_part, stage + 37 * FRAME, 3 * FRAME * 4) == 0);
    FAILS(MINISIM_ARGUMENT, minisim_scene_frames(scene, NULL, 38, 3, part, 3 * FRAME, NULL, &failure), "movie of 40");
    FAILS(MINISIM_ARGUMENT, minisim_scene_frames(scene, NULL, -1, 3, part, 3 * FRAME, NULL, &failure), "movie of 40");
    FAILS(MINISIM_ARGUMENT, minisim_scene_frames(scene, NULL, INT64_MAX, 3, part, 3 * FRAME, NULL, &failure), "movie of 40");
    FAILS(MINISIM_ARGUMENT, minisim_scene_frames(scene, "dreams", 0, 3, part, 3 * FRAME, NULL, &failure), "dreams");
    FAILS(MINISIM_ARGUMENT, minisim_scene_frames(scene, NULL, 0, 3, NULL, 3 * FRAME, NULL, &failure), "target is null");
    FAILS(MINISIM_CANCELLED, minisim_scene_render(scene, 2, names, targets, (int64_t[]){FRAMES * FRAME, FRAMES * FRAME * 4}, &cancelling, &failure), "cancelled");
    OK(minisim_token_cancel(token, &failure));
    FAILS(MINISIM_CANCELLED, minisim_compile(spec, NULL, &run, &bad, &failure), "cancelled");
    OK(minisim_close(token, &failure));
    FAILS(MINISIM_HANDLE, minisim_compile(spec, NULL, &run, &bad, &failure), "token");
    FAILS(MINISIM_SPEC, minisim_compile(spec, "dreams", NULL, &bad, &failure), "until");
    FAILS(MINISIM_HANDLE, minisim_compile(scene, NULL, NULL, &bad, &failure), "is a scene");
    FAILS(MINISIM_HANDLE, minisim_compile(spec + 1, NULL, NULL, &bad, &failure), "no open handle");

    shared_scene = scene;
    shared_movie = movie;
    for (int i = 0; i < 8; i++) CHECK(pthread_create(&threads[i], NULL, read_frames, (void *)(intptr_t)(4 * i)) == 0);
    for (int i = 0; i < 8; i++) CHECK(pthread_join(threads[i], NULL) == 0);

    snprintf(path, sizeof path, "%s/c.zarr", folder);
    snprintf(outputs, sizeof outputs, "[{\"path\": \"%s\", \"overwrite\": true}, {\"path\": \"%s/c.npy\", \"overwrite\": true}]", path, folder);
    OK(minisim_scene_write(scene, outputs, NULL, &failure));
    FAILS(MINISIM_ARGUMENT, minisim_scene_write(scene, "[]", NULL, &failure), "at least one");
    FAILS(MINISIM_FILE, minisim_scene_write(scene, "[{\"path\": \"a.docx\"}]", NULL, &failure), "docx");
    OK(minisim_recording_open(path, NULL, &recording, &json, &failure));
    minisim_free(json);
    json = NULL;
    FAILS(MINISIM_FILE, minisim_recording_open("nowhere.zarr", NULL, &bad, NULL, &failure), "does not exist");
    FAILS(MINISIM_FILE, minisim_recording_open(path, "{\"max_memory\": 1000}", &bad, NULL, &failure), "1 kB are allowed");
    FAILS(MINISIM_ARGUMENT, minisim_recording_open(path, "{\"max_memory\": 0}", &bad, NULL, &failure), "more than 0");
    SAYS(minisim_recording_info(recording, &json, &failure), "\"frames\":40");
    OK(minisim_recording_spec(recording, &again, &failure));
    SAYS(minisim_spec_json(again, 0, &json, &failure), "\"seed\":3");
    OK(minisim_close(again, &failure));
    OK(minisim_recording_truth(recording, &again, &failure));
    OK(minisim_close(again, &failure));
    OK(minisim_recording_frames(recording, "cells_only", 37, 3, stage_part, 3 * FRAME * 4, NULL, &failure));
    CHECK(memcmp(stage_part, stage + 37 * FRAME, 3 * FRAME * 4) == 0);
    snprintf(outputs, sizeof outputs, "[{\"path\": \"%s/d.npy\", \"overwrite\": true}]", folder);
    OK(minisim_recording_export(recording, outputs, NULL, &failure));
    OK(minisim_companions(getenv("MINISIM_COMPANIONS") ? getenv("MINISIM_COMPANIONS") : ".", &failure));
    OK(minisim_preview(scene, "{\"figure\": \"footprints\", \"scale\": 0.5}", &png, &length, &failure));
    CHECK(length > 1000 && memcmp(png, "\x89PNG", 4) == 0);
    minisim_free(png);
    OK(minisim_close(recording, &failure));
    OK(minisim_close(scene, &failure));
    FAILS(MINISIM_HANDLE, minisim_close(scene, &failure), "no open handle");
    FAILS(MINISIM_HANDLE, minisim_scene_info(scene, &json, &failure), "closed");
    FAILS(MINISIM_HANDLE, minisim_scene_info(0, &json, &failure), "no handle");
    free(stage);
    free(part);
    free(stage_part);
}

static void truth_and_scores(minisim_handle spec, unsigned char *movie) {
    minisim_handle scene, truth, part, found, sparse, mine, cells, evaluator, evaluation, estimate;
    minisim_array c, s, centres, data, indices, starts, frames, oracle, roi, dense_array, shifts, wrong;
    float *dense = malloc(UNITS * FRAME * sizeof(float));
    double similarity[UNITS * UNITS], r[UNITS], scale[UNITS], explained[UNITS], *traces = malloc(UNITS * FRAMES * sizeof(double)), rmse;
    double *motion = calloc(2 * FRAMES, sizeof(double)), *copy = malloc(sizeof(double) * UNITS * FRAMES);
    int32_t pairs[2 * UNITS] = {0, 0, 1, 1}, units[1] = {1}, none[1] = {7}, dy, dx;
    int64_t a, b, m, shape[4];
    uint8_t detectable[UNITS] = {1, 0};
    unsigned char *mask = malloc(FRAME);

    OK(minisim_compile(spec, NULL, NULL, &scene, &failure));
    OK(minisim_scene_truth(scene, &truth, &failure));
    SAYS(minisim_truth_info(truth, &json, &failure), "\"n_units\":2");
    OK(minisim_truth_array(truth, "C", &c, &failure));
    OK(minisim_truth_array(truth, "S", &s, &failure));
    OK(minisim_truth_array(truth, "centers_um", &centres, &failure));
    CHECK(c.axes == 2 && c.shape[0] == UNITS && c.shape[1] == FRAMES && c.type == MINISIM_FLOAT64 && ((double *)centres.data)[0] == 50);
    FAILS(MINISIM_ARGUMENT, minisim_truth_array(truth, "dreams", &wrong, &failure), "dreams");
    OK(minisim_truth_dense(truth, "A_observed", dense, UNITS * FRAME * 4, &failure));
    FAILS(MINISIM_ARGUMENT, minisim_truth_dense(truth, "A_observed", dense, 3, &failure), "needs");
    OK(minisim_truth_subset(truth, units, 1, &part, &failure));
    SAYS(minisim_truth_info(part, &json, &failure), "\"n_units\":1");
    FAILS(MINISIM_ARGUMENT, minisim_truth_subset(truth, none, 1, &found, &failure), "unit 7");
    OK(minisim_close(part, &failure));
    OK(minisim_truth_footprints(truth, "A_observed", &found, &failure));
    dense_array = array(dense, MINISIM_FLOAT32, 4, 3, UNITS, HEIGHT, WIDTH);
    OK(minisim_footprints_dense(&dense_array, &mine, &failure));
    OK(minisim_truth_array(truth, "A_observed.data", &data, &failure));
    OK(minisim_truth_array(truth, "A_observed.indices", &indices, &failure));
    OK(minisim_truth_array(truth, "A_observed.indptr", &starts, &failure));
    OK(minisim_footprints_csc(HEIGHT, WIDTH, 0, &data, &indices, &starts, &sparse, &failure));
    FAILS(MINISIM_ARGUMENT, minisim_footprints_csc(2, 2, 0, &data, &indices, &starts, &cells, &failure), "outside a field");
    SAYS(minisim_match(mine, sparse, "{\"metric\": \"cosine\"}", similarity, &json, &failure), "\"n_true\":2");
    CHECK(similarity[0] > 0.999999 && similarity[3] > 0.999999);
    FAILS(MINISIM_ARGUMENT, minisim_match(mine, sparse, "{\"metric\": \"dice\"}", NULL, &json, &failure), "dice");
    OK(minisim_trace_pearson(&c, &c, pairs, UNITS, r, &failure));
    CHECK(r[0] == 1 && r[1] == 1);
    pairs[3] = 2;
    FAILS(MINISIM_ARGUMENT, minisim_trace_pearson(&c, &c, pairs, UNITS, r, &failure), "pair (1, 2)");
    pairs[3] = 1;
    OK(minisim_activity_similarity(&s, &s, pairs, UNITS, r, scale, explained, &failure));
    CHECK(r[0] > 0.999999 && scale[0] > 0.999999 && explained[0] > 0.999999);
    OK(minisim_spike_events(&s, &s, pairs, UNITS, 2, &a, &b, &m, &failure));
    CHECK(a >= m && m > 0);
    for (int i = 0; i < 2 * FRAMES; i++) motion[i] = i % 2 ? 3 : -1;
    shifts = array(motion, MINISIM_FLOAT64, 8, 2, FRAMES, 2, 0);
    OK(minisim_shift_rmse(&shifts, &shifts, 0, 0, &rmse, &failure));
    CHECK(rmse == 0);
    OK(minisim_global_shift(&shifts, &shifts, 1, &dy, &dx, &failure));
    CHECK(dy == 2 && dx == -6);
    OK(minisim_field_pearson(&c, &c, &rmse, &failure));
    CHECK(rmse == 1);
    OK(minisim_footprint_mask(mine, 0, 0.18, mask, FRAME, &failure));
    FAILS(MINISIM_ARGUMENT, minisim_footprint_mask(mine, 9, 0.18, mask, FRAME, &failure), "unit 9");
    frames = array(movie, MINISIM_UINT8, 1, 3, FRAMES, HEIGHT, WIDTH);
    OK(minisim_roi_traces(&frames, mine, 0.18, traces, UNITS * FRAMES, &failure));
    CHECK(traces[0] >= 0);
    wrong = frames;
    wrong.type = 77;
    FAILS(MINISIM_ARGUMENT, minisim_roi_traces(&wrong, mine, 0.18, traces, UNITS * FRAMES, &failure), "number type 77");
    wrong.type = MINISIM_UINT8;
    wrong.axes = 9;
    FAILS(MINISIM_ARGUMENT, minisim_roi_traces(&wrong, mine, 0.18, traces, UNITS * FRAMES, &failure), "9 axes");

    OK(minisim_estimate_new(mine, &c, &s, NULL, "mine", &estimate, &failure));
    OK(minisim_estimate_array(estimate, "C", copy, (int64_t)sizeof(double) * UNITS * FRAMES, shape, &failure));
    CHECK(shape[0] == UNITS && shape[1] == FRAMES && memcmp(copy, c.data, sizeof(double) * UNITS * FRAMES) == 0);
    FAILS(MINISIM_FILE, minisim_estimate_open("nowhere.hdf5", NULL, &cells, NULL, &failure), "does not exist");
    OK(minisim_cells_new(mine, detectable, &c, NULL, NULL, &cells, &failure));
    SAYS(minisim_score(estimate, cells, NULL, &json, &failure), "\"n_detectable\": 1");
    SAYS(minisim_score(estimate, truth, "{\"all_cells\": true}", &json, &failure), "\"recall\": 1");
    FAILS(MINISIM_HANDLE, minisim_score(estimate, spec, NULL, &json, &failure), "neither");
    OK(minisim_evaluator_new(truth, spec, scene, NULL, &evaluator, &failure));
    OK(minisim_close(scene, &failure)); /* the evaluator goes on reading from it */
    SAYS(minisim_evaluate(evaluator, estimate, "{\"all_cells\": true}", &evaluation, &json, &failure), "\"verdict\": \"found\"");
    SAYS(minisim_evaluation_html(evaluator, &evaluation, 1, "Title", &json, &failure), "<!doctype html>");
    OK(minisim_evaluator_bounds(evaluator, &oracle, &roi, &failure));
    CHECK(oracle.shape[0] == UNITS && roi.shape[1] == FRAMES);
    minisim_handle open[] = {truth, found, mine, sparse, estimate, cells, evaluation, evaluator};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) OK(minisim_close(open[i], &failure));
    free(dense);
    free(traces);
    free(motion);
    free(copy);
    free(mask);
}

static int32_t units_told(int64_t done, int64_t total, void *user) {
    CHECK(total == 4 && done <= total);
    *(int64_t *)user = done;
    return 0;
}

static void sweeps_and_studies(minisim_handle spec, const char *folder) {
    minisim_handle sweep, other, recording, study;
    char cache[500], results[500], page[600], figures[500], options[600], definition[2000], *path;
    FILE *file;
    int64_t last = -1;
    minisim_run run = {0, 0, 0, units_told, &last}, cancelling = {0, 0, 0, stop, NULL};

    snprintf(cache, sizeof cache, "%s/cache", folder);
    snprintf(results, sizeof results, "%s/study", folder);
    snprintf(page, sizeof page, "%s/study.html", folder);
    snprintf(figures, sizeof figures, "%s/figures", folder);

    SAYS(minisim_sweep(spec, "{\"seed\": {\"range\": [2]}, \"steps.sensor.photons_per_unit\": [7, 70.5]}", &sweep, &json, &failure), "{\"seed\":1,\"steps.sensor.photons_per_unit\":70.5}]");
    FAILS(MINISIM_ARGUMENT, minisim_sweep_spec(sweep, 4, &other, &failure), "sweep of 4");
    FAILS(MINISIM_HANDLE, minisim_sweep_spec(spec, 0, &other, &failure), "is a spec, not a sweep");
    FAILS(MINISIM_SPEC, minisim_sweep(spec, "{\"seed\": [1, -1]}", &other, NULL, &failure), "seed=-1");
    FAILS(MINISIM_SPEC, minisim_sweep(spec, "{\"seed\": {\"linspace\": [1, 2]}}", &other, NULL, &failure), "axes.seed.linspace");
    OK(minisim_sweep_spec(sweep, 3, &other, &failure));
    SAYS(minisim_spec_json(other, 0, &json, &failure), "\"photons_per_unit\":70.5");
    OK(minisim_close(sweep, &failure));

    FAILS(MINISIM_CANCELLED, minisim_cache_recording(cache, other, &cancelling, &recording, &path, &failure), "cancelled");
    OK(minisim_cache_recording(cache, other, NULL, &recording, &path, &failure));
    SAYS(minisim_recording_info(recording, &json, &failure), "\"frames\":40");
    SAYS(minisim_cache_list(cache, &json, &failure), path);
    minisim_free(path);
    OK(minisim_close(recording, &failure));
    OK(minisim_cache_path(cache, other, "npy", NULL, &path, &failure));
    CHECK(strcmp(path + strlen(path) - 4, ".npy") == 0);
    minisim_free(path);
    FAILS(MINISIM_FILE, minisim_cache_path(cache, other, "docx", NULL, &path, &failure), "docx");
    SAYS(minisim_cache_prune(cache, -1, 0, &json, &failure), ".npy");
    SAYS(minisim_cache_list(cache, &json, &failure), "\"bytes\":0");
    FAILS(MINISIM_ARGUMENT, minisim_cache_prune(cache, 1e300, 0, NULL, &failure), "older_than_s");
    OK(minisim_close(other, &failure));

    SAYS(minisim_study_schema(&json, &failure), "Minisim study");
    FAILS(MINISIM_SPEC, minisim_study_load("nowhere.json", &study, NULL, &failure), "nowhere.json");
    FAILS(MINISIM_SPEC, minisim_study_parse("{\"axes\": {\"seed\": []}, \"pipeline\": 1}", NULL, &study, &failure), "axes.seed");
    snprintf(definition, sizeof definition, "{\"base\": %s, \"axes\": {\"seed\": [1, 2]}, \"pipelines\": {\"oracle\": {\"builtin\": \"oracle\"}, \"mean\": {\"builtin\": \"roi_mean\"}}}", SPEC);
    OK(minisim_study_parse(definition, NULL, &study, &failure));
    SAYS(minisim_study_plan(study, &json, &failure), "\"recordings\":2,\"units\":4");
    snprintf(options, sizeof options, "{\"jobs\": 2, \"cache\": \"%s\"}", cache);
    FAILS(MINISIM_ARGUMENT, minisim_study_run(study, results, "{\"jobs\": -1}", NULL, &json, &failure), "jobs");
    FAILS(MINISIM_CANCELLED, minisim_study_run(study, results, options, &cancelling, &json, &failure), "cancelled");
    SAYS(minisim_study_run(study, results, options, &run, &json, &failure), "\"done\":4,\"failed\":0");
    CHECK(last == 4);
    SAYS(minisim_study_run(study, results, options, NULL, &json, &failure), "\"ran_here\":0");
    OK(minisim_close(study, &failure));
    SAYS(minisim_study_status(results, &json, &failure), "\"done\":4");
    FAILS(MINISIM_SPEC, minisim_study_status(cache, &json, &failure), "cache");
    SAYS(minisim_study_results(results, &json, &failure), "\"recall\"");
    SAYS(minisim_study_report(results, page, figures, 0, &json, &failure), "along_seed.png");
    FAILS(MINISIM_FILE, minisim_study_report(results, page, NULL, 0, &json, &failure), "exists");
    SAYS(minisim_study_report(results, page, figures, 1, &json, &failure), "along_seed.png");
    snprintf(page, sizeof page, "%s/mine.json", folder);
    file = fopen(page, "w");
    CHECK(file != NULL && fputs(definition, file) >= 0 && fclose(file) == 0);
    OK(minisim_study_load(page, &study, &json, &failure));
    minisim_free(json);
    json = NULL;
    OK(minisim_close(study, &failure));
}

int main(int count, char **arguments) {
    minisim_handle spec;
    int64_t handles, blocks;
    CHECK(count == 2);
    unsigned char *movie = malloc(FRAMES * FRAME);
    engine_and_specs(&spec);
    scenes(spec, arguments[1], movie);
    truth_and_scores(spec, movie);
    sweeps_and_studies(spec, arguments[1]);
    OK(minisim_close(spec, &failure));
    minisim_free(NULL);
    OK(minisim_live(&handles, &blocks, &failure));
    CHECK(handles == 0 && blocks == 0);
    free(movie);
    puts("ok");
    return 0;
}

/* The C interface of Minisim 0.1.0: synthetic recordings of one-photon miniscopes with exact ground truth.
 * Generated from src/Minisim.Native by `dotnet run --project src/Minisim.Bindings`; do not edit. BSD-3-Clause.
 *
 * Every call but minisim_abi_version and minisim_free returns a status. If it is not MINISIM_OK and `error` is not null, *error is a
 * JSON text {"status", "kind", "message", "problems": [{"path", "value", "reason", "remedy", "warning"}]}; else *error is null.
 * Texts are UTF-8 and end with a zero. What a call hands out in a char ** or void ** belongs to the caller: minisim_free.
 * Handles belong to the caller: minisim_close. A handle that was closed, made up or is of another kind is an error, never a crash.
 * All calls may be made from any thread, at once, on the same handles. Nothing thrown ever crosses this interface.
 * After fork() the child must not call a library that its parent has used: it loads its own copy, or is started anew.
 */
#ifndef MINISIM_H
#define MINISIM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Version of this header: compare with minisim_abi_version(), whose thousands must be the same. */
#define MINISIM_ABI_VERSION 2000

/* An object of the library. 0 is none. */
typedef uint64_t minisim_handle;

typedef int32_t minisim_status;
enum {
    MINISIM_OK = 0, /* Done. */
    MINISIM_SPEC = 1, /* A spec or a study breaks its rules; the error lists every problem. */
    MINISIM_FILE = 2, /* A file or folder cannot be read, or must not be written to. */
    MINISIM_WRITE = 3, /* The file system refused a write. */
    MINISIM_ARGUMENT = 4, /* An argument is wrong: null, out of range, of a shape that does not fit. */
    MINISIM_HANDLE = 5, /* A handle that is not open, or of another kind. */
    MINISIM_CANCELLED = 6, /* The run was cancelled. */
    MINISIM_MEMORY = 7, /* Memory does not suffice. */
    MINISIM_INTERNAL = 8, /* A fault of the library. */
};

/* Number types of arrays. */
enum {
    MINISIM_BOOL = 0,
    MINISIM_UINT8 = 1,
    MINISIM_INT8 = 2,
    MINISIM_UINT16 = 3,
    MINISIM_INT16 = 4,
    MINISIM_UINT32 = 5,
    MINISIM_INT32 = 6,
    MINISIM_UINT64 = 7,
    MINISIM_INT64 = 8,
    MINISIM_FLOAT32 = 9,
    MINISIM_FLOAT64 = 10,
};

/* An array in somebody's memory; as an input with any strides, as an output row-major. */
typedef struct minisim_array {
    void *data;         /* first element */
    int32_t type;       /* one of the number types */
    int32_t axes;       /* number of axes, at most 4 */
    int64_t shape[4];   /* length of every axis */
    int64_t strides[4]; /* bytes from one element to the next along every axis; may be negative */
} minisim_array;

/* Told how far a call is, from any thread, one call at a time; anything but 0 cancels. */
typedef int32_t (*minisim_progress)(int64_t done, int64_t total, void *user);

/* How a long call runs; null for the defaults. */
typedef struct minisim_run {
    int32_t threads;           /* 0 = one per processor; the bytes are the same for any number */
    int32_t reserved;          /* 0 */
    minisim_handle token;      /* of minisim_token_new; 0 = none */
    minisim_progress progress; /* null = nobody */
    void *user;                /* handed to progress */
} minisim_run;

/* The version of this interface: 1000 × major + minor. Another major version: do not go on. */
int32_t minisim_abi_version(void);

/* Version of the engine as JSON: name, version, model_version, abi_version. */
minisim_status minisim_engine(char **out_json, char **error);

/* Names the folder in which the library that draws pictures (libSkiaSharp) lies, where it is not beside this one. */
minisim_status minisim_companions(const char *folder, char **error);

/* Frees a text or buffer that a call handed out. Null is fine; each only once. */
void minisim_free(void *memory);

/* Closes a handle of any kind. What it points to is freed when the last call that uses it has ended; closing it twice
 * is an error. */
minisim_status minisim_close(minisim_handle handle, char **error);

/* Counts what is still in the caller's hands: open handles, and texts and buffers not yet freed. For leak tests. */
minisim_status minisim_live(int64_t *out_handles, int64_t *out_blocks, char **error);

/* A token by which another thread cancels a call and looks how far it is. Close it after the call. */
minisim_status minisim_token_new(minisim_handle *out_token, char **error);

/* Cancels the calls that were given the token; they end with MINISIM_CANCELLED. */
minisim_status minisim_token_cancel(minisim_handle token, char **error);

/* How far a call with this token is: frames done and frames to do, over all movies; 0 and 0 before it renders. */
minisim_status minisim_token_progress(minisim_handle token, int64_t *out_done, int64_t *out_total, char **error);

/* The file formats as a JSON list of name, extensions, description, contents and can_read. */
minisim_status minisim_formats(char **out_json, char **error);

/* Footprints from a dense array (unit, height, width) of any number type and strides. */
minisim_status minisim_footprints_dense(const minisim_array *dense, minisim_handle *out_footprints, char **error);

/* Footprints from compressed columns (pixel, unit): the layout of scipy's CSC, in which pipelines keep them.
 *   height: Rows of the field of view.
 *   width: Columns of the field of view.
 *   column_major: Pixels are row + col·height instead of row·width + col.
 *   data: Weights.
 *   indices: Pixels, in any order within a unit.
 *   indptr: Where every unit starts, and the end.
 *   out_footprints: Receives a footprints handle.
 *   error: Receives what is wrong. */
minisim_status minisim_footprints_csc(int32_t height, int32_t width, int32_t column_major, const minisim_array *data, const minisim_array *indices, const minisim_array *indptr, minisim_handle *out_footprints, char **error);

/* Matches estimates with true cells, one to one, by the largest total similarity.
 *   estimate: Estimated footprints.
 *   truth: True footprints.
 *   options: JSON object or null: metric (iou, cosine, weighted_jaccard), energy_fraction, shift ("auto", "none" or
 *     [dy, dx]; the default is none).
 *   similarity: Receives the similarity of all pairs (estimate, true), row-major; null = not wanted.
 *   out_json: Receives pairs ([estimate, true, similarity]), shift, n_est, n_true.
 *   error: Receives what is wrong. */
minisim_status minisim_match(minisim_handle estimate, minisim_handle truth, const char *options, double *similarity, char **out_json, char **error);

/* Pearson's r of the traces of every pair; NaN where either is constant.
 *   estimate: Estimated traces (unit, frame).
 *   truth: True traces (unit, frame).
 *   pairs: Pairs (estimate, true).
 *   count: How many pairs.
 *   out_correlation: Receives a number for each.
 *   error: Receives what is wrong. */
minisim_status minisim_trace_pearson(const minisim_array *estimate, const minisim_array *truth, const int32_t *pairs, int32_t count, double *out_correlation, char **error);

/* How well the deconvolved activity of every pair follows the true spikes.
 *   estimate: Estimated activity (unit, frame).
 *   truth: True spikes (unit, frame).
 *   pairs: Pairs (estimate, true).
 *   count: How many pairs.
 *   out_correlation: Receives Pearson's r of each.
 *   out_scale: Receives the scale of each.
 *   out_variance_explained: Receives the variance explained of each.
 *   error: Receives what is wrong. */
minisim_status minisim_activity_similarity(const minisim_array *estimate, const minisim_array *truth, const int32_t *pairs, int32_t count, double *out_correlation, double *out_scale, double *out_variance_explained, char **error);

/* Root mean square error of a trajectory (frame, 2), px.
 *   estimate: Estimated trajectory (frame, 2).
 *   truth: Applied shifts (frame, 2).
 *   correction: The estimate undoes the motion: it is negated first.
 *   align: The mean difference of each axis is no error.
 *   out_rmse: Receives it.
 *   error: Receives what is wrong. */
minisim_status minisim_shift_rmse(const minisim_array *estimate, const minisim_array *truth, int32_t correction, int32_t align, double *out_rmse, char **error);

/* The whole-pixel shift that brings footprints of the pipeline's frame to the truth's, from both trajectories. */
minisim_status minisim_global_shift(const minisim_array *estimate, const minisim_array *truth, int32_t correction, int32_t *out_dy, int32_t *out_dx, char **error);

/* Pearson's r of two arrays of one shape, flattened; NaN where either is constant. */
minisim_status minisim_field_pearson(const minisim_array *estimate, const minisim_array *truth, double *out_correlation, char **error);

/* The pixels of a unit above a share of its peak.
 *   footprints: Footprints.
 *   unit: Which.
 *   level: Share of the peak; 0.18 is usual.
 *   target: Receives 0 or 1 for every pixel (height, width).
 *   bytes: Its size, which must be exact.
 *   error: Receives what is wrong. */
minisim_status minisim_footprint_mask(minisim_handle footprints, int32_t unit, double level, void *target, int64_t bytes, char **error);

/* Mean of a movie inside the mask of every unit: what a hand-drawn region gives.
 *   movie: Movie (frame, height, width) of any number type and strides.
 *   footprints: Footprints.
 *   level: Share of the peak; 0.18 is usual.
 *   out_traces: Receives (unit, frame), row-major.
 *   count: How many numbers fit, which must be exact.
 *   error: Receives what is wrong. */
minisim_status minisim_roi_traces(const minisim_array *movie, minisim_handle footprints, double level, double *out_traces, int64_t count, char **error);

/* Events of estimated and true activity, matched within a tolerance, over all pairs.
 *   estimate: Estimated activity (unit, frame).
 *   truth: True spikes (unit, frame).
 *   pairs: Pairs (estimate, true).
 *   count: How many pairs.
 *   tolerance_frames: Largest distance of an event from its own, frames.
 *   out_true: Receives the number of true events.
 *   out_estimated: Receives the number of estimated events.
 *   out_matched: Receives the number of matched events.
 *   error: Receives what is wrong. */
minisim_status minisim_spike_events(const minisim_array *estimate, const minisim_array *truth, const int32_t *pairs, int32_t count, int32_t tolerance_frames, int64_t *out_true, int64_t *out_estimated, int64_t *out_matched, char **error);

/* Compiles a spec: the truth is complete, and frames are rendered when asked for.
 *   spec: A spec.
 *   until: Step or stage after which the chain stops; null = the whole chain.
 *   run: Threads, token, progress; null = the defaults.
 *   out_scene: Receives a scene handle.
 *   error: Receives what is wrong. */
minisim_status minisim_compile(minisim_handle spec, const char *until, const minisim_run *run, minisim_handle *out_scene, char **error);

/* A scene as JSON: frames, height, width, dtype, stages (name, height, width, dtype float32), until, cells placed,
 * warnings. */
minisim_status minisim_scene_info(minisim_handle scene, char **out_json, char **error);

/* Renders the whole movie, and the snapshots that the spec keeps, into the caller's memory.
 *   scene: A scene.
 *   count: How many of the following there are.
 *   stages: Names of snapshots; null for the movie itself.
 *   targets: Memory for each, (frame, height, width), row-major.
 *   bytes: Its size, which must be exact.
 *   run: Threads, token, progress; null = the defaults.
 *   error: Receives what is wrong. */
minisim_status minisim_scene_render(minisim_handle scene, int32_t count, const char *const *stages, void *const *targets, const int64_t *bytes, const minisim_run *run, char **error);

/* Renders some frames of the movie or of any stage into the caller's memory. Any order, any thread; the bytes are
 * those of the whole movie.
 *   scene: A scene.
 *   stage: Name of a stage; null = the movie. A stage is compiled when it is first asked for.
 *   first: First frame.
 *   count: How many.
 *   target: Memory (frame, height, width), row-major, in the movie's type; float32 for a stage before the sensor.
 *   bytes: Its size, which must be exact.
 *   run: Threads, token, progress; null = the defaults.
 *   error: Receives what is wrong. */
minisim_status minisim_scene_frames(minisim_handle scene, const char *stage, int64_t first, int64_t count, void *target, int64_t bytes, const minisim_run *run, char **error);

/* The truth of a scene. */
minisim_status minisim_scene_truth(minisim_handle scene, minisim_handle *out_truth, char **error);

/* Renders a scene into files, all fed by one rendering, in memory that does not grow with the number of frames.
 *   scene: A scene.
 *   outputs: JSON list of objects: path; and where the defaults will not do format, overwrite, range ([low, high]),
 *     mscam.
 *   run: Threads, token, progress; null = the defaults.
 *   error: Receives what is wrong. */
minisim_status minisim_scene_write(minisim_handle scene, const char *outputs, const minisim_run *run, char **error);

/* Opens a recording: Zarr, of this product or of the reference package, HDF5 and NWB with their truth, and the movies
 * of the other formats that are read back. Counts come in the sensor's type, whatever type the file keeps them in.
 *   path: Path, UTF-8.
 *   options: JSON object or null: format (a name in minisim_formats, where the name of the file does not say it),
 *     max_memory (bytes that the file may claim).
 *   out_recording: Receives a recording handle.
 *   out_warnings: Receives a JSON list of what is odd about it; may be null.
 *   error: Receives what is wrong. */
minisim_status minisim_recording_open(const char *path, const char *options, minisim_handle *out_recording, char **out_warnings, char **error);

/* A recording as JSON: frames, height, width, dtype, stages (the snapshots in it), cells in view, until (where its
 * chain was stopped), movie_only (nothing else is known, and the spec says no more than size and rate). */
minisim_status minisim_recording_info(minisim_handle recording, char **out_json, char **error);

/* The spec of a recording. */
minisim_status minisim_recording_spec(minisim_handle recording, minisim_handle *out_spec, char **error);

/* The truth of a recording. */
minisim_status minisim_recording_truth(minisim_handle recording, minisim_handle *out_truth, char **error);

/* Reads some frames of a recording's movie or of a snapshot into the caller's memory.
 *   recording: A recording.
 *   stage: Name of a snapshot; null = the movie.
 *   first: First frame.
 *   count: How many.
 *   target: Memory (frame, height, width), row-major, in the movie's type.
 *   bytes: Its size, which must be exact.
 *   run: Threads, token, progress; null = the defaults.
 *   error: Receives what is wrong. */
minisim_status minisim_recording_frames(minisim_handle recording, const char *stage, int64_t first, int64_t count, void *target, int64_t bytes, const minisim_run *run, char **error);

/* Copies a recording into files, all fed by one reading. Outputs as in minisim_scene_write. */
minisim_status minisim_recording_export(minisim_handle recording, const char *outputs, const minisim_run *run, char **error);

/* A picture of a scene or a recording as PNG.
 *   source: A scene or a recording.
 *   options: JSON object or null: figure (overview, contact, projection, footprints, traces), title, scale (0.25 to
 *     8), traces (0 to 48), max_reads.
 *   out_png: Receives the bytes of the file; minisim_free.
 *   out_length: Receives how many there are.
 *   error: Receives what is wrong. */
minisim_status minisim_preview(minisim_handle source, const char *options, void **out_png, int64_t *out_length, char **error);

/* What a pipeline recovered, from arrays.
 *   footprints: Footprints.
 *   c: Traces (unit, frame); null = none.
 *   s: Deconvolved activity (unit, frame); null = none.
 *   shifts: Motion correction (frame, 2), px; null = none.
 *   name: What to call it in a report; null = "estimate".
 *   out_estimate: Receives an estimate handle.
 *   error: Receives what is wrong. */
minisim_status minisim_estimate_new(minisim_handle footprints, const minisim_array *c, const minisim_array *s, const minisim_array *shifts, const char *name, minisim_handle *out_estimate, char **error);

/* Reads what a pipeline left behind (CaImAn, suite2p, minian, NWB, EXTRACT, CNMF-E, ImageJ, plain arrays).
 *   path: File or folder.
 *   options: JSON object or null: height, width, frames of the recording; axes (auto, yx, xy); shifts (path of a
 *     .npy); accepted (true: only units that the pipeline accepted).
 *   out_estimate: Receives an estimate handle.
 *   out_json: Receives name, format, n_units, height, width, notes; may be null.
 *   error: Receives what is wrong. */
minisim_status minisim_estimate_open(const char *path, const char *options, minisim_handle *out_estimate, char **out_json, char **error);

/* An array of an estimate into the caller's memory.
 *   estimate: An estimate.
 *   name: A (unit, height, width), C or S (unit, frame), shifts (frame, 2); float64, row-major.
 *   target: Memory; null to ask for the shape alone.
 *   bytes: Its size, which must be exact.
 *   out_shape: Receives four lengths, 0 beyond the last; all are 0 where the estimate has no such array.
 *   error: Receives what is wrong. */
minisim_status minisim_estimate_array(minisim_handle estimate, const char *name, double *target, int64_t bytes, int64_t *out_shape, char **error);

/* True cells from arrays, for a truth that is not a recording's.
 *   footprints: Footprints.
 *   detectable: 0 or 1 for every unit; null = all are.
 *   c: Traces (unit, frame); null = none.
 *   s: Spikes per frame (unit, frame); null = none.
 *   shifts: Applied shifts (frame, 2), px; null = none.
 *   out_cells: Receives a cells handle.
 *   error: Receives what is wrong. */
minisim_status minisim_cells_new(minisim_handle footprints, const uint8_t *detectable, const minisim_array *c, const minisim_array *s, const minisim_array *shifts, minisim_handle *out_cells, char **error);

/* Scores an estimate against a truth, or against cells given as arrays: the numbers alone.
 *   estimate: An estimate.
 *   truth: A truth or cells.
 *   options: JSON object or null: metric, threshold, shift ("auto", "none" or [dy, dx]), all_cells, energy_fraction.
 *   out_json: Receives the report.
 *   error: Receives what is wrong. */
minisim_status minisim_score(minisim_handle estimate, minisim_handle truth, const char *options, char **out_json, char **error);

/* An evaluator of estimates of one recording: what depends on the truth alone is computed once.
 *   truth: A truth.
 *   spec: Its spec, for signal-to-noise ratios and times; 0 = unknown.
 *   source: A scene or recording whose movie bounds the traces; 0 = no bounds, unless a movie is given.
 *   movie: The movie (frame, height, width) in the caller's memory, which must stay until the evaluator is closed;
 *     null = the source's.
 *   out_evaluator: Receives an evaluator handle.
 *   error: Receives what is wrong. */
minisim_status minisim_evaluator_new(minisim_handle truth, minisim_handle spec, minisim_handle source, const minisim_array *movie, minisim_handle *out_evaluator, char **error);

/* Evaluates an estimate: score, intervals, what became of every cell and why.
 *   evaluator: An evaluator.
 *   estimate: An estimate.
 *   options: As in minisim_score.
 *   out_evaluation: Receives an evaluation handle; may be null.
 *   out_json: Receives everything as JSON.
 *   error: Receives what is wrong. */
minisim_status minisim_evaluate(minisim_handle evaluator, minisim_handle estimate, const char *options, minisim_handle *out_evaluation, char **out_json, char **error);

/* One or more evaluations as one self-contained HTML page.
 *   evaluator: The evaluator that made them.
 *   evaluations: Evaluations.
 *   count: How many; at least 1.
 *   title: Heading.
 *   out_html: Receives the page.
 *   error: Receives what is wrong. */
minisim_status minisim_evaluation_html(minisim_handle evaluator, const minisim_handle *evaluations, int32_t count, const char *title, char **out_html, char **error);

/* Bounds on the traces of every cell in view, where they are: valid until the evaluator is closed.
 *   evaluator: An evaluator with a movie.
 *   out_oracle: Receives the traces (unit, frame) that perfect spatial knowledge gives.
 *   out_roi: Receives the mean inside the true regions (unit, frame).
 *   error: Receives what is wrong. */
minisim_status minisim_evaluator_bounds(minisim_handle evaluator, minisim_array *out_oracle, minisim_array *out_roi, char **error);

/* Parses and validates a spec.
 *   json: JSON text.
 *   out_spec: Receives a spec handle.
 *   out_warnings: Receives a JSON list of what is odd but legal; may be null.
 *   error: Receives every problem. */
minisim_status minisim_spec_parse(const char *json, minisim_handle *out_spec, char **out_warnings, char **error);

/* Reads and validates a spec file.
 *   path: Path, UTF-8.
 *   out_spec: Receives a spec handle.
 *   out_warnings: Receives a JSON list of what is odd but legal; may be null.
 *   error: Receives every problem. */
minisim_status minisim_spec_load(const char *path, minisim_handle *out_spec, char **out_warnings, char **error);

/* The complete JSON of a spec, in canonical form. */
minisim_status minisim_spec_json(minisim_handle spec, int32_t indented, char **out_json, char **error);

/* A spec with values set by path, such as steps.sensor.photons_per_unit; checked once all are set.
 *   spec: The spec to start from; stays as it is.
 *   assignments: JSON object of paths and values. A step set to null is removed.
 *   out_spec: Receives the new spec's handle.
 *   error: Receives every problem. */
minisim_status minisim_spec_set(minisim_handle spec, const char *assignments, minisim_handle *out_spec, char **error);

/* The hash of a spec and the model version: equal keys mean equal recordings. 64 hex digits. */
minisim_status minisim_spec_key(minisim_handle spec, char **out_key, char **error);

/* What a spec amounts to, as JSON: frames, height, width, type, bytes, about how many cells, pixel size, field of
 * view, steps and stages. */
minisim_status minisim_spec_describe(minisim_handle spec, char **out_json, char **error);

/* The JSON Schema of specs. */
minisim_status minisim_spec_schema(char **out_json, char **error);

/* The presets as JSON: scopes and regions with name and description. */
minisim_status minisim_presets(char **out_json, char **error);

/* The spec of a scope over a region.
 *   scope: Name of the scope, e.g. miniscope_v4.
 *   region: Name of the region, e.g. ca1.
 *   options: JSON object or null: duration_s, fps, seed, height, width, activity (0 to 1), no_neuropil, no_vessels,
 *     no_scope_fields.
 *   out_spec: Receives a spec handle.
 *   error: Receives what is wrong. */
minisim_status minisim_preset(const char *scope, const char *region, const char *options, minisim_handle *out_spec, char **error);

/* Time to peak and full width at half maximum, s, of the calcium kernel with these time constants, s. */
minisim_status minisim_kernel_timing(double tau_rise_s, double tau_decay_s, double *out_time_to_peak_s, double *out_fwhm_s, char **error);

/* Time constants, s, of the calcium kernel with this timing, s. The time to peak is always met; a kernel narrower than
 * 2.45 times it does not exist, and the narrowest one is given. */
minisim_status minisim_kernel_from_timing(double time_to_peak_s, double fwhm_s, double *out_tau_rise_s, double *out_tau_decay_s, char **error);

/* Gate parameters of the activity dial, 0 sparse to 1 dense: the four fields of cell_activity in out_values
 * (p_quiescent_to_active, p_active_to_quiescent, active_rate_hz, quiescent_rate_hz). */
minisim_status minisim_activity_dial(double activity, double *out_values, char **error);

/* Specs over the Cartesian product of axes, all checked before any is handed out.
 *   spec: The spec that the axes alter; stays as it is.
 *   axes: JSON object: path → a list of values, or {"linspace": [first, last, n]}, {"logspace": …}, {"range":
 *     [start, stop, step]}. The first varies slowest.
 *   out_sweep: Receives a sweep handle.
 *   out_json: Receives the points: a JSON list of objects of path and value, in order; may be null.
 *   error: Receives every combination that breaks the spec. */
minisim_status minisim_sweep(minisim_handle spec, const char *axes, minisim_handle *out_sweep, char **out_json, char **error);

/* The spec of a point of a sweep.
 *   sweep: A sweep.
 *   point: Its index.
 *   out_spec: Receives a spec handle.
 *   error: Receives what is wrong. */
minisim_status minisim_sweep_spec(minisim_handle sweep, int32_t point, minisim_handle *out_spec, char **error);

/* The recording of a spec from the cache, simulated into it if it is not there. Any number of processes share a cache:
 * one simulates, the others wait.
 *   folder: Folder of the cache; null = MINISIM_CACHE or the platform's, as the command's.
 *   spec: A spec.
 *   run: Threads, token, progress; null = the defaults.
 *   out_recording: Receives a recording handle.
 *   out_path: Receives the path of the recording, NAME.zarr; may be null.
 *   error: Receives what is wrong. */
minisim_status minisim_cache_recording(const char *folder, minisim_handle spec, const minisim_run *run, minisim_handle *out_recording, char **out_path, char **error);

/* The file of a spec's recording in a format, made from the cached recording if it is missing.
 *   folder: Folder of the cache; null = MINISIM_CACHE or the platform's, as the command's.
 *   spec: A spec.
 *   format: Name in minisim_formats; null = zarr.
 *   run: Threads, token, progress; null = the defaults.
 *   out_path: Receives its path.
 *   error: Receives what is wrong. */
minisim_status minisim_cache_path(const char *folder, minisim_handle spec, const char *format, const minisim_run *run, char **out_path, char **error);

/* What is in a cache, as JSON: folder, bytes, entries (key, format, path, bytes, last_used), the latest used first.
 *   folder: Folder of the cache; null = MINISIM_CACHE or the platform's, as the command's.
 *   out_json: Receives it.
 *   error: Receives what is wrong. */
minisim_status minisim_cache_list(const char *folder, char **out_json, char **error);

/* Takes recordings out of a cache, the longest unused first, and what killed runs left in it.
 *   folder: Folder of the cache; null = MINISIM_CACHE or the platform's, as the command's.
 *   older_than_s: Seconds since the last use from which an entry goes; negative = any age stays.
 *   max_bytes: Size that may stay; negative = any, 0 = none.
 *   out_json: Receives what went, as minisim_cache_list; may be null.
 *   error: Receives what is wrong. */
minisim_status minisim_cache_prune(const char *folder, double older_than_s, int64_t max_bytes, char **out_json, char **error);

/* Reads and checks a study file, JSON or YAML; see docs/studies.md.
 *   path: Path, UTF-8.
 *   out_study: Receives a study handle.
 *   out_warnings: Receives a JSON list of what is odd but legal; may be null.
 *   error: Receives every problem. */
minisim_status minisim_study_load(const char *path, minisim_handle *out_study, char **out_warnings, char **error);

/* Reads and checks a study from JSON text.
 *   json: The text.
 *   folder: Folder that names of files in it are relative to; null = the current one.
 *   out_study: Receives a study handle.
 *   error: Receives every problem. */
minisim_status minisim_study_parse(const char *json, const char *folder, minisim_handle *out_study, char **error);

/* The JSON Schema of study files. */
minisim_status minisim_study_schema(char **out_json, char **error);

/* The units of work of a study as JSON: name, recordings, units, axes, variants, pipelines, keys of the units. Checks
 * every spec in it. */
minisim_status minisim_study_plan(minisim_handle study, char **out_json, char **error);

/* Runs a study in a folder until no unit is left. What is done already is not done again; any number of processes may
 * run it at once.
 *   study: A study.
 *   folder: Folder of the results.
 *   options: JSON object or null: jobs (0 = half the processors), cache (a folder), retry (units that failed
 *     before).
 *   run: Token and progress, in units; null = the defaults. Threads are those of the study's pipelines.
 *   out_json: Receives units, done, failed, ran_here, simulated_here; may be null.
 *   error: Receives what is wrong. A unit that fails is not an error of the call. */
minisim_status minisim_study_run(minisim_handle study, const char *folder, const char *options, const minisim_run *run, char **out_json, char **error);

/* How a study stands, as JSON: name, units, done, failed, running, workers, pipelines, failures (unit, message, log,
 * last_lines).
 *   folder: Folder of the results.
 *   out_json: Receives it.
 *   error: Receives what is wrong. */
minisim_status minisim_study_status(const char *folder, char **out_json, char **error);

/* The results of a study, complete or not, as JSON: units, columns, rows (texts, numbers, null).
 *   folder: Folder of the results.
 *   out_json: Receives it.
 *   error: Receives what is wrong. */
minisim_status minisim_study_results(const char *folder, char **out_json, char **error);

/* Writes the tables of a study, complete or not, and on demand its page and its figures.
 *   folder: Folder of the results.
 *   html: File of the page; null = none.
 *   figures: Folder of the figures, PNG; null = none.
 *   overwrite: Not 0: files that exist outside the study's folder are replaced; those within are its own, and always
 *     are.
 *   out_json: Receives a JSON list of the files written; may be null.
 *   error: Receives what is wrong. */
minisim_status minisim_study_report(const char *folder, const char *html, const char *figures, int32_t overwrite, char **out_json, char **error);

/* A truth as JSON: n_units, n_frames, canvas_shape, fov_offset, fov_shape, pixel_size_um, focal_depth_um, and arrays:
 * a list of name, axes, shape, dtype, unit, description. */
minisim_status minisim_truth_info(minisim_handle truth, char **out_json, char **error);

/* An array of a truth, where it is: valid until the truth is closed; not to be written to.
 *   truth: A truth.
 *   name: Name in minisim_truth_info; or, of the footprints in the field of view as compressed columns (pixel,
 *     unit), A_observed.data, A_observed.indices, A_observed.indptr and the same of A_planted; or planted.offsets,
 *     planted.shapes, planted.data: patches on the canvas.
 *   out_array: Receives pointer, type, shape and strides.
 *   error: Receives what is wrong. */
minisim_status minisim_truth_array(minisim_handle truth, const char *name, minisim_array *out_array, char **error);

/* Dense footprints (unit, height, width), float32, into the caller's memory.
 *   truth: A truth.
 *   kind: A_planted or A_observed.
 *   target: Memory of units × height × width float32.
 *   bytes: Its size, which must be exact.
 *   error: Receives what is wrong. */
minisim_status minisim_truth_dense(minisim_handle truth, const char *kind, void *target, int64_t bytes, char **error);

/* The truth of some cells only: every array per cell is sliced, the rest kept.
 *   truth: A truth.
 *   units: Indices of cells in view.
 *   count: How many.
 *   out_truth: Receives a truth handle.
 *   error: Receives what is wrong. */
minisim_status minisim_truth_subset(minisim_handle truth, const int32_t *units, int32_t count, minisim_handle *out_truth, char **error);

/* The footprints of a truth in the field of view, for matching. */
minisim_status minisim_truth_footprints(minisim_handle truth, const char *kind, minisim_handle *out_footprints, char **error);

#ifdef __cplusplus
}
#endif

#endif

"""What must be an error, and never a crash, a hang or a wrong number."""
import gc
import multiprocessing
import os
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

import pyminisim as ms
from pyminisim import _native, testing
from conftest import FULL


def test_arrays_of_any_layout_are_read_where_they_are(rec):
    gt = rec.ground_truth
    a, c = np.asarray(gt.A_observed, np.float64), np.asarray(gt.C)
    expected = testing.score(testing.Estimate(a, c), rec).to_dict()
    readonly = a.copy()
    readonly.flags.writeable = False
    layouts = [np.asfortranarray(a), a[::-1][::-1], np.flip(np.flip(a, 2).copy(), 2), a.astype(">f8"), readonly, a.astype(np.float32).astype(object), a.tolist(),
               np.repeat(a, 2, axis=1)[:, ::2], np.moveaxis(np.moveaxis(a, 0, 2).copy(), 2, 0)]
    for layout in layouts:
        assert testing.score(testing.Estimate(layout, c), rec).recall == 1
    for same in (np.asfortranarray(c), c.astype(">f8"), np.flip(np.flip(c, 1).copy(), 1), c.tolist()):
        assert testing.score(testing.Estimate(a, same), rec).to_dict() == expected
    half = testing.score(testing.Estimate(a.astype(np.float16)), rec)
    assert half.recall == 1 and testing.score(testing.Estimate(a > 0.1 * a.max()), rec).n_est == 6


def test_integers_of_all_sizes_mean_what_they_say():
    values = np.array([[0, 1, 5, 3], [7, 2, 2, 9]])
    for dtype in (np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.uint64, np.int64, np.float16, np.float32, np.float64):
        assert ms.trace_pearson(values.astype(dtype), values, [(0, 0), (1, 0)])[0] == pytest.approx(1)
    signed = -values
    for dtype in (np.int8, np.int64, ">i4"):
        assert ms.trace_pearson(signed.astype(dtype), values, [(0, 0)])[0] == pytest.approx(-1)


@pytest.mark.parametrize("wrong", [np.zeros(3), np.zeros((2, 3)), np.zeros((2, 3, 4, 5)), "text", np.array([[["a"]]]), np.zeros((1, 2, 2), complex), np.zeros((1, 2, 2), "M8[s]"), None,
                                   np.array([[[object()]]]), [[1, 2], [3]]], ids=str)
def test_what_is_no_stack_of_footprints_is_refused(wrong, rec):
    with pytest.raises((ValueError, TypeError)):
        testing.score(testing.Estimate(wrong), rec)


def test_nan_and_infinity_count_as_nothing(rec):
    a = np.asarray(rec.ground_truth.A_observed).copy()
    a[0, :5] = np.nan
    a[1, -5:] = np.inf
    report = testing.score(testing.Estimate(a), rec)
    assert report.recall == 1 and any("NaN" in n for n in report.notes)
    assert np.isnan(ms.trace_pearson(np.full((1, 5), np.nan), np.arange(5.0)[None], [(0, 0)])[0])


def test_empty_is_not_an_error(rec):
    empty = testing.score(testing.Estimate(np.zeros((0, 128, 128))), rec)
    assert (empty.n_est, empty.recall, empty.precision) == (0, 0, 0)
    assert testing.score(testing.Estimate(np.zeros((2, 128, 128))), rec).n_matched == 0
    match = ms.hungarian_match(np.zeros((0, 4, 4)), np.zeros((0, 4, 4)))
    assert match.pairing == [] and match.recall() == 0 and match.mean_similarity == 0
    assert len(ms.trace_pearson(np.zeros((0, 4)), np.zeros((0, 4)), [])) == 0
    nobody = ms.simulate(ms.Spec(acquisition=ms.Acquisition(duration_s=0.2, image_sensor=ms.ImageSensor(n_px_height=16, n_px_width=16)), steps=[ms.Sensor()]), progress=False)
    assert nobody.ground_truth.n_units == 0 and nobody.observed.shape == (4, 16, 16) and nobody.ground_truth.A_observed.shape == (0, 16, 16) and nobody.ground_truth.C is None


def test_handles_that_are_closed_or_of_another_kind_are_errors(s1):
    scene = ms.compile(s1)._source.handle
    scene.close()
    with pytest.raises(RuntimeError, match="no handle"):
        _native.call_text("scene_info", scene)
    import ctypes

    for number in (1, 7, 2**63, 2**64 - 1):
        with pytest.raises(RuntimeError, match="no open handle"):
            _native.call_text("scene_info", ctypes.c_uint64(number))
    with pytest.raises(RuntimeError, match="is a spec"):
        _native.call_text("scene_info", s1.handle)


def test_threads_must_be_a_count(s1):
    for wrong in (-1, 1.5, True, 100_000):
        with pytest.raises(ValueError, match="threads"):
            ms.simulate(s1, threads=wrong, progress=False)


def test_eight_threads_at_once_get_their_own_bytes():
    expected = [testing.make_recording(seed=s).observed for s in range(8)]
    wrong = []

    def work(seed):
        for _ in range(10):
            rec = testing.make_recording(seed=seed)
            if not np.array_equal(rec.observed, expected[seed]) or not np.array_equal(rec.frames[5:9], expected[seed][5:9]):
                wrong.append(seed)

    threads = [threading.Thread(target=work, args=(s,)) for s in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert wrong == []


def test_other_threads_run_while_it_simulates(s1):
    ticks = []
    stop = threading.Event()

    def tick():
        while not stop.wait(0.002):
            ticks.append(time.perf_counter())

    thread = threading.Thread(target=tick)
    thread.start()
    begin = time.perf_counter()
    ms.simulate(s1.replace(acquisition__duration_s=120), progress=False)
    end = time.perf_counter()
    stop.set()
    thread.join()
    assert sum(begin < t < end for t in ticks) >= 3


INTERRUPT = textwrap.dedent("""
    import os, random, signal, sys, threading, time
    import numpy as np
    import pyminisim as ms
    # A shell that starts the tests in the background has its children ignore interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    spec = ms.preset("miniscope_v4", "ca1", duration_s=float(sys.argv[1]), steps=[ms.BrainMotion()], size=(300, 300))
    small = ms.testing.make_spec()
    expected = ms.simulate(small, progress=False).observed
    rng = random.Random(1)
    slowest, interrupted = 0, 0
    for i in range(int(sys.argv[2])):
        sent = []
        def interrupt():
            time.sleep(rng.random() * 0.06)
            sent.append(time.perf_counter())
            os.kill(os.getpid(), signal.SIGINT)
        thread = threading.Thread(target=interrupt)
        try:
            thread.start()
            ms.simulate(spec, progress=False)
            thread.join()
            time.sleep(1)
        except KeyboardInterrupt:
            slowest = max(slowest, time.perf_counter() - sent[0])
            interrupted += 1
        thread.join()
    assert np.array_equal(ms.simulate(small, progress=False).observed, expected)
    print(interrupted, slowest)
""")


def test_an_interrupt_at_any_moment_ends_the_run_and_nothing_else():
    times = 100 if FULL else 25
    done = subprocess.run([sys.executable, "-c", INTERRUPT, "60", str(times)], capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-2000:]
    count, slowest = done.stdout.split()
    # The promise is 0.1 s; a machine that does ten other things meanwhile gets room.
    assert int(count) >= 0.95 * times and float(slowest) < 1, done.stdout


def test_an_error_in_the_progress_function_is_the_callers(s1):
    for _ in range(10):
        with pytest.raises(ZeroDivisionError):
            ms.simulate(s1.replace(acquisition__duration_s=60), progress=lambda done, total: 1 / 0)


def _child(seed):
    rec = testing.make_recording(seed=seed)
    return int(rec.observed.sum()), os.getpid()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_forked_children_work_and_end(rec):
    expected = [int(testing.make_recording(seed=s).observed.sum()) for s in range(6)]
    with multiprocessing.get_context("fork").Pool(3) as pool:
        found = pool.map_async(_child, range(6)).get(timeout=120)
    assert [total for total, _ in found] == expected and os.getpid() not in {p for _, p in found}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_what_was_made_before_a_fork_goes_on_in_the_child(rec):
    before = testing.make_recording(seed=9)
    expected = before.observed.copy(), before.ground_truth.C.copy()

    def work(queue):
        again = before.ground_truth.detectable_subset()
        queue.put((np.array_equal(before.frames[2:5], expected[0][2:5]), np.array_equal(again.C, expected[1]), before.spec.cache_key(),
                   testing.score(testing.Estimate(before.ground_truth.A_observed), before).recall))

    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=work, args=(queue,))
    child.start()
    assert queue.get(timeout=120) == (True, True, before.spec.cache_key(), 1.0)
    child.join(60)
    assert child.exitcode == 0


FORK_MEANWHILE = textwrap.dedent("""
    import os, sys, threading
    import pyminisim as ms
    from pyminisim import testing
    spec = ms.preset("miniscope_v4", "ca1", duration_s=20, size=(200, 200))
    thread = threading.Thread(target=ms.simulate, args=(spec,), kwargs={"progress": False})
    thread.start()
    children = []
    for seed in range(4):
        pid = os.fork()
        if pid == 0:
            total = int(testing.make_recording(seed=seed).observed.sum())
            sys.exit(0 if total > 0 else 3)
        children.append(pid)
    codes = [os.waitpid(pid, 0)[1] for pid in children]
    thread.join()
    print(codes)
""")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_in_the_middle_of_a_run_hangs_nobody():
    done = subprocess.run([sys.executable, "-c", FORK_MEANWHILE], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "[0, 0, 0, 0]", done.stderr[-2000:]


def test_spawned_and_joblib_workers_get_recordings_by_their_recipe(rec):
    joblib = pytest.importorskip("joblib")
    found = joblib.Parallel(n_jobs=2)(joblib.delayed(_total)(rec.ground_truth.subset([i])) for i in range(4))
    assert found == [pytest.approx(float(rec.ground_truth.C[i].sum())) for i in range(4)]


def _total(truth):
    return float(truth.C.sum())


def _resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="nobody says here how much memory is in use")
def test_ten_thousand_recordings_leave_memory_as_it_was():
    spec = testing.make_spec(n_cells=1, n_px=24, duration_s=0.2)
    count = 10_000 if FULL else 1_000

    def cycle():
        rec = ms.simulate(spec, threads=1, progress=False)
        return rec.observed[0, 0, 0], rec.ground_truth.C[0, 0]

    for _ in range(count // 10):
        cycle()
    gc.collect()
    before, open_before = _resident(), _native.live()
    for _ in range(count):
        cycle()
    gc.collect()
    assert _native.live() == open_before
    assert _resident() - before < 24e6


PEAK = textwrap.dedent("""
    import numpy as np, os, re
    import pyminisim as ms
    spec = ms.preset("miniscope_v4", "ca1", duration_s=40, populations=[ms.NeuronPopulation(positions_um=[(100, 0, 0), (100, 50, 50)])], neuropil=False, vessels=False)
    ms.testing.make_recording()
    def peak():
        return int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read()).group(1)) * 1024
    before = peak()
    rec = ms.simulate(spec, progress=False)
    print(rec.observed.nbytes, peak() - before)
""")


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="nobody says here how much memory is in use")
def test_a_movie_is_in_memory_once():
    done = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, check=True)
    movie, grown = map(int, done.stdout.split())
    # 296 MB of movie; what else there is, buffers of a few blocks, does not grow with it.
    assert movie == 800 * 608 * 608 and grown < 1.35 * movie


def test_a_truth_array_lies_where_the_engine_has_it(rec):
    import ctypes

    from pyminisim._calls import Array

    described = Array()
    gt = rec.ground_truth
    _native.call("truth_array", gt.handle, b"C", ctypes.byref(described))
    assert described.data == gt.C.ctypes.data


@pytest.mark.parametrize("act, error, says", [
    (lambda r: ms.Spec.model_validate_json(None), TypeError, "a spec is read from JSON text, not from None"),
    (lambda r: ms.Spec.model_validate_json('{"seed": 1\0}'), ValueError, "holds a null character"),
    (lambda r: ms.Spec.load("x.json\0y"), ValueError, "holds a null character"),
    (lambda r: r.save("a\0b.npy"), ValueError, "holds a null character"),
    (lambda r: r.spec.set("a"), TypeError, "must be a dict of paths and values"),
    (lambda r: r.spec.set({"acquisition.fps": float("nan")}), ms.SpecError, "acquisition.fps = nan: is not a finite number"),
    (lambda r: r.save("a.avi", range=3), ValueError, "range = 3: must be (low, high)"),
    (lambda r: r.preview(scale=100), ValueError, "scale = 100: must be in [0.25, 8]."),
    (lambda r: r.preview(scale="a"), ValueError, 'scale = "a": must be a number'),
    (lambda r: ms.kernel_timing(-1, 1), ValueError, "tau_rise_s = -1: must be more than 0"),
    (lambda r: testing.Estimate.load("x.h5", "x.h5"), TypeError, "truth = 'x.h5': must be the Recording or GroundTruth"),
    (lambda r: testing.score(r.ground_truth.A_observed, r, match_threshold="a"), ValueError, 'match_threshold = "a": must be a number'),
    (lambda r: ms.hungarian_match(r.ground_truth.A_observed, r.ground_truth.A_observed, energy_frac=2), ValueError, "energy_frac = 2: must be in (0, 1]"),
    (lambda r: ms.simulate("S1.json"), TypeError, "spec = 'S1.json': must be a Spec; a file is read by Spec.load"),
    (lambda r: ms.simulate_cached("S1.json"), TypeError, "must be a Spec"),
    (lambda r: ms.cache_path(3), TypeError, "must be a Spec"),
    (lambda r: ms.cache_path(r.spec, "zar"), ms.RecordingError, "no format is called 'zar', did you mean 'zarr'?"),
    (lambda r: ms.cache_prune(older_than="x"), TypeError, "older_than = 'x': must be a number"),
    (lambda r: ms.simulate_cached(r.spec, root="/dev/null"), ms.RecordingError, "Choose another place or give access."),
    (lambda r: ms.sweep(r.spec, {"seed": 3}, len), TypeError, "seed = 3: must be a list of values"),
    (lambda r: ms.sweep(r.spec, [1], len), TypeError, "over = [1]: must be a dict"),
    (lambda r: ms.trace_pearson(r.ground_truth.C, r.ground_truth.C, 3), TypeError, "pairing = 3: must be pairs"),
    (lambda r: r.ground_truth.subset("a"), IndexError, "units must be indices of the 6 cells"),
    (lambda r: r.ground_truth.subset([True]), IndexError, "a mask of shape (1,) does not fit 6 cells"),
    (lambda r: r.frames.read(1.5, 2), TypeError, "first = 1.5: must be a whole number"),
    (lambda r: testing.make_recording(n_cells="a"), TypeError, "n_cells = 'a': must be a whole number"),
    (lambda r: testing.make_recording(pixel_size_um=0), ValueError, "pixel_size_um = 0: must be more than 0"),
    (lambda r: ms.Spec(steps=[ms.Sensor]), ms.SpecError, "Spec.steps[0] = Sensor: is a class, no step. Make one with Sensor()."),
])
def test_what_no_call_can_use_is_told_in_words_of_python(act, error, says, rec, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error) as caught:
        act(rec)
    text = str(caught.value)
    assert says in text
    # Nothing of the framework beneath, nor of the way there.
    for word in ("LineNumber", "BytePosition", "Actual value", "Parameter '", "ctypes", "argument 1", "System.", "option \""):
        assert word not in text

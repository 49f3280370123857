import gc
import hashlib
import os
import re
import shutil
import subprocess

import numpy as np
import pytest

import pyminisim as ms
from pyminisim import _native, testing
from conftest import FULL, spec_file


def test_frames_on_demand_are_those_of_the_whole_movie(rec):
    movie = rec.observed_movie
    assert movie.shape == rec.observed.shape == (40, 128, 128) and movie.dtype == rec.observed.dtype == np.uint8
    for key in (slice(7, 19), 3, -1, slice(None, None, 7), (slice(3, 9), slice(10, 20)), (Ellipsis, 5), [4, 1, 1], np.arange(40) % 9 == 0, slice(5, 5), (2, 3, 4)):
        assert np.array_equal(movie[key], rec.observed[key]), key
    assert np.array_equal(np.asarray(movie), rec.observed) and len(movie) == 40
    out = np.empty((5, 128, 128), np.uint8)
    assert movie.read(10, 5, out) is out and np.array_equal(out, rec.observed[10:15])
    for wrong in (40, -41):
        with pytest.raises(IndexError):
            movie[wrong]
    with pytest.raises(ValueError, match="out must be"):
        movie.read(0, 5, np.empty((5, 128, 128), np.float32))


def test_bytes_are_the_same_for_any_number_of_threads(s1, rec):
    for threads in (1, 2, 5):
        assert np.array_equal(ms.simulate(s1, threads=threads, progress=False).observed, rec.observed)


def test_a_stage_on_demand_is_the_snapshot_of_the_run():
    rec = testing.make_recording(n_px=48, n_cells=1, motion=True, save_intermediates=True, extra_steps=[ms.Neuropil(), ms.Vignette()], duration_s=1)
    assert list(rec.snapshots) == ["cells_only", "neuropil", "brain_motion", "vignette"]
    for name, movie in rec.snapshots.items():
        assert movie.dtype == np.float32 and np.array_equal(rec.stage(name)[5:11], movie[5:11]), name
    assert rec.snapshots["cells_only"].shape[1] > 48 == rec.snapshots["vignette"].shape[1]
    with pytest.raises(KeyError, match="cells_only"):
        rec.stage("nothing")


def test_until_stops_the_chain(s1):
    rec = ms.simulate(s1, until="composite", progress=False)
    assert rec.dtype == np.float32 and rec.until == "composite" and np.array_equal(rec.observed, ms.simulate(s1, until="cells_only", progress=False).observed)
    with pytest.raises(ms.SpecError, match="until"):
        ms.simulate(s1, until="nothing")


def test_nothing_is_rendered_before_it_is_asked_for(s1, rec):
    lazy = ms.simulate(s1, in_memory=False)
    assert lazy._observed is None and np.array_equal(lazy.frames[3:5], rec.observed[3:5]) and lazy._observed is None
    assert np.array_equal(lazy.observed, rec.observed) and lazy._observed is not None
    assert np.array_equal(ms.compile(s1).frames[7], rec.observed[7])


def test_a_recording_larger_than_memory_gives_its_frames():
    spec = ms.preset("miniscope_v4", "ca1", duration_s=400, fps=100, size=(1200, 1200), neuropil=False, vessels=False, populations=[ms.NeuronPopulation(positions_um=[(100, 0, 0)])])
    rec = ms.compile(spec)
    assert rec.frames.nbytes > 5e10 and rec.frames[20000:20002].shape == (2, 1200, 1200)


def test_progress_is_told_and_its_error_stops_the_run(s1):
    seen = []
    ms.simulate(s1.replace(acquisition__duration_s=60), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (1200, 1200) and seen == sorted(seen)

    def fail(done, total):
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        ms.simulate(s1.replace(acquisition__duration_s=60), progress=fail)
    with pytest.raises(ValueError, match="progress"):
        ms.simulate(s1, progress="always")


def test_files_of_all_formats_hold_the_movie(tmp_path, s1, rec):
    endings = {"zarr": ".zarr", "avi": ".avi", "nwb": ".nwb", "tiff": ".tif", "hdf5": ".h5", "npy": ".npy", "npz": ".npz"}
    paths = [str(tmp_path / ("a" + e)) for e in endings.values()]
    truth = ms.simulate_to(s1, *paths, progress=False)
    assert truth.n_units == 6 and all(os.path.exists(p) for p in paths)
    assert np.array_equal(np.load(tmp_path / "a.npy"), rec.observed)
    with np.load(tmp_path / "a.npz") as arrays:
        movie = next(arrays[n] for n in arrays.files if arrays[n].ndim == 3 and arrays[n].shape == rec.shape)
        assert np.array_equal(movie, rec.observed)
    again = ms.Recording.load(tmp_path / "a.zarr")
    assert np.array_equal(again.observed, rec.observed) and again.spec == s1 and np.array_equal(again.ground_truth.C, rec.ground_truth.C)
    with pytest.raises(ms.RecordingError, match="exists"):
        ms.simulate_to(s1, paths[-2], progress=False)
    ms.simulate_to(s1, paths[-2], overwrite=True, progress=False)
    with pytest.raises(ms.RecordingError, match="no format"):
        ms.simulate_to(s1, tmp_path / "a.docx")
    again.save(tmp_path / "b.npy")
    assert np.array_equal(np.load(tmp_path / "b.npy"), rec.observed)


def test_a_video_has_the_counts(tmp_path, s1, rec):
    path = ms.simulate_video(s1, tmp_path / "a.avi", progress=False)
    # Raw frames lie in the file as they are.
    assert rec.observed[17][::-1].tobytes() in open(path, "rb").read() or rec.observed[17].tobytes() in open(path, "rb").read()
    with pytest.raises(ValueError, match="vmax"):
        ms.simulate_video(s1.without_steps("sensor"), tmp_path / "b.avi")
    with pytest.raises(ValueError, match="codec"):
        ms.simulate_video(s1, tmp_path / "b.avi", codec="h264")


def test_recordings_of_the_reference_package_are_read(reference):
    rec = ms.Recording.load(os.path.join(reference, "recordings", "rec_py.zarr"))
    stored = os.path.join(reference, "recordings", "rec_py_npy")
    assert np.array_equal(rec.observed, np.load(os.path.join(stored, "observed.npy")))
    assert rec.ground_truth.n_units == 6 and rec.ground_truth.C.shape == (6, 40)
    with pytest.raises(ms.RecordingError, match="does not exist"):
        ms.Recording.load("nowhere.zarr")


def _command():
    from pyminisim import _command

    path = os.environ.get("MINISIM_NATIVE") or _command.path()
    if not os.path.exists(path):
        pytest.skip("the wheel holds no command")
    return path


@pytest.mark.parametrize("name", ["S1", "S2", "S3", "S4", "S5"])
def test_bytes_equal_those_of_the_command(name, tmp_path):
    spec = ms.Spec.load(spec_file(name))
    # A gigabyte of S4 says no more than its first ten seconds.
    seconds = 10 if name == "S4" and not FULL else spec.acquisition.duration_s
    subprocess.run([_command(), "simulate", spec_file(name), "-o", str(tmp_path / "a.npy"), "-q", "--set", "acquisition.duration_s=%r" % seconds], check=True)
    movie = np.load(tmp_path / "a.npy", mmap_mode="r")
    assert np.array_equal(ms.simulate(spec.replace(acquisition__duration_s=seconds), progress=False).observed, movie)


@pytest.mark.parametrize("ending", [".avi", ".tif", ".h5", ".npy", ".npz", ".nwb", ".zarr", "/", ".mkv", ".mp4", ".webm", ".gif"])
def test_files_equal_those_of_the_command(ending, tmp_path, s1):
    if ending in (".mkv", ".mp4", ".webm", ".gif") and not shutil.which("ffmpeg"):
        pytest.skip("no ffmpeg")
    # At the same place, which some formats write down.
    target = str(tmp_path / "out" / "a") + ending

    def contents(write):
        os.mkdir(tmp_path / "out")
        write()
        found = {}
        for at, _, names in os.walk(tmp_path / "out"):
            for n in names:
                # These say when they were written.
                if n not in (".zattrs", "checksums.json", "minisim_checksums.json"):
                    with open(os.path.join(at, n), "rb") as file:
                        content = file.read()
                    if n.endswith(".nwb"):
                        content, dates = re.subn(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", b"now", content)
                        assert dates == 1
                    if n.endswith((".mkv", ".webm")):
                        # Matroska says when; the frames are the same.
                        content = subprocess.run(["ffmpeg", "-v", "error", "-i", os.path.join(at, n), "-f", "framemd5", "-"], check=True, capture_output=True).stdout
                    found[os.path.relpath(os.path.join(at, n), tmp_path)] = hashlib.sha256(content).hexdigest()
        shutil.rmtree(tmp_path / "out")
        return found

    mine = contents(lambda: ms.simulate_to(s1, target, progress=False))
    other = contents(lambda: subprocess.run([_command(), "simulate", spec_file("S1"), "-o", target, "-q"], check=True))
    assert mine and mine == other


def test_recordings_travel_by_their_recipe(rec):
    import pickle

    text = pickle.dumps(rec)
    assert len(text) < 20_000
    again = pickle.loads(text)
    assert np.array_equal(again.observed, rec.observed) and np.array_equal(again.ground_truth.subset([1, 2]).C, rec.ground_truth.C[1:3])
    part = pickle.loads(pickle.dumps(rec.ground_truth.subset([4, 2])))
    assert np.array_equal(part.centers_um, rec.ground_truth.centers_um[[4, 2]])


def test_nothing_is_left_open(s1):
    gc.collect()
    before = _native.live()
    rec = ms.simulate(s1, progress=False)
    gt = rec.ground_truth
    gt.C, gt.A_observed, rec.frames[3:5], rec.stage("cells_only")[1], gt.detectable_subset().S
    testing.score(testing.Estimate(gt.A_observed, gt.C), rec).to_html()
    for wrong in (lambda: ms.simulate(s1, until="x"), lambda: ms.hungarian_match(np.zeros(3), np.zeros((1, 2, 2)))):
        with pytest.raises(ValueError):
            wrong()
    del rec, gt
    gc.collect()
    assert _native.live() == before

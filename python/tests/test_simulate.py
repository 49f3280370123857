import gc
import hashlib
import json
import os
import re
import shutil
import subprocess
import warnings

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


@pytest.fixture(scope="module")
def staged():
    """A spec with every kind of stage, that keeps none."""
    return testing.make_spec(n_px=48, n_cells=2, motion=True, extra_steps=[ms.Neuropil(), ms.Vignette()], duration_s=1)


@pytest.mark.parametrize("ending", [".zarr", ".h5", ".nwb"])
@pytest.mark.parametrize("bits", [8, 12])
def test_a_file_gives_back_the_counts_in_the_sensors_type_with_truth_and_spec(ending, bits, tmp_path, staged):
    spec = staged.replace(acquisition__image_sensor__bit_depth=bits)
    made = ms.simulate(spec, progress=False)
    made.save(tmp_path / ("a" + ending))
    rec = ms.Recording.load(tmp_path / ("a" + ending))
    assert rec.dtype == rec.observed.dtype == made.dtype == (np.uint8 if bits == 8 else np.uint16)
    assert np.array_equal(rec.observed, made.observed) and np.array_equal(rec.frames[3:7], made.observed[3:7])
    assert rec.spec == spec and rec.until is None and rec.ground_truth.names
    for name in made.ground_truth.names:
        # Images of fields are 32-bit in NWB.
        assert np.allclose(rec.ground_truth[name], made.ground_truth[name], rtol=1e-6 if ending == ".nwb" else 0, atol=0, equal_nan=True), name
    assert np.array_equal(rec.ground_truth.A_observed, made.ground_truth.A_observed)
    assert testing.score(testing.Estimate(rec.ground_truth.A_observed, rec.ground_truth.C), rec).recall == 1


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_counts_that_a_file_keeps_as_floats_are_counts_again(dtype, tmp_path, staged):
    spec = staged.set({"output.store_dtype": dtype})
    ms.simulate_to(spec, tmp_path / "a.zarr", progress=False)
    with open(tmp_path / "a.zarr" / "observed" / ".zarray") as file:
        assert np.dtype(json.load(file)["dtype"]) == dtype
    rec = ms.Recording.load(tmp_path / "a.zarr")
    assert rec.dtype == np.uint8 and np.array_equal(rec.observed, ms.simulate(spec, progress=False).observed)
    # What has no sensor has no counts.
    ms.simulate_to(spec, tmp_path / "b.zarr", until="composite", progress=False)
    with pytest.warns(ms.SpecWarning, match="stopped after"):
        assert ms.Recording.load(tmp_path / "b.zarr").dtype.kind == "f"


@pytest.mark.parametrize("how", [".zarr", ".h5", ".nwb", "cached"])
def test_stages_of_a_recording_that_was_read_are_rendered_from_its_spec(how, tmp_path, staged):
    made = ms.simulate(staged, progress=False)
    if how == "cached":
        rec = ms.simulate_cached(staged, root=tmp_path / "cache", progress=False)
    else:
        made.save(tmp_path / ("a" + how))
        rec = ms.Recording.load(tmp_path / ("a" + how))
    assert rec.stages == made.stages == ["cells_only", "neuropil", "brain_motion", "vignette", "sensor"]
    assert rec._source._again is None
    for name in made.stages:
        assert np.array_equal(rec.stage(name)[4:7], made.stage(name)[4:7]) and rec.stage(name).dtype == made.stage(name).dtype, name
    assert list(rec.snapshots) == []
    with pytest.raises(KeyError, match="rec.stage.'neuropil'. renders it"):
        rec.snapshots["neuropil"]


def test_snapshots_outlive_the_cache_and_formats_that_do_not_hold_them(tmp_path, staged):
    spec = staged.replace(output__save_intermediates=True)
    made = ms.simulate(spec, progress=False)
    made.save(tmp_path / "a.h5", tmp_path / "a.zarr")
    for rec in (ms.Recording.load(tmp_path / "a.h5"), ms.Recording.load(tmp_path / "a.zarr"), ms.simulate_cached(spec, root=tmp_path, progress=False), ms.compile(spec)):
        assert list(rec.snapshots) == list(made.snapshots) == ["cells_only", "neuropil", "brain_motion", "vignette"] and len(rec.snapshots) == 4 and "sensor" not in rec.snapshots
        assert rec.snapshots._movies == {}
        assert all(np.array_equal(rec.snapshots[n], made.snapshots[n]) for n in rec.snapshots)
        assert rec.snapshots["neuropil"] is rec.snapshots["neuropil"]


def test_stages_of_somebody_elses_recording_are_not_made_up(reference, tmp_path, staged):
    rec = ms.Recording.load(os.path.join(reference, "recordings", "rec_py.zarr"))
    missing = [n for n in rec.stages if n not in rec.snapshots]
    with pytest.raises(ms.RecordingError, match="does not give its pixels"):
        rec.stage(missing[0])
    # Nor of one whose spec was edited.
    ms.simulate_to(staged, tmp_path / "a.zarr", progress=False)
    staged.replace(seed=staged.seed + 1).save(tmp_path / "a.zarr" / "spec.json")
    with pytest.warns(ms.SpecWarning, match="edited"):
        edited = ms.Recording.load(tmp_path / "a.zarr")
    with pytest.raises(ms.RecordingError, match="was edited"):
        edited.stage("neuropil")


@pytest.mark.parametrize("ending", [".avi", ".tif", ".npy"])
def test_a_movie_alone_is_read_and_says_that_nothing_else_is_known(ending, tmp_path, s1, rec):
    rec.save(tmp_path / ("a" + ending))
    movie = ms.Recording.load(tmp_path / ("a" + ending))
    assert np.array_equal(movie.observed, rec.observed) and movie.observed.dtype == np.uint8
    assert movie.spec is None and movie.ground_truth is None and movie.stages == [] and len(movie.snapshots) == 0
    assert "a movie alone" in repr(movie) and "a movie alone" in movie._repr_html_()
    with pytest.raises(ValueError, match="movie alone"):
        testing.score(testing.Estimate(rec.ground_truth.A_observed), movie)
    os.rename(tmp_path / ("a" + ending), tmp_path / "a.dat")
    with pytest.raises(ms.RecordingError, match="no format"):
        ms.Recording.load(tmp_path / "a.dat")
    named = ms.Recording.load(tmp_path / "a.dat", format={".avi": "avi", ".tif": "tiff", ".npy": "npy"}[ending])
    assert named.shape == rec.shape


def test_where_a_chain_was_stopped_is_known_again(tmp_path, staged):
    made = ms.simulate(staged, until="vignette", progress=False)
    for ending in (".zarr", ".h5"):
        made.save(tmp_path / ("a" + ending))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ms.SpecWarning)
            rec = ms.Recording.load(tmp_path / ("a" + ending))
        assert rec.until == "vignette" and rec.stages == made.stages and np.array_equal(rec.stage("neuropil")[3], made.stage("neuropil")[3])


def test_a_file_may_claim_no_more_memory_than_it_is_allowed(tmp_path, s1):
    ms.simulate_to(s1, tmp_path / "a.zarr", progress=False)
    with pytest.raises(ms.RecordingError, match="allow more with max_memory="):
        ms.Recording.load(tmp_path / "a.zarr", max_memory=1000)
    assert ms.Recording.load(tmp_path / "a.zarr", max_memory=10**9).shape == (40, 128, 128)


def test_a_refused_file_leaves_nothing_of_the_others(tmp_path, s1, rec):
    (tmp_path / "there.npy").write_bytes(b"mine")
    for endings in ((".zarr", ".h5", ".nwb", ".tif", ".avi", ".npz"),):
        for write in (lambda *paths: ms.simulate_to(s1, *paths, progress=False), rec.save):
            for paths in ([tmp_path / ("b" + e) for e in endings] + [tmp_path / "there.npy"], [tmp_path / "there.npy"] + [tmp_path / ("b" + e) for e in endings]):
                with pytest.raises(ms.RecordingError, match=r"there.npy: exists already. .*overwrite=True"):
                    write(*paths)
                assert os.listdir(tmp_path) == ["there.npy"]
    assert (tmp_path / "there.npy").read_bytes() == b"mine"

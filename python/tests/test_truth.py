import numpy as np
import pytest

import pyminisim as ms
from pyminisim import testing


@pytest.fixture(scope="module")
def full():
    spec = ms.preset("miniscope_v4", "ca1", duration_s=2, size=(96, 112), reference=True, steps=[ms.BrainMotion(), ms.Bleaching()])
    return ms.simulate(spec, progress=False)


def test_arrays_have_the_shapes_that_their_axes_say(full):
    gt = full.ground_truth
    n, (h, w), t = gt.n_units, gt.fov_shape, 40
    lengths = {"unit": n, "frame": t, "height": h, "width": w, "axis": 3, "shift": 2, "component": 3}
    assert n > 3 and (h, w) == (96, 112) and gt.n_frames == t
    for name in gt._KNOWN:
        array = getattr(gt, name)
        assert array.shape == tuple(lengths[a] for a in array.axes), name
        assert np.isfinite(np.asarray(array, float)).all() and not array.flags.writeable
    assert gt.centers_um.unit == "µm" and gt.detectable.dtype == bool and gt.C.description
    assert gt.focal_depth_um > 0 and gt.canvas_shape[0] == h + 2 * gt.fov_offset[0]
    with pytest.raises(AttributeError, match="no rainbow"):
        gt.rainbow


def test_an_effect_that_is_absent_is_none(rec):
    for name in ("shifts", "illumination", "vasculature_mask", "bleaching", "neuropil_spatial"):
        assert getattr(rec.ground_truth, name) is None
    with pytest.raises(KeyError, match="shifts"):
        rec.ground_truth["shifts"]


def test_footprints_are_the_same_dense_and_sparse(full):
    gt = full.ground_truth
    assert gt.A_planted.shape == (gt.n_units, 96, 112) and gt.A_planted.dtype == np.float32 and gt.A_planted.max() == 1
    sparse = pytest.importorskip("scipy.sparse")
    for dense, csc in ((gt.A_observed, gt.A_observed_csc), (gt.A_planted, gt.A_planted_csc)):
        assert sparse.isspmatrix_csc(csc) and np.array_equal(csc.toarray().T.reshape(dense.shape), dense) and (csc.data != 0).all()
        assert not csc.data.flags.owndata


def test_composited_light_is_footprints_times_traces(rec):
    # Of a chain of cells alone the movie is known in closed form.
    gt = rec.ground_truth
    made = np.einsum("uhw,ut->thw", np.asarray(gt.A_observed, float), np.asarray(gt.C))
    assert np.allclose(rec.stage("cells_only")[:], made, rtol=2e-5, atol=1e-6)


def test_a_subset_slices_what_is_per_cell_and_keeps_the_rest(full):
    gt = full.ground_truth
    mask = np.asarray(gt.detectable)
    part = gt.detectable_subset()
    assert part.n_units == mask.sum() and part.detectable.all() and np.array_equal(part.C, gt.C[mask]) and np.array_equal(part.shifts, gt.shifts)
    assert np.array_equal(part.A_observed, gt.A_observed[mask])
    two = part.subset([1, 0])
    assert np.array_equal(two.centers_um, part.centers_um[[1, 0]])
    assert gt.subset([]).n_units == 0 and gt.subset([-1]).n_units == 1
    with pytest.raises(IndexError):
        gt.subset([gt.n_units])


def test_arrays_are_labelled_for_xarray(full):
    pytest.importorskip("xarray")
    gt = full.ground_truth
    traces = gt.C.xarray()
    assert traces.dims == ("unit", "frame") and traces.coords["frame"].size == 40 and np.shares_memory(traces.values, np.asarray(gt.C))
    assert gt.illumination.xarray().dims == ("height", "width")
    everything = gt.xarray()
    assert set(everything.data_vars) == set(gt.names) and everything.sizes["unit"] == gt.n_units


def test_arrays_outlive_the_recording_and_are_not_copied():
    rec = testing.make_recording(seed=5)
    traces = rec.ground_truth.C
    expected = traces.copy()
    assert not traces.flags.owndata
    slice_ = traces[2:4]
    del rec, traces
    for _ in range(20):
        testing.make_recording(seed=6)
    assert np.array_equal(slice_, expected[2:4])
    assert type(slice_ + 1) is np.ndarray and isinstance(slice_.sum(), float)


def test_a_truth_of_ones_own_arrays():
    rng = np.random.default_rng(0)
    a = rng.random((3, 8, 9))
    gt = ms.GroundTruth.from_arrays(a, C=rng.random((3, 20)), detectable=[True, False, True])
    assert gt.n_units == 3 and gt.fov_shape == (8, 9) and gt.detectable_subset().n_units == 2 and gt.S is None
    assert testing.score(testing.Estimate(a), gt).n_true == 2
    with pytest.raises(ValueError, match="rows"):
        ms.GroundTruth.from_arrays(a, C=rng.random((4, 20)))


def test_a_truth_array_is_read_only_for_good_and_is_a_table_for_pandas(full):
    truth = full.ground_truth
    with pytest.raises(ValueError):
        truth.C.setflags(write=True)
    with pytest.raises(ValueError):
        full.observed[0, 0, 0] = 1
    pandas = pytest.importorskip("pandas")
    assert pandas.DataFrame(truth.centers_um, columns=["z", "y", "x"]).shape == (truth.n_units, 3)


def test_the_cells_of_a_part_keep_their_numbers(full):
    pytest.importorskip("xarray")
    truth = full.ground_truth
    chosen = [truth.n_units - 1, 0]
    part = truth.subset(chosen)
    assert part.C.xarray().unit.values.tolist() == chosen and part.A_observed.xarray().unit.values.tolist() == chosen
    assert float(abs(truth.C.xarray() - part.C.xarray()).max()) == 0


def test_labelled_estimates_are_taken_by_their_labels(full):
    pytest.importorskip("xarray")
    truth = full.ground_truth
    a, c = truth.A_observed.xarray(), truth.C.xarray()
    plain = ms.testing.score(ms.testing.Estimate(a.values, c.values), full)
    mixed = ms.testing.score(ms.testing.Estimate(a.transpose("height", "width", "unit"), c[::-1].transpose("frame", "unit")), full)
    assert (mixed.recall, mixed.trace_corr) == (plain.recall, plain.trace_corr)
    with pytest.raises(ValueError, match="other cells"):
        ms.testing.Estimate(a, c[1:])


def test_frames_are_taken_as_numpy_takes_them(full):
    whole, frames = full.observed, full.frames
    for key in (([1, 2], [3, 4]), ([1, 2], slice(None), [3, 4]), ([[0, 2], [1, 1]],), ([3, 1, 3], slice(2, 5)), (np.array([2, 0]), 1, 2)):
        assert np.array_equal(frames[key], whole[key]), key
    for key in (True, 1.0, "a"):
        with pytest.raises(IndexError):
            frames[key]


def test_pairs_and_options_that_are_no_numbers_are_refused(full):
    c = np.asarray(full.ground_truth.C)
    with pytest.raises(ValueError, match="no indices"):
        ms.trace_pearson(c, c, [(0.9, 1)])
    with pytest.raises(ValueError, match="finite"):
        ms.preset("miniscope_v4", "ca1", duration_s=float("nan"))

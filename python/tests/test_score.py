import os
import re

import numpy as np
import pytest

import pyminisim as ms
from pyminisim import testing


@pytest.fixture(scope="module")
def bench(reference):
    return ms.Recording.load(os.path.join(reference, "recordings", "bench_ca1.zarr"))


def test_a_perfect_estimate_is_perfect(rec):
    gt = rec.ground_truth
    report = testing.score(testing.Estimate(gt.A_observed, gt.C, gt.S, name="mine"), rec)
    assert (report.recall, report.precision, report.f1, report.n_requested, report.n_detectable, report.n_true) == (1, 1, 1, 6, 6, 6)
    assert "mine" in report.summary() and "6 matched (iou ≥ 0.5)" in report.summary() and report.to_dict()["recall"] == 1


def test_missed_cells_are_told_with_their_causes(rec):
    gt = rec.ground_truth
    report = testing.score(testing.Estimate(gt.A_observed[[0, 2, 3, 5]]), rec)
    assert report.recall == pytest.approx(4 / 6) and [c["unit"] for c in report.missed] == [1, 4]
    table = report.cells
    assert list(np.asarray(table["unit"])) == list(range(6)) and list(np.asarray(table["verdict"])).count("found") == 4
    assert np.isfinite(np.asarray(table["snr"], float)).all() and (np.asarray(table["estimate"])[[1, 4]] == -1).all()
    assert sum(report.causes.values()) == 2
    assert table["found"].dtype == bool and list(np.asarray(table["cause"]))[0] == ""


def test_cells_are_a_dict_of_arrays_without_pandas(rec, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pandas", None)
    table = testing.score(testing.Estimate(rec.ground_truth.A_observed), rec).cells
    assert isinstance(table, dict) and table["trace_corr"].shape == (6,)


def test_bounds_say_what_can_be_reached(rec):
    gt = rec.ground_truth
    bounds = testing.score(testing.Estimate(gt.A_observed, gt.C), rec).bounds
    assert bounds["oracle"].shape == bounds["roi"].shape == gt.C.shape and (bounds["oracle_corr"] > 0.5).all()
    close = [np.corrcoef(bounds["oracle"][u], gt.C[u])[0, 1] for u in range(6)]
    assert np.allclose(close, bounds["oracle_corr"])


def test_the_page_stands_alone(rec, tmp_path):
    report = testing.score(testing.Estimate(rec.ground_truth.A_observed[:4], name="a <b>"), rec)
    path = report.to_html(tmp_path / "page.html", title="My pipeline")
    page = open(path, encoding="utf-8").read()
    assert "My pipeline" in page and "a &lt;b&gt;" in page and not re.search(r'(src|href)="http', page)
    assert report.to_html(title="My pipeline") == page


def test_results_of_pipelines_are_read_as_they_are(bench, reference):
    suite2p = testing.Estimate.load(os.path.join(reference, "estimates", "suite2p_0.14"), bench)
    report = testing.score(suite2p, bench, match_threshold=0.2)
    assert suite2p.format == "suite2p" and suite2p.A.shape[1:] == (160, 160) and suite2p.C.shape[1] == 800 and suite2p.shifts.shape == (800, 2)
    assert report.n_est == len(suite2p.A) and report.recall > 0.1 and report.shift_rmse < 1
    # Causes are named where many cells were found and many were not.
    named = {c["unit"]: c["causes"][0] for c in report.missed if c["causes"]}
    assert len(named) > 5 and all(c["weight"] > 0 and c["text"] for c in named.values())
    table = report.cells
    assert {u: c for u, c in zip(table["unit"], table["cause"]) if c} == {u: c["cause"] for u, c in named.items()}
    assert sum(report.causes.values()) == len(report.missed) and report.causes["unexplained"] == len(report.missed) - len(named)
    # The arrays alone say the same as the files.
    again = testing.score(testing.Estimate(suite2p.A, suite2p.C, suite2p.S, suite2p.shifts), bench, match_threshold=0.2)
    assert (again.recall, again.trace_corr, again.shift_rmse) == (report.recall, report.trace_corr, report.shift_rmse)
    accepted = testing.Estimate.load(os.path.join(reference, "estimates", "suite2p_0.14"), bench, accepted=True)
    assert len(accepted.A) < len(suite2p.A)
    with pytest.raises(ms.RecordingError, match="does not exist"):
        testing.Estimate.load("nowhere", bench)


def test_conventions_are_checked(rec):
    a = rec.ground_truth.A_observed
    for wrong in ({"match_metric": "dice"}, {"match_threshold": 2}, {"footprint_shift": "yes"}, {"footprint_shift": (1, 2, 3)}):
        with pytest.raises(ValueError):
            testing.score(testing.Estimate(a), rec, **wrong)
    with pytest.raises(ValueError, match="60 × 60"):
        testing.score(testing.Estimate(a[:, :60, :60]), rec)
    with pytest.raises(ValueError, match="C has"):
        testing.score(testing.Estimate(a, C=np.zeros((2, 40))), rec)
    with pytest.raises(TypeError, match="GroundTruth or a Recording"):
        testing.score(testing.Estimate(a), a)


def test_make_recording_is_a_fixture_that_never_changes():
    one, two = testing.make_recording(seed=3), testing.make_recording(seed=3)
    assert np.array_equal(one.observed, two.observed) and one.observed.shape == (40, 128, 128)
    assert one.ground_truth.n_units == 6 and one.ground_truth.detectable.all()
    assert not np.array_equal(testing.make_recording(seed=4).observed, one.observed)
    other = testing.make_recording(n_cells=9, n_px=96, pixel_size_um=2, duration_s=1, fps=30, depth_um=80, morphology="cytosolic", motion=True)
    assert other.observed.shape == (30, 96, 96) and other.ground_truth.n_units == 9 and other.ground_truth.shifts.shape == (30, 2)
    places = np.asarray(one.ground_truth.centers_um)
    apart = np.linalg.norm(places[:, None] - places[None], axis=2) + 1e9 * np.eye(6)
    assert apart.min() > 10 and np.abs(places[:, 1:]).max() < 60
    with pytest.raises(ValueError, match="do not fit"):
        testing.make_recording(n_cells=100, n_px=32)
    with pytest.raises(ms.SpecError):
        testing.make_recording(fps=-1)


def test_a_score_is_a_float_whatever_its_value(rec):
    gt = rec.ground_truth
    perfect = testing.score(testing.Estimate(gt.A_observed, gt.C, gt.S), rec)
    nothing = testing.score(testing.Estimate(np.zeros((1, 128, 128))), rec)
    for report in (perfect, nothing):
        for name in ("recall", "precision", "f1", "mean_overlap", "trace_corr", "activity_corr", "activity_variance_explained", "activity_scale", "match_threshold"):
            assert type(getattr(report, name)) is float, name
            assert report.to_dict()[name] is None or type(report.to_dict()[name]) is float, name
        for name in ("n_requested", "n_detectable", "n_true", "n_est", "n_matched"):
            assert type(getattr(report, name)) is int
    assert (perfect.recall, nothing.recall) == (1, 0) and '"recall": 1.0' in perfect.to_json()
    shifted = testing.score(testing.Estimate(gt.A_observed, shifts=np.zeros((40, 2))), ms.GroundTruth.from_arrays(gt.A_observed, shifts=np.zeros((40, 2))))
    assert type(shifted.shift_rmse) is float and shifted.shift_rmse == 0
    # The page's numbers as well, by what the schema says of them.
    details = perfect.details
    assert type(details["headline"]["recall"]) is float and type(details["headline"]["n_true"]) is int and all(type(v) is float for v in details["headline"]["intervals_95"]["recall"])
    assert all(type(c["similarity"]) is float for c in details["cells"])
    about = rec.spec.describe()
    assert type(about["fps"]) is float and type(about["pixel_size_um"]) is float and type(about["frames"]) is int and type(about["cells"]) is int


def test_a_recording_as_nwb_is_a_perfect_estimate_of_itself(tmp_path, rec):
    rec.save(tmp_path / "a.nwb")
    own = testing.Estimate.load(tmp_path / "a.nwb", rec)
    gt = rec.ground_truth
    assert np.array_equal(own.C, gt.C) and np.array_equal(own.S, gt.S)
    report = testing.score(own, rec)
    assert (report.recall, report.trace_corr, report.activity_corr) == (1, pytest.approx(1), pytest.approx(1))


@pytest.mark.parametrize("act, error, says", [
    (lambda a, c, rec: testing.score((a, c), rec), TypeError, "estimate is a tuple: name its parts, score(Estimate(A, C, S, shifts), truth)"),
    (lambda a, c, rec: testing.score(testing.Estimate(c, a), rec), ValueError, "they are exchanged, footprints come first: Estimate(A, C)"),
    (lambda a, c, rec: testing.score(c, rec), ValueError, "A has shape (6, 40): it must be (unit, height, width)"),
    (lambda a, c, rec: testing.score(testing.Estimate(a, C=a), rec), ValueError, "C has shape (6, 128, 128): it must be (unit, frame)"),
    (lambda a, c, rec: testing.score(testing.Estimate(a, c.T), rec), ValueError, "C has shape (40, 6)"),
    (lambda a, c, rec: testing.score(testing.Estimate(a, shifts=np.zeros(40)), rec), ValueError, "shifts has shape (40,): it must be (frame, dy and dx)"),
    (lambda a, c, rec: testing.score(np.moveaxis(np.asarray(a), 0, 2), rec), ValueError, "(height, width, unit)"),
    (lambda a, c, rec: testing.score(rec, a), TypeError, "the estimate comes first"),
    (lambda a, c, rec: testing.score("results.hdf5", rec), TypeError, "Estimate.load('results.hdf5', truth)"),
    (lambda a, c, rec: ms.trace_pearson(a, c, [(0, 0)]), ValueError, "C_est has shape (6, 128, 128): it must be (unit, frame)"),
    (lambda a, c, rec: ms.spike_events(c, c, [(0, 0)], 1.5), TypeError, "tolerance_frames = 1.5: must be a whole number"),
    (lambda a, c, rec: ms.footprint_mask(a, 0, rel="a"), TypeError, "rel = 'a': must be a number"),
    (lambda a, c, rec: rec.ground_truth["detectible"], KeyError, "the truth has no detectible: did you mean detectable?"),
    (lambda a, c, rec: rec.ground_truth.A_observd, AttributeError, "did you mean A_observed?"),
    (lambda a, c, rec: rec.stage("cells_olny"), KeyError, "no stage 'cells_olny': did you mean cells_only?"),
])
def test_what_was_exchanged_or_mistyped_is_told(act, error, says, rec):
    with pytest.raises(error) as caught:
        act(rec.ground_truth.A_observed, np.asarray(rec.ground_truth.C), rec)
    assert says in str(caught.value)

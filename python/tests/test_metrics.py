"""The metrics' numbers are those of the reference package."""
import numpy as np
import pytest

import pyminisim as ms
from pyminisim import testing

NEAR = 1e-9


def close(a, b):
    return np.testing.assert_allclose(a, b, rtol=NEAR, atol=NEAR, equal_nan=True)


# Several pixels of these symmetric footprints tie for the last place in a mask, and the reference takes them in its sort's order.
TIES = 0.05


def mask(footprint, share):
    """The fewest brightest pixels that hold a share of the sum; of equally bright ones the first."""
    values = np.clip(np.asarray(footprint, float).ravel(), 0, None)
    order = np.argsort(-values, kind="stable")
    result = np.zeros(values.size, bool)
    if values.sum() > 0:
        result[order[:np.searchsorted(np.cumsum(values[order]), share * values.sum() * (1 - 1e-12)) + 1]] = True
    return result


def check_iou(match, given, share, expected):
    """Against the definition to 1e-9, and against the reference as far as ties allow."""
    estimates = np.asarray(given["A_est"])
    dy, dx = match.shift
    moved = np.zeros_like(estimates)
    h, w = estimates.shape[1:]
    moved[:, max(dy, 0):h + min(dy, 0), max(dx, 0):w + min(dx, 0)] = estimates[:, max(-dy, 0):h + min(-dy, 0), max(-dx, 0):w + min(-dx, 0)]
    e, t = ([mask(f, share) for f in stack] for stack in (moved, given["A_true"]))
    close(match.similarity, np.reshape([[(a & b).sum() / max((a | b).sum(), 1) for b in t] for a in e], match.similarity.shape))
    np.testing.assert_allclose(match.similarity, np.reshape(expected, match.similarity.shape), atol=TIES)


def test_hungarian_match(cases):
    for given, expected in cases("metrics.json", "hungarian_match"):
        shift = given["shift"] if given["shift"] is None or isinstance(given["shift"], str) else tuple(given["shift"])
        match = ms.hungarian_match(given["A_est"], given["A_true"], metric=given["metric"], shift=shift)
        if given["metric"] == "iou":
            check_iou(match, given, 0.9, expected["similarity"])
            # From here on the reference's own choice among equal pixels, so that the rest is compared exactly.
            match = ms.Match(np.asarray(expected["similarity"], float).reshape(match.similarity.shape), match.pairing, match.shift)
        else:
            close(match.similarity, expected["similarity"])
        assert match.pairing == [tuple(p) for p in expected["pairing"]] and list(match.shift) == expected["shift"]
        assert (match.n_est, match.n_true) == (expected["n_est"], expected["n_true"])
        assert match.mean_similarity == pytest.approx(expected["mean_similarity"], abs=1e-7 if given["metric"] == "iou" else NEAR)
        close([match.recall(), match.precision(0.5), match.recall(0.8)], [expected["recall_0.5"], expected["precision_0.5"], expected["recall_0.8"]])


def test_hungarian_match_at_another_energy(cases):
    for given, expected in cases("metrics.json", "hungarian_match(energy_frac)"):
        match = ms.hungarian_match(given["A_est"], given["A_true"], energy_frac=given["energy_frac"])
        check_iou(match, given, given["energy_frac"], expected["similarity"])
        assert match.pairing == [tuple(p) for p in expected["pairing"]]


def test_trace_pearson(cases):
    for given, expected in cases("metrics.json", "trace_pearson"):
        close(ms.trace_pearson(given["C_est"], given["C_true"], given["pairing"]), expected)


def test_activity_similarity(cases):
    for given, expected in cases("metrics.json", "activity_similarity"):
        found = ms.activity_similarity(given["S_est"], given["S_true"], given["pairing"])
        for name in ("correlation", "scale", "variance_explained"):
            close(getattr(found, name), expected[name])


def test_shift_rmse(cases):
    for given, expected in cases("metrics.json", "shift_rmse"):
        close(ms.shift_rmse(given["shifts_est"], given["shifts_true"], correction=given["correction"], align=given["align"]), expected)


def test_global_shift_from_trajectories(cases):
    for given, expected in cases("metrics.json", "global_shift_from_trajectories"):
        assert list(ms.global_shift_from_trajectories(given["shifts_est"], given["shifts_true"], correction=given["correction"])) == expected


def test_field_pearson(cases):
    for given, expected in cases("metrics.json", "field_pearson"):
        close(ms.field_pearson(given["est"], given["true"]), expected)


def test_footprint_mask(cases):
    for given, expected in cases("metrics.json", "footprint_mask"):
        assert np.array_equal(ms.footprint_mask(given["A"], given["unit"], rel=given["rel"]), expected)
        assert np.array_equal(ms.footprint_mask(given["A"][given["unit"]], rel=given["rel"]), expected)


def test_footprint_roi_trace(cases):
    for given, expected in cases("metrics.json", "footprint_roi_trace"):
        if isinstance(given["A"], str):
            close(ms.footprint_roi_trace(given["movie"], np.zeros(given["movie"].shape[1:])), expected)
        else:
            close(ms.footprint_roi_trace(given["movie"], given["A"], given["unit"], rel=given["rel"]), expected)


def test_score(cases):
    for given, expected in cases("metrics.json", "testing.score"):
        truth = ms.GroundTruth.from_arrays(given["A_true(observed)"], detectable=given["detectable"], C=given["C_true"], S=given["S_true"], shifts=given["shifts_true"])
        parts = {"full": ("C", "S", "shifts"), "A+C": ("C",), "A only": ()}[given["estimate"]]
        estimate = testing.Estimate(given["A_est"], **{p: given[p + "_est"] for p in parts})
        report = testing.score(estimate, truth, **given["kwargs"])
        for name, value in expected.items():
            mine = getattr(report, name)
            if isinstance(value, str) or value is None:
                assert mine == value, name
            elif isinstance(value, list):
                assert list(mine) == value, name
            else:
                if report.match_metric == "iou" and name in ("n_matched", "recall", "precision", "f1"):
                    # A pair at the threshold is on either side of it as ties go.
                    assert abs(report.n_matched - expected["n_matched"]) <= 1
                    close([report.recall, report.precision], [report.n_matched / report.n_true, report.n_matched / report.n_est])
                    continue
                near = TIES if name == "mean_overlap" and report.match_metric == "iou" else NEAR
                np.testing.assert_allclose(mine, value, rtol=NEAR, atol=near, equal_nan=True, err_msg=name)


def test_any_part_may_be_missing(rec):
    gt = rec.ground_truth
    for parts in ({}, {"C": gt.C}, {"S": gt.S}, {"shifts": np.zeros((40, 2))}, {"C": gt.C, "S": gt.S}):
        report = testing.score(testing.Estimate(gt.A_observed, **parts), rec)
        assert report.recall == 1 and (report.trace_corr == pytest.approx(1)) == ("C" in parts) and (report.activity_corr == pytest.approx(1)) == ("S" in parts)
        assert report.shift_rmse is None


def test_half_a_pixel_goes_to_the_even_one(rec):
    a = rec.ground_truth.A_observed
    for shift, whole in (((0.5, 1.5), (0, 2)), ((2.5, -0.5), (2, 0)), ((-1.5, 0.4), (-2, 0))):
        assert testing.score(testing.Estimate(a), rec, footprint_shift=shift).footprint_shift == whole
        assert ms.hungarian_match(a, a, shift=shift).shift == whole


def test_pixels_of_a_sparse_estimate_in_either_order(rec):
    sparse = pytest.importorskip("scipy.sparse")
    a = np.asarray(rec.ground_truth.A_observed)
    rows = sparse.csc_matrix(a.reshape(len(a), -1).T)
    columns = sparse.csr_matrix(a.transpose(0, 2, 1).reshape(len(a), -1).T)
    for estimate in (testing.Estimate(rows), testing.Estimate(columns, order="F", shape=(128, 128))):
        assert testing.score(estimate, rec).mean_overlap == 1
    with pytest.raises(ValueError, match="rows must be"):
        testing.score(testing.Estimate(rows[:-1]), rec)


def test_spike_events(rec):
    s = rec.ground_truth.S
    true, estimated, matched = ms.spike_events(s, s, [(0, 0), (1, 1)])
    assert true >= matched > 0 and estimated >= matched
    assert ms.spike_events(s, s, []) == (0, 0, 0)


def test_activity_agrees_with_itself_and_either_may_be_the_truth():
    # Counts of spikes up to 9 a frame, beside which a quarter of the scale hides the single ones; and rates on any scale.
    rng = np.random.default_rng(4)
    counts = rng.poisson(rng.choice([0, 0.05, 4], (3, 400), p=[0.6, 0.3, 0.1]))
    rates = np.maximum(rng.normal(0, 1, (3, 400)), 0) ** 3
    every = [(i, i) for i in range(3)]
    runs = int(((counts > 0) & (np.pad(counts, ((0, 0), (1, 0)))[:, :-1] == 0)).sum())
    assert ms.spike_events(counts, counts, every) == (runs, runs, runs)
    for same in (rates, 0.01 * rates, counts * 0.3):
        true, estimated, matched = ms.spike_events(same, same, every)
        assert true == estimated == matched > 10
    for tolerance in (0, 2):
        true, estimated, matched = ms.spike_events(rates, counts, every, tolerance)
        assert ms.spike_events(counts, rates, every, tolerance) == (estimated, true, matched) and true == runs
    # The scale of a rate says nothing.
    assert ms.spike_events(rates, counts, every) == ms.spike_events(1e3 * rates, counts, every)

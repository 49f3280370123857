import os

import numpy as np
import pytest

import pyminisim as ms
from pyminisim import testing


def test_a_recording_is_simulated_once_and_read_from_then_on(tmp_path, monkeypatch):
    spec = testing.make_spec(n_px=32, n_cells=1, duration_s=0.5)
    monkeypatch.setenv("MINISIM_CACHE", str(tmp_path / "cache"))
    assert ms.cache_dir() == str(tmp_path / "cache")
    first = ms.simulate_cached(spec, progress=False)
    kept = tmp_path / "cache" / (spec.cache_key() + ".zarr")
    before = os.stat(kept).st_mtime_ns
    second = ms.simulate_cached(spec, progress=False)
    assert os.stat(kept).st_mtime_ns == before and second.observed.dtype == first.observed.dtype == np.uint8
    assert np.array_equal(first.observed, second.observed) and np.array_equal(first.ground_truth.C, second.ground_truth.C)
    # What is damaged is told, neither believed nor deleted.
    (kept / "spec.json").write_text("{")
    with pytest.raises(ms.RecordingError, match="spec.json"):
        ms.simulate_cached(spec, progress=False)
    assert kept.exists()


def _rows(table):
    return table.to_dict("records") if hasattr(table, "to_dict") else table


def test_a_sweep_is_a_table_of_all_combinations():
    spec = testing.make_spec(n_px=48, n_cells=1, duration_s=1)
    rows = _rows(ms.sweep(spec, {"steps.sensor.photons_per_unit": [10, 200], "seed": range(3)},
                          lambda rec: {"mean": float(rec.observed.mean()), "key": rec.spec.cache_key()}))
    assert [(r["photons_per_unit"], r["seed"]) for r in rows] == [(p, s) for p in (10, 200) for s in range(3)]
    assert len({r["key"] for r in rows}) == 6 and max(r["mean"] for r in rows[:3]) < min(r["mean"] for r in rows[3:])
    scores = _rows(ms.sweep(spec, {"seed": [1]}, lambda rec: testing.score(testing.Estimate(rec.ground_truth.A_observed), rec)))
    assert scores[0]["recall"] == 1 and scores[0]["seed"] == 1
    assert _rows(ms.sweep(spec, {"seed": [1, 2]}, lambda rec: rec.shape[0]))[1]["result"] == 20


def test_a_sweep_with_a_wrong_value_simulates_nothing():
    ran = []
    with pytest.raises(ms.SpecError, match="photons_per_unit"):
        ms.sweep(testing.make_spec(), {"steps.sensor.photons_per_unit": [1, -1]}, ran.append)
    assert ran == []

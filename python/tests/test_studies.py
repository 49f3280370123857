import datetime
import json
import os
import pickle

import numpy as np
import pytest

import pyminisim as ms
from pyminisim import testing


def test_a_recording_is_simulated_once_and_read_from_then_on(tmp_path, monkeypatch):
    spec = testing.make_spec(n_px=32, n_cells=1, duration_s=0.5)
    monkeypatch.setenv("MINISIM_CACHE", str(tmp_path / "cache"))
    assert ms.cache_dir() == str(tmp_path / "cache")
    assert len(ms.cache_list()) == 0
    first = ms.simulate_cached(spec, progress=False)
    kept = tmp_path / "cache" / (spec.cache_key() + ".zarr")
    before = os.stat(kept / "spec.json").st_mtime_ns  # the folder's own time says when it was last used
    second = ms.simulate_cached(spec, progress=False)
    assert os.stat(kept / "spec.json").st_mtime_ns == before and second.observed.dtype == first.observed.dtype == np.uint8
    assert np.array_equal(first.observed, second.observed) and np.array_equal(first.ground_truth.C, second.ground_truth.C)
    assert second.dtype == np.uint8 and np.array_equal(second.frames[3:7], first.observed[3:7]) and second.frames[5].dtype == np.uint8
    assert pickle.loads(pickle.dumps(second)).observed.dtype == np.uint8
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


def test_a_sweep_tells_every_problem_before_it_simulates_and_gives_its_specs():
    base = testing.make_spec()
    with pytest.raises(ms.SpecError) as e:
        ms.sweep_specs(base, {"seed": [1, -1], "steps.sensor.photons_per_unit": [5, -5]})
    assert len(e.value.problems) == 4 and "seed=-1, steps.sensor.photons_per_unit=-5" in str(e.value)
    found = ms.sweep_specs(base, {"acquisition.optics.na": {"linspace": [0.2, 0.5, 4]}, "seed": np.arange(2)})
    assert [v for v, _ in found] == [{"acquisition.optics.na": na, "seed": s} for na in (0.2, 0.3, 0.4, 0.5) for s in (0, 1)]
    assert all(spec["acquisition.optics.na"] == v["acquisition.optics.na"] and spec.seed == v["seed"] for v, spec in found)


def test_the_cache_is_listed_and_pruned(tmp_path):
    spec, root = testing.make_spec(n_px=32, n_cells=1, duration_s=0.5), tmp_path / "cache"
    path = ms.cache_path(spec, "npy", root=root, progress=False)
    assert np.array_equal(np.load(path), ms.simulate_cached(spec, root=root, progress=False).observed)
    rows = _rows(ms.cache_list(root))
    assert sorted(r["format"] for r in rows) == ["npy", "zarr"] and {r["key"] for r in rows} == {spec.cache_key()} and all(r["bytes"] > 0 for r in rows)
    assert len(ms.cache_prune(older_than=datetime.timedelta(days=1), root=root)) == 0
    assert len(ms.cache_prune(max_size=0, root=root)) == 2 and len(ms.cache_list(root)) == 0
    for wrong in ({}, {"older_than": -1}, {"max_size": -1}, {"older_than": float("nan")}):
        with pytest.raises(ValueError):
            ms.cache_prune(root=root, **wrong)


def _study(spec, **more):
    return {"base": spec, "axes": {"seed": [1, 2], "steps.sensor.photons_per_unit": {"logspace": [10, 1000, 3]}},
            "pipelines": {"oracle": {"builtin": "oracle"}, "mean": {"builtin": "roi_mean"}}, "score": {"all_cells": True}, **more}


def test_a_study_runs_what_is_missing_and_is_a_table(tmp_path):
    study = ms.Study(_study(testing.make_spec(n_px=48, n_cells=2, duration_s=1)))
    assert study.plan()["units"] == 12 and study.plan()["recordings"] == 6 and "12 units" in repr(study)
    told = []
    results = study.run(tmp_path / "out", jobs=2, cache=tmp_path / "cache", progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (12, 12)
    assert results.status()["done"] == 12 and results.status()["failures"] == [] and "12 of 12" in repr(results)
    rows = _rows(results.table)
    assert len(rows) == 12 and all(r["recall"] == 1 for r in rows if r["pipeline"] == "oracle" and r["steps.sensor.photons_per_unit"] == 1000)
    assert all(np.isnan(r["peak_memory_mb"]) and r["message"] is None for r in rows)
    assert [(r["seed"], r["steps.sensor.photons_per_unit"]) for r in rows[::2]] == [(s, p) for s in (1, 2) for p in (10, 100, 1000)]
    written = results.report(html=tmp_path / "page.html", figures=tmp_path / "figures")
    assert all(os.path.getsize(f) > 0 for f in written) and any(f.endswith("results.csv") for f in written) and any(f.endswith(".png") for f in written)
    with open(tmp_path / "out" / "results.csv", encoding="utf-8") as file:
        before = file.read()
    assert len(before.splitlines()) == 13
    again = pickle.loads(pickle.dumps(study)).run(tmp_path / "out", cache=tmp_path / "cache", progress=False)
    again.report()
    with open(tmp_path / "out" / "results.csv", encoding="utf-8") as file:
        assert file.read() == before  # times too: nothing was done again


def test_a_study_with_a_program_fails_unit_by_unit_and_tells_why(tmp_path):
    (tmp_path / "mine.sh").write_text('echo "seed $1"\n[ "$1" = 1 ] && exit 3\ncp "$2" "$3.npz"\n')
    np.savez(tmp_path / "est.npz", A=np.ones((1, 48, 48)))
    definition = _study(testing.make_spec(n_px=48, n_cells=2, duration_s=1).model_dump(), axes={"seed": [1, 2]},
                        pipelines={"mine": {"command": ["sh", "mine.sh", "{seed}", "est.npz", "{out}"]}})
    with open(tmp_path / "study.json", "w") as file:
        json.dump(definition, file)
    results = ms.Study(tmp_path / "study.json").run(tmp_path / "out", cache=tmp_path / "cache", progress=False)
    status = results.status()
    assert (status["done"], status["failed"]) == (1, 1) and "seed 1" in status["failures"][0]["last_lines"]
    assert [r["status"] for r in _rows(results.table)] == ["failed", "done"]


def test_a_wrong_study_is_one_error_with_every_problem(tmp_path):
    with pytest.raises(ms.SpecError) as e:
        ms.Study({"base": testing.make_spec(), "axes": {"seed": []}, "pipelines": {"a": {"builtin": "magic"}}})
    assert {"axes.seed", "pipelines.a.builtin"} <= {p.path for p in e.value.problems}
    with pytest.raises(ms.SpecError, match="seed=-1"):
        ms.Study(_study(testing.make_spec(), axes={"seed": [1, -1]})).run(tmp_path / "out", progress=False)
    with pytest.raises(ms.SpecError, match="no folder of a study"):
        ms.StudyResults(tmp_path)
    assert ms.study_schema()["title"] == "Minisim study"


def test_ctrl_c_stops_a_study_and_what_is_done_stays(tmp_path):
    study = ms.Study(_study(testing.make_spec(n_px=64, n_cells=3, duration_s=2), axes={"seed": {"range": [40]}}, pages=False))

    def stop(done, total):
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study.run(tmp_path / "out", jobs=1, cache=tmp_path / "cache", progress=stop)
    results = study.run(tmp_path / "out", jobs=2, cache=tmp_path / "cache", progress=False)
    assert results.status()["done"] == 80 and len(_rows(results.table)) == 80


def test_a_report_replaces_its_own_files_and_others_when_told(tmp_path, s1):
    study = ms.Study({"base": s1, "axes": {"seed": [1, 2]}, "pipelines": {"oracle": {"builtin": "oracle"}}})
    results = study.run(tmp_path / "study", jobs=1, cache=tmp_path / "cache", progress=False)
    page, figures = tmp_path / "page.html", tmp_path / "figures"
    for _ in range(2):
        own = results.report(html=True, figures=True)
        assert str(tmp_path / "study" / "report.html") in own and str(tmp_path / "study" / "figures" / "along_seed.png") in own
    assert str(page) in results.report(html=page, figures=figures)
    page.write_text("mine")
    for again in ({"html": page}, {"figures": figures}):
        with pytest.raises(ms.RecordingError, match="exists already.*overwrite=True"):
            results.report(**again)
    assert page.read_text() == "mine"
    results.report(html=page, figures=figures, overwrite=True)
    assert page.read_text() != "mine"
    table = results.table
    rows = table if isinstance(table, list) else table.to_dict("records")
    assert all(isinstance(r["recall"], float) and isinstance(r["n_true"], int) for r in rows)

"""The examples run as they are, the notebooks as well."""
import json
import os
import shutil
import subprocess
import sys

import pytest

import pyminisim
from conftest import ROOT

EXAMPLES = os.path.join(ROOT, "python", "examples")
SITE = os.path.dirname(os.path.dirname(os.path.abspath(pyminisim.__file__)))


def run(folder, *arguments):
    # Some of the kernels that notebooks run in know nothing of the environment that this is.
    done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": SITE})
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout


def test_first_recording(tmp_path):
    text = run(tmp_path, os.path.join(EXAMPLES, "first_recording.py"))
    assert "cells can be found" in text and {"first.zarr", "first.npy", "first.png"} <= set(os.listdir(tmp_path))


def test_fixture_for_my_pipeline(tmp_path):
    shutil.copy(os.path.join(EXAMPLES, "test_my_pipeline.py"), tmp_path)
    assert "1 passed" in run(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider")


def test_score_of_a_pipelines_results(tmp_path, reference):
    text = run(tmp_path, os.path.join(EXAMPLES, "score_results.py"), os.path.join(reference, "recordings", "bench_ca1.zarr"), os.path.join(reference, "estimates", "suite2p_0.14"))
    assert "why cells were missed" in text and os.path.exists(tmp_path / "score.html")


def test_sweep(tmp_path):
    assert "detectable" in run(tmp_path, os.path.join(EXAMPLES, "sweep.py"))


def test_frames_on_demand(tmp_path):
    assert "156 GB if it were in memory" in run(tmp_path, os.path.join(EXAMPLES, "frames_on_demand.py"))


NOTEBOOKS = ["anatomy.ipynb", "demixing.ipynb", "metrics.ipynb"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebooks_run(name, tmp_path):
    for module in ("nbconvert", "ipykernel", "matplotlib"):
        pytest.importorskip(module)
    run(tmp_path, "-m", "nbconvert", "--to", "notebook", "--execute", "--output-dir", str(tmp_path), os.path.join(EXAMPLES, name))
    with open(tmp_path / name, encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    outputs = [o for c in cells if c["cell_type"] == "code" for o in c["outputs"]]
    assert sum("image/png" in o.get("data", {}) for o in outputs) >= 2 and not [o for o in outputs if o["output_type"] == "error"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebooks_are_kept_without_outputs(name):
    with open(os.path.join(EXAMPLES, name), encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    assert [c for c in cells if c["cell_type"] == "code" and (c["outputs"] or c["execution_count"])] == []


def test_things_look_like_something_in_a_notebook(rec):
    import html.parser

    from pyminisim import testing

    report = testing.score(testing.Estimate(rec.ground_truth.A_observed[:4]), rec)
    for thing, words in ((rec, "data:image/png;base64"), (rec.spec, "cache key"), (rec.ground_truth, "6 detectable"), (report, "recall"), (rec.spec.acquisition.optics, "525.0 nm")):
        text = thing._repr_html_()
        assert words in text
        html.parser.HTMLParser().feed(text)


def test_the_readmes_program_runs(tmp_path):
    import re

    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        program = next(b for b in re.findall(r"```python\n(.*?)```", file.read(), re.S) if "pyminisim" in b)
    assert "recall" in run(tmp_path, "-c", program)

"""Tests of the installed wheel: ``python3 -m pytest python/tests``."""
import json
import os
import zipfile

import numpy as np
import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Everything at full length; else what takes minutes runs in a reduced form.
FULL = os.environ.get("MINISIM_TESTS") == "full"

pytest_plugins = ["pytester"]


def pytest_addoption(parser):
    parser.addoption("--without", default="", help="act as if these modules were not installed, e.g. scipy,pandas")


def pytest_configure(config):
    import sys

    for name in filter(None, config.getoption("--without").split(",")):
        sys.modules[name] = None


@pytest.fixture(scope="session")
def reference(tmp_path_factory):
    """The folder of reference numbers: MINISIM_REFERENCE, or the project's own."""
    named = os.environ.get("MINISIM_REFERENCE")
    if named:
        return named
    folder = tmp_path_factory.mktemp("reference")
    for name in ("reference.zip", "estimates.zip"):
        with zipfile.ZipFile(os.path.join(ROOT, "tests", "reference", name)) as archive:
            archive.extractall(folder)
    return str(folder)


@pytest.fixture(scope="session")
def cases(reference):
    """Reference cases of a file: a function of (file, function), with arrays in place of their descriptions."""

    def find(file, function):
        with open(os.path.join(reference, "vectors", file)) as text:
            found = [c for c in json.load(text)["cases"] if c["fn"] == function]
        assert found, "no case of %s" % function
        return [(_values(c["in"], reference), _values(c["out"], reference)) for c in found]

    return find


def _values(value, reference):
    if isinstance(value, dict):
        if "npy" in value and "dtype" in value:
            return np.load(os.path.join(reference, "vectors", value["npy"]))
        if "data" in value and "dtype" in value:
            return np.array([_values(v, reference) for v in value["data"]], value["dtype"]).reshape(value["shape"])
        return {k: _values(v, reference) for k, v in value.items()}
    if isinstance(value, list):
        return [_values(v, reference) for v in value]
    if isinstance(value, str):
        if value in ("NaN", "Infinity", "-Infinity"):
            return float(value.replace("Infinity", "inf"))
        if value.endswith(".npy"):
            return np.load(os.path.join(reference, "vectors", value))
    return value


def spec_file(name):
    return os.path.join(ROOT, "samples", "specs", name + ".json")


@pytest.fixture(scope="session")
def s1():
    import pyminisim as ms

    return ms.Spec.load(spec_file("S1"))


@pytest.fixture(scope="session")
def rec(s1):
    import pyminisim as ms

    return ms.simulate(s1, progress=False)

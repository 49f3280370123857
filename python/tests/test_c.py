"""The C interface by a program in C."""
import os
import re
import shutil
import subprocess

import pytest

import pyminisim
from pyminisim import _native
from conftest import FULL, ROOT

SOURCE = os.path.join(ROOT, "tests", "native", "abi.c")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    if not shutil.which("gcc"):
        pytest.skip("no gcc")
    include = os.path.join(os.path.dirname(pyminisim.__file__), "include")
    if not os.path.exists(include):
        include = os.path.join(ROOT, "src", "Minisim.Native")
    path = tmp_path_factory.mktemp("c") / "abi"
    subprocess.run(["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I", include, SOURCE, os.path.abspath(_native.path()), "-lpthread", "-o", str(path)], check=True)
    return path


def environment():
    folder = os.path.dirname(os.path.abspath(_native.path()))
    return {**os.environ, "LD_LIBRARY_PATH": folder, "MINISIM_COMPANIONS": folder}


def test_every_call_of_the_header_is_used():
    with open(SOURCE) as text:
        program = text.read()
    from pyminisim import _calls

    calls = [name for name, _ in _calls.CALLS] + ["minisim_abi_version", "minisim_free"]
    assert len(calls) > 40 and [c for c in calls if not re.search(r"\b%s\(" % c, program)] == []


def test_the_program_finds_everything_right_and_leaves_nothing_open(program, tmp_path):
    done = subprocess.run([program, tmp_path], env=environment(), capture_output=True, text=True)
    assert (done.stdout, done.stderr, done.returncode) == ("ok\n", "", 0)


@pytest.mark.skipif(not FULL, reason="takes a minute: MINISIM_TESTS=full")
def test_valgrind_finds_no_leak(program, tmp_path):
    if not shutil.which("valgrind"):
        pytest.skip("no valgrind")
    # The collector reserves more than valgrind can give unless it is told how much it will need.
    done = subprocess.run(["valgrind", "--leak-check=full", "--errors-for-leak-kinds=definite", "--error-exitcode=9", "-q", program, tmp_path],
                          env={**environment(), "DOTNET_GCHeapHardLimit": "0x8000000"}, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0 and done.stdout == "ok\n", done.stderr[-3000:]


def _blocks(language):
    with open(os.path.join(ROOT, "docs", "other-languages.md"), encoding="utf-8") as text:
        return re.findall(r"```%s\n(.*?)```" % language, text.read(), re.S)


def test_the_example_in_the_docs_runs(tmp_path):
    if not shutil.which("gcc"):
        pytest.skip("no gcc")
    folder = os.path.dirname(os.path.abspath(_native.path()))
    include = os.path.join(os.path.dirname(folder), "include")
    (tmp_path / "example.c").write_text(_blocks("c")[0], encoding="utf-8")
    subprocess.run(["gcc", "example.c", "-Wall", "-Werror", "-I", include if os.path.exists(include) else os.path.join(ROOT, "src", "Minisim.Native"), "-L", folder, "-lminisim", "-Wl,-rpath," + folder, "-o", "example"],
                   cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / "example"], capture_output=True, text=True)
    assert done.returncode == 0 and re.search(r"\d+ cells, 40 frames", done.stdout), done.stderr


def test_octave_reads_a_recording_of_the_command(tmp_path, s1):
    if not shutil.which("octave-cli"):
        pytest.skip("no octave")
    from pyminisim import _command

    command = os.environ.get("MINISIM_NATIVE") or _command.path()
    if not os.path.exists(command):
        pytest.skip("the wheel holds no command")
    s1.save(tmp_path / "spec.json")
    script = _blocks("octave")[0].replace("minisim simulate", command + " simulate")
    done = subprocess.run(["octave-cli", "--norc", "--eval", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0 and "128 x 128, 40 frames, 6 cells" in done.stdout, done.stdout + done.stderr

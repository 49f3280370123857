#!/usr/bin/env python3
"""What the Python package costs beside the engine: import, a first fixture, S1 and S4 in memory. Medians of fresh processes, or their least.

    bench/python.py --command PATH/minisim [--runs 7]      # with pyminisim installed, or PYTHONPATH and MINISIM_LIBRARY set
"""
import argparse, json, os, re, statistics, subprocess, sys

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--command", required=True, help="the native command, built for the same register level as the library")
parser.add_argument("--runs", type=int, default=7)
parser.add_argument("--least", action="store_true", help="the least of the runs instead of their median, for a machine that others keep busy")
options = parser.parse_args()
of = min if options.least else statistics.median
root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
spec = lambda name: os.path.join(root, "samples", "specs", name + ".json")


def fresh(code, *arguments):
    """Numbers that a fresh process prints, by --least or in the median of the runs."""
    rows = [json.loads(subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True).stdout) for _ in range(options.runs)]
    return {k: of(r[k] for r in rows) for k in rows[0]}


FIXTURE = """
import json, sys, time
a = time.perf_counter(); import numpy
b = time.perf_counter(); import pyminisim
c = time.perf_counter(); from pyminisim.testing import make_recording
d = time.perf_counter(); make_recording()
e = time.perf_counter(); make_recording()
f = time.perf_counter(); make_recording(seed=2)
g = time.perf_counter()
print(json.dumps({"numpy": b - a, "import": c - b, "testing": d - c, "first": e - d, "second": f - e, "third": g - f}))
"""
f = fresh(FIXTURE)
ms = lambda s: "%.1f ms" % (1000 * s)
print("import pyminisim: %s (NumPy before it: %s); import pyminisim.testing: %s" % (ms(f["import"]), ms(f["numpy"]), ms(f["testing"])))
print("make_recording() in a fresh process: after that: the first %s, the second %s, another seed %s" % (ms(f["first"]), ms(f["second"]), ms(f["third"])))

OVERHEAD = """
import ctypes, json, sys, time
import numpy as np
import pyminisim as ms
from pyminisim import _calls, _native
spec = ms.Spec.load(sys.argv[1])
def library(threads):
    scene, movie = ctypes.c_uint64(), np.empty(shape, np.uint8)
    run = _calls.Run(threads, 0, 0, None, None)
    _native.call("compile", spec.handle, None, ctypes.byref(run), ctypes.byref(scene))
    names, targets, sizes = (ctypes.c_char_p * 1)(None), (ctypes.c_void_p * 1)(movie.ctypes.data), (ctypes.c_int64 * 1)(movie.nbytes)
    _native.call("scene_render", scene, 1, names, targets, ctypes.addressof(sizes), ctypes.byref(run))
    _native.call("close", scene)
shape = ms.simulate(spec, progress=False).observed.shape
least = {}
# By turns, and of each the least: the machine is not the same from one moment to the next, and waiting for a processor is no cost of Python's.
for _ in range(200):
    for name, act in (("package", lambda: ms.simulate(spec, threads=1, progress=False)), ("library", lambda: library(1)), ("package_all", lambda: ms.simulate(spec, progress=False)), ("library_all", lambda: library(0))):
        a = time.perf_counter(); act(); b = time.perf_counter()
        least[name] = min(b - a, least.get(name, 9))
print(json.dumps(least))
"""
o = fresh(OVERHEAD, spec("S1"))
for threads, s in (("one thread", ""), ("all threads", "_all")):
    print("S1 in memory, warm, %s: simulate() %s, the two calls of the library alone %s: %s more" % (threads, ms(o["package" + s]), ms(o["library" + s]), ms(o["package" + s] - o["library" + s])))

WHOLE = """
import json, sys, time
import pyminisim as ms
spec = ms.Spec.load(sys.argv[1])
a = time.perf_counter(); ms.simulate(spec, progress=False).observed
print(json.dumps({"s": time.perf_counter() - a}))
"""
python, command = [], []
for _ in range(max(3, options.runs // 2)):
    # By turns: the machine is not the same from one minute to the next.
    python.append(json.loads(subprocess.run([sys.executable, "-c", WHOLE, spec("S4")], check=True, capture_output=True, text=True).stdout)["s"])
    said = subprocess.run([options.command, "bench", spec("S4"), "--whole"], check=True, capture_output=True, text=True).stdout
    command.append(float(re.search(r" in ([\d.]+) s\b", said).group(1)))
p, c = of(python), of(command)
print("S4 in memory: simulate() %.2f s, minisim bench --whole %.2f s: %+.1f %%; each run %s and %s" % (p, c, 100 * (p / c - 1), " ".join("%.2f" % v for v in python), " ".join("%.2f" % v for v in command)))

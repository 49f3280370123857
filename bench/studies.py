#!/usr/bin/env python3
"""What a study costs beside its work: bookkeeping of 1,000 short units, and looking at one of 20,000.

    bench/studies.py --command ~/minisim/minisim
"""
import argparse, csv, json, os, resource, shutil, subprocess, sys, tempfile, time, zipfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--command", nargs="+", required=True, help="the command to measure")
parser.add_argument("--units", type=int, default=1000)
parser.add_argument("--large", type=int, default=20_000)
options = parser.parse_args()
root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
folder = tempfile.mkdtemp(prefix="minisim-bench-")
seconds = lambda start: time.perf_counter() - start


def run(*arguments):
    """Runs the command; wall time and peak memory in MB."""
    start = time.perf_counter()
    process = subprocess.Popen([*options.command, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(arguments)}: exit {status >> 8}")
    return seconds(start), usage.ru_maxrss / 1024


# One square cell, as a pipeline might write it.
height = width = 128
cells = bytearray(8 * height * width)
for r in range(40, 50):
    for c in range(40, 50):
        cells[8 * (r * width + c):8 * (r * width + c) + 8] = b"\0\0\0\0\0\0\xf0?"
head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': (1, {height}, {width}), }}".ljust(117) + "\n"
with zipfile.ZipFile(os.path.join(folder, "est.npz"), "w") as archive:
    archive.writestr("A.npy", b"\x93NUMPY\x01\x00v\x00" + head.encode() + bytes(cells))


def study(units):
    return {"base": os.path.join(root, "samples", "specs", "S1.json"), "axes": {"seed": [1, 2]}, "pages": False, "keep": "scores",
            "pipelines": {"copy": {"command": ["cp", "est.npz", "{out}"], "params": {"n": {"range": [units // 2]}}}}}


path, out, cache = (os.path.join(folder, n) for n in ("study.json", "out", "cache"))
json.dump(study(options.units), open(path, "w"))
wall, peak = run("study", "run", path, "-o", out, "--cache", cache, "--jobs", "2", "--quiet")
rows = list(csv.DictReader(open(os.path.join(out, "results.csv"))))
assert len(rows) == options.units and all(r["status"] == "done" for r in rows)
work = sum(float(r["pipeline_s"]) + float(r["score_s"]) for r in rows) + sum({r["seed"]: float(r["simulate_s"]) for r in rows}.values())
print(f"{options.units} units, 2 jobs: {wall:.1f} s, {wall / options.units * 1000:.1f} ms a unit; programs, scores and simulation {work:.1f} s together, "
      f"so that at most {max(0, 2 * wall - work) / options.units * 1000:.1f} ms a unit are bookkeeping; peak {peak:.0f} MB")
wall, _ = run("study", "run", path, "-o", out, "--cache", cache, "--quiet")
print(f"the same again, nothing to do: {wall:.2f} s")

# A study of 20,000 units whose journal is the first one's record over and over.
json.dump(study(options.large), open(path, "w"))
record = json.loads(next(open(next(e.path for e in os.scandir(os.path.join(out, "journal")) if e.name.endswith(".jsonl")))))
record.pop("table", None)
large = os.path.join(folder, "large")
planner = subprocess.Popen([*options.command, "study", "run", path, "-o", large, "--cache", cache, "--quiet"], stderr=subprocess.DEVNULL)
while not os.path.exists(os.path.join(large, "plan.jsonl")):
    time.sleep(0.05)
planner.terminate()
planner.wait()
shutil.rmtree(os.path.join(large, "journal"), ignore_errors=True)
os.makedirs(os.path.join(large, "journal"))
keys = [json.loads(line)[0] for line in list(open(os.path.join(large, "plan.jsonl")))[3:]]
with open(os.path.join(large, "journal", "a.jsonl"), "w") as journal:
    for k, key in enumerate(keys):
        record["unit"] = key
        record["pipeline_s"] = 0.001 * (k % 97)
        journal.write(json.dumps(record, separators=(",", ":")) + "\n")
for what in (["study", "validate", path], ["study", "status", large], ["study", "report", large, "--html"], ["study", "report", large, "--png"]):
    wall, peak = run(*what)
    print(f"{options.large} units, {' '.join(what[:2] + what[3:])}: {wall:.2f} s, peak {peak:.0f} MB")
shutil.rmtree(folder)

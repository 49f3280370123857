#!/usr/bin/env python3
"""Simulates a study on a cluster, event by event: tasks take units from a shared folder until none is left.

Unit times are drawn from those of results.csv (a study that was really run) or from --unit-s, spread by --spread.

    bench/studies_scaling.py --recordings 10000 --nodes 64 --results depth/results.csv --scale 10
"""
import argparse, csv, heapq, random

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--recordings", type=int, default=10_000)
parser.add_argument("--nodes", type=int, default=64)
parser.add_argument("--results", help="a results.csv whose times are used")
parser.add_argument("--scale", type=float, default=1, help="factor on those times: for longer recordings")
parser.add_argument("--unit-s", type=float, default=30)
parser.add_argument("--spread", type=float, default=0.5, help="coefficient of variation of --unit-s")
parser.add_argument("--latency-ms", type=float, default=2, help="of one operation on the shared folder")
parser.add_argument("--start-s", type=float, default=120, help="over how long the scheduler starts the tasks")
options = parser.parse_args()
random.seed(1)

# Operations of one unit on the shared folder and the cache in it: 75 on names (open, stat, mkdir, rename, unlink, …) and 45 reads and writes. Counted with
# strace over 102 units, 2 jobs, on two recordings, which they simulated; with the writing of the tables at the end.
OPERATIONS = 120
HEARTBEAT_S, HEARTBEAT_OPERATIONS = 5, 2 * 3

if options.results:
    rows = [r for r in csv.DictReader(open(options.results)) if r["status"] == "done"]
    times = [options.scale * sum(float(r[c] or 0) for c in ("simulate_s", "pipeline_s", "score_s")) for r in rows]
    draw = lambda: random.choice(times)
else:
    shape = 1 / options.spread ** 2
    draw = lambda: random.gammavariate(shape, options.unit_s / shape)

work = total = 0.0
free = [(random.uniform(0, options.start_s), n) for n in range(options.nodes)]
begun = sum(t for t, _ in free)
heapq.heapify(free)
for _ in range(options.recordings):
    at, node = heapq.heappop(free)
    unit = draw()
    work += unit
    heapq.heappush(free, (at + unit + OPERATIONS * options.latency_ms / 1000, node))
end = max(t for t, _ in free)
news_s = min(60, max(1, options.nodes / 2))
held = options.nodes * end - begun
rate = OPERATIONS * options.recordings / end + options.nodes * (HEARTBEAT_OPERATIONS / HEARTBEAT_S + 3 * options.nodes / news_s)
print(f"{options.recordings} units of {work / options.recordings:.1f} s on {options.nodes} nodes: done after {end / 60:.1f} min; {work / held:.1%} of the time that the tasks hold is work; "
      f"the shared folder sees {rate:.0f} operations a second")

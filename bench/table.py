#!/usr/bin/env python3
"""Runs the five specs as whole processes and prints the table of the README: wall time from the start of a cold process to its
exit, and its largest resident memory; medians of several runs.

    bench/table.py [--command minisim] [--runs 3] [--only S4] [--folder DIR]
    bench/table.py --before OTHER    # two builds of the command, run in turns, fastest run of each: what did a change cost?
    bench/table.py --against "python3 other.py {spec} {out}"    # another program, run in turns, medians and their ratio

A ratio is of one run on one machine: without the other program there is none. {spec} becomes the spec's file and {out} that of the movie;
rows in memory are left out against another program unless its command has no {out}.

Python, and small, for a reason: on Linux a process inherits the peak memory of the one that started it (the kernel enters it
in ru_maxrss before exec), so a starter that is itself as large as a .NET process would be measured instead of S1.
"""
import argparse
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

# (row, spec, to a file or into memory)
ROWS = [
    ("S1 fixture, 40 × 128², 6 cells, to raw AVI", "S1", True),
    ("S2 README example, 200 × 256², 5243 cells, in memory", "S2", False),
    ("S3 V4 × CA1, 600 × 608², 911 cells, to raw AVI", "S3", True),
    ("S3, in memory", "S3", False),
    ("S4 V4 × CA1, motion, bleaching, 3000 × 608², 979 cells, to raw AVI", "S4", True),
    ("S5 V4 × cortex, motion, 600 × 608², 870 cells, to raw AVI", "S5", True),
]


def run(command: list[str], target: pathlib.Path) -> tuple[float, float]:
    """Wall time in s and peak memory in GB of a process. The file of the run before is deleted first, and the device left to settle."""
    target.unlink(missing_ok=True)
    os.sync()
    time.sleep(1)
    quiet = os.open(os.devnull, os.O_WRONLY)
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, quiet, 1)])
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    os.close(quiet)
    if status != 0:
        sys.exit(f"{' '.join(command)}: ended with status {status}")
    return wall, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9


def line(command: str, spec: str, to_file: bool, target: pathlib.Path) -> list[str]:
    path = str(ROOT / "samples/specs" / f"{spec}.json")
    return [command, "simulate", path, "--quiet", "-o", str(target)] if to_file else [command, "bench", path, "--whole", "--quiet"]


def in_turns(other, args: argparse.Namespace, columns: tuple[str, str], best) -> None:
    """Another command and ours in turns, A B A B, so that a busy minute hits both: wall times, their ratio, peaks."""
    print(f"\n| spec | {columns[0]} | {columns[1]} | ratio | peak {columns[0]} | peak {columns[1]} |\n| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        for name, spec, to_file in ROWS:
            target = pathlib.Path(folder, f"{spec}.avi")
            theirs = other(spec, to_file, target)
            if theirs is None or args.only and args.only != spec:
                continue
            results = [[run(command, target) for command in (theirs, line(args.command, spec, to_file, target))] for _ in range(args.runs)]
            (old, new), (old_peak, new_peak) = ([best(r[which][i] for r in results) for which in (0, 1)] for i in (0, 1))
            print(f"| {name} | {old:.3f} s | {new:.3f} s | {old / new:.2f} × | {old_peak:.3f} GB | {new_peak:.3f} GB |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default=str(ROOT / "src/Minisim.Cli/bin/Release/net10.0/minisim-cli"), help="the installed command; default: the last Release build")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", help="one spec, e.g. S4")
    parser.add_argument("--before", help="another build of the command to compare with; runs alternate, so that a busy minute hits both")
    parser.add_argument("--against", metavar="COMMAND", help="another program, with {spec} and {out} in its place")
    parser.add_argument("--folder", help="where the movies go; default: the temporary folder")
    args = parser.parse_args()
    args.command = shutil.which(args.command) or sys.exit(f"{args.command}: no such command; build with 'dotnet build -c Release' or name it with --command")
    print(subprocess.run([args.command, "--version"], check=True, capture_output=True, text=True).stdout.strip(), f"with {os.cpu_count()} processors, {args.runs} runs")
    if args.before:
        before = shutil.which(args.before) or sys.exit(f"{args.before}: no such command")
        # The fastest of each: other programs only ever add time.
        in_turns(lambda spec, to_file, target: line(before, spec, to_file, target), args, ("before", "after"), min)
        return
    if args.against:
        words = shlex.split(args.against)
        if not any("{spec}" in word for word in words):
            sys.exit("--against: the command says nowhere {spec}, the file that it is to run")
        words[0] = shutil.which(words[0]) or sys.exit(f"{words[0]}: no such command")
        writes = any("{out}" in word for word in words)

        def other(spec: str, to_file: bool, target: pathlib.Path):
            path = str(ROOT / "samples/specs" / f"{spec}.json")
            return [word.replace("{spec}", path).replace("{out}", str(target)) for word in words] if writes == to_file else None

        in_turns(other, args, ("other", "Minisim"), statistics.median)
        return
    print("\n| spec | wall | peak |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        for name, spec, to_file in ROWS:
            if args.only and args.only != spec:
                continue
            target = pathlib.Path(folder, f"{spec}.avi")
            results = [run(line(args.command, spec, to_file, target), target) for _ in range(args.runs)]
            wall, peak = (statistics.median(r[i] for r in results) for i in (0, 1))
            print(f"| {name} | {wall:.2f} s | {peak:.2f} GB |", flush=True)


if __name__ == "__main__":
    main()

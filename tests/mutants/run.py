#!/usr/bin/env python3
"""Plants small faults, one at a time, and sees whether the tests notice: writes results.md beside itself.

    tests/mutants/run.py [--only N,N,...] [--keep FOLDER]

All faults are built at once, each behind a question that an environment variable answers: one build instead of one for each. The commit that is
checked out is tried, not what lies in the folder. Needs git, the .NET SDK and some forty minutes.
"""
import argparse, datetime, json, os, pathlib, platform, re, subprocess, sys, tempfile, time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SWITCH = """namespace Minisim;
/// <summary>Which fault is on.</summary>
public static class Mutant
{
    private static readonly string? On = System.Environment.GetEnvironmentVariable("MINISIM_MUTANT");
    /// <summary>Whether it is this one.</summary>
    public static bool Is(int number) => On == number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
"""


def plant(folder, mutants):
    for number, m in enumerate(mutants, 1):
        path = folder / m["file"]
        text = path.read_text()
        if text.count(m["old"]) != 1:
            sys.exit(f"mutant {number}: {m['file']} has {text.count(m['old'])} times: {m['old']}")
        path.write_text(text.replace(m["old"], f"(global::Minisim.Mutant.Is({number}) ? ({m['new']}) : ({m['old']}))"))
    (folder / "src/Minisim/Mutant.cs").write_text(SWITCH)


def run(folder, classes, number, seconds):
    """Exit code and the names of tests that failed; a run that does not end counts as noticed."""
    arguments = [a for c in classes for a in ("-class", f"*.{c}")]
    program = folder / "tests/Minisim.Tests/bin/Release/net10.0/Minisim.Tests.dll"
    environment = {**os.environ, "MINISIM_MUTANT": str(number)}
    try:
        done = subprocess.run(["dotnet", program, *arguments, "-noColor"], env=environment, cwd=folder, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None, ["(did not end)"]
    failed = [name.rsplit(".", 1)[-1] for name in re.findall(r"^ *Minisim\.Tests\.([\w.]+).*\[FAIL\]", done.stdout, re.M)]
    return done.returncode, failed or ([] if done.returncode == 0 else ["(the process ended)"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", help="numbers of mutants, e.g. 3,17; the other rows of the table stay")
    parser.add_argument("--keep", help="folder to build in, and to leave there")
    options = parser.parse_args()
    mutants = json.loads((HERE / "mutants.json").read_text())
    chosen = [int(n) for n in options.only.split(",")] if options.only else range(1, len(mutants) + 1)
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="minisim-mutants"))
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    if not (folder / "Minisim.slnx").exists():
        subprocess.run(["git", "clone", "-q", ROOT, folder], check=True)
        plant(folder, mutants)
    subprocess.run(["dotnet", "build", "tests/Minisim.Tests/Minisim.Tests.csproj", "-c", "Release", "-v", "q", "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false", "-nowarn:CS1591;CS8602"],
                   cwd=folder, check=True, stdout=subprocess.DEVNULL)

    # What another run found stays, but for the faults that are tried again.
    rows = known() if options.only else {}
    seconds = {}
    for n in chosen:
        m = mutants[n - 1]
        classes = tuple(m["classes"])
        if classes not in seconds:
            # Without a fault all must pass; how long that takes says when a run has lost its way.
            start = time.monotonic()
            code, failed = run(folder, classes, 0, 1800)
            if code != 0:
                sys.exit(f"without a fault {', '.join(classes)} fail: {', '.join(failed)}")
            seconds[classes] = time.monotonic() - start
        code, failed = run(folder, classes, n, 60 + 5 * seconds[classes])
        by = "**survived**" if code == 0 else f"{failed[0]}{f' and {len(failed) - 1} more' if len(failed) > 1 else ''}"
        why = f": {m['survives']}" if code == 0 and "survives" in m else ""
        code_of = lambda text: "`" + text.replace("|", "\\|") + "`"
        rows[n] = f"| {n} | {m['file'].removeprefix('src/')} | {m['what']} | {code_of(m['old'])} → {code_of(m['new'])} | {by}{why} | {commit} |"
        print(f"{n}: {m['what']}: {by}", flush=True)
        # After each, so that a run that is stopped leaves what it found.
        write(rows, len(mutants))


def known():
    """Rows of the table that is there, by number."""
    table = HERE / "results.md"
    return {int(row.split("|")[1]): row for row in table.read_text().splitlines() if re.match(r"\| \d+ \|", row)} if table.exists() else {}


def write(rows, planned):
    noticed = sum("**survived**" not in row for row in rows.values())
    missing = [str(n) for n in range(1, planned + 1) if n not in rows]
    rest = f" Not run: {', '.join(missing)}." if missing else ""
    model = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text()) if sys.platform == "linux" else None
    machine = f"{model.group(1).strip() if model else platform.machine()}, {os.cpu_count()} processors"
    (HERE / "results.md").write_text(
        f"# Planted faults\n\nWritten by `tests/mutants/run.py`, {datetime.date.today()}, {machine}: {noticed} of {len(rows)} noticed ({100 * noticed / len(rows):.0f} %).{rest}\n"
        "Each was tried against the test classes that `mutants.json` names for it, not against all tests. The last column is the commit that was tried.\n\n"
        "| | file | fault | edit | noticed by | at |\n| --- | --- | --- | --- | --- | --- |\n" + "\n".join(rows[n] for n in sorted(rows)) + "\n")


if __name__ == "__main__":
    main()

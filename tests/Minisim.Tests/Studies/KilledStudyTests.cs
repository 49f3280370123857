using System.Diagnostics;
using Minisim.Studies;

namespace Minisim.Tests.Studies;

/// <summary>The command, killed without warning wherever it happens to be.</summary>
public class KilledStudyTests : StudyTest
{
    private const int Kills = 30;

    private const string Pipelines = """{"oracle": {"builtin": "oracle"}, "copy": {"command": ["sh", "-c", "sleep 0.05; cp {study}/est.npz {out}"], "params": {"a": [1, 2, 3]}}}""";

    [Fact]
    public void A_run_killed_at_thirty_random_points_ends_as_one_that_was_not_and_does_nothing_twice()
    {
        File.WriteAllBytes(PathOf("est.npz"), Estimates.OneCell(128, 128));
        var study = Over(Pipelines, "\"axes\": {\"seed\": [1, 2, 3, 4]}");
        Run(study, "whole");
        var expected = Timeless(PathOf("whole/results.csv"));
        var random = new System.Random(13);
        for (var (round, kills) = (0, 0); kills < Kills; round++)
        {
            var (folder, cache) = (PathOf($"out{round}"), PathOf($"cache{round}"));
            var killed = false;
            do
            {
                using var run = Start(folder, cache);
                // From the first breath to past the end.
                killed = !run.WaitForExit(random.Next(300, 1500));
                if (killed) run.Kill(entireProcessTree: false);
                run.WaitForExit();
                if (!killed) Assert.Equal(0, run.ExitCode);
                if (killed) kills++;
            }
            while (killed && kills < Kills);
            using (var run = Start(folder, cache))
            {
                run.WaitForExit();
                Assert.Equal(0, run.ExitCode);
            }
            Assert.Equal(expected, Timeless(Path.Combine(folder, "results.csv")));
            var units = Directory.EnumerateFiles(Path.Combine(folder, "journal"), "*.jsonl").SelectMany(File.ReadLines).Select(l => l.Split('"')[3]).ToArray();
            Assert.Equal(16, units.Length);
            Assert.Equal(16, units.Distinct().Count());
            Assert.Empty(Left(Path.Combine(folder, "workers")).Concat(Left(Path.Combine(folder, "claims"))).Concat(Left(Path.Combine(folder, "work"))).Concat(Left(Path.Combine(cache, ".workers"))));
            using var pruned = new RecordingCache(cache);
            Assert.Equal(4, pruned.List().Count(e => e.Format == "zarr"));
        }
    }

    private static IEnumerable<string> Left(string folder) => Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder) : [];

    private Process Start(string folder, string cache)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var arg in new[] { Path.Combine(AppContext.BaseDirectory, "minisim-cli.dll"), "study", "run", PathOf("study.json"), "-o", folder, "--cache", cache, "--jobs", "2", "--quiet" }) start.ArgumentList.Add(arg);
        var process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        return process;
    }
}

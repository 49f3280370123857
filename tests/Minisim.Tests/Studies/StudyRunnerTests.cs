using Minisim.Studies;

namespace Minisim.Tests.Studies;

/// <summary>Studies from one file to a table.</summary>
public class StudyRunnerTests : StudyTest
{
    [Fact]
    public void The_built_in_pipelines_bound_each_other_and_results_are_tidy()
    {
        var study = Over("""{"oracle": {"builtin": "oracle"}, "roi": {"builtin": "roi_mean"}, "lc": {"builtin": "local_correlation"}, "none": {"builtin": "none"}}""", "\"axes\": {\"seed\": [1, 2]}, \"score\": {\"metric\": \"cosine\"}");
        var summary = Run(study);
        Assert.Equal((8, 8, 0, true), (summary.Units, summary.Done, summary.Failed, summary.IsComplete));
        var table = Table();
        Assert.Equal(8, table.Count);
        Assert.Equal(["seed", "variant", "pipeline", "status", "n_requested"], table[0].Keys.Take(5));
        Assert.Equal(["1", "1", "1", "1", "2", "2", "2", "2"], table.Select(r => r["seed"]));
        Assert.All(table.Where(r => r["pipeline"] is "oracle" or "roi"), r => Assert.Equal(("1", "1", "1"), (r["recall"], r["precision"], r["f1"])));
        Assert.All(table.Where(r => r["pipeline"] == "none"), r => Assert.Equal(("6", ""), (r["n_requested"], r["recall"])));
        Assert.All(table.Where(r => r["pipeline"] == "oracle"), r => Assert.True(double.Parse(r["trace_corr"], System.Globalization.CultureInfo.InvariantCulture) > 0.99));
        Assert.All(table.Where(r => r["pipeline"] == "lc"), r => Assert.True(double.Parse(r["recall"], System.Globalization.CultureInfo.InvariantCulture) > 0.8, r["recall"]));
        Assert.All(table, r => Assert.Equal("done", r["status"]));
    }

    [Fact]
    public void A_second_run_does_only_what_is_missing_and_has_the_same_table()
    {
        File.WriteAllBytes(PathOf("est.npz"), Estimates.OneCell(128, 128));
        const string Pipelines = """{"oracle": {"builtin": "oracle"}, "copy": {"command": ["cp", "est.npz", "{out}"], "params": {"a": [1]}}}""";
        var first = Run(Over(Pipelines));
        Assert.Equal((4, 0, 4), (first.Done, first.Failed, first.RanHere));
        var table = Timeless(PathOf("out/results.csv"));
        File.Delete(PathOf("out/results.csv"));
        Assert.Equal(0, Run(Over(Pipelines)).RanHere);
        Assert.Equal(table, Timeless(PathOf("out/results.csv")));
        // One pipeline changes: it alone runs, and the rows of the others stay.
        var changed = Run(Over(Pipelines.Replace("[1]", "[1, 2]")));
        Assert.Equal((6, 2), (changed.Done, changed.RanHere));
        Assert.Equal(6, Table().Count);
        // Another seed: that recording alone.
        Assert.Equal(3, Run(Over(Pipelines.Replace("[1]", "[1, 2]"), "\"axes\": {\"seed\": [1, 2, 3]}")).RanHere);
    }

    [Fact]
    public void A_unit_that_fails_keeps_its_log_stops_nothing_and_runs_again_only_when_asked()
    {
        File.WriteAllBytes(PathOf("est.npz"), Estimates.OneCell(128, 128));
        var study = Over("""{"bad": {"command": ["sh", "-c", "echo begun; test -e {study}/fixed || { echo 'the reason' >&2; exit 3; }; cp {study}/est.npz {out}.npz"]}, "oracle": {"builtin": "oracle"}}""");
        var first = Run(study);
        Assert.Equal((2, 2, true), (first.Done, first.Failed, first.IsComplete));
        var status = StudyStatus.Of(PathOf("out"));
        Assert.Equal((4, 2, 2, 0, 0), (status.Units, status.Done, status.Failed, status.Running, status.Workers));
        var failure = status.Failures[0];
        Assert.Equal("ended with exit code 3: the reason", failure.Message);
        Assert.Contains("begun", File.ReadAllText(failure.LogFile));
        Assert.Contains("the reason", failure.LastLines);
        Assert.Equal(["failed", "done", "failed", "done"], Table().Select(r => r["status"]));
        Assert.Equal("ended with exit code 3: the reason", Table()[0]["message"]);

        Write("fixed", "");
        Assert.Equal(0, Run(study).RanHere);
        var retried = Run(study, with: o => o with { Retry = true });
        Assert.Equal((4, 0, 2), (retried.Done, retried.Failed, retried.RanHere));
        Assert.All(Table(), r => Assert.Equal("done", r["status"]));
        Assert.Equal("2", Table()[0]["attempts"]);
    }

    [Fact]
    public void Two_runs_at_once_on_one_folder_share_the_work_and_agree()
    {
        var study = Over("""{"oracle": {"builtin": "oracle"}, "wait": {"command": ["sh", "-c", "sleep 0.1; cp {study}/est.npz {out}"], "params": {"a": [1, 2, 3]}}}""", "\"axes\": {\"seed\": [1, 2, 3]}");
        File.WriteAllBytes(PathOf("est.npz"), Estimates.OneCell(128, 128));
        var cache = PathOf("cache");
        var runs = new StudySummary[2];
        Parallel.For(0, 2, i => runs[i] = Run(study, with: o => o with { CacheFolder = cache }));
        Assert.Equal(12, runs.Sum(r => r.RanHere));
        Assert.Equal(3, runs.Sum(r => r.SimulatedHere));
        Assert.All(runs, r => Assert.True(r.RanHere > 0));
        Assert.All(runs, r => Assert.Equal((12, 0), (r.Done, r.Failed)));
        Assert.Equal(12, Directory.EnumerateFiles(PathOf("out/journal"), "*.jsonl").Sum(f => File.ReadLines(f).Count()));
        Run(study, "alone");
        Assert.Equal(Timeless(PathOf("alone/results.csv")), Timeless(PathOf("out/results.csv")));
        Assert.Empty(Directory.EnumerateFiles(PathOf("out/workers")));
    }

    /// <summary>Each may see the other and leave the tidying to it.</summary>
    [Fact]
    public void Workers_that_end_together_leave_no_claims_and_no_names()
    {
        File.WriteAllBytes(PathOf("est.npz"), Estimates.OneCell(128, 128));
        var study = Over("""{"wait": {"command": ["sh", "-c", "sleep 0.2; cp {study}/est.npz {out}"]}}""");
        for (var round = 0; round < 12; round++)
        {
            Parallel.For(0, 2, _ => Run(study, $"out{round}", o => o with { Jobs = 1 }));
            Assert.False(Directory.Exists(PathOf($"out{round}/claims")));
            Assert.Empty(Directory.EnumerateFiles(PathOf($"out{round}/workers")));
        }
    }

    [Fact]
    public void What_stays_on_disk_is_what_was_asked_for()
    {
        File.WriteAllBytes(PathOf("est.npz"), Estimates.OneCell(128, 128));
        const string Pipeline = """{"copy": {"command": ["sh", "-c", "echo said; echo x > scratch; cp {study}/est.npz {out}.npz"]}}""";
        string[] Kept(string keep)
        {
            Run(Over(Pipeline, $"\"keep\": \"{keep}\""), keep);
            Assert.False(Directory.Exists(PathOf($"{keep}/work")));
            var folder = PathOf($"{keep}/estimates");
            return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(Assert.Single(Directory.EnumerateDirectories(folder))).Select(f => Path.GetFileName(f)).Order()] : [];
        }
        Assert.Empty(Kept("scores"));
        Assert.Equal(["out.npz"], Kept("estimates"));
        Assert.Equal(["log.txt", "out.npz", "scratch"], Kept("all"));
    }

    [Fact]
    public void A_pipeline_sees_its_movie_seed_parameters_threads_and_spec_but_never_the_truth_unasked()
    {
        var study = Over("""{"look": {"command": ["sh", "-c", "echo {seed} {param.g} {threads} $OMP_NUM_THREADS $MINISIM_PARAM_g; ls {movie} {spec}; pwd; exit 1"], "params": {"g": ["x y"]}, "threads": 3, "movie": "avi"}}""", "\"axes\": {\"seed\": [77]}");
        Run(study);
        var log = File.ReadAllText(Assert.Single(StudyStatus.Of(PathOf("out")).Failures).LogFile);
        Assert.Contains("77 x y 3 3 x y", log);
        Assert.Contains(".avi", log);
        Assert.Contains("spec.json", log);
        Assert.Contains(Path.Combine("out", "work"), log);
        Assert.DoesNotContain(".zarr", log);
        Assert.DoesNotContain("No such file", log);
    }

    [Fact]
    public void At_most_as_many_of_a_pipeline_run_beside_each_other_as_it_allows()
    {
        File.WriteAllBytes(PathOf("est.npz"), Estimates.OneCell(128, 128));
        var study = Over("""{"one": {"command": ["sh", "-c", "mkdir {study}/busy || exit 9; sleep 0.05; rmdir {study}/busy; cp {study}/est.npz {out}"], "params": {"a": [1, 2, 3, 4, 5, 6]}, "jobs": 1}}""", "\"axes\": {\"seed\": [1]}");
        Assert.Equal((6, 0), (Run(study, with: o => o with { Jobs = 4 }).Done, StudyStatus.Of(PathOf("out")).Failed));
    }

    [Fact]
    public void A_stopped_run_ends_its_programs_and_loses_the_units_under_way_only()
    {
        var study = Over("""{"quick": {"builtin": "oracle"}, "long": {"command": ["sh", "-c", "echo $$ > {study}/pid; sleep 1000 & sleep 1000"]}}""", "\"axes\": {\"seed\": [1]}");
        using var stop = new CancellationTokenSource();
        var run = Task.Run(() => Run(study, with: o => o with { Cancellation = stop.Token }));
        while (!(File.Exists(PathOf("pid")) && File.ReadAllText(PathOf("pid")).Length > 1)) Thread.Sleep(20);
        while (StudyStatus.Of(PathOf("out")).Done == 0) Thread.Sleep(20);
        Assert.Equal(1, StudyStatus.Of(PathOf("out")).Running);
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => run.GetAwaiter().GetResult());
        Assert.False(Directory.Exists($"/proc/{File.ReadAllText(PathOf("pid")).Trim()}"));
        var status = StudyStatus.Of(PathOf("out"));
        Assert.Equal((1, 0, 0), (status.Done, status.Failed, status.Running));
        Assert.Empty(Directory.EnumerateFileSystemEntries(PathOf("out/work")));
    }

    [Fact]
    public void A_folder_of_something_else_is_left_alone()
    {
        Directory.CreateDirectory(PathOf("out"));
        Write("out/thesis.tex", "x");
        Assert.Contains("something else", Assert.Throws<StudyException>(() => Run(Over("""{"n": {"builtin": "none"}}"""))).Message);
        Assert.Equal(["thesis.tex"], Directory.EnumerateFileSystemEntries(PathOf("out")).Select(f => Path.GetFileName(f)));
        Assert.Contains("no folder of a study", Assert.Throws<StudyException>(() => StudyRunner.Work(PathOf("out"))).Message);
    }

    [Fact]
    public void Combinations_that_are_the_same_recording_are_done_once_and_shown_twice()
    {
        var summary = Run(Over("""{"n": {"builtin": "none"}}""", "\"axes\": {\"seed\": [1]}, \"variants\": {\"a\": {}, \"b\": {}}"));
        Assert.Equal((2, 1), (summary.Done, summary.RanHere));
        Assert.Equal(["a", "b"], Table().Select(r => r["variant"]));
    }

    [Fact]
    public void A_full_disk_under_the_results_stops_the_run_with_one_message_and_the_rest_is_done_later()
    {
        var study = Over("""{"oracle": {"builtin": "oracle"}, "big": {"command": ["sh", "-c", "test -e {study}/calm || head -c 3000000 /dev/zero > {study}/out/filler; exit 1"]}}""", "\"axes\": {\"seed\": [1, 2, 3]}");
        Directory.CreateDirectory(PathOf("out"));
        using (Mount.Small(PathOf("out"), "300k"))
        {
            var e = Assert.Throws<Minisim.Formats.RecordingWriteException>(() => Run(study));
            Assert.Contains("No space left", e.Message);
            File.Delete(PathOf("out/filler"));
            Write("calm", "");
            var summary = Run(study);
            Assert.True(summary.IsComplete);
            Assert.Equal((3, 3), (summary.Done, summary.Failed));
        }
    }
}

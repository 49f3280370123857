using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Minisim.Studies;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim study</c>: many recordings, pipelines and scores from one file.</summary>
internal static class StudyCommand
{
    public static Command Create() => new ExampleCommand("study", "Run pipelines over many recordings and compare them.",
        "minisim study validate depth.json",
        "minisim study run depth.json -o depth/ --jobs 2",
        "minisim study status depth/",
        "minisim study report depth/ --html depth.html",
        "minisim study submit depth.json -o depth/ --slurm --time 4:00:00 --max-tasks 64")
    {
        Validate(), Schema(), Run(), Status(), StudyReportCommand.Create(), Work(), StudySubmitCommand.Create(), StudySubmitCommand.Cancel(),
    };

    internal static Argument<string> StudyFile() => new("STUDY") { Description = "Study file, JSON or YAML." };

    internal static Argument<string> Folder() => new("DIR") { Description = "Folder of the study's results." };

    internal static Option<string> Output() => new("--output", "-o") { Description = "Folder of the results. What is done in it already is not done again.", HelpName = "DIR", Required = true };

    private static Option<int> Jobs() => new("--jobs", "-j") { Description = "Units at work beside each other. Default: half the processors.", HelpName = "N" };

    internal static Option<string?> Cache() => new("--cache") { Description = "Folder of the cache of recordings. Default: the platform's (see 'minisim cache --help').", HelpName = "DIR" };

    private static Option<bool> Retry() => new("--retry") { Description = "Try units that failed before once more." };

    private static Option<bool> Quiet() => new("--quiet", "-q") { Description = "No progress and no summary." };

    private static Command Validate()
    {
        var path = StudyFile();
        var json = new Option<bool>("--json") { Description = "Print the problems as JSON, for programs." };
        var command = new ExampleCommand("validate", "Check a study and every spec in it. Exit code 0 if all are valid, 2 if not.", "minisim study validate depth.json", "minisim study validate depth.yaml --json") { path, json };
        command.SetAction(result =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            if (result.GetValue(json)) return AsJson(result.GetRequiredValue(path), stdout);
            var study = Study.Load(result.GetRequiredValue(path), out var warnings);
            Terminal.Warn(stderr, warnings);
            var plan = study.Plan();
            stdout.WriteLine($"{result.GetRequiredValue(path)} is valid: {Describe(plan)}.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Describe(StudyPlan plan)
    {
        var recordings = plan.Recordings.Select(r => r.Key).Distinct().Count();
        return string.Create(CultureInfo.InvariantCulture, $"{Count(recordings, "recording")}, {Count(plan.Study.Pipelines.Count, "pipeline")}, {Count(plan.Units.Count, "unit")} of work");
    }

    private static string Count(int n, string what) => string.Create(CultureInfo.InvariantCulture, $"{n:#,0} {what}{(n == 1 ? "" : "s")}");

    private static int AsJson(string path, TextWriter stdout)
    {
        StudyPlan? plan = null;
        IReadOnlyList<Problem> problems;
        try
        {
            plan = Study.Load(path, out problems).Plan();
        }
        catch (StudyException e)
        {
            problems = e.Problems;
        }
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, ProblemJson.Options(indented: true)))
        {
            writer.WriteStartObject();
            writer.WriteString("file", path);
            writer.WriteBoolean("valid", plan is not null);
            if (plan is not null)
            {
                writer.WriteNumber("recordings", plan.Recordings.Select(r => r.Key).Distinct().Count());
                writer.WriteNumber("units", plan.Units.Count);
            }
            writer.WritePropertyName("problems");
            ProblemJson.Write(writer, problems);
            writer.WriteEndObject();
        }
        stdout.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
        return plan is null ? ExitCode.BadInput : ExitCode.Ok;
    }

    private static Command Schema()
    {
        var command = new ExampleCommand("schema", "Print the JSON schema of study files.", "minisim study schema > study.schema.json");
        command.SetAction(result => result.InvocationConfiguration.Output.WriteLine(StudySchema.Write()));
        return command;
    }

    private static Command Run()
    {
        var (path, output, jobs, cache, retry, quiet) = (StudyFile(), Output(), Jobs(), Cache(), Retry(), Quiet());
        var command = new ExampleCommand("run", "Run a study on this machine; a second run does only what is missing. Exit code 1 if a unit failed.",
            "minisim study run depth.json -o depth/",
            "minisim study run depth.json -o depth/ --jobs 4 --retry")
        {
            path, output, jobs, cache, retry, quiet,
        };
        command.SetLongAction((result, cancellation) =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var study = Study.Load(result.GetRequiredValue(path), out var warnings);
            Terminal.Warn(stderr, warnings);
            var folder = result.GetRequiredValue(output);
            return Go(o => StudyRunner.Run(study, folder, o), folder, result.GetValue(jobs), result.GetValue(cache), result.GetValue(retry), result.GetValue(quiet), null, stdout, stderr, cancellation);
        });
        return command;
    }

    private static Command Work()
    {
        var (folder, jobs, cache, retry, quiet) = (Folder(), Jobs(), Cache(), Retry(), Quiet());
        var limit = new Option<string?>("--time") { Description = "Take no unit that may not end within this time: minutes, or h:mm:ss. Default: what Slurm says is left, else no limit.", HelpName = "T" };
        var command = new ExampleCommand("work", "Take units of a prepared study from its shared folder until none is left: what each task of a cluster's job does.",
            "minisim study work depth/",
            "minisim study work depth/ --jobs 4 --time 3:50:00")
        {
            folder, jobs, cache, retry, quiet, limit,
        };
        command.SetLongAction((result, cancellation) =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var path = result.GetRequiredValue(folder);
            var left = result.GetValue(limit) is { } text ? TimeLimit(text) : SlurmJob.TimeLeft();
            return Go(o => StudyRunner.Work(path, o), path, result.GetValue(jobs), result.GetValue(cache), result.GetValue(retry), result.GetValue(quiet), left, stdout, stderr, cancellation);
        });
        return command;
    }

    private static Func<TimeSpan?> TimeLimit(string text)
    {
        var parts = text.Split(':');
        if (!parts.All(p => p.Length > 0 && int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _)) || parts.Length > 3)
            throw new UsageException($"--time {text}: write minutes, or hours:minutes:seconds, e.g. 90 or 3:50:00.");
        var n = parts.Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        var limit = n switch { [var m] => TimeSpan.FromMinutes(m), [var m, var s] => new TimeSpan(0, m, s), _ => new TimeSpan(n[0], n[1], n[2]) };
        var clock = System.Diagnostics.Stopwatch.StartNew();
        return () => limit - clock.Elapsed;
    }

    private static int Go(Func<StudyRunOptions, StudySummary> run, string folder, int jobs, string? cache, bool retry, bool quiet, Func<TimeSpan?>? left, TextWriter stdout, TextWriter stderr, CancellationToken cancellation)
    {
        if (jobs < 0) throw new UsageException($"--jobs {jobs}: must be 1 or more.");
        var progress = new StudyProgressLine(stderr, quiet);
        StudySummary summary;
        try
        {
            summary = run(new StudyRunOptions
            {
                Jobs = jobs,
                CacheFolder = cache,
                Retry = retry,
                TimeLeft = left,
                Progress = progress,
                Notice = text => progress.Warn(text),
                Cancellation = cancellation,
            });
        }
        catch (OperationCanceledException)
        {
            progress.End();
            stderr.WriteLine("stopped. Run the same command again: what is done stays, and is not done again.");
            return ExitCode.Interrupted;
        }
        finally
        {
            progress.End();
        }
        if (!quiet)
        {
            stdout.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{summary.Done:#,0} of {Count(summary.Units, "unit")} done, {summary.Failed:#,0} failed; {summary.RanHere:#,0} of them now, {Count(summary.SimulatedHere, "recording")} simulated"));
            if (summary.Failed > 0) stdout.WriteLine($"why: minisim study status {folder}");
            if (summary.IsComplete) stdout.WriteLine($"results: {Path.Combine(folder, "results.csv")}; a page: minisim study report {folder} --html");
            else if (summary.IsOutOfTime) stdout.WriteLine("the time is nearly over: the rest is left to others.");
        }
        return summary.Failed > 0 ? ExitCode.Failed : ExitCode.Ok;
    }

    private static Command Status()
    {
        var folder = Folder();
        var failures = new Option<int>("--failures") { Description = "Failures to describe.", HelpName = "N", DefaultValueFactory = _ => 10 };
        var lines = new Option<int>("--lines") { Description = "Last lines of each log.", HelpName = "N", DefaultValueFactory = _ => 5 };
        var command = new ExampleCommand("status", "How far a study is, who is at work on it, and what failed.", "minisim study status depth/") { folder, failures, lines };
        command.SetAction(result =>
        {
            var stdout = result.InvocationConfiguration.Output;
            var path = result.GetRequiredValue(folder);
            var status = StudyStatus.Of(path, Math.Max(0, result.GetValue(failures)), Math.Max(0, result.GetValue(lines)));
            stdout.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{status.Name}: {status.Done:#,0} of {Count(status.Units, "unit")} done, {status.Failed:#,0} failed, {status.Running:#,0} running, {status.Units - status.Done - status.Failed - status.Running:#,0} waiting; {Count(status.Workers, "worker")} at work"));
            var width = status.Pipelines.Max(p => p.Pipeline.Length);
            foreach (var p in status.Pipelines) stdout.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {p.Pipeline.PadRight(width)}  {p.Done,7:#,0} of {p.Units:#,0} done{(p.Failed > 0 ? $", {p.Failed:#,0} failed" : "")}"));
            foreach (var job in SlurmJob.States(path))
                stdout.WriteLine($"  Slurm job {job.Id}: {(job.States.Count == 0 ? "over" : string.Join(", ", job.States.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Value} {s.Key}")))}");
            foreach (var failure in status.Failures)
            {
                stdout.WriteLine($"failed: {failure.Unit}: {failure.Message}");
                foreach (var line in failure.LastLines.Where(l => l != failure.Message)) stdout.WriteLine($"    {line}");
                stdout.WriteLine($"    ({failure.LogFile})");
            }
            if (status.Failed > status.Failures.Count) stdout.WriteLine($"… and {status.Failed - status.Failures.Count} more (--failures)");
            if (status.Failed > 0) stdout.WriteLine("'minisim study run … --retry' tries them once more.");
            return ExitCode.Ok;
        });
        return command;
    }
}

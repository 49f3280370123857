using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Minisim.Studies;

/// <summary>A study as an array job of Slurm: each task takes units from the shared folder until none is left or its time is nearly over.</summary>
public static partial class SlurmJob
{
    [GeneratedRegex(@"^\d+")]
    private static partial Regex JobNumber();

    private static string ScriptPath(string folder) => Path.Combine(folder, "slurm.sh");

    private static string JobsPath(string folder) => Path.Combine(folder, "slurm.jsonl");

    /// <summary>Prepares the folder, writes the script beside the results and submits it.</summary>
    /// <returns>Number of the job.</returns>
    /// <exception cref="StudyException">A combination of values breaks a spec.</exception>
    /// <exception cref="SlurmException">Slurm is not there, or refuses.</exception>
    public static string Submit(Study study, string folder, SlurmOptions? options = null)
    {
        options ??= new SlurmOptions();
        var units = StudyRunner.Prepare(study, folder);
        var full = Path.GetFullPath(folder);
        var script = Script(study, full, options, units);
        Directory.CreateDirectory(Path.Combine(full, "slurm-logs"));
        StudyFolder.WriteWhole(ScriptPath(full), script);
        var output = Call("sbatch", ["--parsable", .. options.Extra, ScriptPath(full)]);
        var id = JobNumber().Match(output.Trim()).Value;
        if (id.Length == 0) throw new SlurmException($"sbatch did not say the number of the job: {ProblemList.Shorten(output)}");
        File.AppendAllText(JobsPath(full), $"{{\"job\":\"{id}\"}}\n");
        return id;
    }

    /// <summary>The array script, to be read by people.</summary>
    internal static string Script(Study study, string folder, SlurmOptions options, int units)
    {
        var tasks = Math.Max(1, Math.Min(options.MaxTasks, units));
        var text = new StringBuilder("#!/bin/bash\n");
        void Directive(string name, string? value)
        {
            if (value is null) return;
            if (value.AsSpan().IndexOfAny("\r\n\"") >= 0) throw new StudyException($"--{name}", value, "is no value for Slurm.", "");
            text.Append(CultureInfo.InvariantCulture, $"#SBATCH --{name}={(value.Contains(' ', StringComparison.Ordinal) ? $"\"{value}\"" : value)}\n");
        }
        Directive("job-name", string.Concat($"minisim-{study.Name}".Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_')));
        Directive("array", $"1-{tasks}");
        Directive("output", Path.Combine(folder, "slurm-logs", "%A_%a.log"));
        Directive("partition", options.Partition);
        Directive("time", options.Time);
        Directive("mem", options.Memory);
        Directive("cpus-per-task", options.Cpus?.ToString(CultureInfo.InvariantCulture));
        // A task that is preempted or whose node fails begins again and takes what is left.
        text.Append("#SBATCH --requeue\n#SBATCH --open-mode=append\n\n");
        text.Append(CultureInfo.InvariantCulture, $"# {units:#,0} units of work are shared by {tasks} tasks: each takes one after the other from the folder until none is\n# left. A task that ends early loses the units that it is at; submit again to go on. Any number of tasks may run at once.\n");
        var cpus = options.Cpus ?? 1;
        var jobs = options.Jobs > 0 ? options.Jobs : Math.Max(1, cpus / 2);
        var command = options.Command.Count > 0 ? options.Command : OwnCommand();
        text.Append("exec ").AppendJoin(' ', command.Select(Quoted)).Append(" study work ").Append(Quoted(folder))
            .Append(CultureInfo.InvariantCulture, $" --jobs {jobs} --cache {Quoted(Path.GetFullPath(options.CacheFolder ?? Path.Combine(folder, "cache")))}\n");
        return text.ToString();
    }

    private static IReadOnlyList<string> OwnCommand()
    {
        var program = Environment.ProcessPath ?? "minisim";
        // Run as "dotnet minisim-cli.dll", the program is dotnet's.
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Environment.GetCommandLineArgs()[0]] : [program];
    }

    private static string Quoted(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+:=,@%".Contains(c, StringComparison.Ordinal)) && text.Length > 0 ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Numbers of the jobs that were submitted for a study, the latest last.</summary>
    public static IReadOnlyList<string> JobsOf(string folder)
    {
        var path = JobsPath(Path.GetFullPath(folder));
        if (!File.Exists(path)) return [];
        var jobs = new List<string>();
        foreach (var line in File.ReadLines(path))
        {
            try
            {
                if (line.Length > 0 && JsonDocument.Parse(line).RootElement.GetProperty("job").GetString() is { } id && JobNumber().Match(id).Length == id.Length) jobs.Add(id);
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                // A line that a full disk cut off.
            }
        }
        return jobs;
    }

    /// <summary>What Slurm says of a study's jobs: of those under way from <c>squeue</c>, of ended ones from <c>sacct</c> where the cluster keeps
    /// accounts.</summary>
    public static IReadOnlyList<SlurmState> States(string folder)
    {
        var states = new List<SlurmState>();
        foreach (var id in JobsOf(folder))
        {
            string[] lines = [];
            try
            {
                lines = Call("squeue", ["--noheader", "--array", $"--jobs={id}", "--format=%T"]).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            }
            catch (SlurmException)
            {
                // squeue forgets a job some minutes after its end.
            }
            try
            {
                if (lines.Length == 0) lines = Call("sacct", ["--noheader", "--allocations", $"--jobs={id}", "--format=State%20"]).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            }
            catch (SlurmException)
            {
                // A cluster without accounting.
            }
            states.Add(new SlurmState(id, lines.GroupBy(l => l.Split(' ')[0]).ToDictionary(g => g.Key, g => g.Count())));
        }
        return states;
    }

    /// <summary>Cancels all jobs of a study that are not over.</summary>
    /// <returns>Their numbers.</returns>
    /// <exception cref="SlurmException">Slurm is not there, or refuses.</exception>
    public static IReadOnlyList<string> Cancel(string folder)
    {
        StudyFolder.Open(folder);
        string[] open = [.. States(folder).Where(s => s.States.Keys.Any(k => k is "PENDING" or "RUNNING" or "SUSPENDED" or "REQUEUED" or "CONFIGURING" or "COMPLETING" or "REQUEUE_HOLD" or "REQUEUE_FED")).Select(s => s.Id)];
        if (open.Length > 0) Call("scancel", open);
        return open;
    }

    /// <summary>Time that is left for this process's job: asked of Slurm once a minute, counted down between. Null outside a job or without a limit.</summary>
    public static Func<TimeSpan?>? TimeLeft()
    {
        if (Environment.GetEnvironmentVariable("SLURM_JOB_ID") is not { Length: > 0 } id) return null;
        TimeSpan? known = null;
        var since = Stopwatch.StartNew();
        var isAsked = false;
        var gate = new Lock();
        return () =>
        {
            lock (gate)
            {
                if (!isAsked || since.Elapsed > TimeSpan.FromMinutes(1))
                {
                    try
                    {
                        known = ParseLeft(Call("squeue", ["--noheader", $"--jobs={id}", "--format=%L"]).Trim());
                    }
                    catch (SlurmException)
                    {
                        // The controller is busy: what was known counts down.
                        if (known is { } before) known = before - since.Elapsed;
                    }
                    isAsked = true;
                    since.Restart();
                }
                return known - since.Elapsed;
            }
        };
    }

    /// <summary><c>[days-][hours:]minutes:seconds</c>; null for UNLIMITED and what is no time.</summary>
    internal static TimeSpan? ParseLeft(string text)
    {
        var days = 0;
        if (text.IndexOf('-') is > 0 and var dash)
        {
            if (!int.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out days)) return null;
            text = text[(dash + 1)..];
        }
        var parts = text.Split(':');
        if (parts.Length > 3 || !parts.All(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _))) return null;
        var n = parts.Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        return n switch { [var h, var m, var s] => new TimeSpan(days, h, m, s), [var m, var s] => new TimeSpan(days, 0, m, s), [var s] => new TimeSpan(days, 0, 0, s), _ => null };
    }

    private static string Call(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(TimeSpan.FromSeconds(60)))
            {
                process.Kill();
                throw new SlurmException($"{program} did not answer within a minute: is the controller up?");
            }
            return process.ExitCode == 0 ? output.Result : throw new SlurmException($"{program} refused: {ProblemList.Shorten(error.Result.Trim())}");
        }
        catch (Win32Exception)
        {
            throw new SlurmException($"{program} is not there: submit on a machine of the cluster, or run 'minisim study work DIR' in the jobs of another scheduler.");
        }
    }
}

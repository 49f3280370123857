using System.Diagnostics;
using System.Globalization;
using System.Text;
using Minisim.Formats;
using Minisim.Formats.Estimates;
using Minisim.Formats.Reports;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>Carries out one unit: pipeline and score on a recording that is there.</summary>
internal sealed class UnitWork(StudyFolder folder, SharedRecordings recordings, RecordingCache cache, string worker, int jobs)
{
    private readonly Study _study = folder.Study;

    /// <summary>The record of the unit, and the table of its cells. A unit that fails is a record, too.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped: there is no record.</exception>
    /// <exception cref="RecordingWriteException">The folder of results or the cache cannot be written: nothing can go on.</exception>
    public (UnitRecord Record, byte[]? Cells) Run(StudyUnit unit, Spec spec, int attempt, double simulateS, CancellationToken cancellation)
    {
        var pipeline = _study.Pipelines.First(p => p.Name == unit.Pipeline);
        var record = new UnitRecord { Unit = unit.Key, Status = UnitStatus.Done, Attempt = attempt, SimulateS = simulateS };
        var log = "";
        var work = Path.Combine(folder.Work, $"{unit.Key}-{worker}");
        try
        {
            using var shared = recordings.Open(unit.Recording.Key, spec, cache, cancellation);
            if (pipeline.IsNone) return (UnitScoring.Facts(record, shared.Recording.Truth), null);

            Estimate estimate;
            var clock = Stopwatch.StartNew();
            if (pipeline.Builtin is { } builtin)
            {
                estimate = BuiltinPipelines.Run(builtin, shared.Recording, unit.Params, shared.Evaluator(bounds: builtin == BuiltinPipelines.Oracle));
                record = record with { PipelineS = clock.Elapsed.TotalSeconds };
            }
            else
            {
                var outcome = RunProgram(pipeline, unit, spec, work, cancellation, out var command, out var output);
                record = record with { PipelineS = outcome.Seconds, PeakMb = outcome.PeakMb };
                log = $"$ {string.Join(' ', command)}\n{outcome.Log}";
                if (outcome.Failure is { } failure) throw new UnitFailure(WithLastWords(failure, outcome.Log));
                estimate = ReadEstimate(work, output, shared.Recording);
            }
            cancellation.ThrowIfCancellationRequested();

            clock.Restart();
            if (_study.Score.AcceptedOnly) estimate = estimate.TakeAccepted();
            var evaluator = shared.Evaluator(_study.Score.Bounds);
            var evaluation = evaluator.Evaluate(estimate, _study.Score.Options);
            if (folder.WantsPages)
            {
                Directory.CreateDirectory(folder.Pages);
                StudyFolder.WriteWhole(folder.PageOf(unit.Key), ScorePage.Render(evaluator, [evaluation], unit.ToString(), shared.Recording.Observed));
            }
            record = UnitScoring.Score(record, evaluation) with { ScoreS = clock.Elapsed.TotalSeconds };
            Keep(unit, work, log);
            return (record, CellTable.Write(evaluation));
        }
        catch (Exception e) when (e is not OperationCanceledException and not RecordingWriteException)
        {
            var message = Message(e);
            WriteLog(unit, $"{unit}\n{log.TrimEnd()}\n{message}\n");
            return (record with { Status = UnitStatus.Failed, Message = message }, null);
        }
        finally
        {
            RecordingCache.DeleteTree(work);
        }
    }

    // The last line that a program prints mostly says why it failed.
    private static string WithLastWords(string failure, string log) =>
        log.Split('\n').LastOrDefault(l => l.Trim().Length > 0)?.Trim() is { } last ? $"{failure.TrimEnd('.')}: {new string([.. last.Where(c => !char.IsControl(c)).Take(200)])}" : failure;

    private static string Message(Exception e) => e switch
    {
        UnitFailure or EstimateFormatException or RecordingFormatException or SpecException or IOException or UnauthorizedAccessException => e.Message,
        OutOfMemoryException => "there was not enough memory.",
        _ => e.Message,
    };

    private ProcessOutcome RunProgram(StudyPipeline pipeline, StudyUnit unit, Spec spec, string work, CancellationToken cancellation, out string[] command, out string output)
    {
        var threads = pipeline.Threads > 0 ? pipeline.Threads : Math.Max(1, Environment.ProcessorCount / jobs);
        var movie = cache.PathOf(spec, pipeline.Movie, new SimulateOptions { Threads = threads }, cancellation);
        Directory.CreateDirectory(work);
        var specFile = Path.Combine(work, "spec.json");
        var usesSpec = pipeline.Command.Any(c => c.Contains("{spec}", StringComparison.Ordinal));
        if (usesSpec) SpecJson.Save(spec, specFile);
        var target = output = Path.Combine(work, "out");
        // "{out}/result.npz" is meant as a file in a folder.
        if (pipeline.Command.Any(c => c.Contains("{out}/", StringComparison.Ordinal) || c.Contains("{out}\\", StringComparison.Ordinal))) Directory.CreateDirectory(output);
        string Value(string name) => name switch
        {
            "movie" => movie,
            "out" => target,
            "truth" => cache.PathOf(spec, cancellation: cancellation),
            "seed" => spec.Seed.ToString(CultureInfo.InvariantCulture),
            "threads" => threads.ToString(CultureInfo.InvariantCulture),
            "spec" => specFile,
            "study" => _study.Folder,
            _ => StudyPlan.Plain(unit.Params.First(p => $"param.{p.Key}" == name).Value),
        };
        command = [.. pipeline.Command.Select(c => StudyPlan.IsOwnFile(c, _study.Folder) ? Path.GetFullPath(Path.Combine(_study.Folder, c)) : PipelineReader.Place().Replace(c, m => Value(m.Groups["name"].Value)))];
        var environment = unit.Params.Select(p => KeyValuePair.Create($"MINISIM_PARAM_{p.Key}", StudyPlan.Plain(p.Value)))
            .Concat([new("MINISIM_MOVIE", movie), new("MINISIM_OUT", output), new("MINISIM_STUDY", _study.Folder)]).Concat(pipeline.Environment);
        return PipelineProcess.Run(command, work, environment, threads, TimeSpan.FromSeconds(Math.Min(pipeline.TimeoutS, 1e9)), pipeline.MemoryMb, cancellation);
    }

    // What lies at {out}: a file, a folder, or {out} with an ending, which some libraries add by themselves.
    private Estimate ReadEstimate(string work, string output, Recording recording)
    {
        if (!Directory.Exists(work)) throw new UnitFailure("deleted its own working folder, and its result with it.");
        string[] found = [.. Directory.EnumerateFileSystemEntries(work, "out*").Where(p => p == output || Path.GetFileName(p).StartsWith("out.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        if (found.Length > 1 && found[0] == output && Directory.Exists(output) && !Directory.EnumerateFileSystemEntries(output).Any()) found = found[1..];
        if (found.Length == 0 || Directory.Exists(found[0]) && !Directory.EnumerateFileSystemEntries(found[0]).Any())
            throw new UnitFailure("ended well but wrote no result: there is nothing at {out}. A result is a file or folder named {out}, or {out} with an ending.");
        if (found.Length > 1) throw new UnitFailure($"wrote {found.Length} results: {string.Join(", ", found.Select(Path.GetFileName))}. Write one.");
        var path = found[0];
        RefuseLinks(path);
        var hints = EstimateHints.For(recording) with { Axes = _study.Score.Axes };
        try
        {
            return EstimateFile.Read(path, hints);
        }
        catch (EstimateFormatException) when (Directory.Exists(path) && Directory.GetFileSystemEntries(path) is [var only])
        {
            return EstimateFile.Read(only, hints);
        }
    }

    // A link could be anybody's result, or the truth.
    private static void RefuseLinks(string path)
    {
        var entries = Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Take(100_000) : [];
        foreach (var entry in entries.Prepend(Directory.Exists(path) ? new DirectoryInfo(path) : (FileSystemInfo)new FileInfo(path)))
            if (entry.LinkTarget is { } target)
                throw new UnitFailure($"its result has a link to {target} in it, which may be another's result. Write files.");
    }

    private void Keep(StudyUnit unit, string work, string log)
    {
        if (_study.Keep == StudyKeep.Scores || !Directory.Exists(work)) return;
        var target = Path.Combine(folder.Estimates, unit.Key);
        RecordingCache.DeleteTree(target);
        Directory.CreateDirectory(folder.Estimates);
        if (_study.Keep == StudyKeep.All)
        {
            Directory.Move(work, target);
            File.WriteAllText(Path.Combine(target, "log.txt"), log);
            return;
        }
        Directory.CreateDirectory(target);
        foreach (var entry in Directory.EnumerateFileSystemEntries(work, "out*"))
        {
            var to = Path.Combine(target, Path.GetFileName(entry));
            if (Directory.Exists(entry)) Directory.Move(entry, to);
            else File.Move(entry, to);
        }
    }

    private void WriteLog(StudyUnit unit, string text)
    {
        Directory.CreateDirectory(folder.Logs);
        StudyFolder.WriteWhole(folder.LogOf(unit.Key), text);
    }
}

using System.Runtime.InteropServices;
using Minisim.Studies;

namespace Minisim.Native;

public static unsafe partial class Exports
{
    /// <summary>Specs over the Cartesian product of axes, all checked before any is handed out.</summary>
    /// <param name="spec">The spec that the axes alter; stays as it is.</param>
    /// <param name="axes">JSON object: path → a list of values, or {"linspace": [first, last, n]}, {"logspace": …}, {"range": [start, stop, step]}. The
    /// first varies slowest.</param>
    /// <param name="outSweep">Receives a sweep handle.</param>
    /// <param name="outJson">Receives the points: a JSON list of objects of path and value, in order; may be null.</param>
    /// <param name="error">Receives every combination that breaks the spec.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_sweep")]
    public static int MakeSweep(ulong spec, byte* axes, ulong* outSweep, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outSweep, "out_sweep");
        using var use = Handles.Get<Spec>(spec, "spec");
        var points = Sweep.Over(use.Value, StudyAxis.Parse(Abi.Required(axes, "axes")));
        if (outJson is not null) *outJson = Abi.Give(StudyText.Points(points));
        *outSweep = Handles.Open(new SweepHandle(points));
    });

    /// <summary>The spec of a point of a sweep.</summary>
    /// <param name="sweep">A sweep.</param>
    /// <param name="point">Its index.</param>
    /// <param name="outSpec">Receives a spec handle.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_sweep_spec")]
    public static int SweepSpec(ulong sweep, int point, ulong* outSpec, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outSpec, "out_spec");
        using var use = Handles.Get<SweepHandle>(sweep, "sweep");
        if ((uint)point >= (uint)use.Value.Points.Count) throw new ArgumentException($"point {point} is not in a sweep of {use.Value.Points.Count}");
        *outSpec = Handles.Open(use.Value.Points[point].Spec);
    });

    /// <summary>The recording of a spec from the cache, simulated into it if it is not there. Any number of processes share a cache: one simulates, the others wait.</summary>
    /// <param name="folder">Folder of the cache; null = MINISIM_CACHE or the platform's, as the command's.</param>
    /// <param name="spec">A spec.</param>
    /// <param name="run">Threads, token, progress; null = the defaults.</param>
    /// <param name="outRecording">Receives a recording handle.</param>
    /// <param name="outPath">Receives the path of the recording, NAME.zarr; may be null.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_cache_recording")]
    public static int CacheRecording(byte* folder, ulong spec, RunOptions* run, ulong* outRecording, byte** outPath, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outRecording, "out_recording");
        using var use = Handles.Get<Spec>(spec, "spec");
        using var running = new Run(run);
        using var cache = new RecordingCache(Abi.Text(folder, "folder"));
        var recording = cache.Run(use.Value, running.Options(), running.Cancellation);
        if (outPath is not null) *outPath = Abi.Give(Path.Combine(cache.Folder, $"{use.Value.CacheKey()}.zarr"));
        *outRecording = Handles.Open(new RecordingHandle(recording));
    });

    /// <summary>The file of a spec's recording in a format, made from the cached recording if it is missing.</summary>
    /// <param name="folder">Folder of the cache; null = MINISIM_CACHE or the platform's, as the command's.</param>
    /// <param name="spec">A spec.</param>
    /// <param name="format">Name in minisim_formats; null = zarr.</param>
    /// <param name="run">Threads, token, progress; null = the defaults.</param>
    /// <param name="outPath">Receives its path.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_cache_path")]
    public static int CachePath(byte* folder, ulong spec, byte* format, RunOptions* run, byte** outPath, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outPath, "out_path");
        using var use = Handles.Get<Spec>(spec, "spec");
        using var running = new Run(run);
        using var cache = new RecordingCache(Abi.Text(folder, "folder"));
        *outPath = Abi.Give(cache.PathOf(use.Value, Abi.Text(format, "format") ?? "zarr", running.Options(), running.Cancellation));
    });

    /// <summary>What is in a cache, as JSON: folder, bytes, entries (key, format, path, bytes, last_used), the latest used first.</summary>
    /// <param name="folder">Folder of the cache; null = MINISIM_CACHE or the platform's, as the command's.</param>
    /// <param name="outJson">Receives it.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_cache_list")]
    public static int ListCache(byte* folder, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        using var cache = new RecordingCache(Abi.Text(folder, "folder"));
        *outJson = Abi.Give(StudyText.Entries(cache.Folder, cache.List()));
    });

    /// <summary>Takes recordings out of a cache, the longest unused first, and what killed runs left in it.</summary>
    /// <param name="folder">Folder of the cache; null = MINISIM_CACHE or the platform's, as the command's.</param>
    /// <param name="olderThanS">Seconds since the last use from which an entry goes; negative = any age stays.</param>
    /// <param name="maxBytes">Size that may stay; negative = any, 0 = none.</param>
    /// <param name="outJson">Receives what went, as minisim_cache_list; may be null.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_cache_prune")]
    public static int PruneCache(byte* folder, double olderThanS, long maxBytes, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        if (double.IsNaN(olderThanS) || olderThanS > 1e11) throw new ArgumentException($"older_than_s = {olderThanS}: must be a number of seconds up to 1e11, or negative");
        using var cache = new RecordingCache(Abi.Text(folder, "folder"));
        var gone = cache.Prune(olderThanS < 0 ? null : TimeSpan.FromSeconds(olderThanS), maxBytes < 0 ? null : maxBytes);
        if (outJson is not null) *outJson = Abi.Give(StudyText.Entries(cache.Folder, gone));
    });

    /// <summary>Reads and checks a study file, JSON or YAML; see docs/studies.md.</summary>
    /// <param name="path">Path, UTF-8.</param>
    /// <param name="outStudy">Receives a study handle.</param>
    /// <param name="outWarnings">Receives a JSON list of what is odd but legal; may be null.</param>
    /// <param name="error">Receives every problem.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_study_load")]
    public static int LoadStudy(byte* path, ulong* outStudy, byte** outWarnings, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outStudy, "out_study");
        var study = Study.Load(Abi.Required(path, "path"), out var warnings);
        if (outWarnings is not null) *outWarnings = Abi.Give(Json.Problems(warnings));
        *outStudy = Handles.Open(study);
    });

    /// <summary>Reads and checks a study from JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="folder">Folder that names of files in it are relative to; null = the current one.</param>
    /// <param name="outStudy">Receives a study handle.</param>
    /// <param name="error">Receives every problem.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_study_parse")]
    public static int ParseStudy(byte* json, byte* folder, ulong* outStudy, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outStudy, "out_study");
        *outStudy = Handles.Open(Study.Parse(Abi.Required(json, "json"), Abi.Text(folder, "folder")));
    });

    /// <summary>The JSON Schema of study files.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_study_schema")]
    public static int GetStudySchema(byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        *outJson = Abi.Give(StudySchema.Write());
    });

    /// <summary>The units of work of a study as JSON: name, recordings, units, axes, variants, pipelines, keys of the units. Checks every spec in it.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_study_plan")]
    public static int PlanStudy(ulong study, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        using var use = Handles.Get<Study>(study, "study");
        *outJson = Abi.Give(StudyText.Plan(use.Value.Plan()));
    });

    /// <summary>Runs a study in a folder until no unit is left. What is done already is not done again; any number of processes may run it at once.</summary>
    /// <param name="study">A study.</param>
    /// <param name="folder">Folder of the results.</param>
    /// <param name="options">JSON object or null: jobs (0 = half the processors), cache (a folder), retry (units that failed before).</param>
    /// <param name="run">Token and progress, in units; null = the defaults. Threads are those of the study's pipelines.</param>
    /// <param name="outJson">Receives units, done, failed, ran_here, simulated_here; may be null.</param>
    /// <param name="error">Receives what is wrong. A unit that fails is not an error of the call.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_study_run")]
    public static int RunStudy(ulong study, byte* folder, byte* options, RunOptions* run, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Companions.Find();
        using var use = Handles.Get<Study>(study, "study");
        using var running = new Run(run);
        var how = StudyText.Options(JsonOptions.Parse(Abi.Text(options, "options"), "jobs", "cache", "retry"), running);
        var summary = StudyRunner.Run(use.Value, Abi.Required(folder, "folder"), how);
        if (outJson is not null) *outJson = Abi.Give(StudyText.Summary(summary));
    });

    /// <summary>How a study stands, as JSON: name, units, done, failed, running, workers, pipelines, failures (unit, message, log, last_lines).</summary>
    /// <param name="folder">Folder of the results.</param>
    /// <param name="outJson">Receives it.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_study_status")]
    public static int GetStudyStatus(byte* folder, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        *outJson = Abi.Give(StudyText.Status(StudyStatus.Of(Abi.Required(folder, "folder"))));
    });

    /// <summary>The results of a study, complete or not, as JSON: units, columns, rows (texts, numbers, null).</summary>
    /// <param name="folder">Folder of the results.</param>
    /// <param name="outJson">Receives it.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_study_results")]
    public static int GetStudyResults(byte* folder, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        using var results = StudyResults.Open(Abi.Required(folder, "folder"));
        *outJson = Abi.Give(StudyText.Results(results));
    });

    /// <summary>Writes the tables of a study, complete or not, and on demand its page and its figures.</summary>
    /// <param name="folder">Folder of the results.</param>
    /// <param name="html">File of the page; null = none.</param>
    /// <param name="figures">Folder of the figures, PNG; null = none.</param>
    /// <param name="overwrite">Not 0: files that exist outside the study's folder are replaced; those within are its own, and always are.</param>
    /// <param name="outJson">Receives a JSON list of the files written; may be null.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_study_report")]
    public static int ReportStudy(byte* folder, byte* html, byte* figures, int overwrite, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Companions.Find();
        var path = Abi.Required(folder, "folder");
        var (pageFile, figureFolder) = (Abi.Text(html, "html"), Abi.Text(figures, "figures"));
        if (pageFile is not null) Minisim.Formats.WholeFile.Check(pageFile, overwrite != 0 || StudyText.IsWithin(pageFile, path));
        using var results = StudyResults.Open(path);
        results.WriteFiles();
        List<string> files = [Path.Combine(path, "results.csv"), Path.Combine(path, "results.parquet"), Path.Combine(path, "cells.parquet")];
        if (pageFile is not null)
        {
            StudyPage.Save(results, pageFile);
            files.Add(pageFile);
        }
        if (figureFolder is not null) files.AddRange(StudyFigures.Save(results, figureFolder, overwrite != 0 || StudyText.IsWithin(figureFolder, path)));
        if (outJson is not null) *outJson = Abi.Give(StudyText.Files(files));
    });
}

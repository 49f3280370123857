using System.Text.Json;
using Minisim.Studies;

namespace Minisim.Native;

/// <summary>Studies, sweeps and the cache as JSON.</summary>
internal static class StudyText
{
    public static string Plan(StudyPlan plan) => Json.Write(w =>
    {
        w.WriteStartObject();
        w.WriteString("name", plan.Study.Name);
        w.WriteNumber("recordings", plan.Recordings.Select(r => r.Key).Distinct().Count());
        w.WriteNumber("units", plan.Units.Count);
        Json.Strings(w, "axes", plan.Study.Axes.Select(a => a.Path));
        Json.Strings(w, "variants", plan.Study.Variants.Select(v => v.Name));
        Json.Strings(w, "pipelines", plan.Study.Pipelines.Select(p => p.Name));
        Json.Strings(w, "keys", plan.Units.Select(u => u.Key));
        w.WriteEndObject();
    });

    public static string Summary(StudySummary summary) => Json.Write(w =>
    {
        w.WriteStartObject();
        w.WriteNumber("units", summary.Units);
        w.WriteNumber("done", summary.Done);
        w.WriteNumber("failed", summary.Failed);
        w.WriteNumber("ran_here", summary.RanHere);
        w.WriteNumber("simulated_here", summary.SimulatedHere);
        w.WriteEndObject();
    });

    public static string Status(StudyStatus status) => Json.Write(w =>
    {
        w.WriteStartObject();
        w.WriteString("name", status.Name);
        w.WriteNumber("units", status.Units);
        w.WriteNumber("done", status.Done);
        w.WriteNumber("failed", status.Failed);
        w.WriteNumber("running", status.Running);
        w.WriteNumber("workers", status.Workers);
        w.WriteStartArray("pipelines");
        foreach (var (pipeline, units, done, failed) in status.Pipelines)
        {
            w.WriteStartObject();
            w.WriteString("pipeline", pipeline);
            w.WriteNumber("units", units);
            w.WriteNumber("done", done);
            w.WriteNumber("failed", failed);
            w.WriteEndObject();
        }
        w.WriteEndArray();
        w.WriteStartArray("failures");
        foreach (var failure in status.Failures)
        {
            w.WriteStartObject();
            w.WriteString("unit", failure.Unit.ToString());
            w.WriteString("message", failure.Message);
            w.WriteString("log", failure.LogFile);
            Json.Strings(w, "last_lines", failure.LastLines);
            w.WriteEndObject();
        }
        w.WriteEndArray();
        w.WriteEndObject();
    });

    public static string Results(StudyResults results) => Json.Write(w =>
    {
        w.WriteStartObject();
        w.WriteNumber("units", results.Units);
        Json.Strings(w, "columns", results.Columns);
        w.WriteStartArray("rows");
        foreach (var row in results.Rows())
        {
            w.WriteStartArray();
            foreach (var value in results.Values(row))
            {
                if (value is double number && double.IsFinite(number)) w.WriteNumberValue(number);
                else if (value is string text) w.WriteStringValue(text);
                else w.WriteNullValue();
            }
            w.WriteEndArray();
        }
        w.WriteEndArray();
        w.WriteEndObject();
    });

    /// <summary>Whether a file or folder lies in a study's folder.</summary>
    public static bool IsWithin(string path, string folder) =>
        Path.GetFullPath(path).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    public static string Files(IEnumerable<string> files) => Json.Write(w =>
    {
        w.WriteStartArray();
        foreach (var file in files) w.WriteStringValue(Path.GetFullPath(file));
        w.WriteEndArray();
    });

    public static string Points(IReadOnlyList<SweepPoint> points) => Json.Write(w =>
    {
        w.WriteStartArray();
        foreach (var point in points)
        {
            w.WriteStartObject();
            foreach (var (path, value) in point.Values)
            {
                w.WritePropertyName(path);
                w.WriteRawValue(value);
            }
            w.WriteEndObject();
        }
        w.WriteEndArray();
    });

    public static string Entries(string folder, IReadOnlyList<CacheEntry> entries) => Json.Write(w =>
    {
        w.WriteStartObject();
        w.WriteString("folder", folder);
        w.WriteNumber("bytes", entries.Sum(e => e.Bytes));
        w.WriteStartArray("entries");
        foreach (var entry in entries)
        {
            w.WriteStartObject();
            w.WriteString("key", entry.Key);
            w.WriteString("format", entry.Format);
            w.WriteString("path", entry.Path);
            w.WriteNumber("bytes", entry.Bytes);
            w.WriteString("last_used", entry.LastUsed);
            w.WriteEndObject();
        }
        w.WriteEndArray();
        w.WriteEndObject();
    });

    public static StudyRunOptions Options(JsonOptions options, Run run)
    {
        var jobs = options.Integer("jobs") ?? 0;
        if (jobs is < 0 or > 4096) throw new ArgumentException($"option \"jobs\" = {jobs}: must be in [0, 4096]; 0 is half the processors");
        return new StudyRunOptions
        {
            Jobs = (int)jobs,
            CacheFolder = options.Text("cache"),
            Retry = options.Flag("retry"),
            Progress = new StudyProgressOf(run),
            Cancellation = run.Cancellation,
        };
    }
}

/// <summary>A study's progress as that of a run: units for frames.</summary>
internal sealed class StudyProgressOf(Run run) : IProgress<StudyProgress>
{
    public void Report(StudyProgress value) => run.Report(new SimulationProgress(value.Done + value.Failed, value.Units));
}

/// <summary>The points of a sweep that a caller holds.</summary>
internal sealed class SweepHandle(IReadOnlyList<SweepPoint> points)
{
    public IReadOnlyList<SweepPoint> Points => points;
}

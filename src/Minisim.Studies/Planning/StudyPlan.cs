using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>The units of work of a study: a pure function of the study and the files that it watches, with the same keys on every machine.</summary>
/// <remarks>In order: variants, then the axes with the first varying slowest, then pipelines, then their parameters.</remarks>
public sealed class StudyPlan
{
    /// <summary>Most units of one study.</summary>
    public const int MostUnits = 1_000_000;

    private StudyPlan(Study study, IReadOnlyList<StudyRecording> recordings, IReadOnlyList<StudyUnit> units) =>
        (Study, Recordings, Units) = (study, recordings, units);

    /// <summary>The study.</summary>
    public Study Study { get; }
    /// <summary>All recordings; two with the same key are the same.</summary>
    public IReadOnlyList<StudyRecording> Recordings { get; }
    /// <summary>All units.</summary>
    public IReadOnlyList<StudyUnit> Units { get; }

    /// <summary>The plan of a study.</summary>
    /// <exception cref="StudyException">A combination of values breaks a spec (all are reported), or there are too many units.</exception>
    public static StudyPlan Of(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        CheckSize(study);
        var combinations = Sweep.Combinations(study.Axes, study.Zip).ToArray();
        var variants = study.Variants.Count > 0 ? study.Variants : [new StudyVariant("", [])];
        var recordings = new StudyRecording[variants.Count * combinations.Length];
        var failures = new IReadOnlyList<Problem>?[recordings.Length];
        Parallel.For(0, recordings.Length, i =>
        {
            var (variant, values) = (variants[i / combinations.Length], combinations[i % combinations.Length]);
            try
            {
                var spec = SpecJson.With(study.Base, values.Concat(variant.Set));
                recordings[i] = new StudyRecording(spec.CacheKey(), variant.Name, values);
            }
            catch (SpecException e)
            {
                recordings[i] = new StudyRecording("", variant.Name, values);
                failures[i] = e.Problems;
            }
        });
        var problems = new ProblemSink();
        for (var i = 0; i < failures.Length && !problems.IsFull; i++)
            foreach (var p in failures[i]?.Where(p => !p.IsWarning) ?? [])
                problems.Add(p with { Path = $"{recordings[i]}: {p.Path}" });
        problems.ThrowIfErrors();

        var units = new List<StudyUnit>();
        var fingerprints = study.Pipelines.Select(p => Fingerprint(p, study)).ToArray();
        var parameters = study.Pipelines.Select(p => Combinations(p.Params).ToArray()).ToArray();
        foreach (var recording in recordings)
            for (var p = 0; p < study.Pipelines.Count; p++)
                foreach (var values in parameters[p])
                    units.Add(new StudyUnit(Key(recording, fingerprints[p], values), recording, study.Pipelines[p].Name, values));
        return new StudyPlan(study, recordings, units);
    }

    /// <summary>The spec of a recording of this plan.</summary>
    public Spec SpecOf(StudyRecording recording) => SpecOf(Study, recording);

    internal static Spec SpecOf(Study study, StudyRecording recording)
    {
        var set = study.Variants.FirstOrDefault(v => v.Name == recording.Variant)?.Set ?? [];
        return SpecJson.With(study.Base, recording.Values.Concat(set));
    }

    /// <summary>The pipeline with its parameters, as results name it: <c>mine gSig=3</c>.</summary>
    internal static string Entrant(string pipeline, IReadOnlyList<KeyValuePair<string, string>> values) =>
        values.Count == 0 ? pipeline : $"{pipeline} {string.Join(' ', values.Select(v => $"{v.Key}={Plain(v.Value)}"))}";

    /// <summary>A JSON value as a person writes it: texts without quotes.</summary>
    internal static string Plain(string json) => json.Length > 1 && json[0] == '"' ? JsonNode.Parse(json)!.GetValue<string>() : json;

    /// <summary>Every combination of some axes' values, the first varying slowest.</summary>
    internal static IEnumerable<KeyValuePair<string, string>[]> Combinations(IReadOnlyList<StudyAxis> axes) => Sweep.Combinations(axes, []);

    internal static double CountOf(StudyPipeline pipeline) => pipeline.Params.Aggregate(1.0, (n, p) => n * p.Values.Count);

    // Before anything is made of it: a product of a few long lists is more than any memory.
    private static void CheckSize(Study study)
    {
        var recordings = Sweep.Count(study.Axes, study.Zip) * Math.Max(1, study.Variants.Count);
        var units = recordings * study.Pipelines.Sum(CountOf);
        if (units <= MostUnits) return;
        throw new StudyException("axes", null, string.Create(CultureInfo.InvariantCulture, $"would be {units:#,0} units of work ({recordings:#,0} recordings), at most {MostUnits:#,0}."),
            "Give fewer values, or zip those that go together.");
    }

    private static string Key(StudyRecording recording, string fingerprint, IReadOnlyList<KeyValuePair<string, string>> values)
    {
        var text = new StringBuilder("unit/1\n").Append(recording.Key).Append('\n').Append(fingerprint);
        foreach (var (name, value) in values.OrderBy(v => v.Key, StringComparer.Ordinal)) text.Append("param ").Append(name).Append('=').Append(value).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..20];
    }

    /// <summary>All that a pipeline's results depend on but the recording and its parameters.</summary>
    private static string Fingerprint(StudyPipeline pipeline, Study study)
    {
        var text = new StringBuilder();
        void Line(string name, string value) => text.Append(name).Append(' ').Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(value))).Append('\n');
        Line("version", $"{Engine.Name} {Engine.Version}");
        if (pipeline.Builtin is { } builtin) Line("builtin", builtin);
        foreach (var part in pipeline.Command) Line("argument", part);
        if (pipeline.Command.Count > 0) Line("movie", pipeline.Movie);
        foreach (var (name, value) in pipeline.Environment.OrderBy(e => e.Key, StringComparer.Ordinal)) Line($"env {name}", value);
        foreach (var file in Watched(pipeline, study.Folder)) Line($"file {file.Replace('\\', '/')}", HashOf(Path.Combine(study.Folder, file)));
        if (pipeline.IsNone) return text.ToString();
        var score = study.Score;
        Line("score", string.Create(CultureInfo.InvariantCulture, $"{score.Options.Measure.Name()} {score.Options.Threshold:R} {Describe(score.Options.Shift)} {score.Options.AllCells} {score.Options.EnergyFraction:R} {score.AcceptedOnly} {score.Axes} {score.Bounds}"));
        return text.ToString();
    }

    private static string Describe(FootprintShift shift) => shift.IsAuto ? "auto" : $"{shift.Dy},{shift.Dx}";

    /// <summary>Files that a pipeline depends on, by name relative to the study: those it names in <c>watch</c>, and those its command names.</summary>
    internal static IReadOnlyList<string> Watched(StudyPipeline pipeline, string folder) =>
        [.. pipeline.Watch.Concat(pipeline.Command.Where(a => IsOwnFile(a, folder))).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Whether an argument names a file beside the study: relative, and there.</summary>
    internal static bool IsOwnFile(string argument, string folder) =>
        argument.Length is > 0 and < 1000 && !argument.StartsWith('-') && !argument.Contains('\0') && !Path.IsPathRooted(argument) && !PipelineReader.Place().IsMatch(argument) && File.Exists(Path.Combine(folder, argument));

    private static string HashOf(string path)
    {
        try
        {
            if (!Directory.Exists(path))
            {
                using var file = File.OpenRead(path);
                return Convert.ToHexStringLower(SHA256.HashData(file));
            }
            var all = new StringBuilder();
            foreach (var entry in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(path, f).Replace('\\', '/')).Order(StringComparer.Ordinal))
                all.Append(entry).Append(' ').Append(HashOf(Path.Combine(path, entry))).Append('\n');
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StudyException(path, null, $"cannot be read: {e.Message}", "It is watched, or named by a command.");
        }
    }
}

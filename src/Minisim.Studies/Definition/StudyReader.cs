using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Minisim.Formats;
using Minisim.Formats.Estimates;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>A study file to a <see cref="Study"/>. Never stops at a problem: all are reported together.</summary>
internal sealed partial class StudyReader
{
    /// <summary>Largest study file that is read.</summary>
    public const int MaxBytes = 64 << 20;

    private static readonly string[] Fields = ["base", "axes", "zip", "variants", "pipelines", "score", "keep", "pairs", "pages", "name"];
    private readonly string _folder;
    private readonly ProblemSink _problems = new();

    private StudyReader(string folder) => _folder = folder;

    public static Study Load(string path, out IReadOnlyList<Problem> warnings)
    {
        var text = ReadText(path);
        var source = Path.GetFileName(path);
        var isYaml = Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml";
        var root = isYaml ? ParseJson(StudyYaml.Parse(text, source)?.ToJsonString() ?? "null", source) : ParseJson(text, source);
        return new StudyReader(Path.GetDirectoryName(Path.GetFullPath(path))!).Study(root, source, Path.GetFileNameWithoutExtension(path), out warnings);
    }

    public static Study Parse(string json, string folder, out IReadOnlyList<Problem> warnings) =>
        new StudyReader(Path.GetFullPath(folder)).Study(ParseJson(json, "study"), "study", "study", out warnings);

    /// <summary>Axes from JSON, as a study file has them.</summary>
    public static IReadOnlyList<StudyAxis> ReadAxes(string json)
    {
        var reader = new StudyReader(Environment.CurrentDirectory);
        var axes = reader.Axes(ParseJson(json, "axes"));
        reader._problems.ThrowIfErrors();
        return axes;
    }

    private static string ReadText(string path)
    {
        if (Directory.Exists(path)) throw new StudyException(path, null, "is a folder, not a study.", "Name the JSON or YAML file.");
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.CanSeek && file.Length > MaxBytes) throw new StudyException(path, null, $"is too large for a study: {file.Length >> 20} MB, at most {MaxBytes >> 20} MB.", "");
            var bytes = new byte[4096];
            using var all = new MemoryStream();
            for (int n; (n = file.Read(bytes)) > 0;)
            {
                all.Write(bytes, 0, n);
                if (all.Length > MaxBytes) throw new StudyException(path, null, $"is too large for a study: at most {MaxBytes >> 20} MB.", "");
            }
            var content = all.ToArray();
            if (content.AsSpan().Contains((byte)0)) throw new StudyException(path, null, "is a binary file, not a study.", "A study is a JSON or YAML text: see 'minisim study schema'.");
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            throw new StudyException(path, null, "is not UTF-8 text.", "Save it as UTF-8.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StudyException(path, null, "no such file.", "See 'minisim study --help' for an example.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new StudyException(path, null, $"cannot be read: {e.Message}", "");
        }
    }

    private static JsonNode? ParseJson(string text, string source)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new StudyException(source, null, "is empty.", "See 'minisim study --help' for an example.");
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        }
        catch (JsonException e)
        {
            var message = e.Message;
            var cut = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            if (cut > 0) message = message[..cut];
            message = message.Replace(" Change the reader options.", "", StringComparison.Ordinal).Replace(" Expected depth to be zero at the end of the JSON payload.", "", StringComparison.Ordinal);
            throw new StudyException(e.LineNumber is { } line ? $"{source} (line {line + 1}, column {e.BytePositionInLine + 1})" : source, null, $"is not JSON: {ProblemList.Shorten(message)}", "");
        }
    }

    private Study Study(JsonNode? node, string source, string name, out IReadOnlyList<Problem> warnings)
    {
        if (node is not JsonObject root) throw new StudyException(source, null, "is not an object.", """A study is { "base": …, "axes": …, "pipelines": … }.""");
        Known(root, "", Fields);
        var spec = Base(root["base"], root.ContainsKey("base"));
        var axes = Axes(root["axes"]);
        var study = new Study
        {
            Name = root["name"] is { } given ? Text(given, "name") ?? name : name,
            Folder = _folder,
            Base = spec ?? new Spec(),
            Axes = axes,
            Zip = Zip(root["zip"], axes),
            Variants = Variants(root["variants"], axes),
            Pipelines = Pipelines(root["pipelines"]),
            Score = Score(root["score"]),
            Keep = root["keep"] is { } keep ? OneOf(keep, "keep", StudyKeep.Scores, ("scores", StudyKeep.Scores), ("estimates", StudyKeep.Estimates), ("all", StudyKeep.All)) : StudyKeep.Scores,
            Pages = root["pages"] is { } pages ? Flag(pages, "pages") : null,
        };
        study = study with { Pairs = Pairs(root["pairs"], study) };
        _problems.ThrowIfErrors();
        warnings = _problems.Items;
        return study;
    }

    private Spec? Base(JsonNode? node, bool isGiven)
    {
        if (node is null)
        {
            _problems.Error("base", isGiven ? "null" : null, "is missing.", """Name a spec file, write a spec, or {"scope": "miniscope_v4", "region": "ca1"}.""");
            return null;
        }
        try
        {
            if (node is JsonValue && node.GetValueKind() == JsonValueKind.String) return SpecJson.Load(Path.Combine(_folder, node.GetValue<string>()));
            if (node is not JsonObject o)
            {
                _problems.Error("base", node.ToJsonString(), "must be the name of a spec file, a spec, or a scope over a region.");
                return null;
            }
            if (o.ContainsKey("scope") || o.ContainsKey("region")) return BasePreset.Read(o, Known, _problems);
            if (!o.ContainsKey("spec")) return SpecJson.Parse(o.ToJsonString(), "base");
            Known(o, "base", ["spec", "set"]);
            var inner = Base(o["spec"], true);
            return inner is null ? null : BasePreset.Set(inner, o["set"], _problems);
        }
        catch (SpecException e)
        {
            foreach (var problem in e.Problems.Where(p => !p.IsWarning)) _problems.Add(problem with { Path = problem.Path.StartsWith("base", StringComparison.Ordinal) ? problem.Path : $"base: {problem.Path}" });
            return null;
        }
    }

    private List<StudyAxis> Axes(JsonNode? node, string at = "axes")
    {
        var axes = new List<StudyAxis>();
        if (node is null) return axes;
        if (node is not JsonObject o)
        {
            _problems.Error(at, node.ToJsonString(), "must be an object: the name of each thing that varies, and its values.");
            return axes;
        }
        foreach (var (path, values) in o) axes.Add(new StudyAxis(path, AxisValues.Read(values, $"{at}.{path}", _problems)));
        return axes;
    }

    private List<IReadOnlyList<string>> Zip(JsonNode? node, List<StudyAxis> axes)
    {
        var groups = new List<IReadOnlyList<string>>();
        if (node is null) return groups;
        if (node is not JsonArray list)
        {
            _problems.Error("zip", node.ToJsonString(), "must be a list of lists of axes.", """Write [["path a", "path b"]].""");
            return groups;
        }
        var used = new HashSet<string>();
        for (var g = 0; g < list.Count; g++)
        {
            var at = $"zip[{g}]";
            if (Texts(list[g], at) is not { } paths) continue;
            if (paths.Count < 2) _problems.Error(at, list[g]!.ToJsonString(), "needs at least two axes.");
            var found = new List<StudyAxis>();
            for (var k = 0; k < paths.Count; k++)
            {
                if (!used.Add(paths[k])) _problems.Error($"{at}[{k}]", $"\"{paths[k]}\"", "is zipped twice.");
                if (axes.Find(a => a.Path == paths[k]) is { } axis) found.Add(axis);
                else _problems.Error($"{at}[{k}]", $"\"{paths[k]}\"", "is not among the axes.", NearMiss(paths[k], axes.Select(a => a.Path)));
            }
            if (found.Count == paths.Count && found.All(a => a.Values.Count > 0) && found.Select(a => a.Values.Count).Distinct().Count() > 1)
                _problems.Error(at, null, $"its axes have different numbers of values: {string.Join(", ", found.Select(a => $"{a.Path} {a.Values.Count}"))}.", "Values that go together are as many.");
            groups.Add(paths);
        }
        return groups;
    }

    private List<StudyVariant> Variants(JsonNode? node, List<StudyAxis> axes)
    {
        var variants = new List<StudyVariant>();
        if (node is null) return variants;
        if (node is not JsonObject o || o.Count == 0)
        {
            _problems.Error("variants", node.ToJsonString(), "must be an object: the name of each variant, and what it sets.", """Write {"plain": {}, "no_vessels": {"steps.vasculature": null}}.""");
            return variants;
        }
        foreach (var (name, patch) in o)
        {
            CheckName(name, $"variants.{name}");
            if (patch is not JsonObject set)
            {
                _problems.Error($"variants.{name}", patch?.ToJsonString() ?? "null", "must be an object of paths and values.");
                continue;
            }
            foreach (var (path, value) in set)
                if (axes.Any(a => a.Path == path))
                    _problems.Error($"variants.{name}.{path}", value?.ToJsonString() ?? "null", "is an axis, too.", "Vary it in one of the two places.");
            variants.Add(new StudyVariant(name, [.. set.Select(p => KeyValuePair.Create(p.Key, AxisValues.Normalized(p.Value)))]));
        }
        return variants;
    }

    private List<StudyPipeline> Pipelines(JsonNode? node)
    {
        var pipelines = new List<StudyPipeline>();
        if (node is not JsonObject { Count: > 0 } o)
        {
            _problems.Error("pipelines", node?.ToJsonString(), node is null ? "is missing." : "must be an object with at least one pipeline.", """Write e.g. {"oracle": {"builtin": "oracle"}}, or {"none": {"builtin": "none"}} to simulate only.""");
            return pipelines;
        }
        foreach (var (name, value) in o)
        {
            var at = $"pipelines.{name}";
            CheckName(name, at);
            if (value is not JsonObject p) _problems.Error(at, value?.ToJsonString() ?? "null", "must be an object.");
            else pipelines.Add(PipelineReader.Read(this, name, p, at));
        }
        return pipelines;
    }

    private StudyScore Score(JsonNode? node)
    {
        var score = new StudyScore();
        if (node is null) return score;
        if (node is not JsonObject o)
        {
            _problems.Error("score", node.ToJsonString(), "must be an object.");
            return score;
        }
        Known(o, "score", ["metric", "threshold", "shift", "all_cells", "accepted", "axes", "bounds"]);
        var options = score.Options;
        if (o["metric"] is { } metric)
            options = options with { Measure = OneOf(metric, "score.metric", options.Measure, [.. Enum.GetValues<SimilarityMeasure>().Select(m => (m.Name(), m))]) };
        if (o["threshold"] is { } threshold && Number(threshold, "score.threshold") is { } t)
        {
            if (t is > 0 and <= 1) options = options with { Threshold = t };
            else _problems.Error("score.threshold", threshold.ToJsonString(), "must be in (0, 1].");
        }
        if (o["shift"] is { } shift)
        {
            if (shift is JsonArray { Count: 2 } pair && pair.All(v => v is JsonValue n && n.TryGetValue(out int _))) options = options with { Shift = FootprintShift.Known(pair[0]!.GetValue<int>(), pair[1]!.GetValue<int>()) };
            else options = options with { Shift = OneOf(shift, "score.shift", options.Shift, ("auto", FootprintShift.Auto), ("none", FootprintShift.None)) };
        }
        if (o["all_cells"] is { } all) options = options with { AllCells = Flag(all, "score.all_cells") ?? false };
        return new StudyScore
        {
            Options = options,
            AcceptedOnly = o["accepted"] is { } accepted && (Flag(accepted, "score.accepted") ?? false),
            Axes = o["axes"] is { } axes ? OneOf(axes, "score.axes", MaskAxes.Auto, ("auto", MaskAxes.Auto), ("yx", MaskAxes.Yx), ("xy", MaskAxes.Xy)) : MaskAxes.Auto,
            Bounds = o["bounds"] is { } bounds && (Flag(bounds, "score.bounds") ?? false),
        };
    }

    private List<(string, string)> Pairs(JsonNode? node, Study study)
    {
        var pairs = new List<(string, string)>();
        if (node is null) return pairs;
        if (node is not JsonArray list)
        {
            _problems.Error("pairs", node.ToJsonString(), "must be a list of pairs.", """Write [["mine", "oracle"]].""");
            return pairs;
        }
        var known = study.Pipelines.SelectMany(p => Entrants(p)).Concat(study.Variants.Select(v => $"variant:{v.Name}")).ToHashSet();
        for (var i = 0; i < list.Count; i++)
        {
            if (Texts(list[i], $"pairs[{i}]") is not { } names) continue;
            if (names.Count != 2 || names[0] == names[1])
            {
                _problems.Error($"pairs[{i}]", list[i]!.ToJsonString(), "must be two different names.");
                continue;
            }
            for (var k = 0; k < 2; k++)
                if (!known.Contains(names[k]))
                    _problems.Error($"pairs[{i}][{k}]", $"\"{names[k]}\"", "is no pipeline with its parameters, and no variant.", NearMiss(names[k], known) is { Length: > 0 } near ? near : $"Known: {string.Join(", ", known.Take(12))}.");
            if (names[0].StartsWith("variant:", StringComparison.Ordinal) != names[1].StartsWith("variant:", StringComparison.Ordinal))
                _problems.Error($"pairs[{i}]", list[i]!.ToJsonString(), "compares a pipeline with a variant.", "Compare two of a kind.");
            pairs.Add((names[0], names[1]));
        }
        return pairs;
    }

    private static IEnumerable<string> Entrants(StudyPipeline p)
    {
        if (StudyPlan.CountOf(p) > 10_000) return [];
        return StudyPlan.Combinations(p.Params).Select(c => StudyPlan.Entrant(p.Name, c));
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}$")]
    private static partial Regex NameForm();

    private void CheckName(string name, string at)
    {
        if (!NameForm().IsMatch(name)) _problems.Error(at, $"\"{name}\"", "is no name.", "Use letters, digits, _ . + and -, at most 100.");
    }

    // What the readers of the parts share.

    internal ProblemSink Problems => _problems;
    internal string Folder => _folder;

    internal void Known(JsonObject o, string at, string[] names)
    {
        foreach (var (name, value) in o)
        {
            if (names.Contains(name)) continue;
            _problems.Error(at.Length == 0 ? ProblemList.Shorten(name)! : $"{at}.{ProblemList.Shorten(name)}", value?.ToJsonString() ?? "null", "unknown field.",
                NearMiss(name, names) is { Length: > 0 } near ? near : $"Known fields: {string.Join(", ", names)}.");
        }
    }

    internal static string NearMiss(string text, IEnumerable<string> candidates) => Minisim.NearMiss.Find(text, candidates) is { } near ? $"Did you mean \"{near}\"?" : "";

    internal string? Text(JsonNode node, string at)
    {
        if (node is JsonValue v && v.TryGetValue(out string? text)) return text;
        _problems.Error(at, node.ToJsonString(), "must be a text.");
        return null;
    }

    internal bool? Flag(JsonNode node, string at)
    {
        if (node is JsonValue v && v.TryGetValue(out bool flag)) return flag;
        _problems.Error(at, node.ToJsonString(), "must be true or false.");
        return null;
    }

    internal double? Number(JsonNode node, string at)
    {
        if (node is JsonValue v && v.GetValueKind() == JsonValueKind.Number && v.GetValue<double>() is var number && double.IsFinite(number)) return number;
        _problems.Error(at, node.ToJsonString(), "must be a number.");
        return null;
    }

    internal IReadOnlyList<string>? Texts(JsonNode? node, string at)
    {
        if (node is JsonArray list && list.All(v => v is JsonValue && v.GetValueKind() == JsonValueKind.String)) return [.. list.Select(v => v!.GetValue<string>())];
        _problems.Error(at, node?.ToJsonString() ?? "null", "must be a list of texts.");
        return null;
    }

    internal T OneOf<T>(JsonNode node, string at, T fallback, params (string Name, T Value)[] choices)
    {
        if (node is JsonValue v && v.TryGetValue(out string? text))
            foreach (var (name, value) in choices)
                if (name == text)
                    return value;
        _problems.Error(at, node.ToJsonString(), $"must be one of {string.Join(", ", choices.Select(c => c.Name))}.");
        return fallback;
    }

    internal List<StudyAxis> AxesOf(JsonNode? node, string at) => Axes(node, at);

    internal static bool IsFormat(string name) => RecordingFormats.All.Any(f => f.Name == name);
}

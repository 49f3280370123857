using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Minisim.Steps;

namespace Minisim;

/// <summary>Sets one place in the JSON of a spec: <c>acquisition.fps</c>, <c>steps.cell_activity.tau_decay_s</c>,
/// <c>steps.vasculature.layers[0].opacity</c>, and <c>fps</c>, <c>duration</c> and <c>size</c> as the command's flags have them. Whether that place exists is for the reader to say, with everything else.</summary>
internal static partial class SpecAssignment
{
    [GeneratedRegex(@"^(?<name>[^\[\]\s.]+)(?:\[(?<index>\d{1,9})\])*(?:\s*\([a-z_0-9]*\))?$")]
    private static partial Regex Segment();

    public static void Apply(JsonObject root, string path, string value)
    {
        if (path.Trim().ToLowerInvariant() is "size")
        {
            SetSize(root, path, value);
            return;
        }
        var segments = new List<object>();
        foreach (var part in path.Split('.'))
        {
            var match = Segment().Match(part.Trim());
            if (!match.Success)
                throw SpecText.Fail(ProblemList.Shorten(path)!, "is not a path into a spec.", "Write e.g. acquisition.fps or steps.cell_activity.tau_decay_s.");
            segments.Add(match.Groups["name"].Value);
            foreach (Capture index in match.Groups["index"].Captures) segments.Add(int.Parse(index.ValueSpan, CultureInfo.InvariantCulture));
        }
        // Fields have small letters only; who writes others means them.
        for (var i = 0; i < segments.Count; i++)
            if (segments[i] is string text)
                segments[i] = text.ToLowerInvariant();
        if (segments is [string word] && Fields.TryGetValue(word, out var field)) segments = ["acquisition", field];
        // A kind alone is a step: the names do not collide with those of the top level.
        if (segments[0] is string first && !root.ContainsKey(first) && KindNamed(first) is not null) segments.Insert(0, "steps");
        if (segments is ["steps", string named, ..]) segments[1] = KindNamed(named) ?? named;

        JsonNode node = root;
        for (var i = 0; i < segments.Count - 1; i++) node = Descend(node, segments[i], segments[i + 1], path);
        Set(node, segments[^1], Value(value), path);
    }

    // The words of the command's flags, beside the kinds.
    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["neurons"] = "place_neurons",
        ["cells"] = "place_neurons",
        ["activity"] = "cell_activity",
        ["vessels"] = "vasculature",
        ["motion"] = "brain_motion",
        ["illumination"] = "illumination_profile",
    };

    // Those of its flags that are fields, alone.
    private static readonly Dictionary<string, string> Fields = new() { ["fps"] = "fps", ["duration"] = "duration_s", ["duration_s"] = "duration_s" };

    // As the flag has it: rows x columns of the sensor.
    private static void SetSize(JsonObject root, string path, string value)
    {
        var match = Size().Match(value.Trim().Trim('"'));
        if (!match.Success) throw SpecText.Fail(path, $"{ProblemList.Shorten(value)} is not a size.", "Write rows x columns, e.g. size=256x256.");
        foreach (var (field, group) in new[] { ("n_px_height", 1), ("n_px_width", 2) }) Apply(root, $"acquisition.image_sensor.{field}", match.Groups[group].Value);
    }

    [GeneratedRegex(@"^(\d{1,9})\s*[xX×]\s*(\d{1,9})$")]
    private static partial Regex Size();

    private static string? KindNamed(string name) => StepCatalog.Kinds.FirstOrDefault(k => k.Kind == name)?.Kind ?? Aliases.GetValueOrDefault(name);

    private static JsonNode Descend(JsonNode node, object segment, object next, string path)
    {
        switch (node)
        {
            case JsonObject o when segment is string name:
                if (o[name] is { } child and (JsonObject or JsonArray)) return child;
                if (o[name] is JsonValue) throw SpecText.Fail(path, $"{name} is a plain value and has no fields.", "");
                return o[name] = next is int ? new JsonArray() : new JsonObject();
            case JsonArray a when segment is int index:
                Grow(a, index, path);
                return a[index] is { } item and (JsonObject or JsonArray) ? item : throw SpecText.Fail(path, $"element {index} is a plain value.", "");
            case JsonArray a when segment is string kind && IsSteps(a):
                var step = a.FirstOrDefault(s => KindOf(s) == kind);
                if (step is null) a.Add(step = new JsonObject { [SpecReader.Discriminator] = kind });
                return step;
            default:
                throw SpecText.Fail(path, segment is int ? "an index needs a list." : $"\"{segment}\" needs an index before it, as in layers[0].", "");
        }
    }

    private static void Set(JsonNode node, object segment, JsonNode? value, string path)
    {
        switch (node)
        {
            case JsonObject o when segment is string name:
                o[name] = value;
                break;
            case JsonArray a when segment is int index:
                Grow(a, index, path);
                a[index] = value;
                break;
            case JsonArray a when segment is string kind && IsSteps(a):
                if (a.FirstOrDefault(s => KindOf(s) == kind) is { } old) a.Remove(old);
                if (value is null) break;
                if (value is not JsonObject step) throw SpecText.Fail(path, "a step is an object.", $"Write e.g. {path}={{}} to add it with its defaults, or {path}=null to remove it.");
                step[SpecReader.Discriminator] = kind;
                a.Add((JsonNode)step);
                break;
            default:
                throw SpecText.Fail(path, segment is int ? "an index needs a list." : $"\"{segment}\" needs an index before it, as in layers[0].", "");
        }
    }

    private static void Grow(JsonArray array, int index, string path)
    {
        if (index > array.Count) throw SpecText.Fail(path, $"there are {array.Count} elements, counted from 0.", $"The next one would be [{array.Count}].");
        if (index == array.Count) array.Add((JsonNode)new JsonObject());
    }

    private static bool IsSteps(JsonArray array) => array.Parent is JsonObject { Parent: null } && array.GetPropertyName() == "steps";

    private static string? KindOf(JsonNode? step) =>
        step is JsonObject o && o[SpecReader.Discriminator] is JsonValue v && v.TryGetValue(out string? kind) ? kind : null;

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            // A text without quotes, as a shell hands it over.
            return JsonValue.Create(text);
        }
    }
}

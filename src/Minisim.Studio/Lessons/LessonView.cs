using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Minisim.Presets;
using Minisim.Steps;
using Minisim.Studio.Http;

namespace Minisim.Studio.Lessons;

/// <summary>A live view of a lesson: one spec, or two to compare.</summary>
internal sealed class LessonView
{
    private readonly JsonObject _json;

    private LessonView(JsonObject json, Spec a, Spec? b) => (_json, A, B) = (json, a, b);

    public Spec A { get; }
    public Spec? B { get; }
    /// <summary>Places of the parameters that the reader may drag.</summary>
    public IReadOnlyList<string> Controls => [.. (_json["controls"] as JsonArray ?? []).Select(c => c!.GetValue<string>())];
    public string? Stage => _json.Text("stage");

    /// <summary>Reads <c>{"scope", "region" (of the reference unless "realistic"), "duration_s", "fps", "seed", "size": [h, w], "with": [kinds], "without": [kinds],
    /// "set": {place: value}, "compare": {the same three}, "controls": [places], "stage", "mode", "show": [layers], "title", "frame", "limits": "own"}</c>.</summary>
    public static LessonView Parse(string where, string text)
    {
        JsonObject json;
        try
        {
            json = JsonNode.Parse(text)?.AsObject() ?? throw new JsonException("empty");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new StudioError(StatusCodes.Status422UnprocessableEntity, $"{where}: the block is no JSON object.");
        }
        try
        {
            var scope = Scopes.Find(json.Text("scope") ?? Scopes.MiniscopeV4.Name) ?? throw new StudioError(StatusCodes.Status422UnprocessableEntity, $"{where}: \"scope\" must be one of {string.Join(", ", Scopes.All.Select(s => s.Name))}.");
            var regions = Regions.Of(isReference: !json.Flag("realistic"));
            var region = regions.FirstOrDefault(r => r.Name == (json.Text("region") ?? ReferenceRegions.Ca1.Name)) ?? throw new StudioError(StatusCodes.Status422UnprocessableEntity, $"{where}: \"region\" must be one of {string.Join(", ", regions.Select(r => r.Name))}.");
            (int, int)? size = json["size"] is JsonArray { Count: 2 } s ? ((int)s[0]!, (int)s[1]!) : null;
            var spec = Preset.Create(scope, region, new PresetOptions { DurationS = json.Number("duration_s") ?? 10, Fps = json.Number("fps") ?? 20, Seed = json.Int("seed", 0, int.MaxValue, 1), SizePx = size });
            var preset = spec;
            spec = Change(spec, json, preset);
            if (json["frame"] is not null && !(json.Number("frame") is { } frame && frame >= 0 && frame == Math.Floor(frame) && frame < spec.Acquisition.NFrames())) throw new StudioError(StatusCodes.Status422UnprocessableEntity, $"{where}: \"frame\" must be a whole number from 0 to {spec.Acquisition.NFrames() - 1}.");
            if (json["limits"] is not null && json.Text("limits") is not ("same" or "own")) throw new StudioError(StatusCodes.Status422UnprocessableEntity, $"{where}: \"limits\" must be \"same\" or \"own\".");
            return new LessonView(json, spec, json["compare"] is JsonObject compare ? Change(spec, compare, preset) : null);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new StudioError(StatusCodes.Status422UnprocessableEntity, $"{where}: a value has the wrong type.");
        }
    }

    /// <summary>For a page.</summary>
    public JsonObject Report()
    {
        var report = (JsonObject)_json.DeepClone();
        report["a"] = JsonNode.Parse(SpecJson.Write(A, indented: false));
        report["b"] = B is null ? null : JsonNode.Parse(SpecJson.Write(B, indented: false));
        return report;
    }

    // A step that is added is the preset's own, if it has one: taken out of the first spec it comes back as it was in the second.
    private static Spec Change(Spec spec, JsonObject json, Spec preset)
    {
        string Added(string kind) => preset.Steps.FirstOrDefault(s => StepCatalog.Of(s).Kind == kind) is null ? "{}"
            : JsonNode.Parse(SpecJson.Write(preset, indented: false))!["steps"]!.AsArray().First(s => (string?)s!["kind"] == kind)!.ToJsonString();
        List<KeyValuePair<string, string>> assignments = [];
        foreach (var kind in json["without"] as JsonArray ?? []) assignments.Add(new($"steps.{kind!.GetValue<string>()}", "null"));
        foreach (var kind in json["with"] as JsonArray ?? [])
            if (spec.Steps.All(s => StepCatalog.Of(s).Kind != kind!.GetValue<string>())) assignments.Add(new($"steps.{kind!.GetValue<string>()}", Added(kind!.GetValue<string>())));
        foreach (var (place, value) in json["set"] as JsonObject ?? new JsonObject()) assignments.Add(new(place, value?.ToJsonString() ?? "null"));
        return assignments.Count == 0 ? spec : SpecJson.With(spec, assignments);
    }
}

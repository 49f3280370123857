using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Minisim.Formats.Estimates;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>A study as JSON, with its base written out, for workers that have nothing but the folder of results.</summary>
internal static class StudyWriter
{
    public static string Write(Study study)
    {
        var pipelines = new JsonObject();
        foreach (var p in study.Pipelines) pipelines[p.Name] = Pipeline(p);
        var variants = new JsonObject();
        foreach (var v in study.Variants) variants[v.Name] = new JsonObject(v.Set.Select(s => KeyValuePair.Create(s.Key, JsonNode.Parse(s.Value))));
        var options = study.Score.Options;
        var json = new JsonObject
        {
            ["name"] = study.Name,
            ["base"] = JsonNode.Parse(SpecJson.Write(study.Base, indented: false)),
            ["axes"] = Axes(study.Axes),
            ["zip"] = new JsonArray([.. study.Zip.Select(g => (JsonNode)new JsonArray([.. g.Select(p => (JsonNode)p)]))]),
            ["pipelines"] = pipelines,
            ["score"] = new JsonObject
            {
                ["metric"] = options.Measure.Name(),
                ["threshold"] = options.Threshold,
                ["shift"] = options.Shift.IsAuto ? "auto" : new JsonArray(options.Shift.Dy, options.Shift.Dx),
                ["all_cells"] = options.AllCells,
                ["accepted"] = study.Score.AcceptedOnly,
                ["axes"] = study.Score.Axes switch { MaskAxes.Yx => "yx", MaskAxes.Xy => "xy", _ => "auto" },
                ["bounds"] = study.Score.Bounds,
            },
            ["keep"] = study.Keep.ToString().ToLowerInvariant(),
            ["pairs"] = new JsonArray([.. study.Pairs.Select(p => (JsonNode)new JsonArray(p.A, p.B))]),
        };
        if (variants.Count > 0) json["variants"] = variants;
        if (study.Pages is { } pages) json["pages"] = pages;
        var all = new JsonObject { ["folder"] = study.Folder, ["study"] = json };
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) all.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    public static Study Read(string text)
    {
        var all = JsonNode.Parse(text)!.AsObject();
        return StudyReader.Parse(all["study"]!.ToJsonString(), all["folder"]!.GetValue<string>(), out _);
    }

    private static JsonObject Axes(IReadOnlyList<StudyAxis> axes) =>
        new(axes.Select(a => KeyValuePair.Create<string, JsonNode?>(a.Path, new JsonArray([.. a.Values.Select(v => JsonNode.Parse(v))]))));

    private static JsonObject Pipeline(StudyPipeline p)
    {
        var json = new JsonObject();
        if (p.Params.Count > 0) json["params"] = Axes(p.Params);
        if (p.Jobs > 0) json["jobs"] = p.Jobs;
        if (p.Threads > 0) json["threads"] = p.Threads;
        if (p.Builtin is not null)
        {
            json["builtin"] = p.Builtin;
            return json;
        }
        json["command"] = new JsonArray([.. p.Command.Select(c => (JsonNode)c)]);
        json["movie"] = p.Movie;
        json["timeout_s"] = p.TimeoutS;
        if (p.MemoryMb is { } memory) json["memory_mb"] = memory;
        if (p.Watch.Count > 0) json["watch"] = new JsonArray([.. p.Watch.Select(w => (JsonNode)w)]);
        if (p.AllowTruth) json["allow_truth"] = true;
        if (p.Environment.Count > 0) json["env"] = new JsonObject(p.Environment.Select(e => KeyValuePair.Create<string, JsonNode?>(e.Key, e.Value)));
        return json;
    }
}

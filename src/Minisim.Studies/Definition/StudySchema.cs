using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Minisim.Formats;
using Minisim.Metrics;
using Minisim.Presets;

namespace Minisim.Studies;

/// <summary>The form of a study file as a JSON Schema, for editors and other programs.</summary>
/// <remarks>What depends on several values (zips of equal length, paths into the spec) is not in it: <see cref="Study.Load(string)"/> has the
/// last word.</remarks>
public static class StudySchema
{
    /// <summary>The schema (draft 2020-12).</summary>
    public static string Write()
    {
        var spec = JsonNode.Parse(SpecSchema.Write())!.AsObject();
        var defs = spec["$defs"]!.DeepClone().AsObject();
        spec.Remove("$schema");
        spec.Remove("$defs");
        defs["spec"] = spec.DeepClone();
        defs["axis"] = AnyOf(
            List(new JsonObject(), "the values"),
            Rule("linspace", 3, "first, last, number of values, evenly spaced"),
            Rule("logspace", 3, "first, last (the values themselves), number of values, evenly spaced in their logarithms"),
            Rule("range", 1, "as Python's: [stop], [start, stop] or [start, stop, step]; stop is left out"));
        defs["axes"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = Ref("axis") };
        defs["patch"] = new JsonObject { ["type"] = "object", ["description"] = "paths and values; null drops a step" };
        defs["pipeline"] = Pipeline();
        var preset = Object(
            ("scope", Enum(Scopes.All.Select(s => s.Name))), ("region", Enum(Regions.All.Select(r => r.Name))), ("set", Ref("patch")), ("duration_s", Type("number")), ("fps", Type("number")),
            ("seed", Type("integer")), ("size_px", List(Type("integer"), "rows and columns", 2)), ("motion", Type("boolean")), ("bleaching", Type("boolean")), ("no_neuropil", Type("boolean")),
            ("no_vessels", Type("boolean")), ("no_scope_fields", Type("boolean")), ("reference", Described(Type("boolean"), "the region of the package that this simulator began as")));
        preset["required"] = new JsonArray("scope", "region");
        var altered = Object(("spec", AnyOf(Type("string"), Ref("spec"))), ("set", Ref("patch")));
        altered["required"] = new JsonArray("spec");
        var schema = Object(
            ("name", Described(Type("string"), "what the study is called; its file's name otherwise")),
            ("base", Described(AnyOf(Described(Type("string"), "a spec file, relative to the study"), preset, altered, Ref("spec")), "the spec that everything else alters")),
            ("axes", Described(Ref("axes"), "what varies: paths into the spec and their values")),
            ("zip", List(List(Type("string"), "axes that go together", 2, open: true), "groups of axes whose values go together one to one")),
            ("variants", Described(new JsonObject { ["type"] = "object", ["additionalProperties"] = Ref("patch") }, "named alterations of several values")),
            ("pipelines", new JsonObject { ["type"] = "object", ["minProperties"] = 1, ["additionalProperties"] = Ref("pipeline") }),
            ("score", Object(
                ("metric", Enum(System.Enum.GetValues<SimilarityMeasure>().Select(m => m.Name()))), ("threshold", Above(0, 1)), ("shift", AnyOf(Enum(["auto", "none"]), List(Type("integer"), "rows, columns, px", 2))),
                ("all_cells", Type("boolean")), ("accepted", Type("boolean")), ("axes", Enum(["auto", "yx", "xy"])), ("bounds", Type("boolean")))),
            ("keep", Enum(["scores", "estimates", "all"])),
            ("pairs", List(List(Type("string"), "two pipelines, or two variants as variant:NAME", 2), "differences to report")),
            ("pages", Described(Type("boolean"), $"a score page for every unit; by default for studies of at most {Study.MostPages}")));
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Minisim study");
        schema["required"] = new JsonArray("base", "pipelines");
        schema["$defs"] = defs;
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) schema.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static JsonObject Pipeline()
    {
        var program = Object(
            ("command", List(Type("string"), "program and arguments; {movie}, {out}, {truth}, {seed}, {threads}, {spec}, {study} and {param.NAME} are filled in", 1, open: true)),
            ("movie", Enum(RecordingFormats.All.Select(f => f.Name))), ("params", Ref("axes")), ("timeout_s", Above(0)), ("memory_mb", Above(0)), ("jobs", AtLeastOne()), ("threads", AtLeastOne()),
            ("watch", List(Type("string"), "files on which the result depends")), ("allow_truth", Type("boolean")), ("env", new JsonObject { ["type"] = "object", ["additionalProperties"] = Type("string") }));
        program["required"] = new JsonArray("command");
        var builtin = Object(("builtin", Enum(BuiltinPipelines.Names)), ("params", Ref("axes")), ("jobs", AtLeastOne()), ("threads", AtLeastOne()));
        builtin["required"] = new JsonArray("builtin");
        return AnyOf(program, builtin);
    }

    private static JsonObject Object(params (string Name, JsonObject Schema)[] fields)
    {
        var properties = new JsonObject();
        foreach (var (name, schema) in fields) properties[name] = schema;
        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
    }

    private static JsonObject Type(string type) => new() { ["type"] = type };

    private static JsonObject Ref(string name) => new() { ["$ref"] = $"#/$defs/{name}" };

    private static JsonObject Enum(IEnumerable<string> values) => new() { ["enum"] = new JsonArray([.. values.Select(v => (JsonNode)v)]) };

    private static JsonObject AnyOf(params JsonObject[] choices) => new() { ["anyOf"] = new JsonArray([.. choices]) };

    private static JsonObject Above(double low, double? high = null)
    {
        var schema = new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = low };
        if (high is { } h) schema["maximum"] = h;
        return schema;
    }

    private static JsonObject AtLeastOne() => new() { ["type"] = "integer", ["minimum"] = 1 };

    private static JsonObject List(JsonObject items, string description, int count = 0, bool open = false)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = items, ["description"] = description };
        if (count > 0) list["minItems"] = count;
        if (count > 1 && !open) list["maxItems"] = count;
        return list;
    }

    private static JsonObject Rule(string name, int least, string description)
    {
        var rule = Object((name, List(Type("number"), description, least, open: least == 1)));
        rule["required"] = new JsonArray(name);
        return rule;
    }

    private static JsonObject Described(JsonObject schema, string description)
    {
        schema["description"] = description;
        return schema;
    }
}

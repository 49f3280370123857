using System.Text.Json;
using System.Text.Json.Nodes;
using Minisim.Steps;

namespace Minisim.Tests.Json;

public class SpecSchemaTests
{
    private static readonly JsonObject Schema = JsonNode.Parse(SpecSchema.Write())!.AsObject();

    [Fact]
    public void The_sample_specs_fit_the_schema_and_it_knows_every_kind()
    {
        foreach (var path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "specs"), "*.json"))
            Assert.True(Fits(JsonNode.Parse(File.ReadAllText(path)), Schema), path);
        Assert.Equal(StepCatalog.Kinds.Select(k => k.Kind), Schema["$defs"]!.AsObject().Select(p => p.Key));
    }

    [Theory]
    [InlineData("""{"sede": 1}""")]
    [InlineData("""{"seed": -1}""")]
    [InlineData("""{"seed": 1.5}""")]
    [InlineData("""{"acquisition": {"fps": 0}}""")]
    [InlineData("""{"acquisition": {"fps": "auto"}}""")]
    [InlineData("""{"acquisition": {"focal_depth_in_tissue_um": null}}""")]
    [InlineData("""{"steps": [{}]}""")]
    [InlineData("""{"steps": [{"kind": "sensors"}]}""")]
    [InlineData("""{"steps": [{"kind": "vignette", "center_offset_um": [1]}]}""")]
    [InlineData("""{"steps": [{"kind": "brain_motion", "model": "swim"}]}""")]
    [InlineData("""{"steps": [{"kind": "vasculature", "layers": [{"opacity": 0}]}]}""")]
    public void What_the_reader_refuses_for_its_form_does_not_fit_the_schema(string text)
    {
        Assert.Throws<SpecException>(() => SpecJson.Parse(text));
        Assert.False(Fits(JsonNode.Parse(text), Schema));
    }

    [Fact]
    public void Every_field_of_the_schema_says_what_it_is_and_every_choice_too()
    {
        var silent = new List<string>();
        Visit(Schema, "");
        foreach (var (kind, step) in Schema["$defs"]!.AsObject()) Visit(step!.AsObject(), kind);
        Assert.True(silent.Count == 0, string.Join("\n", silent));
        Assert.Equal("Decay time constant of the indicator, s.", Schema["$defs"]!["cell_activity"]!["properties"]!["tau_decay_s"]!["description"]!.GetValue<string>());
        Assert.Equal(("s", 0.5), (Schema["$defs"]!["cell_activity"]!["properties"]!["tau_decay_s"]!["unit"]!.GetValue<string>(),
            Schema["$defs"]!["cell_activity"]!["properties"]!["tau_decay_s"]!["default"]!.GetValue<double>()));

        void Visit(JsonObject schema, string path)
        {
            if (schema["properties"] is JsonObject properties)
            {
                if (schema["description"] is null) silent.Add(path);
                foreach (var (name, field) in properties.Where(p => p.Key != "kind"))
                {
                    if (field!["description"] is not JsonValue text || text.GetValue<string>().Contains('`')) silent.Add($"{path}.{name}");
                    Visit(field.AsObject(), $"{path}.{name}");
                }
            }
            foreach (var key in new[] { "items", "anyOf" })
                if (schema[key] is JsonObject one) Visit(one, path);
                else if (schema[key] is JsonArray several)
                    foreach (var s in several) Visit(s!.AsObject(), path);
            if (schema["enum"] is JsonArray members && (schema["enumDescriptions"]!.AsArray().Count != members.Count || schema["enumDescriptions"]!.AsArray().Any(d => d!.GetValue<string>().Length == 0)))
                silent.Add(path + " (choices)");
        }
    }

    /// <summary>The part of JSON Schema that is used here; an unknown keyword fails.</summary>
    private static bool Fits(JsonNode? value, JsonObject schema) => schema.All(rule => rule.Key switch
    {
        "$schema" or "title" or "$defs" or "description" or "default" or "properties" or "unit" or "enumDescriptions" => true,
        "$ref" => Fits(value, Schema["$defs"]![rule.Value!.GetValue<string>()["#/$defs/".Length..]]!.AsObject()),
        "type" => rule.Value!.GetValue<string>() switch
        {
            "object" => value is JsonObject o && o.All(p => schema["properties"]?[p.Key] is JsonObject s && Fits(p.Value, s)),
            "array" => value is JsonArray,
            "number" => value?.GetValueKind() == JsonValueKind.Number,
            "integer" => value?.GetValueKind() == JsonValueKind.Number && value.GetValue<double>() % 1 == 0,
            "string" => value?.GetValueKind() == JsonValueKind.String,
            "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
            "null" => value is null,
            var type => throw new NotSupportedException(type),
        },
        "additionalProperties" => true,
        "required" => value is JsonObject o && rule.Value!.AsArray().All(r => o.ContainsKey(r!.GetValue<string>())),
        "const" => JsonNode.DeepEquals(value, rule.Value),
        "enum" => rule.Value!.AsArray().Any(e => JsonNode.DeepEquals(value, e)),
        "anyOf" => rule.Value!.AsArray().Any(s => Fits(value, s!.AsObject())),
        "oneOf" => rule.Value!.AsArray().Count(s => Fits(value, s!.AsObject())) == 1,
        "items" => value is not JsonArray a || a.All(i => Fits(i, rule.Value!.AsObject())),
        "minItems" => value is not JsonArray a || a.Count >= rule.Value!.GetValue<int>(),
        "maxItems" => value is not JsonArray a || a.Count <= rule.Value!.GetValue<int>(),
        "minimum" => Number(value) >= rule.Value!.GetValue<double>(),
        "maximum" => Number(value) <= rule.Value!.GetValue<double>(),
        "exclusiveMinimum" => Number(value) > rule.Value!.GetValue<double>(),
        "exclusiveMaximum" => Number(value) < rule.Value!.GetValue<double>(),
        var keyword => throw new NotSupportedException(keyword),
    });

    private static double Number(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : double.NaN;
}

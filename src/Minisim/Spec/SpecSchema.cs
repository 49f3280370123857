using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Minisim.Steps;

namespace Minisim;

/// <summary>The form of a spec file as a JSON Schema, for editors and other programs.</summary>
/// <remarks>Descriptions are the doc comments of the records; two annotations of our own go beyond the standard: <c>unit</c>, and
/// <c>enumDescriptions</c> beside <c>enum</c>, as editors read it. Rules that involve several fields are not in it:
/// <see cref="SpecValidator"/> has the last word.</remarks>
public static class SpecSchema
{
    /// <summary>The schema (draft 2020-12), from the same records and rules by which specs are read.</summary>
    public static string Write()
    {
        var schema = Record(typeof(Spec));
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Minisim recording spec");
        var steps = new JsonObject();
        foreach (var kind in StepCatalog.Kinds) steps[kind.Kind] = Record(kind.Type);
        schema["$defs"] = steps;
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, ProblemJson.Options(indented: true)))
            schema.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static JsonObject Record(Type type)
    {
        var shape = RecordShape.Of(type);
        var properties = new JsonObject();
        if (shape.Kind is not null) properties[SpecReader.Discriminator] = new JsonObject { ["const"] = shape.Kind };
        foreach (var field in shape.Fields) properties[field.Name] = Field(field);
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        Describe(schema, SpecDocs.Of(type));
        if (shape.Kind is not null) schema["required"] = new JsonArray(SpecReader.Discriminator);
        return schema;
    }

    private static JsonObject Field(SpecField field)
    {
        var value = Value(field.Shape, field);
        JsonObject schema = value;
        if (field.IsAuto) schema = new JsonObject { ["anyOf"] = new JsonArray(value, new JsonObject { ["const"] = SpecReader.AutoText }) };
        else if (field.Shape is { Kind: ValueKind.Record, Record.Shorthand: { } shorthand })
        {
            schema = new JsonObject { ["anyOf"] = new JsonArray(Value(shorthand.Shape, shorthand), value) };
            if (field.Shape.IsNullable) ((JsonArray)schema["anyOf"]!).Add((JsonNode)new JsonObject { ["type"] = "null" });
        }
        else if (field.Shape.IsNullable) schema = new JsonObject { ["anyOf"] = new JsonArray(value, new JsonObject { ["type"] = "null" }) };
        Describe(schema, (field.Summary, field.Remarks));
        if (field.Unit is not null) schema["unit"] = field.Unit;
        if (field.IsAuto) schema["default"] = SpecReader.AutoText;
        else if (field.Default is not null && field.DefaultText() is { } text)
            schema["default"] = JsonNode.Parse(text);
        return schema;
    }

    /// <summary>A paragraph of summary, then the remarks. What a field is goes before what its type is.</summary>
    private static void Describe(JsonObject schema, (string Summary, string Remarks) docs)
    {
        if (docs.Summary.Length == 0) return;
        schema["description"] = SpecDocs.Plain(docs.Remarks.Length == 0 ? docs.Summary : $"{docs.Summary}\n\n{docs.Remarks}");
    }

    private static JsonObject Value(ValueShape shape, SpecField field)
    {
        switch (shape.Kind)
        {
            case ValueKind.Number:
                return Number("number", field.Range);
            case ValueKind.Integer:
                return Number("integer", field.Range);
            case ValueKind.Flag:
                return new JsonObject { ["type"] = "boolean" };
            case ValueKind.Text:
                return new JsonObject { ["type"] = "string" };
            case ValueKind.Choice:
                return new JsonObject
                {
                    ["type"] = "string",
                    ["enum"] = new JsonArray([.. shape.Choices!.Names.Select(v => (JsonNode)v)]),
                    ["enumDescriptions"] = new JsonArray([.. shape.Choices.Members.Select(m => (JsonNode)SpecDocs.Plain(SpecDocs.Of(shape.Type, m).Summary))]),
                };
            case ValueKind.Tuple:
                return new JsonObject
                {
                    ["type"] = "array",
                    ["items"] = Number("number", field.Range),
                    ["minItems"] = shape.Components.Count,
                    ["maxItems"] = shape.Components.Count,
                };
            case ValueKind.List:
                return new JsonObject { ["type"] = "array", ["items"] = Value(shape.Element!, field) };
            case ValueKind.Step:
                return new JsonObject { ["oneOf"] = new JsonArray([.. StepCatalog.Kinds.Select(k => new JsonObject { ["$ref"] = "#/$defs/" + k.Kind })]) };
            default:
                return Record(shape.Type);
        }
    }

    private static JsonObject Number(string type, RangeAttribute? range)
    {
        var schema = new JsonObject { ["type"] = type };
        if (range is null) return schema;
        if (double.IsFinite(range.Min)) schema[range.MinOpen ? "exclusiveMinimum" : "minimum"] = range.Min;
        if (double.IsFinite(range.Max)) schema[range.MaxOpen ? "exclusiveMaximum" : "maximum"] = range.Max;
        return schema;
    }
}

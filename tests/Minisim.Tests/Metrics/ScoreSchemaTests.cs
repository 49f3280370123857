using System.Text.Json;
using Minisim.Metrics;

namespace Minisim.Tests.Metrics;

/// <summary>The score file is what its schema says, with everything present and with as little as there can be.</summary>
public class ScoreSchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(ScoreJson.Schema).RootElement;

    public static TheoryData<string> Estimates => ["perfect", "worse", "empty", "several"];

    [Theory]
    [MemberData(nameof(Estimates))]
    public void A_score_file_obeys_its_schema(string which)
    {
        var world = new HandBuilt(motion: true);
        var evaluator = world.Evaluator(bounds: true);
        var shifts = new Matrix(HandBuilt.Frames, 2);
        Evaluation[] evaluations = which switch
        {
            "perfect" => [evaluator.Evaluate(world.Perfect())],
            "worse" => [evaluator.Evaluate(world.Perfect().Take([0, 1, 2, 3, 5]).WithShifts(shifts))],
            "empty" => [evaluator.Evaluate(new Estimate(SparseFootprints.Empty(HandBuilt.Height, HandBuilt.Width)))],
            _ => [evaluator.Evaluate(world.Perfect()), evaluator.Evaluate(world.Perfect().Take([4]))],
        };
        using var json = JsonDocument.Parse(ScoreJson.Of(evaluator, evaluations, new ScoreProvenance("hand \"built\".zarr", "minisim score", DateTime.UnixEpoch, "key")));
        List<string> broken = [];
        Check(json.RootElement, Schema, "$", broken);
        Assert.Empty(broken);
        Assert.Equal(evaluations.Length, json.RootElement.GetProperty("estimates").GetArrayLength());
        Assert.Equal("1970-01-01T00:00:00Z", json.RootElement.GetProperty("created").GetString());
        Assert.DoesNotContain("\r", ScoreJson.Of(evaluator, evaluations, new ScoreProvenance("x")));
    }

    [Fact]
    public void The_schema_refuses_what_is_not_a_score_file()
    {
        foreach (var (text, where) in new[]
        {
            ("{}", "$.estimates"), ("""{"minisim_score":1}""", "$.minisim_score"), ("""{"minisim_score":2,"estimates":[{"name":3}]}""", "$.estimates[0].name"), ("""{"surprise":1}""", "$.surprise"),
        })
        {
            List<string> broken = [];
            Check(JsonDocument.Parse(text).RootElement, Schema, "$", broken);
            Assert.Contains(broken, b => b.StartsWith(where, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_reference_names_of_a_report_are_what_they_were() => Assert.Equal(
        ["name", "n_requested", "n_detectable", "n_true", "n_est", "n_matched", "recall", "precision", "f1", "mean_overlap", "trace_corr", "activity_corr", "activity_variance_explained",
         "activity_scale", "shift_rmse", "match_metric", "match_threshold", "footprint_shift", "notes"],
        JsonDocument.Parse(Scoring.Score(new HandBuilt().Perfect(), new HandBuilt().Truth).ToJson()).RootElement.EnumerateObject().Select(p => p.Name));

    // The keywords that the schema uses, and no other: an unknown one fails, so that none is silently ignored.
    private static void Check(JsonElement value, JsonElement schema, string path, List<string> broken)
    {
        foreach (var rule in schema.EnumerateObject())
        {
            switch (rule.Name)
            {
                case "$schema" or "title" or "description":
                    break;
                case "type":
                    var types = rule.Value.ValueKind == JsonValueKind.Array ? rule.Value.EnumerateArray().Select(t => t.GetString()!).ToArray() : [rule.Value.GetString()!];
                    if (!types.Any(t => Is(value, t))) broken.Add($"{path}: {value.ValueKind} is not {string.Join(" or ", types)}");
                    break;
                case "const":
                    if (value.GetRawText() != rule.Value.GetRawText()) broken.Add($"{path}: is not {rule.Value.GetRawText()}");
                    break;
                case "enum":
                    if (!rule.Value.EnumerateArray().Any(v => v.GetRawText() == value.GetRawText())) broken.Add($"{path}: {value.GetRawText()} is none of the known");
                    break;
                case "minimum" or "maximum":
                    if (value.ValueKind == JsonValueKind.Number && (value.GetDouble() - rule.Value.GetDouble()) * (rule.Name == "minimum" ? 1 : -1) < 0) broken.Add($"{path}: {value.GetRawText()} is out of range");
                    break;
                case "minItems" or "maxItems":
                    if (value.ValueKind == JsonValueKind.Array && (value.GetArrayLength() - rule.Value.GetInt32()) * (rule.Name == "minItems" ? 1 : -1) < 0) broken.Add($"{path}: {value.GetArrayLength()} items");
                    break;
                case "items":
                    if (value.ValueKind != JsonValueKind.Array) break;
                    var k = 0;
                    foreach (var item in value.EnumerateArray()) Check(item, rule.Value, $"{path}[{k++}]", broken);
                    break;
                case "required":
                    foreach (var name in rule.Value.EnumerateArray())
                        if (value.ValueKind == JsonValueKind.Object && !value.TryGetProperty(name.GetString()!, out _)) broken.Add($"{path}.{name.GetString()}: is missing");
                    break;
                case "properties":
                    if (value.ValueKind != JsonValueKind.Object) break;
                    foreach (var property in rule.Value.EnumerateObject())
                        if (value.TryGetProperty(property.Name, out var inner)) Check(inner, property.Value, $"{path}.{property.Name}", broken);
                    break;
                case "additionalProperties":
                    if (value.ValueKind != JsonValueKind.Object) break;
                    foreach (var property in value.EnumerateObject())
                    {
                        if (schema.TryGetProperty("properties", out var known) && known.TryGetProperty(property.Name, out _)) continue;
                        if (rule.Value.ValueKind == JsonValueKind.False) broken.Add($"{path}.{property.Name}: is not in the schema");
                        else Check(property.Value, rule.Value, $"{path}.{property.Name}", broken);
                    }
                    break;
                default:
                    broken.Add($"{path}: the test does not know the keyword {rule.Name}");
                    break;
            }
        }
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => value.ValueKind == JsonValueKind.Null,
    };
}

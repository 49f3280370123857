using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Minisim.Studies;

/// <summary>Values of an axis: a list, or numbers by rule.</summary>
internal static class AxisValues
{
    /// <summary>Most values of one axis.</summary>
    public const int Most = 1_000_000;

    private static readonly string[] Rules = ["linspace", "logspace", "range"];

    /// <summary>A number as results show it: without the last digits, in which sums of tenths go wrong.</summary>
    public static string Text(double value) => double.Parse(value.ToString("G12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture) is var text && text == "-0" ? "0" : text;

    /// <summary>A value as JSON text; a number in its shortest form.</summary>
    public static string Normalized(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "null";
        if (value?.GetValueKind() != JsonValueKind.Number || long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)) return text;
        return double.Parse(text, CultureInfo.InvariantCulture) is var number && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : text;
    }

    /// <summary>The values as JSON texts; empty if there is a problem.</summary>
    public static IReadOnlyList<string> Read(JsonNode? node, string path, ProblemSink problems)
    {
        switch (node)
        {
            case JsonArray { Count: 0 }:
                problems.Error(path, "[]", "has no values.", "Give at least one.");
                return [];
            case JsonArray list:
                string[] texts = [.. list.Select(Normalized)];
                var seen = new HashSet<string>();
                for (var i = 0; i < texts.Length; i++)
                    if (!seen.Add(texts[i]))
                        problems.Error($"{path}[{i}]", texts[i], "is there twice.", "Keep one of them.");
                return texts;
            case JsonObject { Count: 1 } rule when Rules.Contains(rule.First().Key):
                return Numbers(rule.First().Key, rule.First().Value, path, problems);
            default:
                problems.Error(path, node?.ToJsonString() ?? "null", "must be a list of values, or one of linspace, logspace and range.",
                    """Write e.g. [1, 2, 3], {"linspace": [0.2, 0.5, 4]}, {"logspace": [1, 100, 3]} or {"range": [0, 50, 5]}.""");
                return [];
        }
    }

    private static IReadOnlyList<string> Numbers(string rule, JsonNode? node, string path, ProblemSink problems)
    {
        var at = $"{path}.{rule}";
        var numbers = node is JsonArray list && list.All(v => v is JsonValue && v.GetValueKind() == JsonValueKind.Number) ? list.Select(v => v!.GetValue<double>()).ToArray() : null;
        if (numbers is null || numbers.Any(v => !double.IsFinite(v)) || (rule == "range" ? numbers.Length is < 1 or > 3 : numbers.Length != 3))
        {
            problems.Error(at, node?.ToJsonString(), rule == "range" ? "must be [stop], [start, stop] or [start, stop, step]; as in Python, stop is left out." : "must be [first, last, number of values].");
            return [];
        }
        if (rule == "range")
        {
            var (start, stop, step) = numbers switch { [var b] => (0.0, b, 1.0), [var a, var b] => (a, b, 1.0), _ => (numbers[0], numbers[1], numbers[2]) };
            // A step of a tenth does not reach its end exactly: half a billionth of a step is none.
            var count = step == 0 ? -1 : Math.Ceiling((stop - start) / step - 1e-9);
            if (!(count >= 1 && count <= Most))
            {
                problems.Error(at, node!.ToJsonString(), count > Most ? $"has {count:0} values, at most {Most}." : "has no values.", "Give start, stop and a step that leads from one to the other.");
                return [];
            }
            return [.. Enumerable.Range(0, (int)count).Select(i => Text(start + i * step))];
        }
        var (first, last, n) = (numbers[0], numbers[1], numbers[2]);
        if (!(n >= 1 && n <= Most && n == Math.Floor(n)))
        {
            problems.Error($"{at}[2]", AxisValues.Text(n), "the number of values must be a whole number from 1 to 1000000.");
            return [];
        }
        if (n > 1 && first == last)
        {
            problems.Error(at, node!.ToJsonString(), "first and last are the same: all its values would be.", "Give one value, or another end.");
            return [];
        }
        if (rule == "logspace" && !(first > 0 && last > 0))
        {
            problems.Error(at, node!.ToJsonString(), "first and last must be positive.", "They are the values themselves, not their logarithms.");
            return [];
        }
        double At(int i)
        {
            if (n == 1 || i == 0) return first;
            if (i == n - 1) return last;
            var share = i / (n - 1);
            return rule == "linspace" ? first + (last - first) * share : first * Math.Pow(last / first, share);
        }
        return [.. Enumerable.Range(0, (int)n).Select(i => Text(At(i)))];
    }
}

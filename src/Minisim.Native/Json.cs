using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Minisim.Native;

/// <summary>JSON as it crosses the interface.</summary>
internal static class Json
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Action<Utf8JsonWriter> content)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options)) content(writer);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    public static void Problem(Utf8JsonWriter w, Problem problem)
    {
        w.WriteStartObject();
        w.WriteString("path", problem.Path);
        w.WriteString("value", problem.Value);
        w.WriteString("reason", problem.Reason);
        w.WriteString("remedy", problem.Remedy);
        w.WriteBoolean("warning", problem.IsWarning);
        w.WriteEndObject();
    }

    public static string Problems(IEnumerable<Problem> problems) => Write(w =>
    {
        w.WriteStartArray();
        foreach (var problem in problems) Problem(w, problem);
        w.WriteEndArray();
    });

    /// <summary>A caller's JSON.</summary>
    public static JsonDocument Document(string json, string what)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            // Where it is said in words of its own, behind the reason.
            var reason = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal) is > 0 and var end ? e.Message[..end] : e.Message;
            throw new ArgumentException($"{what} (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}): no JSON: {reason}");
        }
    }

    public static void Number(Utf8JsonWriter w, string name, double value)
    {
        w.WritePropertyName(name);
        if (!double.IsFinite(value)) w.WriteNullValue();
        // A whole one has a point, too: readers that tell 1 from 1.0 get one type.
        else if (value == Math.Truncate(value) && Math.Abs(value) < 1e15) w.WriteRawValue(value.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture));
        else w.WriteNumberValue(value);
    }

    public static void Strings(Utf8JsonWriter w, string name, IEnumerable<string> values)
    {
        w.WriteStartArray(name);
        foreach (var value in values) w.WriteStringValue(value);
        w.WriteEndArray();
    }

    public static void Integers(Utf8JsonWriter w, string name, IEnumerable<int> values)
    {
        w.WriteStartArray(name);
        foreach (var value in values) w.WriteNumberValue(value);
        w.WriteEndArray();
    }
}

/// <summary>Options of a call, given as a JSON object. What the call does not know is an error, not ignored.</summary>
internal sealed class JsonOptions
{
    private readonly JsonElement _root;

    private JsonOptions(JsonElement root) => _root = root;

    public static JsonOptions Parse(string? json, params string[] known)
    {
        if (string.IsNullOrWhiteSpace(json)) return new JsonOptions(default);
        using var document = Json.Document(json, "options");
        var root = document.RootElement.Clone();
        if (root.ValueKind != JsonValueKind.Object) throw new ArgumentException("options must be a JSON object");
        return new JsonOptions(root).Check(known);
    }

    public static JsonOptions Of(JsonElement element, params string[] known) =>
        element.ValueKind == JsonValueKind.Object ? new JsonOptions(element).Check(known) : throw new ArgumentException("must be a JSON object");

    private JsonOptions Check(string[] known)
    {
        foreach (var property in _root.EnumerateObject())
            if (!known.Contains(property.Name))
                throw new ArgumentException($"option \"{property.Name}\" is unknown; there are {string.Join(", ", known)}");
        return this;
    }

    /// <summary>The value of an option; an absent one and null are the same.</summary>
    public JsonElement? Find(string name) =>
        _root.ValueKind == JsonValueKind.Object && _root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? Text(string name) => Find(name) is not { } v ? null : v.ValueKind == JsonValueKind.String ? v.GetString() : throw Wrong(name, v, "a text");
    public bool Flag(string name) => Find(name) is { } v && v.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => throw Wrong(name, v, "true or false") };
    public double? Number(string name) => Find(name) is not { } v ? null : v.ValueKind == JsonValueKind.Number ? v.GetDouble() : throw Wrong(name, v, "a number");
    public long? Integer(string name) => Find(name) is not { } v ? null : v.ValueKind == JsonValueKind.Number && v.TryGetInt64(out var i) ? i
        : throw Wrong(name, v, v.ValueKind == JsonValueKind.Number && v.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0 ? $"at most {long.MaxValue}" : "a whole number");

    /// <summary>Applies the option "max_memory", where it is given, until the result is disposed.</summary>
    public IDisposable? Budget() =>
        Integer("max_memory") is not { } bytes ? null : bytes > 0 ? Minisim.Formats.MemoryBudget.Use(bytes) : throw new ArgumentException($"option \"max_memory\" = {bytes}: must be bytes, more than 0");

    private static ArgumentException Wrong(string name, JsonElement value, string must) => new($"option \"{name}\" = {value.GetRawText()}: must be {must}");
}

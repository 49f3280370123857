using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Minisim;

/// <summary>Problems of a spec as JSON, for programs: editors, the studio, other languages.</summary>
/// <remarks><c>[{"severity": "error", "path": "acquisition.fps", "value": "-1.0", "reason": "must be &gt; 0.", "remedy": "The default is 20.0 Hz."}]</c>;
/// <c>severity</c> is "error" or "warning", <c>value</c> the offending JSON text or null.</remarks>
public static class ProblemJson
{
    /// <summary>A list of problems.</summary>
    public static string Write(IEnumerable<Problem> problems, bool indented = false)
    {
        ArgumentNullException.ThrowIfNull(problems);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options(indented))) Write(json, problems);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>The same as a value of a larger text.</summary>
    public static void Write(Utf8JsonWriter json, IEnumerable<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(problems);
        json.WriteStartArray();
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("severity", problem.IsWarning ? "warning" : "error");
            json.WriteString("path", problem.Path);
            json.WriteString("value", problem.Value);
            json.WriteString("reason", problem.Reason);
            json.WriteString("remedy", problem.Remedy);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Units and ranges stay readable: µ, ≤ and quotes are not escaped further than JSON needs.</summary>
    internal static JsonWriterOptions Options(bool indented) =>
        new() { Indented = indented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

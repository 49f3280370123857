using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Minisim.Formats;
using Minisim.Formats.Estimates;

namespace Minisim.Studio.Http;

/// <summary>JSON in and out, and what becomes of errors.</summary>
internal static class Replies
{
    /// <summary>Largest JSON that is taken, bytes: a spec with a hundred thousand positions fits.</summary>
    public const int MaxJsonBytes = 8 << 20;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };

    /// <summary>Answers with JSON.</summary>
    public static async Task Json(HttpContext context, JsonNode body, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(body.ToJsonString(), Encoding.UTF8, context.RequestAborted);
    }

    /// <summary>The body of a request, an object.</summary>
    /// <exception cref="StudioError">It is too large, or none.</exception>
    public static async Task<JsonObject> Body(HttpContext context)
    {
        using var buffer = new MemoryStream();
        var block = new byte[16 << 10];
        int read;
        while ((read = await context.Request.Body.ReadAsync(block, context.RequestAborted)) > 0)
        {
            if (buffer.Length + read > MaxJsonBytes) throw new StudioError(StatusCodes.Status413PayloadTooLarge, $"The request is larger than {MaxJsonBytes >> 20} MB.");
            buffer.Write(block, 0, read);
        }
        return Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>An object from UTF-8.</summary>
    /// <exception cref="StudioError">It is none.</exception>
    public static JsonObject Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            if (JsonNode.Parse(utf8, null, Strict) is JsonObject body)
            {
                // A name that is given twice is found only when the object is first looked into.
                _ = body.Count;
                return body;
            }
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
        }
        throw new StudioError(StatusCodes.Status400BadRequest, "The request is no JSON object.");
    }

    /// <summary>A text of a request, or null.</summary>
    public static string? Text(this JsonObject body, string name) => body[name] is JsonValue v && v.TryGetValue(out string? text) ? text : null;

    /// <summary>A number of a request, or null.</summary>
    public static double? Number(this JsonObject body, string name) => body[name] is JsonValue v && v.GetValueKind() == JsonValueKind.Number && v.TryGetValue(out double number) && double.IsFinite(number) ? number : null;

    /// <summary>A whole number of a request within bounds.</summary>
    /// <exception cref="StudioError">It is missing, none, or out of bounds.</exception>
    public static int Int(this JsonObject body, string name, int low, int high, int? otherwise = null)
    {
        if (body[name] is null && otherwise is { } value) return value;
        return body.Number(name) is { } number && number == Math.Floor(number) && number >= low && number <= high
            ? (int)number
            : throw new StudioError(StatusCodes.Status400BadRequest, $"\"{name}\" must be a whole number from {low} to {high}.");
    }

    /// <summary>A yes or no of a request.</summary>
    public static bool Flag(this JsonObject body, string name) => body[name] is JsonValue v && v.GetValueKind() == JsonValueKind.True;

    /// <summary>A spec in a request: text, as it stands in the editor, or an object.</summary>
    /// <exception cref="SpecException">It breaks its rules.</exception>
    public static Spec Spec(this JsonObject body) =>
        SpecJson.Parse(body.Text("spec") ?? body["spec"]?.ToJsonString() ?? throw new StudioError(StatusCodes.Status400BadRequest, "\"spec\" is missing."));

    /// <summary>Problems of a spec.</summary>
    public static JsonArray Problems(IEnumerable<Problem> problems) => [.. problems.Take(100).Select(p => (JsonNode)new JsonObject
    {
        ["path"] = p.Path,
        ["value"] = p.Value,
        ["reason"] = p.Reason,
        ["remedy"] = p.Remedy,
        ["warning"] = p.IsWarning,
        ["text"] = p.ToString(),
    })];

    /// <summary>What a person is told of an error: never a trace, never words of the framework.</summary>
    public static (int Status, JsonObject Body) Of(Exception error) => error switch
    {
        StudioError e => (e.Status, new JsonObject { ["error"] = e.Message }),
        SpecException e => (StatusCodes.Status422UnprocessableEntity, new JsonObject { ["error"] = e.Message, ["problems"] = Problems(e.Problems) }),
        Studies.StudyException e => (StatusCodes.Status422UnprocessableEntity, new JsonObject { ["error"] = e.Message }),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (StatusCodes.Status413PayloadTooLarge, new JsonObject { ["error"] = "The request is larger than the studio takes." }),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => (StatusCodes.Status408RequestTimeout, new JsonObject { ["error"] = "The request came too slowly." }),
        BadHttpRequestException => (StatusCodes.Status400BadRequest, new JsonObject { ["error"] = "The request is broken." }),
        RecordingFormatException or RecordingWriteException or EstimateFormatException or FileNotFoundException or DirectoryNotFoundException
            => (StatusCodes.Status422UnprocessableEntity, new JsonObject { ["error"] = error.Message }),
        UnauthorizedAccessException => (StatusCodes.Status422UnprocessableEntity, new JsonObject { ["error"] = "The file system does not allow that: " + error.Message }),
        IOException => (StatusCodes.Status422UnprocessableEntity, new JsonObject { ["error"] = error.Message }),
        OutOfMemoryException => (StatusCodes.Status507InsufficientStorage, new JsonObject { ["error"] = "There is not enough memory for that. Use fewer frames, cells or pixels." }),
        _ => (StatusCodes.Status500InternalServerError, new JsonObject { ["error"] = $"Something went wrong in the studio: {error.Message}" }),
    };
}

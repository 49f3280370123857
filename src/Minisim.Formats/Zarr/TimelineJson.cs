using System.Text.Json;
using System.Text.Json.Nodes;
using Minisim.Scenes;

namespace Minisim.Formats.Zarr;

/// <summary>The clock of a recording in its attributes: rate, and where frames do not follow it their time stamps and what each of them
/// shows.</summary>
internal static class TimelineJson
{
    private const string Rate = "fps", Times = "frame_times_s", Acquired = "acquired_frame";

    public static JsonObject Write(Timeline timeline)
    {
        var json = new JsonObject { [Rate] = timeline.FramesPerSecond };
        if (timeline.TimesS is { } times) json[Times] = new JsonArray([.. times.Select(t => JsonValue.Create(t))]);
        if (timeline.Acquired is { } acquired) json[Acquired] = new JsonArray([.. acquired.Select(f => JsonValue.Create(f))]);
        return json;
    }

    /// <summary>The clock in attributes; the regular one of the spec where they say none.</summary>
    /// <exception cref="RecordingFormatException">They contradict the movie.</exception>
    public static Timeline Read(JsonElement attributes, Spec spec, int frames, string file)
    {
        var regular = new Timeline(frames, spec.Acquisition.Fps);
        if (!attributes.TryGetProperty("minisim_timeline", out var json)) return regular;
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(Rate, out var rate) || rate.ValueKind != JsonValueKind.Number || !(rate.GetDouble() > 0)) throw Bad(Rate);
        return new Timeline(frames, rate.GetDouble())
        {
            TimesS = json.TryGetProperty(Times, out var times) ? [.. List(times, Times).Select(t => t.GetDouble())] : null,
            Acquired = json.TryGetProperty(Acquired, out var acquired) ? [.. List(acquired, Acquired).Select(f => f.TryGetInt32(out var i) ? i : throw Bad(Acquired))] : null,
        };

        IEnumerable<JsonElement> List(JsonElement list, string name) =>
            list.ValueKind == JsonValueKind.Array && list.GetArrayLength() == frames && list.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Number) ? list.EnumerateArray() : throw Bad(name);
        RecordingFormatException Bad(string name) => new(file, $"minisim_timeline.{name} does not describe {frames} frames.", "The file is damaged.");
    }
}

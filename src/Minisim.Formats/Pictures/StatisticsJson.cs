using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Minisim.Formats.Pictures;

/// <summary>The statistics of a movie as JSON, alone or beside those of another; such a file can be laid beside a movie instead of one.</summary>
public static class StatisticsJson
{
    /// <summary>Writes them.</summary>
    /// <param name="statistics">Of the movie.</param>
    /// <param name="against">Of another, or null; then every value has the other's and the ratio beside it.</param>
    public static string Write(MovieStatistics statistics, MovieStatistics? against = null)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        using var buffer = new MemoryStream();
        using (var w = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            w.WriteStartObject();
            Head(w, statistics);
            if (against is not null)
            {
                w.WriteStartObject("against");
                Head(w, against);
                w.WriteEndObject();
            }
            w.WriteStartObject("statistics");
            foreach (var s in statistics.Statistics)
            {
                w.WriteStartObject(s.Key);
                w.WriteString("title", s.Title);
                if (s.Unit.Length > 0) w.WriteString("unit", s.Unit);
                if (s.Missing is not null) w.WriteString("missing", s.Missing);
                Values("values", k => s.Values[k]);
                if (against?.Find(s.Key) is { } other)
                {
                    Values("against", k => Of(other, s.Labels[k]));
                    Values("ratio", k => s.Values[k] / Of(other, s.Labels[k]));
                }
                w.WriteEndObject();

                void Values(string name, Func<int, double> value)
                {
                    w.WriteStartObject(name);
                    for (var k = 0; k < s.Labels.Count; k++)
                    {
                        var label = s.Labels[k].Length > 0 ? s.Labels[k] : "value";
                        if (double.IsFinite(value(k))) w.WriteNumber(label, Significant(value(k)));
                        else w.WriteNull(label);
                    }
                    w.WriteEndObject();
                }
            }
            w.WriteEndObject();
            w.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RecordingFormatException">It is no such file.</exception>
    public static MovieStatistics Read(string path)
    {
        RecordingFormatException Fail(string reason) => new(path, reason, "Write it with 'minisim figure MOVIE --kind statistics --json'.");
        if (!File.Exists(path)) throw new RecordingFormatException(path, "does not exist.", "Check the name.");
        if (new FileInfo(path).Length > 1 << 20) throw Fail("is larger than 1 MB: those are not the statistics of a movie.");
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("statistics", out var all) || all.ValueKind != JsonValueKind.Object) throw Fail("has no \"statistics\".");
            var list = new List<MovieStatistic>();
            foreach (var s in all.EnumerateObject())
            {
                var values = s.Value.GetProperty("values").EnumerateObject().ToArray();
                string? Text(string name) => s.Value.TryGetProperty(name, out var text) ? text.GetString() : null;
                list.Add(new(s.Name, Text("title") ?? s.Name, Text("unit") ?? "", [.. values.Select(v => v.Name == "value" ? "" : v.Name)], [.. values.Select(v => v.Value.ValueKind == JsonValueKind.Null ? double.NaN : v.Value.GetDouble())], Text("missing")));
            }
            int Whole(string name) => root.GetProperty(name).GetInt32();
            return new MovieStatistics
            {
                Source = root.GetProperty("source").GetString() ?? path,
                Frames = Whole("frames"),
                Fps = root.GetProperty("fps").GetDouble(),
                PixelSizeUm = root.GetProperty("pixel_size_um").GetDouble(),
                Size = (Whole("height"), Whole("width")),
                Registration = root.GetProperty("registration").GetString() ?? "none",
                HasTruth = root.GetProperty("has_truth").GetBoolean(),
                Statistics = [.. list],
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Fail("are not the statistics of a movie.");
        }
    }

    internal static double Of(MovieStatistic statistic, string label)
    {
        for (var k = 0; k < statistic.Labels.Count; k++)
            if (statistic.Labels[k] == label)
                return statistic.Values[k];
        return double.NaN;
    }

    private static void Head(Utf8JsonWriter w, MovieStatistics s)
    {
        w.WriteString("source", s.Source);
        w.WriteNumber("frames", s.Frames);
        w.WriteNumber("fps", s.Fps);
        w.WriteNumber("height", s.Size.Height);
        w.WriteNumber("width", s.Size.Width);
        w.WriteNumber("pixel_size_um", Significant(s.PixelSizeUm));
        w.WriteString("registration", s.Registration);
        w.WriteBoolean("has_truth", s.HasTruth);
    }

    // Four digits: more than any of them is worth.
    private static double Significant(double value) => double.Parse(value.ToString("G4", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}

using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>What is kept of a unit that ended: one line of a worker's journal.</summary>
internal sealed record UnitRecord
{
    public required string Unit { get; init; }
    public required UnitStatus Status { get; init; }
    public int Attempt { get; init; } = 1;
    /// <summary>Why it failed.</summary>
    public string? Message { get; init; }
    public double SimulateS { get; init; } = double.NaN;
    public double PipelineS { get; init; } = double.NaN;
    public double ScoreS { get; init; } = double.NaN;
    public double PeakMb { get; init; } = double.NaN;
    /// <summary>Scalars of the score, in the order of <see cref="ScoreColumns.All"/>; NaN where not known.</summary>
    public IReadOnlyList<double> Scores { get; init; } = [];
    /// <summary>Which of the true cells that count were found, in the order of their numbers; null without a score.</summary>
    public BitArray? Found { get; init; }
    /// <summary>Cells by SNR: number and how many of them were found, in bins of <see cref="SnrBins"/>.</summary>
    public IReadOnlyList<(int Cells, int Found)> Snr { get; init; } = [];
    /// <summary>Place of the table of cells in the journal's file of cells; length 0 without.</summary>
    public (long Offset, int Length) Cells { get; init; }

    public double this[string column] => ScoreColumns.IndexOf(column) is var i && i < Scores.Count ? Scores[i] : double.NaN;

    public byte[] ToLine()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("unit", Unit);
            json.WriteString("status", Status == UnitStatus.Done ? "done" : "failed");
            json.WriteNumber("attempt", Attempt);
            if (Message is not null) json.WriteString("message", Message);
            void Time(string name, double value)
            {
                if (double.IsFinite(value)) json.WriteNumber(name, Math.Round(value, 6));
            }
            Time("simulate_s", SimulateS);
            Time("pipeline_s", PipelineS);
            Time("score_s", ScoreS);
            Time("peak_mb", PeakMb);
            if (Scores.Count > 0)
            {
                json.WriteStartObject("scores");
                for (var i = 0; i < Scores.Count; i++)
                    if (double.IsFinite(Scores[i]))
                        json.WriteNumber(ScoreColumns.All[i].Name, Scores[i]);
                json.WriteEndObject();
            }
            if (Found is not null)
            {
                var bytes = new byte[(Found.Length + 7) / 8];
                Found.CopyTo(bytes, 0);
                json.WriteNumber("cells", Found.Length);
                json.WriteBase64String("found", bytes);
            }
            if (Snr.Any(b => b.Cells > 0))
            {
                json.WriteStartArray("snr");
                for (var b = 0; b < Snr.Count; b++)
                    if (Snr[b].Cells > 0)
                    {
                        json.WriteNumberValue(b);
                        json.WriteNumberValue(Snr[b].Cells);
                        json.WriteNumberValue(Snr[b].Found);
                    }
                json.WriteEndArray();
            }
            if (Cells.Length > 0)
            {
                json.WriteStartArray("table");
                json.WriteNumberValue(Cells.Offset);
                json.WriteNumberValue(Cells.Length);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>The record in a line; null if it is none.</summary>
    public static UnitRecord? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var o = document.RootElement;
            double Time(string name) => o.TryGetProperty(name, out var v) ? v.GetDouble() : double.NaN;
            double[] scores = [];
            if (o.TryGetProperty("scores", out var given))
            {
                scores = new double[ScoreColumns.All.Count];
                Array.Fill(scores, double.NaN);
                foreach (var score in given.EnumerateObject())
                    if (ScoreColumns.IndexOf(score.Name) is >= 0 and var i)
                        scores[i] = score.Value.GetDouble();
            }
            BitArray? found = null;
            if (o.TryGetProperty("found", out var bits)) found = new BitArray(bits.GetBytesFromBase64()) { Length = o.GetProperty("cells").GetInt32() };
            var snr = new (int, int)[SnrBins.Count];
            if (o.TryGetProperty("snr", out var bins))
                for (var k = 0; k + 2 < bins.GetArrayLength(); k += 3) snr[bins[k].GetInt32()] = (bins[k + 1].GetInt32(), bins[k + 2].GetInt32());
            return new UnitRecord
            {
                Unit = o.GetProperty("unit").GetString()!,
                Status = o.GetProperty("status").GetString() == "done" ? UnitStatus.Done : UnitStatus.Failed,
                Attempt = o.GetProperty("attempt").GetInt32(),
                Message = o.TryGetProperty("message", out var message) ? message.GetString() : null,
                SimulateS = Time("simulate_s"),
                PipelineS = Time("pipeline_s"),
                ScoreS = Time("score_s"),
                PeakMb = Time("peak_mb"),
                Scores = scores,
                Found = found,
                Snr = snr,
                Cells = o.TryGetProperty("table", out var table) ? (table[0].GetInt64(), table[1].GetInt32()) : default,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException or ArgumentException)
        {
            // The last line of a worker that was killed, or of a disk that was full.
            return null;
        }
    }
}

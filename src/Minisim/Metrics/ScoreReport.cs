using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Minisim.Metrics;

/// <summary>The score of one estimate. What was not given or cannot be said is NaN, or null for the motion.</summary>
public sealed record ScoreReport
{
    /// <summary>What was scored.</summary>
    public required string Name { get; init; }
    /// <summary>Planted cells in view.</summary>
    public required int NRequested { get; init; }
    /// <summary>Those that can be seen at all.</summary>
    public required int NDetectable { get; init; }
    /// <summary>The denominator of recall.</summary>
    public required int NTrue { get; init; }
    /// <summary>Estimated cells.</summary>
    public required int NEst { get; init; }
    /// <summary>Pairs with a similarity of at least the threshold.</summary>
    public required int NMatched { get; init; }
    /// <summary><c>n_matched / n_true</c>; 0 without cells.</summary>
    public required double Recall { get; init; }
    /// <summary><c>n_matched / n_est</c>; 0 without estimates.</summary>
    public required double Precision { get; init; }
    /// <summary>Harmonic mean of recall and precision; 0 where both are.</summary>
    public double F1 => Recall + Precision > 0 ? 2 * Recall * Precision / (Recall + Precision) : 0;
    /// <summary>Mean similarity of all pairs.</summary>
    public required double MeanOverlap { get; init; }
    /// <summary>Median Pearson r of the pairs' traces.</summary>
    public required double TraceCorr { get; init; }
    /// <summary>Median Pearson r of the pairs' activity.</summary>
    public required double ActivityCorr { get; init; }
    /// <summary>Median variance explained of the pairs' activity.</summary>
    public required double ActivityVarianceExplained { get; init; }
    /// <summary>Median scale of the pairs' activity.</summary>
    public required double ActivityScale { get; init; }
    /// <summary>RMS error of the motion correction after removing its mean offset, px; null without both trajectories.</summary>
    public required double? ShiftRmse { get; init; }
    /// <summary>The similarity used.</summary>
    public required SimilarityMeasure MatchMetric { get; init; }
    /// <summary>The threshold used.</summary>
    public required double MatchThreshold { get; init; }
    /// <summary>Shift (dy, dx), px, that was applied to the estimate's footprints.</summary>
    public required (int Dy, int Dx) FootprintShift { get; init; }
    /// <summary>What a reader of the numbers should know: what could not be scored and why, how the file was understood.</summary>
    public ValueList<string> Notes { get; init; } = [];

    /// <summary>A few lines for people.</summary>
    public string Summary()
    {
        var text = new StringBuilder();
        void Line(string what, FormattableString value) => text.Append(what.PadRight(20)).AppendLine(FormattableString.Invariant(value));
        string N(double v, string format = "0.000") => double.IsNaN(v) ? "-" : v.ToString(format, CultureInfo.InvariantCulture);
        text.AppendLine(Name);
        Line("cells", $"{NRequested} planted in view, {NDetectable} detectable, {NTrue} counted; {NEst} estimated, {NMatched} matched ({MatchMetric.Name()} ≥ {MatchThreshold})");
        Line("recall", $"{N(Recall)}   precision {N(Precision)}   F1 {N(F1)}   mean overlap {N(MeanOverlap)}");
        if (!double.IsNaN(TraceCorr)) Line("trace r", $"{N(TraceCorr)} (median over pairs)");
        if (!double.IsNaN(ActivityCorr)) Line("activity r", $"{N(ActivityCorr)}   variance explained {N(ActivityVarianceExplained)}   scale {N(ActivityScale, "g4")}");
        if (ShiftRmse is { } rmse) Line("motion RMSE", $"{N(rmse)} px");
        if (FootprintShift != (0, 0)) Line("footprint shift", $"({FootprintShift.Dy}, {FootprintShift.Dx}) px");
        foreach (var note in Notes) Line("note", $"{note}");
        return text.ToString();
    }

    /// <summary>JSON with the names of the fields in snake case; NaN is null.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Writes the report as one JSON object.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteFields(writer);
        writer.WriteEndObject();
    }

    internal void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteString("name", Name);
        writer.WriteNumber("n_requested", NRequested);
        writer.WriteNumber("n_detectable", NDetectable);
        writer.WriteNumber("n_true", NTrue);
        writer.WriteNumber("n_est", NEst);
        writer.WriteNumber("n_matched", NMatched);
        writer.Number("recall", Recall);
        writer.Number("precision", Precision);
        writer.Number("f1", F1);
        writer.Number("mean_overlap", MeanOverlap);
        writer.Number("trace_corr", TraceCorr);
        writer.Number("activity_corr", ActivityCorr);
        writer.Number("activity_variance_explained", ActivityVarianceExplained);
        writer.Number("activity_scale", ActivityScale);
        writer.Number("shift_rmse", ShiftRmse ?? double.NaN);
        writer.WriteString("match_metric", MatchMetric.Name());
        writer.Number("match_threshold", MatchThreshold);
        writer.WriteStartArray("footprint_shift");
        writer.WriteNumberValue(FootprintShift.Dy);
        writer.WriteNumberValue(FootprintShift.Dx);
        writer.WriteEndArray();
        writer.WriteStartArray("notes");
        foreach (var note in Notes) writer.WriteStringValue(note);
        writer.WriteEndArray();
    }
}

internal static class JsonNumbers
{
    /// <summary>A number; null where it is not finite, which JSON cannot say.</summary>
    public static void Number(this Utf8JsonWriter writer, string name, double value)
    {
        writer.WritePropertyName(name);
        writer.NumberValue(value);
    }

    /// <summary>A number, with a point also where it is whole: readers that tell 1 from 1.0 get the same type whatever the score.</summary>
    public static void NumberValue(this Utf8JsonWriter writer, double value)
    {
        if (!double.IsFinite(value)) writer.WriteNullValue();
        else if (value == Math.Truncate(value) && Math.Abs(value) < 1e15) writer.WriteRawValue(value.ToString("0.0", CultureInfo.InvariantCulture));
        else writer.WriteNumberValue(value);
    }
}

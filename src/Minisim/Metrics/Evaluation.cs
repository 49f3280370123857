using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Minisim.Metrics;

/// <summary>One true cell that counts, and what became of it.</summary>
/// <param name="Unit">Index among all cells in view.</param>
/// <param name="Verdict">What became of it.</param>
/// <param name="Estimate">The estimate it was paired with, whatever the similarity; −1 for none.</param>
/// <param name="Similarity">Similarity of that pair; 0 without one.</param>
/// <param name="TraceCorr">Trace r of that pair; NaN without one.</param>
/// <param name="ActivityCorr">Activity r of that pair; NaN without one.</param>
/// <param name="OracleCorr">Trace r that perfect spatial knowledge gives; NaN without a movie.</param>
/// <param name="RoiCorr">Trace r of the mean in the true region; NaN without a movie.</param>
/// <param name="Facts">What decides whether it can be found.</param>
/// <param name="Causes">Why it was not found, strongest first; empty if it was.</param>
public sealed record CellOutcome(int Unit, TrueVerdict Verdict, int Estimate, double Similarity, double TraceCorr, double ActivityCorr,
    double OracleCorr, double RoiCorr, CellFacts Facts, ValueList<RankedCause> Causes);

/// <summary>Spikes of all pairs.</summary>
/// <param name="BinnedCorr">Median Pearson r by bin width in frames.</param>
/// <param name="Events">Events of all pairs together, within <paramref name="ToleranceFrames"/>.</param>
/// <param name="ToleranceFrames">Tolerance, frames.</param>
public sealed record SpikeReport(ValueList<(int Frames, double Correlation)> BinnedCorr, EventCounts Events, int ToleranceFrames);

/// <summary>Everything that can be said about one estimate: the score, how sure it is, what became of every cell, and why.</summary>
public sealed class Evaluation
{
    /// <summary>The estimate.</summary>
    public required Estimate Estimate { get; init; }
    /// <summary>The score.</summary>
    public required ScoreReport Score { get; init; }
    /// <summary>95 % intervals by bootstrap over cells.</summary>
    public required ScoreIntervals Intervals { get; init; }
    /// <summary>The match behind the score; its true indices count within <see cref="Cells"/>.</summary>
    public required CellMatch Match { get; init; }
    /// <summary>Verdicts and agreement matrix, with the same indices.</summary>
    public required Taxonomy Taxonomy { get; init; }
    /// <summary>Every true cell that counts.</summary>
    public required IReadOnlyList<CellOutcome> Cells { get; init; }
    /// <summary>Recall and trace quality against SNR, depth, distance to the nearest neighbour, firing rate and vessel overlap.</summary>
    public required IReadOnlyList<QualityCurve> Curves { get; init; }
    /// <summary>Spikes; null without activity on both sides.</summary>
    public required SpikeReport? Spikes { get; init; }
    /// <summary>The same estimate under the other similarities, each at the same threshold: an outline that is right but tighter or wider
    /// than the truth's fails one and passes another.</summary>
    public required IReadOnlyList<(SimilarityMeasure Measure, double Recall, double Precision)> OtherMeasures { get; init; }
    /// <summary>Motion RMSE of predicting no motion at all, aligned, px; null without motion.</summary>
    public required double? StillRmse { get; init; }
    /// <summary>Median over matched cells of what perfect spatial knowledge gives, of the estimate, and of the ROI mean; NaN where unknown.</summary>
    public required (double Oracle, double Estimate, double Roi) TraceScale { get; init; }

    /// <summary>How many cells that were not found have each main cause.</summary>
    public IReadOnlyList<(MissCause Cause, int Cells)> MainCauses =>
        [.. Enum.GetValues<MissCause>().Select(c => (c, Cells.Count(o => o.Causes.Count > 0 && o.Causes[0].Cause == c))).Where(p => p.Item2 > 0).OrderByDescending(p => p.Item2)];

    /// <summary>A page for people.</summary>
    public string Summary()
    {
        var text = new StringBuilder(Score.Summary());
        void Line(string what, FormattableString value) => text.Append(what.PadRight(20)).AppendLine(FormattableString.Invariant(value));
        static string I(ConfidenceInterval i) => double.IsNaN(i.Low) ? "-" : string.Create(CultureInfo.InvariantCulture, $"{i.Low:0.00}–{i.High:0.00}");
        static string N(double v) => double.IsNaN(v) ? "-" : v.ToString("0.000", CultureInfo.InvariantCulture);
        Line("95 % intervals", $"recall {I(Intervals.Recall)}   precision {I(Intervals.Precision)}   F1 {I(Intervals.F1)}   trace r {I(Intervals.TraceCorr)}");
        foreach (var (measure, recall, precision) in OtherMeasures) Line("", $"by {measure.Name()}: recall {N(recall)}, precision {N(precision)}");
        Line("true cells", $"{string.Join(", ", Enum.GetValues<TrueVerdict>().Where(v => Taxonomy.Count(v) > 0).Select(v => $"{Taxonomy.Count(v)} {v.ToString().ToLowerInvariant()}"))}");
        Line("estimates", $"{string.Join(", ", Enum.GetValues<EstimateVerdict>().Where(v => Taxonomy.Count(v) > 0).Select(v => $"{Taxonomy.Count(v)} {v.ToString().ToLowerInvariant()}"))}");
        if (MainCauses.Count > 0) Line("not found because", $"{string.Join(", ", MainCauses.Select(c => $"{c.Cells} {c.Cause.Describe()}"))}");
        if (!double.IsNaN(TraceScale.Oracle)) Line("trace r on a scale", $"{N(TraceScale.Estimate)}, between {N(TraceScale.Roi)} (mean in the true region) and {N(TraceScale.Oracle)} (least squares with the true footprints)");
        if (Spikes is { } s)
        {
            Line("spikes", $"{string.Join("   ", s.BinnedCorr.Select(b => $"r {N(b.Correlation)} in bins of {b.Frames}"))} frames");
            Line("events", $"recall {N(s.Events.Recall)}   precision {N(s.Events.Precision)} within {s.ToleranceFrames} frames");
        }
        if (StillRmse is { } still && Score.ShiftRmse is not null) Line("", $"no motion correction at all would have an RMSE of {N(still)} px");
        return text.ToString();
    }

    /// <summary>Everything as JSON, with names in snake case; NaN is null.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Writes everything as one JSON object.</summary>
    public void WriteTo(Utf8JsonWriter w)
    {
        w.WriteStartObject();
        w.WriteString("format", Estimate.Format);
        Score.WriteFields(w);
        w.WriteStartObject("intervals_95");
        void WriteInterval(string name, ConfidenceInterval i)
        {
            if (double.IsNaN(i.Low))
            {
                w.WriteNull(name);
                return;
            }
            w.WriteStartArray(name);
            w.WriteNumberValue(i.Low);
            w.WriteNumberValue(i.High);
            w.WriteEndArray();
        }
        WriteInterval("recall", Intervals.Recall);
        WriteInterval("precision", Intervals.Precision);
        WriteInterval("f1", Intervals.F1);
        WriteInterval("trace_corr", Intervals.TraceCorr);
        WriteInterval("activity_corr", Intervals.ActivityCorr);
        w.WriteEndObject();
        w.WriteStartObject("by_measure");
        foreach (var (measure, recall, precision) in OtherMeasures)
        {
            w.WriteStartObject(measure.Name());
            w.Number("recall", recall);
            w.Number("precision", precision);
            w.WriteEndObject();
        }
        w.WriteEndObject();
        w.WriteStartObject("true_verdicts");
        foreach (var v in Enum.GetValues<TrueVerdict>()) w.WriteNumber(Name(v), Taxonomy.Count(v));
        w.WriteEndObject();
        w.WriteStartObject("estimate_verdicts");
        foreach (var v in Enum.GetValues<EstimateVerdict>()) w.WriteNumber(Name(v), Taxonomy.Count(v));
        w.WriteEndObject();
        w.WriteStartObject("main_causes");
        foreach (var (cause, cells) in MainCauses) w.WriteNumber(Name(cause), cells);
        w.WriteEndObject();
        w.WriteStartObject("trace_scale");
        w.Number("roi_mean", TraceScale.Roi);
        w.Number("estimate", TraceScale.Estimate);
        w.Number("oracle", TraceScale.Oracle);
        w.WriteEndObject();
        w.Number("still_rmse", StillRmse ?? double.NaN);
        if (Spikes is { } s)
        {
            w.WriteStartObject("spikes");
            w.WriteStartArray("binned_corr");
            foreach (var (frames, r) in s.BinnedCorr)
            {
                w.WriteStartObject();
                w.WriteNumber("frames", frames);
                w.Number("corr", r);
                w.WriteEndObject();
            }
            w.WriteEndArray();
            w.WriteNumber("events_true", s.Events.True);
            w.WriteNumber("events_estimated", s.Events.Estimated);
            w.WriteNumber("events_matched", s.Events.Matched);
            w.Number("event_recall", s.Events.Recall);
            w.Number("event_precision", s.Events.Precision);
            w.WriteNumber("tolerance_frames", s.ToleranceFrames);
            w.WriteEndObject();
        }
        w.WriteStartArray("curves");
        foreach (var curve in Curves)
        {
            w.WriteStartObject();
            w.WriteString("property", curve.Property);
            w.WriteString("unit", curve.Unit);
            w.WriteStartArray("bins");
            foreach (var b in curve.Bins)
            {
                w.WriteStartObject();
                w.Number("from", b.From);
                w.Number("to", b.To);
                w.Number("median", b.Median);
                w.WriteNumber("cells", b.Cells);
                w.WriteNumber("found", b.Found);
                w.Number("recall", b.Recall);
                w.Number("recall_low", b.RecallLow);
                w.Number("recall_high", b.RecallHigh);
                w.Number("trace_corr", b.TraceCorr);
                w.WriteEndObject();
            }
            w.WriteEndArray();
            w.WriteEndObject();
        }
        w.WriteEndArray();
        w.WriteStartArray("cells");
        foreach (var cell in Cells)
        {
            w.WriteStartObject();
            w.WriteNumber("unit", cell.Unit);
            w.WriteString("verdict", Name(cell.Verdict));
            if (cell.Estimate >= 0) w.WriteNumber("estimate", cell.Estimate);
            else w.WriteNull("estimate");
            w.Number("similarity", cell.Similarity);
            w.Number("trace_corr", cell.TraceCorr);
            w.Number("activity_corr", cell.ActivityCorr);
            w.Number("oracle_corr", cell.OracleCorr);
            w.Number("roi_corr", cell.RoiCorr);
            w.Number("snr", cell.Facts.Snr);
            w.Number("depth_um", cell.Facts.DepthUm);
            w.Number("neighbour_distance_um", cell.Facts.NeighbourDistanceUm);
            w.Number("firing_rate_hz", cell.Facts.FiringRateHz);
            w.Number("vessel_overlap", cell.Facts.VesselOverlap);
            w.WriteStartObject("causes");
            foreach (var cause in cell.Causes) w.Number(Name(cause.Cause), cause.Weight);
            w.WriteEndObject();
            w.WriteEndObject();
        }
        w.WriteEndArray();
        w.WriteStartArray("estimates");
        for (var i = 0; i < Taxonomy.Estimates.Count; i++)
        {
            w.WriteStartObject();
            w.WriteNumber("estimate", i);
            w.WriteString("verdict", Name(Taxonomy.Estimates[i]));
            if (Taxonomy.Owner[i] >= 0) w.WriteNumber("unit", Cells[Taxonomy.Owner[i]].Unit);
            else w.WriteNull("unit");
            w.WriteEndObject();
        }
        w.WriteEndArray();
        w.WriteStartArray("agreement");
        foreach (var a in Taxonomy.Agreement)
        {
            if (a is { OfEstimate: < 0.05, OfTrue: < 0.05 }) continue;
            w.WriteStartObject();
            w.WriteNumber("estimate", a.Estimate);
            w.WriteNumber("unit", Cells[a.True].Unit);
            w.Number("of_estimate", a.OfEstimate);
            w.Number("of_true", a.OfTrue);
            w.Number("cosine", a.Cosine);
            w.WriteEndObject();
        }
        w.WriteEndArray();
        w.WriteEndObject();
    }

    private static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

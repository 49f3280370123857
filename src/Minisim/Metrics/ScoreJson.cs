using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Minisim.Metrics;

/// <summary>Where a score comes from, for files and pages.</summary>
/// <param name="Recording">Name of the recording.</param>
/// <param name="CommandLine">The command that made the score; empty from code.</param>
/// <param name="Created">When, in UTC; null leaves it out.</param>
/// <param name="SpecKey">Cache key of the recording's spec; empty where unknown.</param>
public sealed record ScoreProvenance(string Recording, string CommandLine = "", DateTime? Created = null, string SpecKey = "");

/// <summary>The score file: one shape for one and for many estimates, described by <see cref="Schema"/>.</summary>
public static class ScoreJson
{
    /// <summary>Version of the file's shape; raised when a field changes its meaning or goes.</summary>
    public const int Version = 2;

    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>JSON schema (draft 2020-12) of the score file.</summary>
    public static string Schema
    {
        get
        {
            using var stream = typeof(ScoreJson).Assembly.GetManifestResourceStream("Minisim.Metrics.score.schema.json")!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return reader.ReadToEnd();
        }
    }

    /// <summary>The score file of any number of estimates of one recording; names in snake case, NaN is null.</summary>
    public static string Of(Evaluator evaluator, IReadOnlyList<Evaluation> evaluations, ScoreProvenance provenance) => Write(w =>
    {
        w.WriteStartObject();
        w.WriteNumber("minisim_score", Version);
        w.WriteStartObject("engine");
        w.WriteString("name", Engine.Name);
        w.WriteString("version", Engine.Version);
        w.WriteNumber("model_version", Engine.ModelVersion);
        w.WriteEndObject();
        if (provenance.Created is { } created) w.WriteString("created", created.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture));
        w.WriteString("command", provenance.CommandLine);
        w.WriteStartObject("recording");
        w.WriteString("name", provenance.Recording);
        w.WriteString("spec_cache_key", provenance.SpecKey);
        w.WriteNumber("height", evaluator.Cells.Footprints.Height);
        w.WriteNumber("width", evaluator.Cells.Footprints.Width);
        if (evaluator.Cells.C is { } c) w.WriteNumber("frames", c.Columns);
        else w.WriteNull("frames");
        w.Number("fps", evaluator.Facts.Fps);
        w.WriteNumber("n_in_view", evaluator.Cells.Count);
        w.WriteNumber("n_detectable", evaluator.Cells.Detectable.Count(d => d));
        w.WriteNumber("n_border", evaluator.CellFacts.Count(f => f.IsBorder));
        w.Number("saturated_share", evaluator.SaturatedShare);
        w.WriteEndObject();
        w.WriteStartArray("estimates");
        foreach (var evaluation in evaluations) One(w, evaluation);
        w.WriteEndArray();
        w.WriteEndObject();
    });

    internal static string OfOne(Evaluation evaluation) => Write(w => One(w, evaluation));

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options)) write(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void One(Utf8JsonWriter w, Evaluation e)
    {
        w.WriteStartObject();
        w.WriteString("name", e.Estimate.Name);
        w.WriteString("format", e.Estimate.Format);
        w.WritePropertyName("report");
        e.Estimate.Report.WriteTo(w);
        w.WriteStartArray("findings");
        foreach (var finding in e.Findings)
        {
            w.WriteStartObject();
            w.WriteString("code", finding.Code);
            w.WriteString("text", finding.Text);
            w.WriteEndObject();
        }
        w.WriteEndArray();
        WriteHeadline(w, e);
        w.WritePropertyName("reference");
        e.Score.WriteTo(w);
        w.WriteStartObject("reference_by_measure");
        foreach (var (measure, recall, precision) in e.OtherMeasures)
        {
            w.WriteStartObject(measure.Name());
            w.Number("recall", recall);
            w.Number("precision", precision);
            w.WriteEndObject();
        }
        w.WriteEndObject();
        Counts(w, "true_verdicts", Enum.GetValues<TrueVerdict>().Select(v => (Name(v), e.Count(v))));
        Counts(w, "estimate_verdicts", Enum.GetValues<EstimateVerdict>().Select(v => (Name(v), e.Taxonomy.Count(v))));
        Counts(w, "main_causes", e.MainCauses.Select(c => (Name(c.Cause), c.Cells)).Append(("unexplained", e.Unexplained)));
        w.WriteStartArray("evidence");
        foreach (var evidence in e.Evidence)
        {
            w.WriteStartObject();
            w.WriteString("cause", Name(evidence.Cause));
            w.WriteBoolean("offered", evidence.IsOffered);
            w.Number("auc", evidence.Auc);
            w.Number("p", evidence.P);
            w.WriteNumber("n_found", evidence.Found);
            w.WriteNumber("n_not_found", evidence.NotFound);
            w.Number("median_found", evidence.MedianFound);
            w.Number("median_not_found", evidence.MedianNotFound);
            w.WriteEndObject();
        }
        w.WriteEndArray();
        w.WriteStartObject("trace_scale");
        w.Number("roi_mean", e.TraceScale.Roi);
        w.Number("estimate", e.TraceScale.Estimate);
        w.Number("oracle", e.TraceScale.Oracle);
        w.WriteEndObject();
        WriteMotion(w, e);
        WriteSpikes(w, e.Spikes);
        if (e.PlaceFields is { } place) WritePlaceFields(w, place);
        WriteCurves(w, e.Curves);
        WriteCells(w, e);
        w.WriteEndObject();
    }

    private static void WriteHeadline(Utf8JsonWriter w, Evaluation e)
    {
        var h = e.Headline;
        w.WriteStartObject("headline");
        w.WriteNumber("n_true", h.NTrue);
        w.WriteNumber("n_est", h.NEst);
        w.WriteNumber("n_found", h.NFound);
        w.WriteNumber("n_apart", h.NApart);
        w.Number("recall", h.Recall);
        w.Number("precision", h.Precision);
        w.Number("f1", h.F1);
        w.Number("threshold", h.Threshold);
        w.Number("chance_p99", h.ChanceP99);
        w.Number("unrelated", h.Unrelated);
        w.Number("expected_by_chance", h.ExpectedByChance);
        w.WriteNumber("chance_draws", h.ChanceDraws);
        w.Number("chance_recall", h.ChanceRecall);
        w.Number("chance_precision", h.ChancePrecision);
        w.Number("median_similarity", h.MedianSimilarity);
        w.Number("trace_corr", h.TraceCorr);
        w.WriteNumber("n_traces", h.NTraces);
        w.Number("activity_corr", h.ActivityCorr);
        w.WriteNumber("n_border", h.Border.Cells);
        w.WriteNumber("n_border_found", h.Border.Found);
        w.WriteNumber("n_undetectable", h.Undetectable.Cells);
        w.WriteNumber("n_undetectable_found", h.Undetectable.Found);
        w.WriteStartArray("footprint_shift");
        w.WriteNumberValue(h.Shift.Dy);
        w.WriteNumberValue(h.Shift.Dx);
        w.WriteEndArray();
        w.WriteStartObject("intervals_95");
        Interval(w, "recall", e.Intervals.Recall);
        Interval(w, "precision", e.Intervals.Precision);
        Interval(w, "f1", e.Intervals.F1);
        Interval(w, "trace_corr", e.Intervals.TraceCorr);
        Interval(w, "activity_corr", e.Intervals.ActivityCorr);
        w.WriteEndObject();
        w.WriteStartArray("curve");
        foreach (var p in h.Curve)
        {
            w.WriteStartObject();
            w.Number("threshold", p.Threshold);
            w.Number("recall", p.Recall);
            w.Number("precision", p.Precision);
            w.Number("chance_recall", p.ChanceRecall);
            w.Number("chance_recall_high", p.ChanceRecallHigh);
            w.Number("chance_precision", p.ChancePrecision);
            w.WriteEndObject();
        }
        w.WriteEndArray();
        w.WriteEndObject();
    }

    private static void WriteMotion(Utf8JsonWriter w, Evaluation e)
    {
        if (e.Motion is not { } motion)
        {
            w.WriteNull("motion");
            return;
        }
        w.WriteStartObject("motion");
        w.Number("rmse", motion.RmseReceived);
        w.Number("still_rmse", motion.RmseStill);
        if (motion.Remedy.Length > 0) w.WriteString("remedy", motion.Remedy);
        else w.WriteNull("remedy");
        w.Number("remedied_rmse", motion.RmseRemedied);
        w.WriteEndObject();
    }

    private static void WriteSpikes(Utf8JsonWriter w, SpikeReport? spikes)
    {
        if (spikes is not { } s)
        {
            w.WriteNull("spikes");
            return;
        }
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

    // Only where there is behaviour and tuning.
    private static void WritePlaceFields(Utf8JsonWriter w, PlaceFieldReport p)
    {
        w.WriteStartObject("place_fields");
        w.WriteNumber("n_place_cells", p.NPlaceCells);
        w.WriteNumber("n_other_cells", p.NOtherCells);
        w.Number("map_corr", p.MapCorr);
        w.Number("map_corr_of_spikes", p.MapCorrOfSpikes);
        w.Number("information_bits", p.InformationBits);
        w.Number("information_bits_of_spikes", p.InformationBitsOfSpikes);
        w.Number("called_right", p.CalledRight);
        w.Number("called_wrong", p.CalledWrong);
        w.WriteEndObject();
    }

    private static void WriteCurves(Utf8JsonWriter w, IReadOnlyList<QualityCurve> curves)
    {
        w.WriteStartArray("curves");
        foreach (var curve in curves)
        {
            w.WriteStartObject();
            w.WriteString("property", curve.Property);
            w.WriteString("unit", curve.Unit);
            if (curve.Fit is { } fit)
            {
                w.WriteStartObject("fit");
                w.Number("x50", fit.X50);
                w.Number("slope", fit.Slope);
                w.Number("auc", fit.Auc);
                w.WriteNumber("n_found", fit.Found);
                w.WriteNumber("n_not_found", fit.NotFound);
                w.WriteEndObject();
            }
            else
            {
                w.WriteNull("fit");
            }
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
    }

    private static void WriteCells(Utf8JsonWriter w, Evaluation e)
    {
        w.WriteStartArray("cells");
        foreach (var cell in e.Cells)
        {
            w.WriteStartObject();
            w.WriteNumber("unit", cell.Unit);
            w.WriteBoolean("counted", cell.IsCounted);
            w.WriteBoolean("border", cell.Facts.IsBorder);
            w.WriteBoolean("found", cell.IsFound);
            w.WriteString("verdict", Name(cell.Verdict));
            if (cell.Estimate >= 0) w.WriteNumber("estimate", cell.Estimate);
            else w.WriteNull("estimate");
            w.Number("similarity", cell.Similarity);
            w.Number("size_ratio", cell.Outline.SizeRatio);
            w.Number("displacement_px", cell.Outline.DisplacementPx);
            w.Number("trace_corr", cell.TraceCorr);
            w.Number("activity_corr", cell.ActivityCorr);
            w.Number("oracle_corr", cell.OracleCorr);
            w.Number("roi_corr", cell.RoiCorr);
            w.Number("detection_snr", cell.Facts.DetectionSnr);
            w.Number("peak_snr_local", cell.Facts.PeakSnrLocal);
            w.Number("snr", cell.Facts.Snr);
            w.Number("depth_um", cell.Facts.DepthUm);
            w.Number("neighbour_distance_um", cell.Facts.NeighbourDistanceUm);
            w.Number("firing_rate_hz", cell.Facts.FiringRateHz);
            w.Number("events", cell.Facts.Events);
            w.Number("vessel_overlap", cell.Facts.VesselOverlap);
            w.WriteStartArray("causes");
            foreach (var cause in cell.Causes)
            {
                w.WriteStartObject();
                w.WriteString("cause", Name(cause.Cause));
                w.Number("weight", cause.Weight);
                w.Number("measure", MissCauses.Measure(cause.Cause, cell.Facts, cell.Outline));
                w.WriteString("text", cause.Cause.Explain(cell.Facts, cell.Outline));
                w.WriteEndObject();
            }
            w.WriteEndArray();
            w.WriteEndObject();
        }
        w.WriteEndArray();
        w.WriteStartArray("units");
        for (var i = 0; i < e.Taxonomy.Estimates.Count; i++)
        {
            w.WriteStartObject();
            w.WriteNumber("estimate", i);
            w.WriteString("verdict", Name(e.Taxonomy.Estimates[i]));
            if (e.Taxonomy.Owner[i] >= 0) w.WriteNumber("unit", e.Taxonomy.Owner[i]);
            else w.WriteNull("unit");
            w.WriteEndObject();
        }
        w.WriteEndArray();
        w.WriteStartArray("agreement");
        foreach (var a in e.Taxonomy.Agreement)
        {
            if (a is { OfEstimate: < 0.05, OfTrue: < 0.05 }) continue;
            w.WriteStartObject();
            w.WriteNumber("estimate", a.Estimate);
            w.WriteNumber("unit", a.True);
            w.Number("of_estimate", a.OfEstimate);
            w.Number("of_true", a.OfTrue);
            w.Number("cosine", a.Cosine);
            w.WriteEndObject();
        }
        w.WriteEndArray();
    }

    private static void Counts(Utf8JsonWriter w, string name, IEnumerable<(string Name, int Count)> counts)
    {
        w.WriteStartObject(name);
        foreach (var (key, count) in counts) w.WriteNumber(key, count);
        w.WriteEndObject();
    }

    private static void Interval(Utf8JsonWriter w, string name, ConfidenceInterval i)
    {
        if (double.IsNaN(i.Low))
        {
            w.WriteNull(name);
            return;
        }
        w.WriteStartArray(name);
        w.NumberValue(i.Low);
        w.NumberValue(i.High);
        w.WriteEndArray();
    }

    private static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

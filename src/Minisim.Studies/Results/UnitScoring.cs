using System.Collections;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>An evaluation as a line of results, and its cells as a table.</summary>
internal static class UnitScoring
{
    /// <summary>Facts of a recording that nothing was estimated on.</summary>
    public static UnitRecord Facts(UnitRecord record, Truth.GroundTruth truth)
    {
        var scores = new double[ScoreColumns.All.Count];
        Array.Fill(scores, double.NaN);
        scores[ScoreColumns.IndexOf("n_requested")] = truth.NUnits;
        var detectable = 0;
        foreach (var d in truth.Detectable) detectable += d ? 1 : 0;
        scores[ScoreColumns.IndexOf("n_detectable")] = detectable;
        return record with { Scores = scores };
    }

    public static UnitRecord Score(UnitRecord record, Evaluation e)
    {
        var scores = new double[ScoreColumns.All.Count];
        Array.Fill(scores, double.NaN);
        void Set(string name, double value) => scores[ScoreColumns.IndexOf(name)] = value;
        void Interval(string name, ConfidenceInterval i)
        {
            Set(name + "_low", i.Low);
            Set(name + "_high", i.High);
        }
        var s = e.Score;
        Set("n_requested", s.NRequested);
        Set("n_detectable", s.NDetectable);
        Set("n_true", s.NTrue);
        Set("n_est", s.NEst);
        Set("n_matched", s.NMatched);
        Set("recall", s.Recall);
        Set("precision", s.Precision);
        Set("f1", s.F1);
        Set("mean_overlap", s.MeanOverlap);
        Set("trace_corr", s.TraceCorr);
        Set("activity_corr", s.ActivityCorr);
        Set("activity_variance_explained", s.ActivityVarianceExplained);
        Set("activity_scale", s.ActivityScale);
        Set("shift_rmse", s.ShiftRmse ?? double.NaN);
        Set("still_rmse", e.StillRmse ?? double.NaN);
        Set("footprint_dy", s.FootprintShift.Dy);
        Set("footprint_dx", s.FootprintShift.Dx);
        Interval("recall", e.Intervals.Recall);
        Interval("precision", e.Intervals.Precision);
        Interval("f1", e.Intervals.F1);
        Interval("trace_corr", e.Intervals.TraceCorr);
        Interval("activity_corr", e.Intervals.ActivityCorr);
        Set("event_recall", e.Spikes?.Events.Recall ?? double.NaN);
        Set("event_precision", e.Spikes?.Events.Precision ?? double.NaN);
        Set("oracle_corr", e.TraceScale.Oracle);
        Set("roi_corr", e.TraceScale.Roi);
        Set("neighbour_corr", NeighbourCorrelation(e.Estimate));
        foreach (var v in Enum.GetValues<TrueVerdict>()) Set($"true_{ScoreColumns.Snake(v)}", e.Taxonomy.Count(v));
        foreach (var v in Enum.GetValues<EstimateVerdict>()) Set($"est_{ScoreColumns.Snake(v)}", e.Taxonomy.Count(v));
        foreach (var c in Enum.GetValues<MissCause>()) Set($"missed_{ScoreColumns.Snake(c)}", e.Cells.Count(o => o.Causes.Count > 0 && o.Causes[0].Cause == c));

        var snr = new (int Cells, int Found)[SnrBins.Count];
        var cells = CellTable.Of(e);
        var found = new BitArray(cells.Length);
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = cells[i];
            found[i] = cell.IsFoundByReference == true;
            if (double.IsNaN(cell.Facts.Snr)) continue;
            ref var bin = ref snr[SnrBins.Of(cell.Facts.Snr)];
            bin = (bin.Cells + 1, bin.Found + (found[i] ? 1 : 0));
        }
        return record with { Scores = scores, Found = found, Snr = snr };
    }

    /// <summary>Median over the estimated cells of the correlation of a trace with that of the nearest other cell: what leaks from one to
    /// the other, where their true activities are independent. NaN without traces or with one cell.</summary>
    internal static double NeighbourCorrelation(Estimate estimate)
    {
        if (estimate.C is not { } c || estimate.Count < 2) return double.NaN;
        var centres = Enumerable.Range(0, estimate.Count).Select(estimate.Footprints.Centre).ToArray();
        var correlations = new double[estimate.Count];
        for (var i = 0; i < centres.Length; i++)
        {
            var (nearest, least) = (-1, double.PositiveInfinity);
            for (var j = 0; j < centres.Length; j++)
            {
                double dy = centres[i].Row - centres[j].Row, dx = centres[i].Col - centres[j].Col;
                if (j == i || !(dy * dy + dx * dx < least)) continue;
                (nearest, least) = (j, dy * dy + dx * dx);
            }
            correlations[i] = nearest < 0 ? double.NaN : TraceScores.Pearson(c.Row(i), c.Row(nearest));
        }
        return TraceScores.MedianIgnoringNaN(correlations);
    }
}

using Minisim.Truth;

namespace Minisim.Metrics;

/// <summary>Scores an estimate against the truth in one call.</summary>
public static class Scoring
{
    /// <summary>The score of an estimate against a recording's truth.</summary>
    /// <exception cref="ArgumentException">The fields of view differ in shape.</exception>
    public static ScoreReport Score(Estimate estimate, GroundTruth truth, ScoreOptions? options = null) =>
        Score(estimate, TrueCells.From(truth), options);

    /// <summary>The score of an estimate.</summary>
    /// <exception cref="ArgumentException">The fields of view differ in shape.</exception>
    public static ScoreReport Score(Estimate estimate, TrueCells truth, ScoreOptions? options = null) =>
        Match(estimate, truth, options ?? new ScoreOptions()).Report;

    internal static ScoredMatch Match(Estimate estimate, TrueCells truth, ScoreOptions options)
    {
        var notes = new List<string>(estimate.Notes);
        if (estimate.Footprints.NonFinite > 0) notes.Add($"{estimate.Footprints.NonFinite} footprint weights are NaN or infinite and count as 0");
        var counted = options.AllCells
            ? Enumerable.Range(0, truth.Count).ToArray()
            : [.. Enumerable.Range(0, truth.Count).Where(u => truth.Detectable[u])];
        var cells = counted.Length == truth.Count ? truth : truth.Take(counted);

        var shift = options.Shift;
        double? rmse = null;
        if (estimate.Shifts is { } found && truth.Shifts is { } applied)
        {
            if (found.Rows != applied.Rows)
                notes.Add($"motion is not scored: {found.Rows} estimated shifts for {applied.Rows} frames");
            else if (!AllFinite(found))
                notes.Add("motion is not scored: the estimated shifts hold NaN or infinite values");
            else
            {
                rmse = MotionScores.ShiftRmse(found, applied, correction: true, align: true);
                if (shift.IsAuto)
                {
                    var (dy, dx) = MotionScores.GlobalShift(found, applied);
                    shift = FootprintShift.Known(dy, dx);
                }
            }
        }
        var match = CellMatch.Find(estimate.Footprints, cells.Footprints, options.Measure, shift, options.EnergyFraction);
        var pairs = match.Pairs.Select(p => (p.Estimate, p.True)).ToArray();

        double[]? traces = null;
        if (Comparable(estimate.C, cells.C, "traces", notes))
            traces = TraceScores.TracePearson(estimate.C!, cells.C!, pairs);
        ActivityScore[]? activity = null;
        if (Comparable(estimate.S, cells.S, "activity", notes))
            activity = TraceScores.ActivitySimilarity(estimate.S!, cells.S!, pairs);

        var report = new ScoreReport
        {
            Name = estimate.Name,
            NRequested = truth.Count,
            NDetectable = truth.Detectable.Count(d => d),
            NTrue = cells.Count,
            NEst = estimate.Count,
            NMatched = match.Matched(options.Threshold),
            Recall = match.Recall(options.Threshold),
            Precision = match.Precision(options.Threshold),
            MeanOverlap = match.MeanSimilarity,
            TraceCorr = TraceScores.MedianIgnoringNaN(traces ?? []),
            ActivityCorr = TraceScores.MedianIgnoringNaN(activity?.Select(a => a.Correlation) ?? []),
            ActivityVarianceExplained = TraceScores.MedianIgnoringNaN(activity?.Select(a => a.VarianceExplained) ?? []),
            ActivityScale = TraceScores.MedianIgnoringNaN(activity?.Select(a => a.Scale) ?? []),
            ShiftRmse = rmse,
            MatchMetric = options.Measure,
            MatchThreshold = options.Threshold,
            FootprintShift = match.Shift,
            Notes = [.. notes],
        };
        return new ScoredMatch(report, match, counted, cells, traces, activity);
    }

    private static bool Comparable(Matrix? estimate, Matrix? truth, string what, List<string> notes)
    {
        if (estimate is null || truth is null) return false;
        if (estimate.Columns == truth.Columns) return true;
        notes.Add($"{what} are not scored: {estimate.Columns} estimated frames for {truth.Columns} recorded ones");
        return false;
    }

    private static bool AllFinite(Matrix values)
    {
        foreach (var v in values.Values)
            if (!double.IsFinite(v))
                return false;
        return true;
    }
}

/// <summary>A report with what lies behind it.</summary>
/// <param name="Report">The numbers.</param>
/// <param name="Match">The match, whose true indices count within <paramref name="Counted"/>.</param>
/// <param name="Counted">Indices of the true cells that count, among all in view.</param>
/// <param name="Cells">Those cells.</param>
/// <param name="TraceCorr">Trace r of every pair, or null.</param>
/// <param name="Activity">Activity score of every pair, or null.</param>
internal sealed record ScoredMatch(ScoreReport Report, CellMatch Match, int[] Counted, TrueCells Cells, double[]? TraceCorr, ActivityScore[]? Activity);

using Minisim.Random;

namespace Minisim.Metrics;

/// <summary>A 95 % confidence interval.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct ConfidenceInterval(double Low, double High);

/// <summary>Confidence intervals of a score by resampling its cells.</summary>
/// <param name="Recall">ConfidenceInterval of recall.</param>
/// <param name="Precision">ConfidenceInterval of precision.</param>
/// <param name="F1">ConfidenceInterval of F1.</param>
/// <param name="TraceCorr">ConfidenceInterval of the median trace r; NaN without traces.</param>
/// <param name="ActivityCorr">ConfidenceInterval of the median activity r; NaN without activity.</param>
public sealed record ScoreIntervals(ConfidenceInterval Recall, ConfidenceInterval Precision, ConfidenceInterval F1, ConfidenceInterval TraceCorr, ConfidenceInterval ActivityCorr)
{
    /// <summary>Percentile intervals over resamples of the cells: true ones, found or not, and estimates without a true cell.</summary>
    /// <remarks>The cells of one recording are the sample. What would differ in another recording of the same tissue is in it; a
    /// change of instrument or depth is not.</remarks>
    /// <param name="match">The match.</param>
    /// <param name="threshold">Similarity from which a pair counts.</param>
    /// <param name="traceCorr">Trace r of every pair, or null.</param>
    /// <param name="activityCorr">Activity r of every pair, or null.</param>
    /// <param name="resamples">Number of resamples.</param>
    /// <param name="seed">Seed of the draws: same seed, same intervals.</param>
    public static ScoreIntervals Bootstrap(CellMatch match, double threshold, double[]? traceCorr, double[]? activityCorr, int resamples = 1000, ulong seed = 0)
    {
        var (found, trace, activity) = (new bool[match.NTrue], new double[match.NTrue], new double[match.NTrue]);
        var pairOf = new int[match.NTrue];
        Array.Fill(pairOf, -1);
        for (var p = 0; p < match.Pairs.Count; p++) pairOf[match.Pairs[p].True] = p;
        for (var j = 0; j < match.NTrue; j++)
        {
            var p = pairOf[j];
            found[j] = p >= 0 && match.Pairs[p].Similarity >= threshold;
            trace[j] = p >= 0 && traceCorr is not null ? traceCorr[p] : double.NaN;
            activity[j] = p >= 0 && activityCorr is not null ? activityCorr[p] : double.NaN;
        }
        return Bootstrap(found, match.NEst - match.Matched(threshold), trace, activity, resamples, seed);
    }

    /// <summary>Intervals from what became of every true cell.</summary>
    /// <param name="found">Whether each true cell was found.</param>
    /// <param name="wrong">Estimates without a true cell.</param>
    /// <param name="traceCorr">Trace r of each cell; NaN without.</param>
    /// <param name="activityCorr">Activity r of each cell; NaN without.</param>
    /// <param name="resamples">Number of resamples.</param>
    /// <param name="seed">Seed of the draws.</param>
    internal static ScoreIntervals Bootstrap(IReadOnlyList<bool> found, int wrong, IReadOnlyList<double> traceCorr, IReadOnlyList<double> activityCorr, int resamples = 1000, ulong seed = 0)
    {
        // One item per true cell and one per unmatched estimate: +1 found, 0 missed, −1 false.
        List<int> kind = [.. found.Select(f => f ? 1 : 0)];
        var (trace, activity) = (new List<double>(traceCorr), new List<double>(activityCorr));
        for (var i = 0; i < wrong; i++)
        {
            kind.Add(-1);
            trace.Add(double.NaN);
            activity.Add(double.NaN);
        }
        var n = kind.Count;
        if (n == 0)
        {
            var zero = new ConfidenceInterval(0, 0);
            var none = new ConfidenceInterval(double.NaN, double.NaN);
            return new ScoreIntervals(zero, zero, zero, none, none);
        }
        var results = new double[5][];
        for (var k = 0; k < 5; k++) results[k] = new double[resamples];
        Parallel.For(0, resamples, b =>
        {
            var draws = new Draws(seed, RandomStream.Bootstrap, (uint)b);
            int hits = 0, missed = 0, mistaken = 0;
            var (rs, ars) = (new List<double>(n), new List<double>(n));
            for (var i = 0; i < n; i++)
            {
                var pick = (int)(draws.Uniform((uint)i) * n);
                if (kind[pick] > 0) hits++;
                else if (kind[pick] == 0) missed++;
                else mistaken++;
                rs.Add(trace[pick]);
                ars.Add(activity[pick]);
            }
            results[0][b] = hits + missed == 0 ? double.NaN : (double)hits / (hits + missed);
            results[1][b] = hits + mistaken == 0 ? double.NaN : (double)hits / (hits + mistaken);
            results[2][b] = 2.0 * hits / (2 * hits + missed + mistaken);
            results[3][b] = TraceScores.MedianIgnoringNaN(rs);
            results[4][b] = TraceScores.MedianIgnoringNaN(ars);
        });
        var i95 = results.Select(Percentiles).ToArray();
        return new ScoreIntervals(i95[0], i95[1], i95[2], i95[3], i95[4]);
    }

    private static ConfidenceInterval Percentiles(double[] values)
    {
        var sorted = values.Where(v => !double.IsNaN(v)).ToArray();
        if (sorted.Length == 0) return new ConfidenceInterval(double.NaN, double.NaN);
        Array.Sort(sorted);
        double At(double q)
        {
            var place = q * (sorted.Length - 1);
            var below = (int)place;
            return sorted[below] + (place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]);
        }
        return new ConfidenceInterval(At(0.025), At(0.975));
    }
}

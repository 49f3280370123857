namespace Minisim.Metrics;

/// <summary>How well deconvolved activity follows the true spikes of one pair. It is a rate on an unknown scale, not a count.</summary>
/// <param name="Correlation">Pearson r; NaN where either is constant.</param>
/// <param name="Scale">α ≥ 0 of the least-squares fit <c>true ≈ α·estimate + β</c>.</param>
/// <param name="VarianceExplained"><c>1 − SS_res/SS_tot</c> of that fit; 0 where the estimate is constant, NaN where the truth is.</param>
public readonly record struct ActivityScore(double Correlation, double Scale, double VarianceExplained);

/// <summary>Scores of traces and of fields.</summary>
public static class TraceScores
{
    /// <summary>Pearson's r over the frames in which both are finite; NaN where either is constant there, or there is nothing.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Pearson(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (!AllFinite(a) || !AllFinite(b))
        {
            var (finiteA, finiteB) = Finite(a, b);
            return finiteA.Length == 0 ? double.NaN : Pearson(finiteA, finiteB);
        }
        var (xx, yy, xy, _, _) = Moments(a, b);
        if (IsConstant(a) || IsConstant(b)) return double.NaN;
        return Math.Clamp(xy / (Math.Sqrt(xx) * Math.Sqrt(yy)), -1, 1);
    }

    /// <summary>Pearson's r of the traces of every pair.</summary>
    /// <param name="estimate">Estimated traces (unit, frame).</param>
    /// <param name="truth">True traces (unit, frame).</param>
    /// <param name="pairs">Matched units.</param>
    public static double[] TracePearson(Matrix estimate, Matrix truth, IEnumerable<(int Estimate, int True)> pairs) =>
        [.. pairs.Select(p => Pearson(estimate.Row(p.Estimate), truth.Row(p.True)))];

    /// <summary>Whether every value is a number.</summary>
    internal static bool AllFinite(ReadOnlySpan<double> values)
    {
        foreach (var v in values)
            if (!double.IsFinite(v))
                return false;
        return true;
    }

    /// <summary>Those frames of two traces in which both are finite.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    internal static (double[] A, double[] B) Finite(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length != b.Length) throw new ArgumentException($"traces of {a.Length} and {b.Length} frames cannot be compared");
        var (x, y) = (new List<double>(a.Length), new List<double>(b.Length));
        for (var i = 0; i < a.Length; i++)
        {
            if (!double.IsFinite(a[i]) || !double.IsFinite(b[i])) continue;
            x.Add(a[i]);
            y.Add(b[i]);
        }
        return ([.. x], [.. y]);
    }

    /// <summary>Scores one pair of activity traces over the frames in which both are finite.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static ActivityScore Activity(ReadOnlySpan<double> estimate, ReadOnlySpan<double> truth)
    {
        if (!AllFinite(estimate) || !AllFinite(truth))
        {
            var (finiteEstimate, finiteTruth) = Finite(estimate, truth);
            return finiteEstimate.Length == 0 ? new ActivityScore(double.NaN, 0, double.NaN) : Activity(finiteEstimate, finiteTruth);
        }
        var (xx, yy, xy, meanX, meanY) = Moments(estimate, truth);
        bool flatEstimate = IsConstant(estimate), flatTruth = IsConstant(truth);
        var scale = flatEstimate || flatTruth ? 0 : Math.Max(0, xy / xx);
        var explained = flatTruth ? double.NaN : 0;
        if (!flatEstimate && !flatTruth)
        {
            var residual = 0.0;
            for (var i = 0; i < truth.Length; i++)
            {
                var d = truth[i] - meanY - scale * (estimate[i] - meanX);
                residual += d * d;
            }
            explained = 1 - residual / yy;
        }
        return new ActivityScore(Pearson(estimate, truth), scale, explained);
    }

    /// <summary>Scores the activity traces of every pair.</summary>
    public static ActivityScore[] ActivitySimilarity(Matrix estimate, Matrix truth, IEnumerable<(int Estimate, int True)> pairs) =>
        [.. pairs.Select(p => Activity(estimate.Row(p.Estimate), truth.Row(p.True)))];

    /// <summary>Pearson's r of two fields, flattened: likeness of shape; NaN where either is constant.</summary>
    public static double FieldPearson(ReadOnlySpan<double> estimate, ReadOnlySpan<double> truth) => Pearson(estimate, truth);

    /// <summary>Median of the values that are not NaN; NaN without any.</summary>
    public static double MedianIgnoringNaN(IEnumerable<double> values)
    {
        var sorted = values.Where(v => !double.IsNaN(v)).ToArray();
        if (sorted.Length == 0) return double.NaN;
        Array.Sort(sorted);
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    // The differences from a rounded mean are not exactly 0 for a constant trace, so constancy is read from the values.
    internal static bool IsConstant(ReadOnlySpan<double> values)
    {
        foreach (var v in values)
            if (v != values[0])
                return false;
        return true;
    }

    private static (double XX, double YY, double XY, double MeanX, double MeanY) Moments(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length) throw new ArgumentException($"traces of {x.Length} and {y.Length} frames cannot be compared");
        double meanX = 0, meanY = 0;
        for (var i = 0; i < x.Length; i++)
        {
            meanX += x[i];
            meanY += y[i];
        }
        meanX /= x.Length;
        meanY /= y.Length;
        double xx = 0, yy = 0, xy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            double dx = x[i] - meanX, dy = y[i] - meanY;
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
        return (xx, yy, xy, meanX, meanY);
    }
}

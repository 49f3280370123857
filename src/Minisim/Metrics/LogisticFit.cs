namespace Minisim.Metrics;

/// <summary>How the chance of being found grows with a property: <c>P = 1/(1 + (x50/x)^slope)</c>, a logistic curve over ln x.</summary>
/// <param name="X50">Value at which half of the cells are found; NaN where it lies outside the cells' values or they do not rise with it.</param>
/// <param name="Slope">Steepness over ln x.</param>
/// <param name="Auc">Probability that a found cell has a larger value than one that was not found, ties half.</param>
/// <param name="Found">Cells found.</param>
/// <param name="NotFound">Cells not found.</param>
public sealed record LogisticFit(double X50, double Slope, double Auc, int Found, int NotFound)
{
    // A weak prior on the slope per standard deviation of ln x, N(0, 5²), which keeps separated groups finite.
    private const double PriorVariance = 25;

    /// <summary>The fit; null unless some cells were found and some were not. Values that are not positive and finite are left out.</summary>
    /// <param name="values">Value of each cell.</param>
    /// <param name="found">Whether each was found.</param>
    public static LogisticFit? Of(IReadOnlyList<double> values, IReadOnlyList<bool> found)
    {
        var used = Enumerable.Range(0, values.Count).Where(i => double.IsFinite(values[i]) && values[i] > 0).ToArray();
        double[] hit = [.. used.Where(i => found[i]).Select(i => values[i])], missed = [.. used.Where(i => !found[i]).Select(i => values[i])];
        if (hit.Length == 0 || missed.Length == 0) return null;
        var x = used.Select(i => Math.Log(values[i])).ToArray();
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)));
        var auc = MannWhitney(hit, missed);
        if (deviation == 0) return new LogisticFit(double.NaN, 0, auc, hit.Length, missed.Length);
        double a = 0, b = 0;
        for (var step = 0; step < 50; step++)
        {
            double ga = 0, gb = -b / PriorVariance, haa = 0, hab = 0, hbb = 1 / PriorVariance;
            for (var k = 0; k < x.Length; k++)
            {
                var z = (x[k] - mean) / deviation;
                var p = 1 / (1 + Math.Exp(-(a + b * z)));
                var residual = (found[used[k]] ? 1 : 0) - p;
                var w = Math.Max(p * (1 - p), 1e-9);
                ga += residual;
                gb += residual * z;
                haa += w;
                hab += w * z;
                hbb += w * z * z;
            }
            var determinant = haa * hbb - hab * hab;
            double da = (hbb * ga - hab * gb) / determinant, db = (haa * gb - hab * ga) / determinant;
            // Newton may overshoot where the groups are far apart.
            var damp = Math.Min(1, 3 / Math.Max(Math.Abs(da), Math.Abs(db)));
            (a, b) = (a + damp * da, b + damp * db);
            if (Math.Abs(da) + Math.Abs(db) < 1e-10) break;
        }
        var middle = mean - a / b * deviation;
        var x50 = b > 0 && middle >= x.Min() && middle <= x.Max() ? Math.Exp(middle) : double.NaN;
        return new LogisticFit(x50, b / deviation, auc, hit.Length, missed.Length);
    }

    /// <summary>Probability that one of <paramref name="high"/> is larger than one of <paramref name="low"/>, ties half (Mann and Whitney); NaN
    /// where either is empty.</summary>
    public static double MannWhitney(IReadOnlyCollection<double> high, IReadOnlyCollection<double> low)
    {
        if (high.Count == 0 || low.Count == 0) return double.NaN;
        var sorted = low.Order().ToArray();
        var wins = 0.0;
        foreach (var v in high)
        {
            int below = LowerBound(sorted, v), upTo = below;
            while (upTo < sorted.Length && sorted[upTo] == v) upTo++;
            wins += below + 0.5 * (upTo - below);
        }
        return wins / ((double)high.Count * low.Count);
    }

    private static int LowerBound(double[] sorted, double value)
    {
        int from = 0, to = sorted.Length;
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (sorted[middle] < value) from = middle + 1;
            else to = middle;
        }
        return from;
    }
}

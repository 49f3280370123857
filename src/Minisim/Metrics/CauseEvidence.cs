using Minisim.Random;

namespace Minisim.Metrics;

/// <summary>Whether a cause's measure tells the found cells of an estimate from those that were not found.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Auc">Probability that a cell that was not found has the worse value than one that was, ties half; NaN without both.</param>
/// <param name="P">Probability that cells drawn at random separate as well: one-sided, by permutation.</param>
/// <param name="Found">Found cells with a value.</param>
/// <param name="NotFound">Other cells with a value.</param>
/// <param name="MedianFound">Their median measure.</param>
/// <param name="MedianNotFound">The others'.</param>
public sealed record CauseEvidence(MissCause Cause, double Auc, double P, int Found, int NotFound, double MedianFound, double MedianNotFound)
{
    /// <summary>Largest P of a cause that is offered: with thirteen causes, one in eight estimates would be offered one by accident.</summary>
    public const double Significance = 0.01;
    /// <summary>Least AUC of a cause that is offered: in many cells a difference can be certain and still explain nothing.</summary>
    public const double LeastAuc = 0.6;

    private const int Permutations = 2000;

    /// <summary>Whether the cause may be named for single cells.</summary>
    public bool IsOffered => P < Significance && Auc >= LeastAuc;

    /// <summary>The evidence for one cause.</summary>
    /// <param name="cause">The cause.</param>
    /// <param name="values">Its measure for every cell; NaN ones are left out.</param>
    /// <param name="found">Whether each cell was found.</param>
    public static CauseEvidence Of(MissCause cause, IReadOnlyList<double> values, IReadOnlyList<bool> found)
    {
        var used = Enumerable.Range(0, values.Count).Where(i => !double.IsNaN(values[i])).ToArray();
        double[] hit = [.. used.Where(i => found[i]).Select(i => values[i])], missed = [.. used.Where(i => !found[i]).Select(i => values[i])];
        var auc = cause.LargerIsWorse() ? LogisticFit.MannWhitney(missed, hit) : LogisticFit.MannWhitney(hit, missed);
        return new CauseEvidence(cause, auc, Probability(auc, hit, missed, cause), hit.Length, missed.Length, TraceScores.MedianIgnoringNaN(hit), TraceScores.MedianIgnoringNaN(missed));
    }

    // The rank sum of the cells that were not found, against that of as many cells drawn at random.
    private static double Probability(double auc, double[] hit, double[] missed, MissCause cause)
    {
        if (!(auc > 0.5)) return 1;
        double[] all = [.. hit, .. missed];
        var order = Enumerable.Range(0, all.Length).OrderBy(i => cause.LargerIsWorse() ? all[i] : -all[i]).ToArray();
        var ranks = new double[all.Length];
        for (var from = 0; from < order.Length;)
        {
            var to = from + 1;
            while (to < order.Length && all[order[to]] == all[order[from]]) to++;
            for (var k = from; k < to; k++) ranks[order[k]] = (from + to - 1) / 2.0;
            from = to;
        }
        var observed = 0.0;
        for (var k = hit.Length; k < all.Length; k++) observed += ranks[k];
        var asGood = 0;
        for (var b = 0; b < Permutations; b++)
        {
            var draws = new Draws(0, RandomStream.Bootstrap, (uint)b, 2);
            var sum = 0.0;
            // A partial shuffle: the last places get a random draw without replacement. Any start will do.
            for (var k = 0; k < missed.Length; k++)
            {
                var end = all.Length - 1 - k;
                var pick = (int)(draws.Uniform((uint)k) * (end + 1));
                (ranks[pick], ranks[end]) = (ranks[end], ranks[pick]);
                sum += ranks[end];
            }
            if (sum >= observed - 1e-9) asGood++;
        }
        return (1.0 + asGood) / (1 + Permutations);
    }
}

namespace Minisim.Metrics;

/// <summary>One bin of a curve.</summary>
/// <param name="From">Smallest value in it.</param>
/// <param name="To">Largest value in it.</param>
/// <param name="Median">Median value in it.</param>
/// <param name="Cells">Number of true cells.</param>
/// <param name="Found">How many of them were found.</param>
/// <param name="RecallLow">Lower end of the 95 % Wilson interval of recall.</param>
/// <param name="RecallHigh">Upper end of it.</param>
/// <param name="TraceCorr">Median trace r of the pairs among them; NaN without any.</param>
public sealed record CurveBin(double From, double To, double Median, int Cells, int Found, double RecallLow, double RecallHigh, double TraceCorr)
{
    /// <summary>Share of the cells that were found.</summary>
    public double Recall => (double)Found / Cells;
}

/// <summary>Recall and trace quality against a property of the cells, in bins of equal numbers of cells.</summary>
/// <param name="Property">Name of the property, e.g. <c>snr</c>.</param>
/// <param name="Unit">Its unit; empty for a ratio.</param>
/// <param name="Bins">The bins, ascending.</param>
public sealed record QualityCurve(string Property, string Unit, ValueList<CurveBin> Bins)
{
    /// <summary>How the chance of being found grows with the property; null where it was not asked for or cannot be said.</summary>
    public LogisticFit? Fit { get; init; }

    /// <summary>A curve.</summary>
    /// <param name="property">Name of the property.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="values">Value of each cell; NaN and infinite ones are left out.</param>
    /// <param name="found">Whether each was found.</param>
    /// <param name="traceCorr">Trace r of each, NaN without a pair.</param>
    /// <param name="bins">Number of bins; fewer where there are fewer cells or values.</param>
    public static QualityCurve Of(string property, string unit, IReadOnlyList<double> values, IReadOnlyList<bool> found, IReadOnlyList<double> traceCorr, int bins = 5)
    {
        var order = Enumerable.Range(0, values.Count).Where(i => double.IsFinite(values[i])).OrderBy(i => values[i]).ThenBy(i => i).ToArray();
        var result = new List<CurveBin>();
        var start = 0;
        for (var b = 0; b < bins && start < order.Length; b++)
        {
            var end = Math.Max((int)((long)order.Length * (b + 1) / bins), start + 1);
            // Cells of equal value belong together.
            while (end < order.Length && values[order[end]] == values[order[end - 1]]) end++;
            var members = order[start..end];
            var hits = members.Count(i => found[i]);
            var (low, high) = Wilson(hits, members.Length);
            result.Add(new CurveBin(values[members[0]], values[members[^1]], TraceScores.MedianIgnoringNaN(members.Select(i => values[i])), members.Length, hits,
                low, high, TraceScores.MedianIgnoringNaN(members.Select(i => traceCorr[i]))));
            start = end;
        }
        return new QualityCurve(property, unit, [.. result]);
    }

    /// <summary>The 95 % interval of a share (E. B. Wilson, J. Am. Stat. Assoc. 22:209, 1927).</summary>
    public static (double Low, double High) Wilson(int hits, int n)
    {
        const double Z = 1.959963984540054;
        if (n == 0) return (0, 1);
        double p = (double)hits / n, z2 = Z * Z;
        var centre = (p + z2 / (2 * n)) / (1 + z2 / n);
        var half = Z / (1 + z2 / n) * Math.Sqrt(p * (1 - p) / n + z2 / (4.0 * n * n));
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}

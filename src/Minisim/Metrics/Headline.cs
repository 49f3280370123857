namespace Minisim.Metrics;

/// <summary>Recall and precision at one threshold, of the estimate and by chance.</summary>
/// <param name="Threshold">Cosine from which a pair counts.</param>
/// <param name="Recall">Share of the counted cells that are found.</param>
/// <param name="Precision">Share of the estimates that are counted cells.</param>
/// <param name="ChanceRecall">Recall of the mean chance draw.</param>
/// <param name="ChanceRecallHigh">Recall that 97.5 % of the draws do not exceed.</param>
/// <param name="ChancePrecision">Precision of the mean chance draw.</param>
public sealed record ThresholdPoint(double Threshold, double Recall, double Precision, double ChanceRecall, double ChanceRecallHigh, double ChancePrecision);

/// <summary>The headline of a score: cells found, by a similarity that hardly depends on how tight the outlines are, beside what chance gives on the same
/// recording. Pairs, verdicts, causes and curves all come from this one matching.</summary>
/// <remarks>All cells in view are matched, so that nothing found is called false for lying at the border or being too dim; only the counted ones are in
/// the numbers. An estimate of a cell that is not counted stands apart: neither right nor wrong.</remarks>
public sealed record Headline
{
    /// <summary>Least threshold of the headline.</summary>
    public const double LeastThreshold = 0.5;

    /// <summary>Cosine from which a cell counts as found: the least, from 0.5 on, at which at most 5 % of the pairs are expected to be chance
    /// (<see cref="ChanceLevel.FoundFrom"/>); 1 where there is none.</summary>
    public required double Threshold { get; init; }
    /// <summary>Share of the estimates that are no better than chance (<see cref="ChanceLevel.Unrelated"/>).</summary>
    public required double Unrelated { get; init; }
    /// <summary>Pairs at or above the threshold that are expected to be chance.</summary>
    public required double ExpectedByChance { get; init; }
    /// <summary>Cosine that 1 % of the estimates reach by chance.</summary>
    public required double ChanceP99 { get; init; }
    /// <summary>Draws behind the chance level.</summary>
    public required int ChanceDraws { get; init; }
    /// <summary>Counted true cells.</summary>
    public required int NTrue { get; init; }
    /// <summary>Estimates.</summary>
    public required int NEst { get; init; }
    /// <summary>Counted cells that were found.</summary>
    public required int NFound { get; init; }
    /// <summary>Estimates of cells that are not counted.</summary>
    public required int NApart { get; init; }
    /// <summary>Cells whose centre lies outside the field, and how many of them were found.</summary>
    public required (int Cells, int Found) Border { get; init; }
    /// <summary>Cells inside the field that cannot be detected, and how many of them were found.</summary>
    public required (int Cells, int Found) Undetectable { get; init; }
    /// <summary>Median cosine of the found pairs; NaN without.</summary>
    public required double MedianSimilarity { get; init; }
    /// <summary>Median trace r of the found pairs; NaN without.</summary>
    public required double TraceCorr { get; init; }
    /// <summary>Found pairs behind <see cref="TraceCorr"/>.</summary>
    public required int NTraces { get; init; }
    /// <summary>Median activity r of the found pairs; NaN without.</summary>
    public required double ActivityCorr { get; init; }
    /// <summary>The curve over the threshold.</summary>
    public required ValueList<ThresholdPoint> Curve { get; init; }
    /// <summary>Shift (dy, dx), px, that was applied to the estimate's footprints.</summary>
    public required (int Dy, int Dx) Shift { get; init; }

    /// <summary><c>n_found / n_true</c>; 0 without cells.</summary>
    public double Recall => NTrue == 0 ? 0 : (double)NFound / NTrue;
    /// <summary><c>n_found / (n_est − n_apart)</c>; 0 without estimates.</summary>
    public double Precision => NEst == NApart ? 0 : (double)NFound / (NEst - NApart);
    /// <summary>Harmonic mean of recall and precision; 0 where both are.</summary>
    public double F1 => Recall + Precision > 0 ? 2 * Recall * Precision / (Recall + Precision) : 0;
    /// <summary>Recall by chance at the threshold.</summary>
    public required double ChanceRecall { get; init; }
    /// <summary>Precision by chance at the threshold.</summary>
    public required double ChancePrecision { get; init; }

    internal static ThresholdPoint Point(double threshold, CellMatch match, bool[] counted, ChanceLevel chance)
    {
        int found = 0, apart = 0;
        foreach (var pair in match.Pairs)
        {
            if (pair.Similarity < threshold) continue;
            if (counted[pair.True]) found++;
            else apart++;
        }
        var n = counted.Count(c => c);
        double Share(double part, double whole) => whole <= 0 ? 0 : part / whole;
        return new ThresholdPoint(threshold, Share(found, n), Share(found, match.NEst - apart), Share(chance.Pairs(threshold), match.NTrue),
            Share(chance.PairsHigh(threshold), match.NTrue), Share(chance.Pairs(threshold), match.NEst));
    }

    /// <summary>Thresholds of the curve: 0.1 to 1 by 0.05.</summary>
    internal static IEnumerable<double> Thresholds => Enumerable.Range(2, 19).Select(k => k / 20.0);
}

namespace Minisim.Metrics;

/// <summary>An estimate and the true cell that it was matched with.</summary>
/// <param name="Estimate">Index of the estimate.</param>
/// <param name="True">Index of the true cell.</param>
/// <param name="Similarity">Their similarity, &gt; 0.</param>
public readonly record struct CellPair(int Estimate, int True, double Similarity);

/// <summary>What to do about a uniform offset between the pipeline's frame and the truth's.</summary>
/// <param name="IsAuto">Find the offset.</param>
/// <param name="Dy">Rows by which a known offset moves the estimate down.</param>
/// <param name="Dx">Columns by which a known offset moves the estimate to the right.</param>
public readonly record struct FootprintShift(bool IsAuto, int Dy, int Dx)
{
    /// <summary>Found from the trajectories or by phase correlation.</summary>
    public static FootprintShift Auto { get; } = new(true, 0, 0);
    /// <summary>The frames agree.</summary>
    public static FootprintShift None { get; } = new(false, 0, 0);
    /// <summary>A known offset, applied to the estimate.</summary>
    public static FootprintShift Known(int dy, int dx) => new(false, dy, dx);
}

/// <summary>The optimal one-to-one match between estimates and true cells.</summary>
public sealed class CellMatch
{
    private CellMatch(SimilarityTable similarity, IReadOnlyList<CellPair> pairs, (int Dy, int Dx) shift) =>
        (Similarity, Pairs, Shift) = (similarity, pairs, shift);

    /// <summary>Similarity of all pairs after the shift.</summary>
    public SimilarityTable Similarity { get; }
    /// <summary>All pairs of positive similarity, by ascending estimate.</summary>
    public IReadOnlyList<CellPair> Pairs { get; }
    /// <summary>Shift (dy, dx), px, that was applied to the estimate.</summary>
    public (int Dy, int Dx) Shift { get; }
    /// <summary>Number of estimates.</summary>
    public int NEst => Similarity.NEst;
    /// <summary>Number of true cells.</summary>
    public int NTrue => Similarity.NTrue;

    /// <summary>Matches estimates with true cells.</summary>
    /// <param name="estimate">Estimated footprints.</param>
    /// <param name="truth">True footprints.</param>
    /// <param name="measure">Which similarity the assignment maximises.</param>
    /// <param name="shift">Offset of the estimate; automatic: by phase correlation, and only if that raises the total.</param>
    /// <param name="energyFraction">See <see cref="EnergyMask"/>.</param>
    /// <exception cref="ArgumentException">The fields differ in shape.</exception>
    public static CellMatch Find(SparseFootprints estimate, SparseFootprints truth, SimilarityMeasure measure = SimilarityMeasure.Iou,
        FootprintShift shift = default, double energyFraction = EnergyMask.DefaultFraction)
    {
        CellMatch With(int dy, int dx) => FromTable(SimilarityTable.Compute(estimate.Shift(dy, dx), truth, measure, energyFraction), (dy, dx));
        var plain = With(shift.Dy, shift.Dx);
        if (!shift.IsAuto) return plain;
        var (dy, dx) = PhaseCorrelation.Shift(estimate, truth);
        if (dy == 0 && dx == 0) return plain;
        var moved = With(dy, dx);
        return moved.Pairs.Sum(p => p.Similarity) > plain.Pairs.Sum(p => p.Similarity) ? moved : plain;
    }

    /// <summary>The match of largest total in a table of similarities.</summary>
    internal static CellMatch FromTable(SimilarityTable table, (int Dy, int Dx) shift) =>
        new(table, [.. Assignment.Match(table).Select(p => new CellPair(p.Estimate, p.True, table[p.Estimate, p.True]))], shift);

    /// <summary>Given pairs of a table of similarities.</summary>
    internal static CellMatch FromPairs(SimilarityTable table, IEnumerable<(int Estimate, int True)> pairs) =>
        new(table, [.. pairs.Select(p => new CellPair(p.Estimate, p.True, table[p.Estimate, p.True]))], (0, 0));

    /// <summary>Number of pairs with a similarity of at least <paramref name="threshold"/>.</summary>
    public int Matched(double threshold) => Pairs.Count(p => p.Similarity >= threshold);

    /// <summary>Share of true cells matched at <paramref name="threshold"/>; 0 without true cells.</summary>
    public double Recall(double threshold = 0.5) => NTrue == 0 ? 0 : (double)Matched(threshold) / NTrue;

    /// <summary>Share of estimates matched at <paramref name="threshold"/>; 0 without estimates.</summary>
    public double Precision(double threshold = 0.5) => NEst == 0 ? 0 : (double)Matched(threshold) / NEst;

    /// <summary>Mean similarity of all pairs, whatever the threshold; 0 without pairs.</summary>
    public double MeanSimilarity => Pairs.Count == 0 ? 0 : Pairs.Average(p => p.Similarity);
}

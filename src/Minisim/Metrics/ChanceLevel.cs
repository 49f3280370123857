using Minisim.Random;

namespace Minisim.Metrics;

/// <summary>What the same estimates score against a truth that they cannot know: the true cells of this recording, displaced, mirrored and, in a
/// square field, transposed.</summary>
/// <remarks>A similarity means nothing by itself: where cells are large and dense, any outline meets one. Every draw moves all true cells by one random
/// offset around the field (what leaves on one side comes back on the other) after one of its symmetries; an unmirrored draw moves them by at least two
/// cell diameters. Pairs are found as in <see cref="Pairing"/>, without traces, which cannot agree there.</remarks>
public sealed class ChanceLevel
{
    /// <summary>Number of draws unless told otherwise.</summary>
    public const int DefaultDraws = 32;

    private readonly double[][] _pairs;

    // The likeness of every estimate to the cell that it is most like, in order; all draws.
    private readonly double[] _best;

    private ChanceLevel(double[][] pairs, double[] best, int nEst) => (_pairs, _best, NEst) = (pairs, best, nEst);

    /// <summary>Number of draws.</summary>
    public int Draws => _pairs.Length;
    /// <summary>Number of estimates.</summary>
    public int NEst { get; }

    /// <summary>Similarity that 1 % of the estimates reach by chance: an estimate without a pair has 0.</summary>
    public double P99 => Quantile(0.99);

    /// <summary>The similarity that a share 1 − q of the estimates exceeds by chance; 0 without estimates.</summary>
    public double Quantile(double q)
    {
        var all = _pairs.SelectMany(p => p).Order().ToArray();
        var total = (long)NEst * Draws;
        if (total == 0) return 0;
        // The estimates without a pair are zeros in front.
        var place = (long)Math.Ceiling(q * total) - 1 - (total - all.Length);
        return place < 0 ? 0 : all[Math.Min(place, all.Length - 1)];
    }

    /// <summary>Pairs at or above a threshold in the mean draw.</summary>
    public double Pairs(double threshold) => Draws == 0 ? 0 : _pairs.Average(p => p.Count(s => s >= threshold));

    /// <summary>Pairs at or above a threshold in the draw that 97.5 % of the draws do not exceed.</summary>
    public double PairsHigh(double threshold)
    {
        if (Draws == 0) return 0;
        var counts = _pairs.Select(p => p.Count(s => s >= threshold)).Order().ToArray();
        return counts[(int)Math.Ceiling(0.975 * counts.Length) - 1];
    }

    /// <summary>Largest share of the cells called found that may be expected to be chance.</summary>
    public const double MostByChance = 0.05;

    /// <summary>Share of the estimates that are no better than chance, [0, 1]: those no more like any cell than the median of chance, over the share
    /// that are so by chance.</summary>
    /// <remarks><c>π₀ = min(1, (1 + #{s ≤ λ})/(F(λ)·n))</c>, s the similarity to the cell that an estimate is most like, λ the median of it by chance and F the
    /// share of chance up to it (½, or more where most estimates meet nothing); Storey's estimate with his correction for few (J. R. Stat. Soc. B 64, 479,
    /// 2002). What is real but poor falls below λ too, so that the share errs upward; a second estimate of a cell does not.</remarks>
    /// <param name="best">Similarity of each estimate to the cell that it is most like; 0 for none.</param>
    public double Unrelated(IReadOnlyList<double> best)
    {
        if (NEst == 0 || _best.Length == 0) return 0;
        var median = _best[(_best.Length - 1) / 2];
        var byChance = (double)_best.Count(s => s <= median) / _best.Length;
        return Math.Min(1, (1 + best.Count(s => s <= median)) / (byChance * NEst));
    }

    /// <summary>The least similarity ≥ <paramref name="least"/> from which at most <see cref="MostByChance"/> of the pairs are expected to be chance; 1 where
    /// there is none.</summary>
    /// <remarks>Expected are <c>π₀·Pairs(t)</c> of the pairs at or above t. The same outlines go through the draws, so that tight or wide ones meet a
    /// chance level of their own; and where all lie on cells (π₀ small) chance explains few of them, however high it reaches by itself.</remarks>
    /// <param name="pairs">Similarities of the estimate's own pairs.</param>
    /// <param name="unrelated">Share of the estimates that are no better than chance, π₀.</param>
    /// <param name="least">Least threshold.</param>
    public double FoundFrom(IReadOnlyList<double> pairs, double unrelated, double least)
    {
        double[] sorted = [.. pairs.Where(s => s >= least).Order()];
        for (var k = 0; k < sorted.Length; k++)
        {
            var from = k == 0 ? least : sorted[k];
            if (unrelated * Pairs(from) <= MostByChance * (sorted.Length - k)) return from;
        }
        return sorted.Length == 0 ? least : 1;
    }

    /// <summary>The chance level of an estimate.</summary>
    /// <param name="estimate">Estimated footprints in the truth's frame.</param>
    /// <param name="truth">True footprints.</param>
    /// <param name="draws">Number of draws.</param>
    /// <param name="seed">Seed of the draws: same seed, same level.</param>
    public static ChanceLevel Of(SparseFootprints estimate, SparseFootprints truth, int draws = DefaultDraws, ulong seed = 0)
    {
        if (estimate.Count == 0 || truth.Count == 0) return new ChanceLevel([.. Enumerable.Range(0, draws).Select(_ => Array.Empty<double>())], new double[estimate.Count * draws], estimate.Count);
        int height = truth.Height, width = truth.Width;
        var symmetries = height == width ? 8 : 4;
        var diameter = 2 * Math.Sqrt(TraceScores.MedianIgnoringNaN(Enumerable.Range(0, truth.Count).Select(u => (double)RoiBaseline.Mask(truth, u, 0.5).Length)) / Math.PI);
        var away = Math.Min(2 * diameter, Math.Min(height, width) / 4.0);
        var (pairs, best) = (new double[draws][], new double[estimate.Count * draws]);
        Parallel.For(0, draws, b =>
        {
            var random = new Draws(seed, RandomStream.Bootstrap, (uint)b, 1);
            var symmetry = b % symmetries;
            int dy, dx;
            uint at = 0;
            do
            {
                dy = (int)(random.Uniform(at++) * height);
                dx = (int)(random.Uniform(at++) * width);
            }
            while (symmetry == 0 && Math.Max(Around(dy, height), Around(dx, width)) < away && at < 1000);
            var table = Pairing.Prune(SimilarityTable.Compute(estimate, Moved(truth, symmetry, dy, dx), SimilarityMeasure.Cosine));
            pairs[b] = [.. CellMatch.FromTable(table, (0, 0)).Pairs.Select(p => p.Similarity)];
            Best(table).CopyTo(best, b * estimate.Count);
        });
        Array.Sort(best);
        return new ChanceLevel(pairs, best, estimate.Count);
    }

    /// <summary>Similarity of each estimate to the cell that it is most like; 0 for none.</summary>
    internal static double[] Best(SimilarityTable table) => [.. Enumerable.Range(0, table.NEst).Select(i =>
    {
        var best = 0.0;
        foreach (var entry in table.Row(i)) best = Math.Max(best, entry.Value);
        return best;
    })];

    private static int Around(int d, int length) => Math.Min(d, length - d);

    // Bit 0 mirrors rows, bit 1 columns, bit 2 exchanges them.
    private static SparseFootprints Moved(SparseFootprints footprints, int symmetry, int dy, int dx)
    {
        int height = footprints.Height, width = footprints.Width;
        var builder = new SparseFootprints.Builder(height, width);
        for (var u = 0; u < footprints.Count; u++)
        {
            var pixels = footprints.Pixels(u).ToArray();
            for (var k = 0; k < pixels.Length; k++)
            {
                var (row, col) = (pixels[k] / width, pixels[k] % width);
                if ((symmetry & 1) != 0) row = height - 1 - row;
                if ((symmetry & 2) != 0) col = width - 1 - col;
                if ((symmetry & 4) != 0) (row, col) = (col, row);
                pixels[k] = (row + dy) % height * width + (col + dx) % width;
            }
            builder.Add(pixels, footprints.Weights(u));
        }
        return builder.Build();
    }
}

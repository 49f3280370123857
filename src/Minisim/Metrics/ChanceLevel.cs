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

    private ChanceLevel(double[][] pairs, int nEst) => (_pairs, NEst) = (pairs, nEst);

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

    /// <summary>The chance level of an estimate.</summary>
    /// <param name="estimate">Estimated footprints in the truth's frame.</param>
    /// <param name="truth">True footprints.</param>
    /// <param name="draws">Number of draws.</param>
    /// <param name="seed">Seed of the draws: same seed, same level.</param>
    public static ChanceLevel Of(SparseFootprints estimate, SparseFootprints truth, int draws = DefaultDraws, ulong seed = 0)
    {
        if (estimate.Count == 0 || truth.Count == 0) return new ChanceLevel([.. Enumerable.Range(0, draws).Select(_ => Array.Empty<double>())], estimate.Count);
        int height = truth.Height, width = truth.Width;
        var symmetries = height == width ? 8 : 4;
        var diameter = 2 * Math.Sqrt(TraceScores.MedianIgnoringNaN(Enumerable.Range(0, truth.Count).Select(u => (double)RoiBaseline.Mask(truth, u, 0.5).Length)) / Math.PI);
        var away = Math.Min(2 * diameter, Math.Min(height, width) / 4.0);
        var pairs = new double[draws][];
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
            pairs[b] = [.. CellMatch.FromTable(Pairing.Prune(SimilarityTable.Compute(estimate, Moved(truth, symmetry, dy, dx), SimilarityMeasure.Cosine)), (0, 0)).Pairs.Select(p => p.Similarity)];
        });
        return new ChanceLevel(pairs, estimate.Count);
    }

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

namespace Minisim.Metrics;

/// <summary>How alike two footprints are, in [0, 1]; negative weights count as 0.</summary>
public enum SimilarityMeasure
{
    /// <summary>Jaccard index of the energy masks, <c>|E ∩ T| / |E ∪ T|</c>: same outline.</summary>
    Iou,
    /// <summary>Cosine of the flattened footprints: same shape, whatever the scale.</summary>
    Cosine,
    /// <summary><c>Σmin/Σmax</c> after each is scaled to unit sum: same share of light in every pixel.</summary>
    WeightedJaccard,
}

/// <summary>Names of <see cref="SimilarityMeasure"/> in files and on the command line.</summary>
public static class SimilarityMeasures
{
    /// <summary><c>iou</c>, <c>cosine</c> or <c>weighted_jaccard</c>.</summary>
    public static string Name(this SimilarityMeasure measure) => measure switch
    {
        SimilarityMeasure.Iou => "iou",
        SimilarityMeasure.Cosine => "cosine",
        _ => "weighted_jaccard",
    };

    /// <summary>The measure of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static SimilarityMeasure Parse(string name) => name switch
    {
        "iou" => SimilarityMeasure.Iou,
        "cosine" => SimilarityMeasure.Cosine,
        "weighted_jaccard" => SimilarityMeasure.WeightedJaccard,
        _ => throw new ArgumentException($"no similarity is called \"{name}\"; there are iou, cosine and weighted_jaccard", nameof(name)),
    };
}

/// <summary>One non-zero entry of a row of a <see cref="SimilarityTable"/>.</summary>
/// <param name="True">Index of the true cell.</param>
/// <param name="Value">Similarity, or size of the overlap.</param>
public readonly record struct SimilarityEntry(int True, double Value);

/// <summary>Similarity of every estimate with every true cell, of which only the non-zeros are held.</summary>
public sealed class SimilarityTable
{
    private readonly SimilarityEntry[][] _rows;

    internal SimilarityTable(SimilarityEntry[][] rows, int nTrue) => (_rows, NTrue) = (rows, nTrue);

    /// <summary>Number of estimates: rows.</summary>
    public int NEst => _rows.Length;
    /// <summary>Number of true cells: columns.</summary>
    public int NTrue { get; }

    /// <summary>The true cells that an estimate has anything in common with, by ascending index.</summary>
    public ReadOnlySpan<SimilarityEntry> Row(int estimate) => _rows[estimate];

    /// <summary>One entry.</summary>
    public double this[int estimate, int truth]
    {
        get
        {
            foreach (var entry in _rows[estimate])
                if (entry.True == truth)
                    return entry.Value;
            return 0;
        }
    }

    /// <summary>The whole table (estimate, true).</summary>
    public Matrix ToDense()
    {
        var dense = new Matrix(NEst, NTrue);
        for (var i = 0; i < NEst; i++)
            foreach (var (j, value) in _rows[i])
                dense[i, j] = value;
        return dense;
    }

    /// <summary>From a whole table (estimate, true); only positive entries count.</summary>
    public static SimilarityTable FromDense(Matrix dense) => new([.. Enumerable.Range(0, dense.Rows).Select(i =>
        Enumerable.Range(0, dense.Columns).Where(j => dense[i, j] > 0).Select(j => new SimilarityEntry(j, dense[i, j])).ToArray())], dense.Columns);

    /// <summary>The similarity of all pairs.</summary>
    /// <param name="estimate">Estimated footprints.</param>
    /// <param name="truth">True footprints on the same field.</param>
    /// <param name="measure">Which similarity.</param>
    /// <param name="energyFraction">Share of a footprint's total that its energy mask holds, (0, 1]; used by
    /// <see cref="SimilarityMeasure.Iou"/>.</param>
    /// <exception cref="ArgumentException">The fields differ in shape.</exception>
    public static SimilarityTable Compute(SparseFootprints estimate, SparseFootprints truth, SimilarityMeasure measure,
        double energyFraction = EnergyMask.DefaultFraction)
    {
        if (estimate.Height != truth.Height || estimate.Width != truth.Width)
            throw new ArgumentException(
                $"the estimate's field is {estimate.Height} × {estimate.Width} pixels, the truth's {truth.Height} × {truth.Width}", nameof(estimate));
        switch (measure)
        {
            case SimilarityMeasure.Iou:
                {
                    var e = EnergyMask.Of(estimate, energyFraction);
                    var t = EnergyMask.Of(truth, energyFraction);
                    return Accumulate(e, t, static (_, _) => 1, (i, j, both) => both / (e.Pixels(i).Length + t.Pixels(j).Length - both));
                }
            case SimilarityMeasure.Cosine:
                {
                    var (e, t) = (estimate.ClipNegative(), truth.ClipNegative());
                    var (normE, normT) = (Norms(e), Norms(t));
                    return Accumulate(e, t, static (a, b) => a * b, (i, j, dot) => Math.Min(dot / (normE[i] * normT[j]), 1));
                }
            default:
                {
                    var (e, t) = (estimate.ClipNegative(), truth.ClipNegative());
                    var (sumE, sumT) = (Sums(e), Sums(t));
                    // Of two footprints of sum 1, Σmax = 2 − Σmin.
                    return Accumulate(Scaled(e, sumE), Scaled(t, sumT), static (a, b) => Math.Min(a, b), static (_, _, min) => min / (2 - min));
                }
        }
    }

    private static double[] Norms(SparseFootprints f)
    {
        var norms = new double[f.Count];
        for (var u = 0; u < f.Count; u++)
        {
            foreach (var w in f.Weights(u)) norms[u] += w * w;
            norms[u] = Math.Sqrt(norms[u]);
        }
        return norms;
    }

    private static double[] Sums(SparseFootprints f)
    {
        var sums = new double[f.Count];
        for (var u = 0; u < f.Count; u++)
            foreach (var w in f.Weights(u)) sums[u] += w;
        return sums;
    }

    private static SparseFootprints Scaled(SparseFootprints f, double[] sums)
    {
        var builder = new SparseFootprints.Builder(f.Height, f.Width);
        for (var u = 0; u < f.Count; u++)
        {
            var weights = f.Weights(u).ToArray();
            for (var i = 0; i < weights.Length; i++) weights[i] /= sums[u];
            builder.AddSorted(f.Pixels(u), weights);
        }
        return builder.Build();
    }

    /// <summary>Overlap of every pair, summed over common pixels.</summary>
    internal static SimilarityTable Accumulate(SparseFootprints estimate, SparseFootprints truth, Func<double, double, double> common,
        Func<int, int, double, double> finish)
    {
        // The true footprints by pixel: an estimate then visits only the cells that share a pixel with it.
        var starts = new int[truth.Height * truth.Width + 1];
        for (var j = 0; j < truth.Count; j++)
            foreach (var p in truth.Pixels(j)) starts[p + 1]++;
        for (var p = 0; p + 1 < starts.Length; p++) starts[p + 1] += starts[p];
        var next = starts[..^1];
        var unit = new int[truth.StoredPixels];
        var weight = new double[truth.StoredPixels];
        for (var j = 0; j < truth.Count; j++)
        {
            var pixels = truth.Pixels(j);
            var weights = truth.Weights(j);
            for (var i = 0; i < pixels.Length; i++)
            {
                var at = next[pixels[i]]++;
                (unit[at], weight[at]) = (j, weights[i]);
            }
        }

        var rows = new SimilarityEntry[estimate.Count][];
        Parallel.For(0, estimate.Count, () => new double[truth.Count], (i, _, sums) =>
        {
            var touched = new List<int>();
            var pixels = estimate.Pixels(i);
            var weights = estimate.Weights(i);
            for (var k = 0; k < pixels.Length; k++)
            {
                for (var at = starts[pixels[k]]; at < starts[pixels[k] + 1]; at++)
                {
                    var value = common(weights[k], weight[at]);
                    if (sums[unit[at]] == 0 && value > 0) touched.Add(unit[at]);
                    sums[unit[at]] += value;
                }
            }
            touched.Sort();
            var row = new SimilarityEntry[touched.Count];
            for (var k = 0; k < row.Length; k++)
            {
                var j = touched[k];
                row[k] = new SimilarityEntry(j, finish(i, j, sums[j]));
                sums[j] = 0;
            }
            rows[i] = row;
            return sums;
        }, static _ => { });
        return new SimilarityTable(rows, truth.Count);
    }
}

/// <summary>The pixels that hold most of a footprint's light.</summary>
public static class EnergyMask
{
    /// <summary>Share of the total that a mask holds unless told otherwise.</summary>
    public const double DefaultFraction = 0.9;

    /// <summary>For every footprint the fewest brightest pixels whose sum reaches <paramref name="fraction"/> of the total, with
    /// weight 1; of equally bright ones the first. At 1 every positive pixel.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not in (0, 1].</exception>
    public static SparseFootprints Of(SparseFootprints footprints, double fraction = DefaultFraction)
    {
        if (!(fraction is > 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "must be in (0, 1]");
        var masks = new int[footprints.Count][];
        Parallel.For(0, footprints.Count, u =>
        {
            var all = footprints.Pixels(u);
            var allWeights = footprints.Weights(u);
            var pixels = new int[all.Length];
            var keys = new double[all.Length];
            var n = 0;
            for (var i = 0; i < all.Length; i++)
                if (allWeights[i] > 0)
                    (pixels[n], keys[n++]) = (all[i], -allWeights[i]);
            var kept = n;
            if (fraction < 1)
            {
                // Sorting is not stable: among equals, order by pixel, so that the mask is one and the same everywhere.
                keys.AsSpan(0, n).Sort(pixels.AsSpan(0, n));
                for (var from = 0; from < n;)
                {
                    var to = from + 1;
                    while (to < n && keys[to] == keys[from]) to++;
                    if (to - from > 1) pixels.AsSpan(from, to - from).Sort();
                    from = to;
                }
                var total = 0.0;
                for (var i = 0; i < n; i++) total -= keys[i];
                var sum = 0.0;
                for (kept = 0; kept < n && sum < fraction * total; kept++) sum -= keys[kept];
            }
            masks[u] = pixels[..kept];
            Array.Sort(masks[u]);
        });
        var builder = new SparseFootprints.Builder(footprints.Height, footprints.Width);
        foreach (var mask in masks)
        {
            var ones = new double[mask.Length];
            ones.AsSpan().Fill(1);
            builder.AddSorted(mask, ones);
        }
        return builder.Build();
    }
}

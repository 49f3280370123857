using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Metrics;

/// <summary>Traces that bound what a pipeline can reach on the same recording. Both see the movie registered with the true shifts.</summary>
public sealed class TraceBounds
{
    private TraceBounds(Matrix oracle, Matrix roi, double[] oracleCorr, double[] roiCorr) =>
        (Oracle, Roi, OracleCorr, RoiCorr) = (oracle, roi, oracleCorr, roiCorr);

    /// <summary>Least squares with the true footprints and background (unit, frame): what perfect spatial knowledge achieves.</summary>
    public Matrix Oracle { get; }
    /// <summary>Mean inside the true footprint's region (unit, frame): what no demixing achieves.</summary>
    public Matrix Roi { get; }
    /// <summary>Pearson r of every cell's oracle trace with its truth.</summary>
    public IReadOnlyList<double> OracleCorr { get; }
    /// <summary>Pearson r of every cell's ROI trace with its truth.</summary>
    public IReadOnlyList<double> RoiCorr { get; }

    /// <summary>Both bounds for every cell in view.</summary>
    /// <remarks>
    /// <para>A frame is <c>y = E·W_t(M·(Σ F_i·c_i + Σ S_k·b_k + Σ A_j·a_j)) + L</c> with the sensor-side factor E, the tissue factor M, the
    /// background fields S, the tissue's own light A (autofluorescence, the mean of cells that are background only), the sensor-side offset L and W_t the shift by the true motion. L is subtracted (in counts, where the sensor is known) and E divided
    /// out, the shift is undone bilinearly, and E multiplied back, which weighs pixels by their light. What remains is linear in c, b and a with one design
    /// matrix for all frames, so its normal equations are factorised once.</para>
    /// <para>It is unbiased but does not smooth in time: a pipeline that denoises can come closer to a clean trace than this when light is
    /// scarce.</para>
    /// </remarks>
    /// <param name="movie">The movie.</param>
    /// <param name="truth">Its truth, with traces.</param>
    /// <param name="cells">The same cells' footprints.</param>
    /// <param name="recording">Acquisition and sensor.</param>
    /// <exception cref="ArgumentException">There are no true traces, or the movie does not fit the truth.</exception>
    public static TraceBounds Of(Movie movie, GroundTruth truth, TrueCells cells, RecordingFacts recording)
    {
        int h = movie.Height, w = movie.Width, n = cells.Count;
        if (cells.C is not { } c) throw new ArgumentException("the truth holds no traces", nameof(truth));
        if (h != truth.Grid.FovHeight || w != truth.Grid.FovWidth || movie.Frames != c.Columns)
            throw new ArgumentException($"a movie of {movie.Frames} × {h} × {w} does not fit a truth of {c.Columns} × {truth.Grid.FovHeight} × {truth.Grid.FovWidth}", nameof(movie));
        var (mask, leakage) = (truth.Factor(FieldRole.TissueFactor), truth.Sum(FieldRole.SensorOffset));
        var field = truth.Factor(FieldRole.SensorFactor) ?? [.. Enumerable.Repeat(1.0, h * w)];
        var countsPerUnit = recording.Budget is { } budget ? budget.ElectronsPerUnit * budget.Sensor.GainAduPerE : double.NaN;

        // Design: cells, neuropil components, light of the tissue itself, a constant.
        var design = new SparseFootprints.Builder(h, w);
        var column = new double[h * w];
        for (var i = 0; i < n; i++)
        {
            var pixels = cells.Footprints.Pixels(i);
            var weights = cells.Footprints.Weights(i).ToArray();
            for (var k = 0; k < weights.Length; k++) weights[k] *= field[pixels[k]] * (mask?[pixels[k]] ?? 1);
            design.AddSorted(pixels, weights);
        }
        foreach (var neuropil in truth.Fields(FieldRole.Background))
        {
            var values = neuropil.ToDoubles();
            for (var k = 0; k < neuropil.Shape[0]; k++)
            {
                for (var p = 0; p < column.Length; p++) column[p] = values[k * column.Length + p] * field[p] * (mask?[p] ?? 1);
                design.AddDense(column);
            }
        }
        // Light of the tissue itself and of cells that are background only: their means, and the granules for themselves, which do not bleach.
        foreach (var still in truth.Fields(FieldRole.TissueOffset).Append(truth.Find("autofluorescence_granules")))
        {
            if (still?.ToDoubles() is not { } values) continue;
            for (var p = 0; p < column.Length; p++) column[p] = values[p] * field[p] * (mask?[p] ?? 1);
            design.AddDense(column);
        }
        design.AddDense(field);
        if (leakage is not null && double.IsNaN(countsPerUnit)) design.AddDense(leakage);
        var columns = design.Build();
        var factor = Cholesky(columns);

        var masks = Enumerable.Range(0, n).Select(i => RoiBaseline.Mask(cells.Footprints, i)).ToArray();
        var (oracle, roi) = (new Matrix(n, movie.Frames), new Matrix(n, movie.Frames));
        Parallel.For(0, movie.Frames, () => (Reader: new FrameReader(movie), Registered: new double[h * w], Right: new double[columns.Count]), (t, _, own) =>
        {
            var frame = own.Reader.Read(t);
            for (var p = 0; p < frame.Length; p++)
            {
                if (leakage is not null && !double.IsNaN(countsPerUnit)) frame[p] -= leakage[p] * countsPerUnit;
                frame[p] = field[p] > 0 ? frame[p] / field[p] : 0;
            }
            Register(frame, own.Registered, h, w, cells.Shifts?[t, 0] ?? 0, cells.Shifts?[t, 1] ?? 0);
            for (var p = 0; p < frame.Length; p++) own.Registered[p] *= field[p];
            for (var i = 0; i < n; i++) roi[i, t] = RoiBaseline.Mean(own.Registered, masks[i]);
            for (var k = 0; k < columns.Count; k++)
            {
                var pixels = columns.Pixels(k);
                var weights = columns.Weights(k);
                var dot = 0.0;
                for (var q = 0; q < pixels.Length; q++) dot += weights[q] * own.Registered[pixels[q]];
                own.Right[k] = dot;
            }
            Solve(factor, own.Right);
            for (var i = 0; i < n; i++) oracle[i, t] = own.Right[i];
            return own;
        }, static _ => { });
        return new TraceBounds(oracle, roi,
            [.. Enumerable.Range(0, n).Select(i => TraceScores.Pearson(oracle.Row(i), c.Row(i)))],
            [.. Enumerable.Range(0, n).Select(i => TraceScores.Pearson(roi.Row(i), c.Row(i)))]);
    }

    // Content that motion moved by (dy, dx) is read back from where it went.
    private static void Register(double[] frame, double[] registered, int h, int w, double dy, double dx)
    {
        int iy = (int)Math.Floor(dy), ix = (int)Math.Floor(dx);
        double fy = dy - iy, fx = dx - ix;
        for (var r = 0; r < h; r++)
        {
            int r0 = Math.Clamp(r + iy, 0, h - 1) * w, r1 = Math.Clamp(r + iy + 1, 0, h - 1) * w;
            for (var c = 0; c < w; c++)
            {
                int c0 = Math.Clamp(c + ix, 0, w - 1), c1 = Math.Clamp(c + ix + 1, 0, w - 1);
                registered[r * w + c] = (1 - fy) * ((1 - fx) * frame[r0 + c0] + fx * frame[r0 + c1]) + fy * ((1 - fx) * frame[r1 + c0] + fx * frame[r1 + c1]);
            }
        }
    }

    // Lower factor of AᵀA, with a ridge that keeps empty and equal columns solvable.
    private static Matrix Cholesky(SparseFootprints columns)
    {
        var n = columns.Count;
        var gram = SimilarityTable.Accumulate(columns, columns, static (a, b) => a * b, static (_, _, dot) => dot).ToDense();
        var trace = 0.0;
        for (var i = 0; i < n; i++) trace += gram[i, i];
        for (var i = 0; i < n; i++) gram[i, i] += 1e-10 * gram[i, i] + 1e-14 * trace + double.Epsilon;
        for (var j = 0; j < n; j++)
        {
            var pivotRow = gram.Row(j)[..j];
            var pivot = gram[j, j];
            foreach (var v in pivotRow) pivot -= v * v;
            pivot = Math.Sqrt(Math.Max(pivot, 1e-300));
            gram[j, j] = pivot;
            Parallel.For(j + 1, n, i =>
            {
                var own = gram.Row(i);
                var other = gram.Row(j);
                var sum = own[j];
                for (var k = 0; k < j; k++) sum -= own[k] * other[k];
                own[j] = sum / pivot;
            });
        }
        return gram;
    }

    private static void Solve(Matrix lower, double[] right)
    {
        var n = right.Length;
        for (var i = 0; i < n; i++)
        {
            var row = lower.Row(i);
            var sum = right[i];
            for (var k = 0; k < i; k++) sum -= row[k] * right[k];
            right[i] = sum / row[i];
        }
        for (var i = n - 1; i >= 0; i--)
        {
            right[i] /= lower[i, i];
            var row = lower.Row(i);
            for (var k = 0; k < i; k++) right[k] -= row[k] * right[i];
        }
    }
}

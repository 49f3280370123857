using System.Runtime.CompilerServices;
using Minisim.Numerics;
using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

public sealed partial record Neuropil
{
    // From here on the noise lives on a coarser lattice; below, the lattice is the pixels.
    private const double CoarseFromSigmaPx = 64;

    // One field (row, column) of the canvas per component, before amplitude/K.
    internal float[][] Fields(ulong seed, Grid grid, ParallelOptions parallelism) =>
        Fields(Smooth(seed, grid, parallelism), TextureWeight > 0 ? Texture(seed, grid, parallelism) : null, grid, parallelism);

    private float[][] Fields(float[][] smooth, StrongBox<(float[][] Noise, double Deviation)>? texture, Grid grid, ParallelOptions parallelism)
    {
        if (texture is null && Floor == 0) return smooth;
        var fields = Array.ConvertAll(smooth, _ => new float[grid.Height * grid.Width]);
        Parallel.For(0, NComponents * grid.Height, parallelism, () => new double[grid.Width], (line, _, grain) =>
        {
            int k = line / grid.Height, from = line % grid.Height * grid.Width;
            var field = fields[k].AsSpan(from, grid.Width);
            smooth[k].AsSpan(from, grid.Width).CopyTo(field);
            if (texture is { Value: var (noises, deviation) })
            {
                var noise = noises[k].AsSpan(from, grid.Width);
                for (var i = 0; i < grain.Length; i++) grain[i] = 0.5 * noise[i] / deviation - 0.125;
                PortableMath.Exp(grain, grain);
                for (var i = 0; i < grain.Length; i++) field[i] *= (float)(1 - TextureWeight + TextureWeight * grain[i]);
            }
            if (Floor > 0)
                for (var i = 0; i < field.Length; i++) field[i] = (float)(Floor + (1 - Floor) * field[i]);
            return grain;
        }, _ => { });
        return fields;
    }

    // Between 0 and 1, all of one mean.
    private float[][] Smooth(ulong seed, Grid grid, ParallelOptions parallelism)
    {
        var sigmaPx = SpatialSigmaUm / grid.PixelSizeUm;
        var fields = new float[NComponents][];
        var means = new double[NComponents];
        for (var k = 0; k < NComponents; k++) fields[k] = Noise(seed, k, grid, sigmaPx, parallelism, RandomStream.NeuropilField);
        Parallel.For(0, NComponents, parallelism, k => means[k] = SpreadFromZeroToOne(fields[k], grid));
        var common = means.Average();
        Parallel.For(0, NComponents, parallelism, k =>
        {
            var scale = (float)(common / means[k]);
            var field = fields[k];
            for (var i = 0; i < field.Length; i++) field[i] *= scale;
        });
        return fields;
    }

    // Smoothed noise, and what smoothing leaves of unit variance: (Σ k²)².
    private StrongBox<(float[][] Noise, double Deviation)> Texture(ulong seed, Grid grid, ParallelOptions parallelism)
    {
        var kernel = GaussianBlur.Kernel(TextureSigmaUm / grid.PixelSizeUm);
        return new(([.. Enumerable.Range(0, NComponents).Select(k => SmoothNoise(seed, k, grid, kernel, parallelism, RandomStream.Haze))], kernel.Sum(k => (double)k * k)));
    }

    // Smoothed white noise of a stream over the canvas.
    internal static float[] Noise(ulong seed, int component, Grid grid, double sigmaPx, ParallelOptions parallelism, RandomStream stream) =>
        sigmaPx > CoarseFromSigmaPx ? CoarseNoise(seed, component, grid, sigmaPx, parallelism, stream)
            : SmoothNoise(seed, component, grid, GaussianBlur.Kernel(sigmaPx), parallelism, stream);

    // White noise goes on beyond the canvas by the kernel's radius, so that the smoothed field is as strong at the border
    // as inside. Every pixel's noise is a function of its place from the optical axis: neither the margin nor
    // the size of the FOV moves it.
    internal static float[] SmoothNoise(ulong seed, int component, Grid grid, float[] kernel, ParallelOptions parallelism, RandomStream? stream = null)
    {
        var radius = kernel.Length / 2;
        int top = -(grid.FovHeight / 2) - grid.Margin - radius, left = -(grid.FovWidth / 2) - grid.Margin - radius;
        return GaussianBlur.Valid(
            (row, line) => WhiteNoise.Fill(new Draws(seed, stream ?? RandomStream.NeuropilField, (uint)(top + row), (uint)component), left, line),
            grid.Height, grid.Width, kernel, parallelism);
    }

    // The same random field for a wide kernel: white noise on a lattice of 16 nodes per σ instead of one per pixel, under the
    // same Gaussian, cut at 4σ, evaluated at every pixel. The sum over the lattice differs from that over the
    // pixels by exp(−2π²·16²) in relation to its mean: nothing. Cost and memory stop growing with σ.
    internal static float[] CoarseNoise(ulong seed, int component, Grid grid, double sigmaPx, ParallelOptions parallelism, RandomStream? stream = null)
    {
        const double nodesPerSigma = 16;
        var spacing = Math.Floor(sigmaPx / nodesPerSigma);
        var (firstRow, down) = LatticeWeights(grid.Height, -(grid.FovHeight / 2) - grid.Margin, sigmaPx, spacing);
        var (firstCol, across) = LatticeWeights(grid.Width, -(grid.FovWidth / 2) - grid.Margin, sigmaPx, spacing);
        int rows = down.Length / grid.Height, cols = across.Length / grid.Width;
        var lines = new float[rows * grid.Width];
        Parallel.For(0, rows, parallelism, i =>
        {
            var noise = new float[cols];
            WhiteNoise.Fill(new Draws(seed, stream ?? RandomStream.NeuropilField, (uint)(firstRow + i), (uint)component), firstCol, noise);
            GaussianBlur.WeightedSum(across, grid.Width, noise, lines.AsSpan(i * grid.Width, grid.Width));
        });
        var field = new float[grid.Height * grid.Width];
        Parallel.For(0, grid.Height, parallelism, row =>
        {
            var weights = new float[rows];
            for (var i = 0; i < rows; i++) weights[i] = down[i * grid.Height + row];
            GaussianBlur.WeightedSum(lines, grid.Width, weights, field.AsSpan(row * grid.Width, grid.Width));
        });
        return field;
    }

    // Weight of every lattice node (from the first within reach on) at every pixel of an axis that starts at `start`:
    // (node, pixel), zero beyond the reach.
    private static (int First, float[] Weights) LatticeWeights(int length, int start, double sigmaPx, double spacing)
    {
        double reach = Math.Floor(4 * sigmaPx + 0.5), scale = spacing / (Math.Sqrt(2 * Math.PI) * sigmaPx);
        int first = (int)Math.Ceiling((start - reach) / spacing), last = (int)Math.Floor((start + length - 1 + reach) / spacing);
        var weights = new float[(last - first + 1) * length];
        for (var i = 0; i < weights.Length; i++)
        {
            var d = start + i % length - (first + i / length) * spacing;
            if (Math.Abs(d) <= reach) weights[i] = (float)(scale * PortableMath.Exp(-0.5 * (d / sigmaPx) * (d / sigmaPx)));
        }
        return (first, weights);
    }

    // Minus its minimum, over its maximum, both in the FOV; what lies lower in the margin is 0; all ones if flat.
    // Returns the mean over the FOV.
    private static double SpreadFromZeroToOne(float[] field, Grid grid)
    {
        float min = float.PositiveInfinity, max = float.NegativeInfinity;
        for (var row = 0; row < grid.FovHeight; row++)
            foreach (var value in FovRow(field, grid, row))
            {
                // Plain comparisons: there is no NaN here for Math.Min to look after.
                if (value < min) min = value;
                if (value > max) max = value;
            }
        var range = max - min;
        for (var i = 0; i < field.Length; i++)
            field[i] = !(range > 0) ? 1 : field[i] > min ? (field[i] - min) / range : 0;
        double sum = 0;
        for (var row = 0; row < grid.FovHeight; row++)
            foreach (var value in FovRow(field, grid, row))
                sum += value;
        return sum / ((double)grid.FovHeight * grid.FovWidth);
    }

    private static ReadOnlySpan<float> FovRow(float[] field, Grid grid, int row) =>
        field.AsSpan((row + grid.Margin) * grid.Width + grid.Margin, grid.FovWidth);
}

using Minisim.Random;
using Minisim.Scene;

namespace Minisim.Steps;

public sealed partial record Neuropil
{
    // One field (row, column) of the canvas per component, before amplitude/K.
    internal float[][] Fields(ulong seed, Grid grid, ParallelOptions parallelism)
    {
        var kernel = GaussianBlur.Kernel(SpatialSigmaUm / grid.PixelSizeUm);
        var fields = new float[NComponents][];
        var means = new double[NComponents];
        for (var k = 0; k < NComponents; k++)
        {
            fields[k] = SmoothNoise(seed, k, grid, kernel, parallelism);
            means[k] = SpreadFromZeroToOne(fields[k], grid);
        }
        var common = means.Average();
        for (var k = 0; k < NComponents; k++)
        {
            var scale = (float)(common / means[k]);
            var field = fields[k];
            for (var i = 0; i < field.Length; i++) field[i] *= scale;
        }
        return fields;
    }

    // White noise goes on beyond the canvas by the kernel's radius, so that the smoothed field is as strong at the border
    // as inside. Every pixel's noise is a function of its place from the optical axis: neither the margin nor
    // the size of the FOV moves it.
    internal static float[] SmoothNoise(ulong seed, int component, Grid grid, float[] kernel, ParallelOptions parallelism)
    {
        var radius = kernel.Length / 2;
        int top = -(grid.FovHeight / 2) - grid.Margin - radius, left = -(grid.FovWidth / 2) - grid.Margin - radius;
        return GaussianBlur.Valid(
            (row, line) => WhiteNoise.Fill(new Draws(seed, RandomStream.NeuropilField, (uint)(top + row), (uint)component), left, line),
            grid.Height, grid.Width, kernel, parallelism);
    }

    // Minus its minimum, over its maximum, both in the FOV; what lies lower in the margin is 0; all ones if flat.
    // Returns the mean over the FOV.
    private static double SpreadFromZeroToOne(float[] field, Grid grid)
    {
        float min = float.PositiveInfinity, max = float.NegativeInfinity;
        for (var row = 0; row < grid.FovHeight; row++)
            foreach (var value in FovRow(field, grid, row))
            {
                min = Math.Min(min, value);
                max = Math.Max(max, value);
            }
        var range = max - min;
        for (var i = 0; i < field.Length; i++)
            field[i] = range > 0 ? Math.Max(0, field[i] - min) / range : 1;
        double sum = 0;
        for (var row = 0; row < grid.FovHeight; row++)
            foreach (var value in FovRow(field, grid, row))
                sum += value;
        return sum / ((double)grid.FovHeight * grid.FovWidth);
    }

    private static ReadOnlySpan<float> FovRow(float[] field, Grid grid, int row) =>
        field.AsSpan((row + grid.Margin) * grid.Width + grid.Margin, grid.FovWidth);
}

using System.Buffers;
using Minisim.Numerics;

namespace Minisim.Scenes;

/// <summary>What depth and defocus do to a footprint.</summary>
public static class FootprintOptics
{
    /// <summary>Radius of a sampled Gaussian, px: <c>⌊4σ + 0.5⌋</c>.</summary>
    public static int GaussianRadius(double sigmaPx) => (int)(4 * sigmaPx + 0.5);

    /// <summary>Sampled Gaussian of length 2·radius + 1, with unit sum.</summary>
    public static double[] GaussianKernel(double sigmaPx)
    {
        var kernel = new double[2 * GaussianRadius(sigmaPx) + 1];
        FillKernel(sigmaPx, kernel);
        return kernel;
    }

    private static void FillKernel(double sigmaPx, Span<double> kernel)
    {
        var radius = kernel.Length / 2;
        // Both halves are the same numbers.
        for (var i = 0; i <= radius; i++) kernel[radius - i] = kernel[radius + i] = radius == 0 ? 1 : PortableMath.Exp(-0.5 * i * i / (sigmaPx * sigmaPx));
        double sum = 0;
        foreach (var weight in kernel) sum += weight;
        for (var i = 0; i < kernel.Length; i++) kernel[i] /= sum;
    }

    /// <summary>The observed footprint <c>gain·(G_σ * planted)</c>, zero outside a canvas of the given shape. Light blurred
    /// past the canvas is lost.</summary>
    /// <param name="planted">Sharp footprint on the canvas.</param>
    /// <param name="sigmaPx">Blur, Gaussian σ in px; ≥ 0.</param>
    /// <param name="gain">Light gain.</param>
    /// <param name="canvasHeight">Rows of the canvas.</param>
    /// <param name="canvasWidth">Columns of the canvas.</param>
    public static Footprint Degrade(Footprint planted, double sigmaPx, double gain, int canvasHeight, int canvasWidth)
    {
        return Degrade(planted, sigmaPx, gain, new Patch(0, 0, canvasHeight, canvasWidth), canvasHeight, canvasWidth);
    }

    /// <summary>What of the observed footprint lies in a window of the canvas, in the window's own indices.</summary>
    internal static Footprint Degrade(Footprint planted, double sigmaPx, double gain, Patch window, int canvasHeight, int canvasWidth)
    {
        var whole = Bounds(planted, sigmaPx, canvasHeight, canvasWidth);
        int top = Math.Max(whole.Row, window.Row), left = Math.Max(whole.Col, window.Col);
        int height = Math.Min(whole.Row + whole.Height, window.Row + window.Height) - top, width = Math.Min(whole.Col + whole.Width, window.Col + window.Width) - left;
        if (height <= 0 || width <= 0) return Footprint.Empty;
        var values = GC.AllocateUninitializedArray<float>(height * width);
        Degrade(planted, sigmaPx, gain, new Patch(top, left, height, width), values);
        return new Footprint(top - window.Row, left - window.Col, height, width, values);
    }

    /// <summary>Where the observed footprint can be lit: the planted patch grown by the radius of the blur, on the canvas.</summary>
    internal static Patch Bounds(Footprint planted, double sigmaPx, int canvasHeight, int canvasWidth)
    {
        if (planted.IsEmpty) return default;
        var radius = GaussianRadius(sigmaPx);
        int top = Math.Max(0, planted.Row - radius), left = Math.Max(0, planted.Col - radius);
        return new Patch(top, left, (int)Math.Min(canvasHeight, (long)planted.Row + planted.Height + radius) - top,
            (int)Math.Min(canvasWidth, (long)planted.Col + planted.Width + radius) - left);
    }

    /// <summary>The observed footprint in a patch within <see cref="Bounds"/>; <paramref name="values"/> (row, column).</summary>
    internal static void Degrade(Footprint planted, double sigmaPx, double gain, Patch patch, Span<float> values)
    {
        // Thousands of cells, and each has its kernel: it is not worth an array.
        var radius = GaussianRadius(sigmaPx);
        var taken = 2 * radius + 1;
        double[] weights = ArrayPool<double>.Shared.Rent(taken);
        float[] rounded = ArrayPool<float>.Shared.Rent(taken);
        FillKernel(sigmaPx, weights.AsSpan(0, taken));
        for (var i = 0; i < taken; i++) rounded[i] = (float)weights[i];
        ArrayPool<double>.Shared.Return(weights);
        ReadOnlySpan<float> kernel = rounded.AsSpan(0, taken);
        var (top, left, height, width) = patch;

        // Scatter each lit pixel along its row; then every row of the result is a weighted sum of those: the work is that of the
        // planted pixels, and no result is read again.
        var lines = ArrayPool<float>.Shared.Rent(planted.Height * width);
        for (var r = 0; r < planted.Height; r++)
        {
            var row = lines.AsSpan(r * width, width);
            row.Clear();
            for (var c = 0; c < planted.Width; c++)
            {
                var weight = planted.Values[r * planted.Width + c];
                if (weight == 0) continue;
                var first = planted.Col + c - radius - left;
                var skip = Math.Max(0, -first);
                var taps = Math.Min(kernel.Length, width - first) - skip;
                if (taps > 0) FloatSpans.MultiplyAdd((float)(weight * gain), kernel.Slice(skip, taps), row[(first + skip)..]);
            }
        }
        for (var row = 0; row < height; row++)
        {
            // Planted row r meets tap row + top − (planted.Row + r) + radius; the kernel is symmetric, so it may be walked backwards.
            var tap = 2 * radius - (row + top - planted.Row + radius);
            int from = Math.Max(0, -tap), to = Math.Min(planted.Height, kernel.Length - tap);
            if (from < to) GaussianBlur.WeightedSum(lines.AsSpan(from * width), width, kernel[(tap + from)..(tap + to)], values.Slice(row * width, width));
            else values.Slice(row * width, width).Clear();
        }
        ArrayPool<float>.Shared.Return(lines);
        ArrayPool<float>.Shared.Return(rounded);
    }

    /// <summary>The observed footprint at the nodes of a coarse grid: what <see cref="Degrade(Footprint, double, double, int, int)"/> has there,
    /// light past the canvas included.</summary>
    /// <param name="planted">Sharp footprint on the canvas.</param>
    /// <param name="sigmaPx">Blur, Gaussian σ in px.</param>
    /// <param name="gain">Light gain.</param>
    /// <param name="nodes">Canvas place of the first node in pixels, and how many nodes there are down and across.</param>
    /// <param name="step">Pixels from node to node.</param>
    /// <param name="values">(row, column) of the nodes; must be 0.</param>
    internal static void Sample(Footprint planted, double sigmaPx, double gain, Patch nodes, int step, Span<float> values)
    {
        var radius = GaussianRadius(sigmaPx);
        var kernel = GaussianKernel(sigmaPx);
        // Each phase of the kernel for itself, so that the inner loop walks through memory.
        var length = (kernel.Length + step - 1) / step;
        var phases = new float[step * length];
        for (var i = 0; i < kernel.Length; i++) phases[i % step * length + i / step] = (float)kernel[i];

        var line = ArrayPool<float>.Shared.Rent(nodes.Width);
        var row = line.AsSpan(0, nodes.Width);
        for (var r = 0; r < planted.Height; r++)
        {
            row.Clear();
            for (var c = 0; c < planted.Width; c++)
            {
                var weight = planted.Values[r * planted.Width + c];
                if (weight == 0) continue;
                // Node k lies at tap k·step + offset.
                var offset = nodes.Col - (planted.Col + c) + radius;
                var skip = Math.Max(0, (-offset + step - 1) / step);
                var tap = offset + skip * step;
                var taps = Math.Min(length - tap / step, nodes.Width - skip);
                if (taps > 0) FloatSpans.MultiplyAdd((float)(weight * gain), phases.AsSpan(tap % step * length + tap / step, taps), row[skip..]);
            }
            for (var k = 0; k < nodes.Height; k++)
            {
                var tap = nodes.Row + k * step - (planted.Row + r) + radius;
                if (tap >= 0 && tap < kernel.Length) FloatSpans.MultiplyAdd((float)kernel[tap], row, values.Slice(k * nodes.Width, nodes.Width));
            }
        }
        ArrayPool<float>.Shared.Return(line);
    }
}

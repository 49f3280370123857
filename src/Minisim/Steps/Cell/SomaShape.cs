using System.Numerics;
using Minisim.Numerics;
using Minisim.Random;

namespace Minisim.Steps;

/// <summary>The outline of a soma: pixels with <c>dist ≤ r·(1 + irregularity·ν)</c>, ν smooth noise of largest magnitude 1.</summary>
/// <remarks>ν is white noise smoothed with σ = max(r/2, 1) px, mirrored at the edges of the soma's own window, whatever the
/// canvas shows of it. A soma without a pixel, because it is smaller than one, lights the nearest pixel of the canvas.</remarks>
internal static class SomaShape
{
    /// <summary>Half-width of the soma's window, px: <c>r·(1 + irregularity) + 1</c>.</summary>
    public static double ReachPx(double radiusPx, double irregularity) => radiusPx * (1 + irregularity) + 1;

    public static void Draw(FootprintWindow window, double row, double col, double radiusPx, double irregularity, Draws draws)
    {
        var reach = ReachPx(radiusPx, irregularity);
        int top = (int)Math.Floor(row - reach), left = (int)Math.Floor(col - reach);
        int height = (int)Math.Ceiling(row + reach) + 1 - top, width = (int)Math.Ceiling(col + reach) + 1 - left;
        var noise = irregularity > 0 ? OutlineNoise(height, width, Math.Max(radiusPx / 2, 1), draws) : null;
        for (var r = 0; r < height; r++)
            for (var c = 0; c < width; c++)
            {
                double dy = top + r - row, dx = left + c - col;
                var limit = noise is null ? radiusPx : radiusPx * (1 + irregularity * noise[r * width + c]);
                if (Math.Sqrt(dy * dy + dx * dx) <= limit) window.Max(top + r, left + c, 1);
            }
        if (window.IsBlank) window.LightNearest(row, col);
    }

    /// <summary>Smoothed white noise (height, width) divided by its largest magnitude.</summary>
    private static double[] OutlineNoise(int height, int width, double sigmaPx, Draws draws)
    {
        var radius = (int)Math.Floor(4 * sigmaPx + 0.5);
        var kernel = new double[radius + 1];
        var sum = 0.0;
        for (var k = 0; k <= radius; k++)
        {
            kernel[k] = PortableMath.Exp(-0.5 * k * k / (sigmaPx * sigmaPx));
            sum += k == 0 ? kernel[k] : 2 * kernel[k];
        }
        for (var k = 0; k <= radius; k++) kernel[k] /= sum;

        var noise = new double[height * width];
        FillNormal(noise, draws);

        // Columns first: whole rows are added, which vectorises. Then rows, each padded with its mirror image.
        var smooth = new double[height * width];
        for (var r = 0; r < height; r++)
            for (var k = -radius; k <= radius; k++)
                AddScaled(noise.AsSpan(Mirror(r + k, height) * width, width), kernel[Math.Abs(k)], smooth.AsSpan(r * width, width));
        var padded = new double[width + 2 * radius];
        Array.Clear(noise);
        for (var r = 0; r < height; r++)
        {
            for (var c = 0; c < padded.Length; c++) padded[c] = smooth[r * width + Mirror(c - radius, width)];
            for (var k = -radius; k <= radius; k++)
                AddScaled(padded.AsSpan(radius + k, width), kernel[Math.Abs(k)], noise.AsSpan(r * width, width));
        }

        var largest = 0.0;
        foreach (var v in noise) largest = Math.Max(largest, Math.Abs(v));
        if (largest > 0)
            for (var i = 0; i < noise.Length; i++) noise[i] /= largest;
        return noise;
    }

    /// <summary>Standard normals, four from every block of words: 32-bit uniforms are fine enough for an outline.</summary>
    private static void FillNormal(Span<double> target, Draws draws)
    {
        const double Unit = 1.0 / (1L << 32);
        Span<double> four = stackalloc double[4];
        for (var i = 0; i < target.Length; i += 4)
        {
            var (w0, w1, w2, w3) = draws.Block((uint)(i / 4));
            double a = Math.Sqrt(-2 * PortableMath.Log((w0 + 1.0) * Unit)), b = Math.Sqrt(-2 * PortableMath.Log((w2 + 1.0) * Unit));
            double u = 2 * Math.PI * Unit * w1, v = 2 * Math.PI * Unit * w3;
            four[0] = a * PortableMath.Cos(u);
            four[1] = a * PortableMath.Sin(u);
            four[2] = b * PortableMath.Cos(v);
            four[3] = b * PortableMath.Sin(v);
            four[..Math.Min(4, target.Length - i)].CopyTo(target[i..]);
        }
    }

    /// <summary>target[i] += scale·source[i]; the same bits at every vector width.</summary>
    private static void AddScaled(ReadOnlySpan<double> source, double scale, Span<double> target)
    {
        var i = 0;
        for (; i <= target.Length - Vector<double>.Count; i += Vector<double>.Count)
            (new Vector<double>(target[i..]) + new Vector<double>(source[i..]) * scale).CopyTo(target[i..]);
        for (; i < target.Length; i++) target[i] += source[i] * scale;
    }

    private static int Mirror(int i, int n)
    {
        while ((uint)i >= (uint)n) i = i < 0 ? -1 - i : 2 * n - 1 - i;
        return i;
    }
}

using System.Numerics;
using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>The outline of a soma: pixels with <c>dist ≤ r·(1 + irregularity·ν)</c>, ν smooth noise of largest magnitude 1.</summary>
/// <remarks>ν is white noise smoothed with σ = max(r/2, 1) px, mirrored at the edges of the soma's own window, whatever the
/// canvas shows of it.</remarks>
internal static class SomaShape
{
    /// <summary>Half-width of the soma's window, px: <c>r·(1 + irregularity) + 1</c>.</summary>
    public static double ReachPx(double radiusPx, double irregularity) => radiusPx * (1 + irregularity) + 1;

    /// <summary>Draws a soma; false if it covers no pixel, on the canvas or off it.</summary>
    public static bool Draw(FootprintWindow window, double row, double col, double radiusPx, double irregularity, Draws draws, double nucleus = 0, double nucleusBrightness = 0)
    {
        var reach = ReachPx(radiusPx, irregularity);
        int top = (int)Math.Floor(row - reach), left = (int)Math.Floor(col - reach);
        int height = (int)Math.Ceiling(row + reach) + 1 - top, width = (int)Math.Ceiling(col + reach) + 1 - left;
        var noise = irregularity > 0 ? OutlineNoise(height, width, Math.Max(radiusPx / 2, 1), draws) : null;
        var isLit = false;
        for (var r = 0; r < height; r++)
            for (var c = 0; c < width; c++)
            {
                double dy = top + r - row, dx = left + c - col;
                var limit = noise is null ? radiusPx : radiusPx * (1 + irregularity * noise[r * width + c]);
                if (!(Math.Sqrt(dy * dy + dx * dx) <= limit)) continue;
                var weight = nucleus == 0 ? 1 : Shell(Math.Sqrt(dy * dy + dx * dx) / limit, nucleus, nucleusBrightness);
                if (!(weight > 0)) continue;
                isLit = true;
                window.Max(top + r, left + c, weight);
            }
        return isLit;
    }

    /// <summary>Light of the whole ball of <see cref="Shell"/> in that of an even disk: <c>⅔·(1 − (1 − β)·ρ³)/√(1 − ρ²)</c>; 1 for a soma that is a disk.</summary>
    public static double Light(double nucleus, double brightness) => nucleus == 0 ? 1
        : brightness >= 1 ? 2.0 / 3
        : 2.0 / 3 * (1 - (1 - brightness) * nucleus * nucleus * nucleus) / Math.Sqrt(1 - nucleus * nucleus);

    /// <summary>Light of the column through a ball with a nucleus of radius ρ and brightness β, at u radii from its centre, in that of the brightest column:
    /// <c>[√(1 − u²) − (1 − β)·√(ρ² − u²)]/√(1 − ρ²)</c>, the second term only inside; without a darker nucleus √(1 − u²).</summary>
    public static float Shell(double u, double nucleus, double brightness)
    {
        var column = Math.Sqrt(Math.Max(0, 1 - u * u));
        if (brightness >= 1) return (float)column;
        if (u < nucleus) column -= (1 - brightness) * Math.Sqrt(nucleus * nucleus - u * u);
        return (float)(column / Math.Sqrt(1 - nucleus * nucleus));
    }

    /// <summary>Smoothed white noise (height, width) divided by its largest magnitude.</summary>
    private static float[] OutlineNoise(int height, int width, double sigmaPx, Draws draws)
    {
        var kernel = GaussianBlur.Kernel(sigmaPx);
        var radius = kernel.Length / 2;
        var noise = new float[height * width];
        WhiteNoise.Fill(draws, 0, noise);

        // Windows are a few pixels more than a soma: columns first by adding whole rows, then rows, each padded with its mirror image.
        var smooth = new float[height * width];
        for (var r = 0; r < height; r++)
            for (var k = 0; k < kernel.Length; k++)
                AddScaled(noise.AsSpan(Mirror(r + k - radius, height) * width, width), kernel[k], smooth.AsSpan(r * width, width));
        var padded = new float[width + 2 * radius];
        Array.Clear(noise);
        for (var r = 0; r < height; r++)
        {
            for (var c = 0; c < padded.Length; c++) padded[c] = smooth[r * width + Mirror(c - radius, width)];
            for (var k = 0; k < kernel.Length; k++) AddScaled(padded.AsSpan(k, width), kernel[k], noise.AsSpan(r * width, width));
        }

        var largest = 0f;
        foreach (var v in noise) largest = Math.Max(largest, Math.Abs(v));
        if (largest > 0)
            for (var i = 0; i < noise.Length; i++) noise[i] /= largest;
        return noise;
    }

    /// <summary>target[i] += scale·source[i]; the same bits at every vector width.</summary>
    private static void AddScaled(ReadOnlySpan<float> source, float scale, Span<float> target)
    {
        var i = 0;
        for (; i <= target.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(target[i..]) + new Vector<float>(source[i..]) * scale).CopyTo(target[i..]);
        for (; i < target.Length; i++) target[i] += source[i] * scale;
    }

    private static int Mirror(int i, int n)
    {
        while ((uint)i >= (uint)n) i = i < 0 ? -1 - i : 2 * n - 1 - i;
        return i;
    }
}

namespace Minisim.Metrics;

/// <summary>The whole-pixel offset between two images from the phases of their spectra.</summary>
public static class PhaseCorrelation
{
    /// <summary>Share of the peak above which a pixel of summed footprints belongs to the support.</summary>
    public const double SupportLevel = 0.01;

    /// <summary>The shift (dy, dx) that moves the support of <paramref name="estimate"/> onto that of <paramref name="truth"/>,
    /// searched within ± a quarter of the field per axis; (0, 0) where either is empty.</summary>
    /// <remarks>The support is binary: summed footprints above 1 % of their peak. The peak of
    /// <c>F⁻¹[T·conj(E)/|T·conj(E)|]</c> is the shift.</remarks>
    public static (int Dy, int Dx) Shift(SparseFootprints estimate, SparseFootprints truth)
    {
        int h = truth.Height, w = truth.Width;
        if (Support(estimate) is not { } e || Support(truth) is not { } t) return (0, 0);
        // Both supports are real: one transform of t + i·e gives both spectra, T from its even part and E from its odd part.
        Fourier.Forward2D(t, e, h, w);
        var (re, im) = (new double[h * w], new double[h * w]);
        var largest = 0.0;
        for (var r = 0; r < h; r++)
            for (var c = 0; c < w; c++)
            {
                int at = r * w + c, mirror = (h - r) % h * w + (w - c) % w;
                double tr = (t[at] + t[mirror]) / 2, ti = (e[at] - e[mirror]) / 2;
                double er = (e[at] + e[mirror]) / 2, ei = (t[mirror] - t[at]) / 2;
                re[at] = tr * er + ti * ei;
                im[at] = ti * er - tr * ei;
                largest = Math.Max(largest, re[at] * re[at] + im[at] * im[at]);
            }
        // Below rounding, a phase is noise.
        var floor = Math.Sqrt(largest) * 1e-14;
        for (var i = 0; i < re.Length; i++)
        {
            var magnitude = Math.Sqrt(re[i] * re[i] + im[i] * im[i]);
            var scale = magnitude > floor ? 1 / magnitude : 0;
            re[i] *= scale;
            // Conjugated, because the inverse transform is the conjugate of the forward one of the conjugate; its real part is all.
            im[i] *= -scale;
        }
        Fourier.Forward2D(re, im, h, w);

        var best = (Dy: 0, Dx: 0);
        var peak = re[0];
        for (var dy = -(h / 4); dy <= h / 4; dy++)
            for (var dx = -(w / 4); dx <= w / 4; dx++)
            {
                var value = re[(dy + h) % h * w + (dx + w) % w];
                if (value <= peak) continue;
                (peak, best) = (value, (dy, dx));
            }
        return best;
    }

    private static double[]? Support(SparseFootprints footprints)
    {
        var sum = footprints.ClipNegative().Sum();
        var peak = 0.0;
        foreach (var v in sum) peak = Math.Max(peak, v);
        if (peak <= 0) return null;
        for (var i = 0; i < sum.Length; i++) sum[i] = sum[i] > SupportLevel * peak ? 1 : 0;
        return sum;
    }
}

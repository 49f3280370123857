using Minisim.Metrics;

namespace Minisim.Formats.Pictures;

/// <summary>How a movie moves: of its shifts less their median.</summary>
internal static class MotionStatistics
{
    public static IEnumerable<MovieStatistic> Of(MovieStack stack, double pixelUm, double fps) => Of(stack.Registration == "none" ? null : stack.Shifts, pixelUm, fps);

    /// <param name="shifts">Displacements per frame, px; null where nothing moves.</param>
    /// <param name="pixelUm">Size of a pixel, µm.</param>
    /// <param name="fps">Frames per second.</param>
    public static IEnumerable<MovieStatistic> Of((double Dy, double Dx)[]? shifts, double pixelUm, double fps)
    {
        const string none = "nothing moves";
        double[] y = Centred(shifts?.Select(s => s.Dy * pixelUm)), x = Centred(shifts?.Select(s => s.Dx * pixelUm));
        var missing = shifts is null ? none : null;
        double[] radius = [.. y.Zip(x, Length)];
        double[] step = [.. y.Skip(1).Zip(x.Skip(1)).Select((n, t) => Length(n.First - y[t], n.Second - x[t]))];
        yield return new("motion_sd_um", "motion, standard deviation", "µm", ["y", "x"], [Deviation(y), Deviation(x)], missing);
        yield return MovieStatistics.Quantiles("motion_radius_um", "motion, radius", "µm", radius, missing, 50, 99);
        yield return MovieStatistics.Quantiles("motion_step_um", "motion, step between frames", "µm", step, missing, 50);
        yield return MovieStatistics.One("motion_steps_below_1_um", "motion, steps below 1 µm", "", step.Length == 0 ? double.NaN : step.Count(s => s < 1) / (double)step.Length, missing);
        var power = Power(y, x, fps);
        yield return new("motion_power", "motion, share of power", "", ["< 0.5 Hz", "0.5–2 Hz", "> 2 Hz"], [.. power], missing ?? (double.IsNaN(power[0]) ? none : null));
    }

    private static double Length(double y, double x) => Math.Sqrt(y * y + x * x);

    private static double[] Centred(IEnumerable<double>? values)
    {
        if (values?.ToArray() is not { Length: > 0 } all) return [];
        var median = MovieStatistics.Quantile([.. all.Order()], 0.5);
        return [.. all.Select(v => v - median)];
    }

    internal static double Deviation(double[] values)
    {
        if (values.Length == 0) return double.NaN;
        var mean = values.Average();
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }

    // Of both axes together, from the periodogram of the whole.
    private static double[] Power(double[] y, double[] x, double fps)
    {
        if (y.Length < 2) return [double.NaN, double.NaN, double.NaN];
        double[] re = [.. y.Select(v => v - y.Average())], im = [.. x.Select(v => v - x.Average())];
        new Fourier(re.Length).Forward(re, im);
        var bands = new double[3];
        // One transform of y + i·x: the sum of the powers of a frequency and its negative is that of both axes.
        for (var k = 1; k < re.Length; k++)
        {
            var hz = Math.Min(k, re.Length - k) * fps / re.Length;
            bands[hz < 0.5 ? 0 : hz <= 2 ? 1 : 2] += re[k] * re[k] + im[k] * im[k];
        }
        var all = bands.Sum();
        return all > 0 ? [.. bands.Select(b => b / all)] : [double.NaN, double.NaN, double.NaN];
    }
}

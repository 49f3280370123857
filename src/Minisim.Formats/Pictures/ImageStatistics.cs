using Minisim.Metrics;

namespace Minisim.Formats.Pictures;

/// <summary>What the mean image and the light of its pixels are like.</summary>
internal static class ImageStatistics
{
    public static IEnumerable<MovieStatistic> Of(MovieStack stack, double pixelUm, bool isBackgroundRemoved)
    {
        int h = stack.Height, w = stack.Width;
        double[] mean = new double[h * w], deviation = new double[h * w];
        Parallel.For(0, h * w, i =>
        {
            double sum = 0, squares = 0;
            foreach (var frame in stack.Frames) sum += frame[i];
            mean[i] = sum / stack.Frames.Length;
            foreach (var frame in stack.Frames) squares += (frame[i] - mean[i]) * (frame[i] - mean[i]);
            deviation[i] = Math.Sqrt(squares / stack.Frames.Length);
        });
        yield return new("mean_image_slope", "mean image, slope of its power", "", [".02–.06 /µm", ".06–.15 /µm"], [.. Slopes(mean, h, w, pixelUm, (0.02, 0.06), (0.06, 0.15))]);
        yield return MovieStatistics.One("mean_image_sd_over_mean", "mean image, SD over mean", "", MotionStatistics.Deviation(mean) / mean.Average());
        yield return MovieStatistics.Quantiles("temporal_sd_over_mean", "pixels, temporal SD over mean", "", deviation.Zip(mean, (s, m) => m > 0 ? s / m : double.NaN), null, 50);
        var raw = isBackgroundRemoved ? "the movie was freed of its background before" : null;
        yield return MovieStatistics.One("corner_over_centre", "mean light, corners over centre", "", raw is null ? CornerOverCentre(stack.RawMean, h, w) : double.NaN, raw);
        yield return MovieStatistics.One("mean_light", "mean light", "counts", raw is null ? stack.RawMean.Average(v => (double)v) : double.NaN, raw);
        yield return raw is null ? MovieStatistics.Quantiles("noise_share", "share of variance that is new in every frame", "", stack.NoiseShare, null, 50)
            : new("noise_share", "share of variance that is new in every frame", "", ["p50"], [double.NaN], raw);
    }

    /// <summary>Slopes of the log of the radial power against the log of the frequency (cycles/µm), of an image under a Hann window.</summary>
    internal static double[] Slopes(double[] image, int h, int w, double pixelUm, params (double From, double To)[] bands)
    {
        var average = image.Average();
        double[] re = new double[h * w], im = new double[h * w];
        for (var row = 0; row < h; row++)
            for (var col = 0; col < w; col++)
                re[row * w + col] = (image[row * w + col] - average) * (0.5 - 0.5 * Math.Cos(2 * Math.PI * (row + 0.5) / h)) * (0.5 - 0.5 * Math.Cos(2 * Math.PI * (col + 0.5) / w));
        Fourier.Forward2D(re, im, h, w);
        // Rings one line of the shorter side wide.
        var ring = 1 / (Math.Min(h, w) * pixelUm);
        var power = new SortedDictionary<int, (double Sum, double Frequency, int Count)>();
        for (var row = 0; row < h; row++)
            for (var col = 0; col < w; col++)
            {
                double fy = Math.Min(row, h - row) / (h * pixelUm), fx = Math.Min(col, w - col) / (w * pixelUm), f = Math.Sqrt(fy * fy + fx * fx);
                var key = (int)Math.Round(f / ring);
                var so = power.GetValueOrDefault(key);
                power[key] = (so.Sum + re[row * w + col] * re[row * w + col] + im[row * w + col] * im[row * w + col], so.Frequency + f, so.Count + 1);
            }
        return [.. bands.Select(band => Slope([.. power.Values.Where(p => p.Sum > 0).Select(p => (F: p.Frequency / p.Count, P: p.Sum / p.Count)).Where(p => p.F >= band.From && p.F <= band.To && p.F > 0).Select(p => (Math.Log(p.F), Math.Log(p.P)))]))];
    }

    private static double Slope((double X, double Y)[] points)
    {
        if (points.Length < 3) return double.NaN;
        double x = points.Average(p => p.X), y = points.Average(p => p.Y);
        return points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x));
    }

    // Squares of a tenth of the sides.
    private static double CornerOverCentre(float[] image, int h, int w)
    {
        int rows = Math.Max(1, h / 10), cols = Math.Max(1, w / 10);
        double Mean(int top, int left)
        {
            double sum = 0;
            for (var r = 0; r < rows; r++)
                for (var c = 0; c < cols; c++) sum += image[(top + r) * w + left + c];
            return sum / (rows * cols);
        }
        return (Mean(0, 0) + Mean(0, w - cols) + Mean(h - rows, 0) + Mean(h - rows, w - cols)) / 4 / Mean((h - rows) / 2, (w - cols) / 2);
    }
}

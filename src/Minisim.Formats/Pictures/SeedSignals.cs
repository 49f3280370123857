using System.Numerics;
using Minisim.Scenes;

namespace Minisim.Formats.Pictures;

/// <summary>Where a movie flickers like cells do, and how: peak-to-noise, local correlation, seeds and their traces.</summary>
internal sealed class SeedSignals
{
    private const double SmoothUm = 2.5, NeighbourUm = 1.9, SeedApartUm = 8, BorderUm = 15, WidthReachUm = 25, SmoothS = 1 / 15.0;
    private const double LeastCorrelation = 0.6, LeastPnr = 8;
    private const int BrightFrames = 15;

    public required double[] Pnr { get; init; }
    public required double[] Correlation { get; init; }
    /// <summary>Pixels of the stack.</summary>
    public required int[] Seeds { get; init; }
    /// <summary>Z of every seed.</summary>
    public required float[][] Traces { get; init; }
    /// <summary>Noise of every seed's pixel.</summary>
    public required double[] Noise { get; init; }
    private double[] WidthsUm { get; init; } = [];
    private double MeasuredMm2 { get; init; }

    public static SeedSignals Of(MovieStack stack, double pixelUm, double fps, CancellationToken cancellation)
    {
        int h = stack.Height, w = stack.Width, frames = stack.Frames.Length;
        var kernel = GaussianBlur.Kernel(SmoothUm / pixelUm);
        var parallel = new ParallelOptions { CancellationToken = cancellation };
        // Z by pixel: (pixel, frame). Frames go in sixteen at a time, so that a line of the cache is written at once.
        var z = new float[h * w][];
        for (var i = 0; i < z.Length; i++) z[i] = new float[frames];
        Parallel.For(0, (frames + 15) / 16, parallel, block =>
        {
            var smooth = new float[16][];
            int first = 16 * block, count = Math.Min(16, frames - first);
            for (var k = 0; k < count; k++) FrameFilters.Blur(stack.Frames[first + k], h, w, kernel, smooth[k] = new float[h * w]);
            for (var i = 0; i < z.Length; i++)
                for (var k = 0; k < count; k++) z[i][first + k] = smooth[k][i];
        });
        var (peak, noise) = (new double[h * w], new double[h * w]);
        Parallel.For(0, z.Length, parallel, () => new float[frames], (i, _, room) =>
        {
            var trace = z[i];
            trace.CopyTo(room, 0);
            var median = FrameFilters.Select(room, frames / 2);
            for (var t = 0; t < frames; t++) trace[t] -= median;
            peak[i] = trace.Max();
            noise[i] = NoiseOf(trace, room);
            return room;
        }, _ => { });
        var floor = MovieStatistics.Quantile([.. noise.Order()], 0.05);
        // A pixel without noise at all would have an infinite ratio.
        if (!(floor > 0)) floor = noise.Where(n => n > 0).DefaultIfEmpty(1).Min();
        var pnr = new double[h * w];
        for (var i = 0; i < pnr.Length; i++)
        {
            noise[i] = Math.Max(noise[i], floor);
            pnr[i] = peak[i] / noise[i];
        }
        var correlation = LocalCorrelation(z, noise, h, w, Math.Max(1, (int)Math.Round(NeighbourUm / pixelUm)), parallel);
        var seeds = SeedsOf(pnr, correlation, h, w, pixelUm, kernel);
        var border = BorderUm / pixelUm;
        return new SeedSignals
        {
            Pnr = pnr,
            Correlation = correlation,
            Seeds = seeds,
            Traces = [.. seeds.Select(s => z[s])],
            Noise = [.. seeds.Select(s => noise[s])],
            WidthsUm = Widths(stack, z, seeds, pixelUm, parallel),
            MeasuredMm2 = Math.Max(0, h - 2 * border) * Math.Max(0, w - 2 * border) * pixelUm * pixelUm / 1e6,
        };
    }

    public IEnumerable<MovieStatistic> Statistics(MovieStack stack, double pixelUm, double fps)
    {
        const string none = "no seeds";
        yield return MovieStatistics.Quantiles("pnr", "peak-to-noise ratio", "", Pnr, null, 5, 25, 50, 75, 95, 99);
        yield return MovieStatistics.Quantiles("local_correlation", "local correlation", "", Correlation, null, 5, 25, 50, 75, 95, 99);
        yield return MovieStatistics.One("local_correlation_sd", "local correlation, SD over the image", "", MotionStatistics.Deviation([.. Correlation.Where(double.IsFinite)]));
        yield return MovieStatistics.One("seeds_per_mm2", "seeds", "1/mm²", MeasuredMm2 > 0 ? Seeds.Length / MeasuredMm2 : double.NaN, MeasuredMm2 > 0 ? null : "nothing is 15 µm off the border");
        yield return MovieStatistics.Quantiles("width_um", "width (FWHM)", "µm", WidthsUm, none, 10, 25, 50, 75, 90);
        yield return MovieStatistics.Quantiles("seed_peak", "seed, peak", "counts", Traces.Select(t => (double)t.Max()), none, 10, 50, 90);
        var smoothed = Traces.Select(t => Smooth(t, SmoothS * fps)).ToArray();
        var minutes = stack.Frames.Length / fps / 60;
        yield return MovieStatistics.Quantiles("events_per_minute", "events per minute", "1/min", smoothed.Select((t, i) => Crossings(t, 5 * Noise[i]) / minutes), none, 10, 50, 90);
        yield return MovieStatistics.Quantiles("half_decay_s", "half decay of the largest", "s", smoothed.Select(t => HalfTime(t, forward: true) / fps), none, 10, 50, 90);
        yield return MovieStatistics.Quantiles("half_rise_s", "half rise of the largest", "s", smoothed.Select(t => HalfTime(t, forward: false) / fps), none, 10, 50, 90);
        yield return MovieStatistics.Quantiles("skewness", "skewness of a seed's trace", "", Traces.Select(Skewness), none, 10, 50, 90);
        yield return MovieStatistics.Quantiles("peak_over_local_light", "seed, peak over the mean light there", "", Seeds.Select((s, i) => Traces[i].Max() / (double)stack.RawMean[s]), none, 10, 50, 90);
    }

    /// <summary>1.4826 · median absolute deviation of the differences between frames, over √2.</summary>
    internal static double NoiseOf(float[] trace, float[] room)
    {
        var n = trace.Length - 1;
        for (var t = 0; t < n; t++) room[t] = trace[t + 1] - trace[t];
        var steps = room.AsSpan(0, n);
        var median = FrameFilters.Select(steps, n / 2);
        for (var t = 0; t < n; t++) steps[t] = Math.Abs(steps[t] - median);
        return 1.4826 * FrameFilters.Select(steps, n / 2) / Math.Sqrt(2);
    }

    private static double[] LocalCorrelation(float[][] z, double[] noise, int h, int w, int apart, ParallelOptions parallel)
    {
        var frames = z[0].Length;
        var standard = new float[z.Length][];
        Parallel.For(0, z.Length, parallel, i =>
        {
            var s = standard[i] = new float[frames];
            var least = (float)(3 * noise[i]);
            double sum = 0, squares = 0;
            for (var t = 0; t < frames; t++)
            {
                if (z[i][t] >= least) s[t] = z[i][t];
                sum += s[t];
                squares += (double)s[t] * s[t];
            }
            var mean = sum / frames;
            var deviation = Math.Sqrt(Math.Max(0, squares / frames - mean * mean));
            for (var t = 0; t < frames; t++) s[t] = deviation > 0 ? (float)((s[t] - mean) / deviation) : 0;
        });
        (int Dy, int Dx)[] half = [(0, apart), (apart, 0), (apart, apart), (apart, -apart)];
        var sums = half.Select(_ => new double[z.Length]).ToArray();
        Parallel.For(0, h, parallel, row =>
        {
            for (var col = 0; col < w; col++)
                for (var k = 0; k < half.Length; k++)
                {
                    int r = row + half[k].Dy, c = col + half[k].Dx;
                    sums[k][row * w + col] = r < h && c >= 0 && c < w ? Dot(standard[row * w + col], standard[r * w + c]) / frames : double.NaN;
                }
        });
        var mean = new double[z.Length];
        for (var row = 0; row < h; row++)
            for (var col = 0; col < w; col++)
            {
                double sum = 0;
                var n = 0;
                for (var k = 0; k < half.Length; k++)
                {
                    Add(row, col, sums[k][row * w + col]);
                    int r = row - half[k].Dy, c = col - half[k].Dx;
                    if (r >= 0 && c >= 0 && c < w) Add(r, c, sums[k][r * w + c]);
                }
                mean[row * w + col] = n > 0 ? sum / n : double.NaN;

                void Add(int r, int c, double value)
                {
                    if (double.IsNaN(value)) return;
                    sum += value;
                    n++;
                }
            }
        return mean;
    }

    private static float Dot(float[] a, float[] b)
    {
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count) sum += new Vector<float>(a, i) * new Vector<float>(b, i);
        var rest = Vector.Sum(sum);
        for (; i < a.Length; i++) rest += a[i] * b[i];
        return rest;
    }

    private static int[] SeedsOf(double[] pnr, double[] correlation, int h, int w, double pixelUm, float[] kernel)
    {
        float[] product = [.. pnr.Zip(correlation, (p, c) => (float)(double.IsNaN(c) ? 0 : p * c))], smooth = new float[h * w];
        FrameFilters.Blur(product, h, w, kernel, smooth);
        int border = (int)Math.Ceiling(BorderUm / pixelUm), reach = Math.Max(1, (int)(SeedApartUm / pixelUm));
        var most = SeedApartUm / pixelUm * (SeedApartUm / pixelUm);
        var seeds = new List<int>();
        for (var row = border; row < h - border; row++)
            for (var col = border; col < w - border; col++)
            {
                var at = row * w + col;
                if (!(correlation[at] > LeastCorrelation && pnr[at] > LeastPnr)) continue;
                var isPeak = true;
                for (var dy = -reach; dy <= reach && isPeak; dy++)
                    for (var dx = -reach; dx <= reach && isPeak; dx++)
                    {
                        if ((dy == 0 && dx == 0) || dy * dy + dx * dx > most || row + dy < 0 || row + dy >= h || col + dx < 0 || col + dx >= w) continue;
                        var other = at + dy * w + dx;
                        // Of two that are equal the first is one.
                        if (smooth[other] > smooth[at] || (smooth[other] == smooth[at] && other < at)) isPeak = false;
                    }
                if (isPeak) seeds.Add(at);
            }
        return [.. seeds];
    }

    // Mean of the brightest frames less the median image; the disk that is as large as what is above half of the seed's value around it.
    private static double[] Widths(MovieStack stack, float[][] z, int[] seeds, double pixelUm, ParallelOptions parallel)
    {
        int h = stack.Height, w = stack.Width, frames = stack.Frames.Length, reach = (int)(WidthReachUm / pixelUm);
        var kernel = GaussianBlur.Kernel(0.7);
        var widths = new double[seeds.Length];
        Parallel.For(0, seeds.Length, parallel, () => new float[frames], (s, _, room) =>
        {
            int row = seeds[s] / w, col = seeds[s] % w, top = Math.Max(0, row - reach), left = Math.Max(0, col - reach);
            int rows = Math.Min(h, row + reach + 1) - top, cols = Math.Min(w, col + reach + 1) - left;
            int[] brightest = [.. Enumerable.Range(0, frames).OrderByDescending(t => z[seeds[s]][t]).ThenBy(t => t).Take(BrightFrames)];
            float[] image = new float[rows * cols], smooth = new float[rows * cols];
            for (var r = 0; r < rows; r++)
                for (var c = 0; c < cols; c++)
                {
                    var at = (top + r) * w + left + c;
                    for (var t = 0; t < frames; t++) room[t] = stack.Frames[t][at];
                    float sum = 0;
                    foreach (var t in brightest) sum += room[t];
                    image[r * cols + c] = sum / brightest.Length - FrameFilters.Select(room, frames / 2);
                }
            FrameFilters.Blur(image, rows, cols, kernel, smooth);
            widths[s] = WidthAt(smooth, rows, cols, row - top, col - left, reach) * pixelUm;
            return room;
        }, _ => { });
        return widths;
    }

    /// <summary>Diameter in px of the disk whose area is that above half of the value at a place, as far as it hangs together with it.</summary>
    internal static double WidthAt(float[] image, int rows, int cols, int row, int col, int reach)
    {
        var half = image[row * cols + col] / 2;
        if (!(half > 0)) return double.NaN;
        var seen = new bool[rows * cols];
        var open = new Stack<int>([row * cols + col]);
        seen[row * cols + col] = true;
        var area = 0;
        while (open.TryPop(out var at))
        {
            area++;
            int r = at / cols, c = at % cols;
            Visit(r - 1, c);
            Visit(r + 1, c);
            Visit(r, c - 1);
            Visit(r, c + 1);
        }
        return 2 * Math.Sqrt(area / Math.PI);

        void Visit(int r, int c)
        {
            if (r < 0 || c < 0 || r >= rows || c >= cols || (r - row) * (r - row) + (c - col) * (c - col) > reach * reach || seen[r * cols + c] || !(image[r * cols + c] > half)) return;
            seen[r * cols + c] = true;
            open.Push(r * cols + c);
        }
    }

    internal static float[] Smooth(float[] trace, double sigma)
    {
        var smooth = new float[trace.Length];
        FrameFilters.Blur(trace, 1, trace.Length, GaussianBlur.Kernel(sigma), smooth);
        return smooth;
    }

    internal static int Crossings(float[] trace, double level)
    {
        var n = 0;
        for (var t = 1; t < trace.Length; t++)
            if (trace[t] >= level && trace[t - 1] < level)
                n++;
        return n;
    }

    /// <summary>Frames from the largest value to half of it, after or before; NaN if the trace ends first.</summary>
    internal static double HalfTime(float[] trace, bool forward)
    {
        var peak = Array.IndexOf(trace, trace.Max());
        var half = trace[peak] / 2;
        var step = forward ? 1 : -1;
        for (var t = peak + step; t >= 0 && t < trace.Length; t += step)
            if (trace[t] <= half)
                return Math.Abs(t - peak) - (half - trace[t]) / (double)(trace[t - step] - trace[t]);
        return double.NaN;
    }

    internal static double Skewness(float[] trace)
    {
        double mean = trace.Average(v => (double)v), second = 0, third = 0;
        foreach (var v in trace)
        {
            var d = v - mean;
            second += d * d;
            third += d * d * d;
        }
        return second > 0 ? third / trace.Length / Math.Pow(second / trace.Length, 1.5) : double.NaN;
    }
}

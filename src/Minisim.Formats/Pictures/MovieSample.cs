using System.Runtime.CompilerServices;
using Minisim.Truth;

namespace Minisim.Formats.Pictures;

/// <summary>What a look through a movie tells: projections and the distribution of values, from frames sampled evenly. Its size
/// does not depend on the movie's length.</summary>
internal sealed class MovieSample
{
    private const int KeptValues = 1 << 20;

    private MovieSample(int height, int width)
    {
        Max = new float[height * width];
        Mean = new float[height * width];
        Std = new float[height * width];
    }

    /// <summary>Frames looked at, ascending.</summary>
    public int[] Frames { get; private init; } = [];
    /// <summary>Largest value of each pixel (height, width); 0 where no sampled frame reaches.</summary>
    public float[] Max { get; }
    /// <summary>Mean of each pixel.</summary>
    public float[] Mean { get; }
    /// <summary>Standard deviation of each pixel over the frames.</summary>
    public float[] Std { get; }
    /// <summary>Whether the frames were shifted back by the true motion, to the nearest pixel.</summary>
    public bool MotionUndone { get; private init; }
    /// <summary>Pixels per count, index = count, if every value is a whole number a sensor can give; else null.</summary>
    public long[]? Counts { get; private set; }
    /// <summary>Some of the values, evenly taken, ascending.</summary>
    public float[] Values { get; private set; } = [];

    /// <summary>Frames to look at: at most <paramref name="most"/>, evenly from the first to the last.</summary>
    public static int[] Evenly(int frames, int most)
    {
        var n = Math.Min(frames, most);
        return n <= 1 ? [.. Enumerable.Range(0, n)] : [.. Enumerable.Range(0, n).Select(i => (int)((long)i * (frames - 1) / (n - 1)))];
    }

    /// <summary>Looks through a movie.</summary>
    /// <param name="movie">The movie.</param>
    /// <param name="maxReads">Most frames to read.</param>
    /// <param name="shifts">Displacements (frame, 2) in px to undo, or null.</param>
    /// <param name="cancellation">Stops reading.</param>
    public static MovieSample Of(Movie movie, int maxReads, double[]? shifts, CancellationToken cancellation = default)
    {
        int height = movie.Height, width = movie.Width;
        var frames = Evenly(movie.Frames, maxReads);
        var sample = new MovieSample(height, width) { Frames = frames, MotionUndone = shifts is not null };
        var seen = new int[height * width];
        float[] share = [0, .. Enumerable.Range(1, frames.Length).Select(n => 1f / n)];
        float[] pixels = new float[height * width], ahead = new float[height * width];
        var counts = new long[1 << 16];
        var whole = true;
        var kept = new List<float>();
        var stride = Math.Max(1, (int)((long)frames.Length * pixels.Length / KeptValues));
        long value = 0;
        // One frame is looked at while the next is read: by this thread, a movie that is rendered keeps scratch for every thread that reads it.
        var looking = Task.CompletedTask;
        foreach (var frame in frames)
        {
            cancellation.ThrowIfCancellationRequested();
            movie.ReadFrame(frame, ahead);
            looking.GetAwaiter().GetResult();
            (pixels, ahead) = (ahead, pixels);
            var shown = pixels;
            looking = Task.Run(() => Look(frame, shown), CancellationToken.None);
        }
        looking.GetAwaiter().GetResult();
        for (var i = 0; i < seen.Length; i++) sample.Std[i] = seen[i] > 1 ? MathF.Sqrt(sample.Std[i] / seen[i]) : 0;
        kept.Sort();
        sample.Values = [.. kept];
        if (whole && frames.Length > 0) sample.Counts = counts;
        return sample;

        void Look(int frame, float[] image)
        {
            for (; value < image.Length; value += stride) kept.Add(image[value]);
            value -= image.Length;
            whole = whole && Count(image, counts);
            var (dy, dx) = shifts is null ? (0, 0) : ((int)Math.Round(shifts[2 * frame]), (int)Math.Round(shifts[2 * frame + 1]));
            Parallel.For(0, height, row =>
            {
                // What rests at row appears at row + dy.
                var from = row + dy;
                if (from < 0 || from >= height) return;
                int first = Math.Max(0, -dx), count = Math.Min(width, width - dx) - first;
                if (count > 0) sample.Add(row * width + first, image.AsSpan(from * width + first + dx, count), seen, share);
            });
        }
    }

    /// <summary>Welford's running mean and sum of squares, which stay exact where values are large and vary little.</summary>
    // A command runs this once: it cannot wait for the runtime to find out that it is hot.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(int at, ReadOnlySpan<float> values, int[] seen, float[] share)
    {
        Span<float> max = Max.AsSpan(at, values.Length), mean = Mean.AsSpan(at, values.Length), squares = Std.AsSpan(at, values.Length);
        var n = seen.AsSpan(at, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (n[i]++ == 0 || value > max[i]) max[i] = value;
            var d = value - mean[i];
            var m = mean[i] + d * share[n[i]];
            mean[i] = m;
            squares[i] += d * (value - m);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Count(float[] pixels, long[] counts)
    {
        foreach (var value in pixels)
        {
            if (!(value >= 0 && value < counts.Length) || value != (int)value) return false;
            counts[(int)value]++;
        }
        return true;
    }

    /// <summary>The interval of an image that is shown: between two quantiles of its pixels, never empty.</summary>
    public static (double Low, double High) Range(ReadOnlySpan<float> image, double low = 0.005, double high = 0.998)
    {
        if (image.Length == 0) return (0, 1);
        var stride = Math.Max(1, image.Length / 100_000);
        var some = new float[(image.Length + stride - 1) / stride];
        for (var i = 0; i < some.Length; i++) some[i] = image[i * stride];
        Array.Sort(some);
        double a = some[(int)(low * (some.Length - 1))], b = some[(int)(high * (some.Length - 1))];
        return b > a ? (a, b) : (a, a + 1);
    }
}

using Minisim.Scenes;

namespace Minisim.Formats.Pictures;

/// <summary>A movie in memory as statistics want it: freed of its background, the motion undone, without the margin that motion brings in.</summary>
internal sealed class MovieStack
{
    private const int MostFrames = 3000;

    /// <summary>The frames (height, width).</summary>
    public required float[][] Frames { get; init; }
    public required int Height { get; init; }
    public required int Width { get; init; }
    /// <summary>First row and column of it in the movie.</summary>
    public required (int Row, int Col) Origin { get; init; }
    /// <summary>Displacements (dy, dx) per frame, px.</summary>
    public required (double Dy, double Dx)[] Shifts { get; init; }
    /// <summary>"true", "estimated" or "none": where the displacements are from.</summary>
    public required string Registration { get; init; }
    /// <summary>Mean over time of the registered movie before its background was taken away.</summary>
    public required float[] RawMean { get; init; }
    /// <summary>Share of each pixel's variance in time, before registration and removal, that changes from frame to frame.</summary>
    public required double[] NoiseShare { get; init; }

    public static MovieStack Of(Recording recording, double pixelUm, StatisticsOptions options)
    {
        var (movie, cancellation) = (recording.Observed, options.Cancellation);
        var count = Math.Min(movie.Frames, MostFrames);
        int height = movie.Height, width = movie.Width;
        if (count * (long)height * width > options.MostValues)
        {
            var share = Math.Sqrt(options.MostValues / (count * (double)height * width));
            (height, width) = (Math.Max(1, (int)(height * share)), Math.Max(1, (int)(width * share)));
        }
        int top = (movie.Height - height) / 2, left = (movie.Width - width) / 2;
        var frames = new float[count][];
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, () => new float[movie.Height * movie.Width], (t, _, whole) =>
        {
            movie.ReadFrame(t, whole);
            var part = frames[t] = new float[height * width];
            for (var row = 0; row < height; row++) whole.AsSpan((row + top) * movie.Width + left, width).CopyTo(part.AsSpan(row * width));
            return whole;
        }, _ => { });

        var grid = recording.Truth.Grid;
        var isFov = movie.Height == grid.FovHeight && movie.Width == grid.FovWidth;
        var known = isFov && !options.EstimateMotion ? recording.Truth.Shifts?.ToDoubles() : null;
        var shifts = known is not null ? [.. Enumerable.Range(0, count).Select(t => (known[2 * t], known[2 * t + 1]))]
            : recording.IsMovieOnly || options.EstimateMotion ? MotionEstimate.Of(frames, height, width, pixelUm, cancellation)
            : new (double Dy, double Dx)[count];
        var registration = known is not null ? "true" : recording.IsMovieOnly || options.EstimateMotion ? "estimated" : "none";

        var noise = NoiseShares(frames);
        // The margin: what some frame does not show. A frame that flew away is not let to take the image with it.
        int Margin(Func<(double Dy, double Dx), double> axis, int side) => count == 0 ? 0 : Math.Min((int)Math.Ceiling(shifts.Max(s => Math.Abs(axis(s)))), side / 4);
        int my = Margin(s => s.Dy, height), mx = Margin(s => s.Dx, width), h = height - 2 * my, w = width - 2 * mx;
        var raw = new double[h * w];
        var least = new float[height * width];
        Array.Fill(least, float.PositiveInfinity);
        foreach (var frame in frames)
            for (var i = 0; i < least.Length; i++) least[i] = Math.Min(least[i], frame[i]);
        int side = Math.Max(3, 2 * (int)Math.Round((7 / pixelUm - 1) / 2) + 1), disk = Math.Max(1, (int)Math.Round(15 / pixelUm));
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, () => (new float[height * width], new float[height * width], new double[h * w]), (t, _, room) =>
        {
            var (a, b, sum) = room;
            FrameFilters.Shift(frames[t], height, width, shifts[t].Dy, shifts[t].Dx, b);
            for (var row = 0; row < h; row++)
                for (var col = 0; col < w; col++) sum[row * w + col] += b[(row + my) * width + col + mx];
            var frame = frames[t];
            if (!options.IsBackgroundRemoved)
            {
                for (var i = 0; i < a.Length; i++) a[i] = frame[i] - least[i];
                FrameFilters.Median(a, height, width, side, b);
                FrameFilters.TopHat(b, height, width, disk);
                frame = b.AsSpan().ToArray();
                FrameFilters.Shift(frame, height, width, shifts[t].Dy, shifts[t].Dx, b);
            }
            var part = frames[t] = new float[h * w];
            for (var row = 0; row < h; row++) b.AsSpan((row + my) * width + mx, w).CopyTo(part.AsSpan(row * w));
            return room;
        }, room =>
        {
            lock (raw)
                for (var i = 0; i < raw.Length; i++) raw[i] += room.Item3[i];
        });
        return new MovieStack
        {
            Frames = frames,
            Height = h,
            Width = w,
            Origin = (top + my, left + mx),
            Shifts = shifts,
            Registration = registration,
            RawMean = Array.ConvertAll(raw, v => (float)(v / Math.Max(count, 1))),
            NoiseShare = noise,
        };
    }

    // Half the variance of the differences between frames, over the variance: 1 where everything is noise.
    private static double[] NoiseShares(float[][] frames)
    {
        if (frames.Length < 3) return [];
        var pixels = frames[0].Length;
        var stride = Math.Max(1, pixels / 20_000);
        var shares = new List<double>();
        for (var i = 0; i < pixels; i += stride)
        {
            double mean = 0, squares = 0, steps = 0;
            foreach (var f in frames) mean += f[i];
            mean /= frames.Length;
            for (var t = 0; t < frames.Length; t++)
            {
                squares += (frames[t][i] - mean) * (frames[t][i] - mean);
                if (t > 0) steps += (frames[t][i] - frames[t - 1][i]) * (double)(frames[t][i] - frames[t - 1][i]);
            }
            if (squares > 0) shares.Add(Math.Min(1, steps / 2 / squares));
        }
        return [.. shares];
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using Minisim.Truth;

namespace Minisim.Formats.Pictures;

/// <summary>What a look through a movie tells: projections and the distribution of values, from frames sampled evenly. Its size
/// does not depend on the movie's length.</summary>
internal sealed class MovieSample
{
    private const int KeptValues = 1 << 20;

    private readonly int _height, _width, _stride;
    private readonly double[]? _shifts;
    private readonly int[] _seen;
    private readonly float[] _share;
    private readonly long[] _counts = new long[1 << 16];
    private readonly float[] _kept;
    private int _keptCount;
    private bool _isWhole = true;
    private long _value;

    /// <summary>An empty sample of a movie: <see cref="Take"/> its <see cref="Frames"/> in order, then <see cref="Finish"/>.</summary>
    /// <param name="frames">Frames of the movie.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="most">Most frames to look at.</param>
    /// <param name="shifts">Displacements (frame, 2) in px to undo, or null.</param>
    public MovieSample(int frames, int height, int width, int most, double[]? shifts)
    {
        (_height, _width, _shifts) = (height, width, shifts);
        Frames = Evenly(frames, most);
        Max = new float[height * width];
        Mean = new float[height * width];
        Std = new float[height * width];
        _seen = new int[height * width];
        _share = [0, .. Enumerable.Range(1, Frames.Length).Select(n => 1f / n)];
        _stride = Math.Max(1, (int)((long)Frames.Length * Max.Length / KeptValues));
        _kept = new float[(int)(((long)Frames.Length * Max.Length + _stride - 1) / _stride)];
    }

    /// <summary>Frames looked at, ascending.</summary>
    public int[] Frames { get; }
    /// <summary>Largest value of each pixel (height, width); 0 where no sampled frame reaches.</summary>
    public float[] Max { get; }
    /// <summary>Mean of each pixel.</summary>
    public float[] Mean { get; }
    /// <summary>Standard deviation of each pixel over the frames.</summary>
    public float[] Std { get; }
    /// <summary>Whether the frames were shifted back by the true motion, to the nearest pixel.</summary>
    public bool MotionUndone => _shifts is not null;
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

    /// <summary>Looks at the next of <see cref="Frames"/>.</summary>
    public void Take(int frame, float[] image)
    {
        for (; _value < image.Length; _value += _stride) _kept[_keptCount++] = image[_value];
        _value -= image.Length;
        _isWhole = _isWhole && Count(image, _counts);
        var (dy, dx) = _shifts is null ? (0, 0) : ((int)Math.Round(_shifts[2 * frame]), (int)Math.Round(_shifts[2 * frame + 1]));
        Parallel.For(0, _height, row =>
        {
            // What rests at row appears at row + dy.
            var from = row + dy;
            if (from < 0 || from >= _height) return;
            int first = Math.Max(0, -dx), count = Math.Min(_width, _width - dx) - first;
            if (count > 0) Add(row * _width + first, image.AsSpan(from * _width + first + dx, count));
        });
    }

    /// <summary>All frames were taken.</summary>
    public MovieSample Finish()
    {
        for (var i = 0; i < _seen.Length; i++) Std[i] = _seen[i] > 1 ? MathF.Sqrt(Std[i] / _seen[i]) : 0;
        Values = _kept.Length == _keptCount ? _kept : _kept[.._keptCount];
        if (_isWhole && Frames.Length > 0) Counts = _counts;
        if (Counts is null) Array.Sort(Values);
        else SortCounts(Values);
        return this;
    }

    // Ascending; whole numbers need not be compared.
    private static void SortCounts(float[] values)
    {
        var seen = new int[1 << 16];
        foreach (var value in values) seen[(int)value]++;
        for (int count = 0, at = 0; count < seen.Length; at += seen[count++]) values.AsSpan(at, seen[count]).Fill(count);
    }

    /// <summary>Welford's running mean and sum of squares, which stay exact where values are large and vary little.</summary>
    // A command runs this once: it cannot wait for the runtime to find out that it is hot.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(int at, ReadOnlySpan<float> values)
    {
        Span<float> max = Max.AsSpan(at, values.Length), mean = Mean.AsSpan(at, values.Length), squares = Std.AsSpan(at, values.Length);
        var n = _seen.AsSpan(at, values.Length);
        var share = _share;
        var i = 0;
        // As many as a register holds, where all were seen as often; the same numbers as one by one.
        for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
        {
            var seen = n[i];
            var times = new Vector<int>(n[i..]);
            if (!Vector.EqualsAll(times, new Vector<int>(seen))) break;
            (times + Vector<int>.One).CopyTo(n[i..]);
            Vector<float> value = new(values[i..]), before = new(mean[i..]), highest = new(max[i..]);
            (seen == 0 ? value : Vector.ConditionalSelect(Vector.GreaterThan(value, highest), value, highest)).CopyTo(max[i..]);
            var d = value - before;
            var m = before + d * share[seen + 1];
            m.CopyTo(mean[i..]);
            (new Vector<float>(squares[i..]) + d * (value - m)).CopyTo(squares[i..]);
        }
        for (; i < values.Length; i++)
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
            if (!(value >= 0 && value < counts.Length)) return false;
            var count = float.ConvertToIntegerNative<int>(value);
            if (count != value) return false;
            counts[count]++;
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

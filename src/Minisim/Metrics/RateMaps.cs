using Minisim.Truth;

namespace Minisim.Metrics;

/// <summary>How activity depends on the place of the animal.</summary>
/// <remarks>Bins of 2.5 cm on a track and 5 cm in a field, moving frames only, maps smoothed with a Gaussian of one bin.</remarks>
public sealed class RateMaps
{
    private readonly int[] _bin;
    private readonly double[] _seconds;

    private RateMaps(int columns, int rows, double left, double bottom, double sizeM, int[] bin, double[] seconds)
    {
        (Columns, Rows, LeftM, BottomM, BinM, _bin, _seconds) = (columns, rows, left, bottom, sizeM, bin, seconds);
        Seconds = Smoothed(seconds);
    }

    /// <summary>Bins along x.</summary>
    public int Columns { get; }
    /// <summary>Bins along y; 1 on a track.</summary>
    public int Rows { get; }
    /// <summary>x of the first bin's lower edge, m.</summary>
    public double LeftM { get; }
    /// <summary>y of the first bin's lower edge, m.</summary>
    public double BottomM { get; }
    /// <summary>Side of a bin, m.</summary>
    public double BinM { get; }
    /// <summary>Time in every bin (row, column), s, smoothed.</summary>
    public double[] Seconds { get; }

    /// <summary>The bins of a recording; null without an animal that moves.</summary>
    /// <param name="truth">Truth with the animal's place and speed.</param>
    /// <param name="thresholdMS">Speed below which frames are left out, m/s.</param>
    /// <param name="fps">Frames per second.</param>
    public static RateMaps? Of(GroundTruth truth, double thresholdMS, double fps)
    {
        if (truth.Find("behavior_position_m")?.ToDoubles() is not { } position || truth.Find("behavior_speed_m_s")?.ToDoubles() is not { Length: > 0 } speed) return null;
        double left = double.MaxValue, right = double.MinValue, bottom = double.MaxValue, top = double.MinValue;
        for (var t = 0; t < speed.Length; t++)
        {
            (left, right) = (Math.Min(left, position[2 * t]), Math.Max(right, position[2 * t]));
            (bottom, top) = (Math.Min(bottom, position[2 * t + 1]), Math.Max(top, position[2 * t + 1]));
        }
        if (!(right > left)) return null;
        var isTrack = top - bottom < 0.05 * (right - left);
        // About 2.5 cm on a track and 5 cm in a field, and at most 200 a side.
        var size = Math.Max(isTrack ? 0.025 : 0.05, Math.Max(right - left, top - bottom) / 200);
        int columns = Math.Max(1, (int)Math.Ceiling((right - left) / size - 1e-9)), rows = isTrack ? 1 : Math.Max(1, (int)Math.Ceiling((top - bottom) / size - 1e-9));
        var bin = new int[speed.Length];
        var seconds = new double[columns * rows];
        for (var t = 0; t < bin.Length; t++)
        {
            var at = Math.Min((int)((position[2 * t] - left) / size), columns - 1) + columns * (isTrack ? 0 : Math.Min((int)((position[2 * t + 1] - bottom) / size), rows - 1));
            bin[t] = speed[t] >= thresholdMS ? at : -1;
            if (bin[t] >= 0) seconds[at] += 1 / fps;
        }
        return seconds.Any(s => s > 0) ? new RateMaps(columns, rows, left, bottom, size, bin, seconds) : null;
    }

    /// <summary>Mean activity per second in every bin (row, column); NaN where the animal hardly was.</summary>
    /// <param name="activity">One value a frame: spikes, or events in any unit.</param>
    /// <param name="firstFrame">First frame that counts.</param>
    /// <param name="endFrame">Frame after the last that counts; 0 = all.</param>
    public double[] Map(ReadOnlySpan<double> activity, int firstFrame = 0, int endFrame = 0)
    {
        var end = endFrame == 0 ? _bin.Length : Math.Min(endFrame, _bin.Length);
        var sum = new double[_seconds.Length];
        var seconds = _seconds;
        if (firstFrame > 0 || end < _bin.Length)
        {
            seconds = new double[sum.Length];
            var frame = _seconds.Sum() / Math.Max(1, _bin.Count(b => b >= 0));
            for (var t = firstFrame; t < end; t++)
                if (_bin[t] >= 0) seconds[_bin[t]] += frame;
        }
        for (var t = firstFrame; t < Math.Min(end, activity.Length); t++)
            if (_bin[t] >= 0) sum[_bin[t]] += activity[t];
        double[] above = Smoothed(sum), below = Smoothed(seconds);
        var least = 0.02 * below.Max();
        for (var i = 0; i < above.Length; i++) above[i] = below[i] > least ? above[i] / below[i] : double.NaN;
        return above;
    }

    /// <summary>Spatial information of a map, bits per event: <c>Σ p·(r/r̄)·log2(r/r̄)</c> (Skaggs 1993).</summary>
    public double InformationBits(double[] map)
    {
        double time = 0, mean = 0, bits = 0;
        for (var i = 0; i < map.Length; i++)
            if (!double.IsNaN(map[i]))
            {
                time += Seconds[i];
                mean += Seconds[i] * Math.Max(map[i], 0);
            }
        mean /= time;
        if (!(mean > 0)) return 0;
        for (var i = 0; i < map.Length; i++)
            if (map[i] > 0) bits += Seconds[i] / time * (map[i] / mean) * Math.Log2(map[i] / mean);
        return bits;
    }

    /// <summary>Centre of a bin, m.</summary>
    public (double X, double Y) CentreOf(int bin) => (LeftM + (bin % Columns + 0.5) * BinM, Rows == 1 ? 0 : BottomM + (bin / Columns + 0.5) * BinM);

    private double[] Smoothed(double[] values)
    {
        double[] kernel = [0.0044, 0.054, 0.242, 0.3992, 0.242, 0.054, 0.0044];
        var across = Along(values, Columns, Rows, 1, Columns, kernel);
        return Rows == 1 ? across : Along(across, Rows, Columns, Columns, 1, kernel);
    }

    // What would leave the arena stays at its wall.
    private static double[] Along(double[] values, int length, int lines, int stride, int lineStride, double[] kernel)
    {
        var result = new double[values.Length];
        for (var line = 0; line < lines; line++)
            for (var i = 0; i < length; i++)
                for (var k = -3; k <= 3; k++)
                    result[line * lineStride + i * stride] += kernel[k + 3] * values[line * lineStride + Math.Clamp(i + k, 0, length - 1) * stride];
        return result;
    }
}

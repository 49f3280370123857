using Minisim.Truth;

namespace Minisim.Metrics;

/// <summary>What a hand-drawn region of interest would give: the baseline that demixing must beat.</summary>
public static class RoiBaseline
{
    /// <summary>Share of the peak above which a pixel belongs to the region.</summary>
    public const double DefaultLevel = 0.18;

    /// <summary>Pixels of a unit above <paramref name="level"/> of its peak; none where nothing is positive.</summary>
    public static int[] Mask(SparseFootprints footprints, int unit, double level = DefaultLevel)
    {
        var threshold = level * footprints.Peak(unit);
        var result = new List<int>();
        var pixels = footprints.Pixels(unit);
        var weights = footprints.Weights(unit);
        for (var i = 0; i < pixels.Length; i++)
            if (weights[i] > threshold && weights[i] > 0)
                result.Add(pixels[i]);
        return [.. result];
    }

    /// <summary>Mean of the movie inside every unit's mask (unit, frame); 0 where a mask is empty.</summary>
    public static Matrix Traces(Movie movie, SparseFootprints footprints, double level = DefaultLevel)
    {
        if (movie.Height != footprints.Height || movie.Width != footprints.Width)
            throw new ArgumentException($"the movie is {movie.Height} × {movie.Width} pixels, the footprints {footprints.Height} × {footprints.Width}", nameof(movie));
        var masks = Enumerable.Range(0, footprints.Count).Select(u => Mask(footprints, u, level)).ToArray();
        var result = new Matrix(footprints.Count, movie.Frames);
        Parallel.For(0, movie.Frames, () => new FrameReader(movie), (t, _, reader) =>
        {
            var frame = reader.Read(t);
            for (var u = 0; u < masks.Length; u++) result[u, t] = Mean(frame, masks[u]);
            return reader;
        }, static _ => { });
        return result;
    }

    /// <summary>Mean of an image over some pixels; 0 over none.</summary>
    internal static double Mean(ReadOnlySpan<double> image, ReadOnlySpan<int> pixels)
    {
        var sum = 0.0;
        foreach (var p in pixels) sum += image[p];
        return pixels.Length == 0 ? 0 : sum / pixels.Length;
    }
}

/// <summary>Reads frames of one movie as doubles into one buffer: not for sharing between threads.</summary>
internal sealed class FrameReader(Movie movie)
{
    private readonly byte[] _raw = new byte[movie.Height * movie.Width * movie.PixelType.Bytes()];
    private readonly double[] _pixels = new double[movie.Height * movie.Width];

    public double[] Read(int frame)
    {
        movie.Read(frame, 1, _raw);
        PixelTypes.Convert(_raw, movie.PixelType, System.Runtime.InteropServices.MemoryMarshal.AsBytes(_pixels.AsSpan()), PixelType.Float64);
        return _pixels;
    }
}

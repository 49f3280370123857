using Minisim.Truth;

namespace Minisim.Metrics;

/// <summary>How much of a movie lies at the sensor's largest count, where it says nothing any more.</summary>
public static class Saturation
{
    /// <summary>Share of saturated pixels from which one is warned.</summary>
    public const double Notable = 0.01;

    private const int SampledFrames = 24;

    /// <summary>Share of the pixels at or above a count, over frames sampled evenly; NaN without frames.</summary>
    /// <param name="movie">The movie, in counts.</param>
    /// <param name="largestCount"><c>2^bits − 1</c>.</param>
    public static double Share(Movie movie, double largestCount)
    {
        if (movie.Frames == 0) return double.NaN;
        var n = Math.Min(movie.Frames, SampledFrames);
        var pixels = new float[movie.Height * movie.Width];
        long saturated = 0;
        for (var k = 0; k < n; k++)
        {
            movie.ReadFrame(n == 1 ? 0 : (int)((long)k * (movie.Frames - 1) / (n - 1)), pixels);
            foreach (var v in pixels)
                if (v >= largestCount)
                    saturated++;
        }
        return (double)saturated / ((long)n * pixels.Length);
    }

    /// <summary>The warning: "12 % of the pixels are saturated".</summary>
    public static string Words(double share) => FormattableString.Invariant($"{100 * share:0.#} % of the pixels are saturated (at the sensor's largest count)");
}

namespace Minisim.Formats.Pictures;

/// <summary>One statistic of a movie: its numbers, or why there are none.</summary>
/// <param name="Key">Name in JSON.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Unit">Unit, empty without one.</param>
/// <param name="Labels">What each value is, e.g. "p50"; one empty label for a single number.</param>
/// <param name="Values">The numbers; NaN where there is none.</param>
/// <param name="Missing">Why there is none; null if there is one.</param>
public sealed record MovieStatistic(string Key, string Title, string Unit, ValueList<string> Labels, ValueList<double> Values, string? Missing = null);

/// <summary>What a movie looks like in numbers: motion, signal, cells, times, image, so that two movies can be laid side by side.</summary>
/// <remarks>In the order of the work: the movie less its temporal minimum, median-filtered over the odd number of pixels nearest to 7 µm, top-hat over a disk of radius 15 µm; registered with the true or estimated shifts; cropped.
/// Z = that, smoothed with a Gaussian of σ 2.5 µm, less its temporal median. See docs/statistics.md for every definition.</remarks>
public sealed record MovieStatistics
{
    /// <summary>What it is of.</summary>
    public required string Source { get; init; }
    /// <summary>Frames that were looked at.</summary>
    public required int Frames { get; init; }
    /// <summary>Frames per second.</summary>
    public required double Fps { get; init; }
    /// <summary>Size of a pixel, µm.</summary>
    public required double PixelSizeUm { get; init; }
    /// <summary>Rows and columns that were looked at, after cropping.</summary>
    public required (int Height, int Width) Size { get; init; }
    /// <summary>Where the shifts are from: "true", "estimated", or "none" where nothing moves.</summary>
    public required string Registration { get; init; }
    /// <summary>Whether the cells are known, so that the statistics of truth are there.</summary>
    public required bool HasTruth { get; init; }
    /// <summary>Places of the seeds (row, column) in the movie, in px.</summary>
    public ValueList<(int Row, int Col)> Seeds { get; init; } = [];
    /// <summary>The statistics.</summary>
    public required ValueList<MovieStatistic> Statistics { get; init; }

    /// <summary>The statistic of that key, or null.</summary>
    public MovieStatistic? Find(string key) => Statistics.FirstOrDefault(s => s.Key == key);

    /// <summary>Looks through a movie, which has to fit into memory as far as <see cref="StatisticsOptions.MostValues"/> lets it.</summary>
    /// <param name="recording">A recording, or a movie alone.</param>
    /// <param name="source">What it is of.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException">It has fewer than 16 frames or is smaller than 32 × 32 px, or an option is out of range.</exception>
    public static MovieStatistics Of(Recording recording, string source, StatisticsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(recording);
        options ??= new StatisticsOptions();
        if (options.PixelSizeUm is not (null or (> 0 and < 1000))) throw new ArgumentOutOfRangeException(nameof(options), options.PixelSizeUm, "the size of a pixel must be in (0, 1000) µm.");
        if (options.Fps is not (null or (> 0 and < 100_000))) throw new ArgumentOutOfRangeException(nameof(options), options.Fps, "frames per second must be in (0, 100000).");
        var movie = recording.Observed;
        if (WhyNot(movie) is { } why) throw new ArgumentException($"{source}: {why}", nameof(recording));
        var pixel = options.PixelSizeUm ?? recording.Truth.Grid.PixelSizeUm;
        var fps = options.Fps ?? recording.Spec.Acquisition.Fps;
        var stack = MovieStack.Of(recording, pixel, options);
        var signal = SeedSignals.Of(stack, pixel, fps, options.Cancellation);
        return new MovieStatistics
        {
            Source = source,
            Frames = stack.Frames.Length,
            Fps = fps,
            PixelSizeUm = pixel,
            Size = (stack.Height, stack.Width),
            Registration = stack.Registration,
            HasTruth = !recording.IsMovieOnly,
            Seeds = [.. signal.Seeds.Select(s => (s / stack.Width + stack.Origin.Row, s % stack.Width + stack.Origin.Col))],
            Statistics =
            [
                .. MotionStatistics.Of(stack, pixel, fps),
                .. signal.Statistics(stack, pixel, fps),
                .. ImageStatistics.Of(stack, pixel, options.IsBackgroundRemoved),
                .. TruthStatistics.Of(recording, stack, pixel),
            ],
        };
    }

    /// <summary>Why a movie has no statistics; null if it has.</summary>
    internal static string? WhyNot(Truth.Movie movie) => movie.Frames >= 16 && movie.Height >= 32 && movie.Width >= 32 ? null
        : $"{movie.Frames} frames of {movie.Height} × {movie.Width} px have no statistics: at least 16 frames of 32 × 32 px do.";

    /// <summary>The value at a share of sorted numbers, between two linearly; NaN of none.</summary>
    internal static double Quantile(double[] sorted, double share)
    {
        if (sorted.Length == 0) return double.NaN;
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }

    internal static MovieStatistic One(string key, string title, string unit, double value, string? missing = null) => new(key, title, unit, [""], [value], missing);

    internal static MovieStatistic Quantiles(string key, string title, string unit, IEnumerable<double> values, string? missing, params int[] percents)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        return new(key, title, unit, [.. percents.Select(p => $"p{p}")], [.. percents.Select(p => Quantile(sorted, p / 100.0))], sorted.Length == 0 ? missing ?? "no values" : null);
    }
}

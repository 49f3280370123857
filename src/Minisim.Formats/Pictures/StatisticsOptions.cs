namespace Minisim.Formats.Pictures;

/// <summary>How the statistics of a movie are taken.</summary>
public sealed record StatisticsOptions
{
    /// <summary>Size of a pixel, µm, where the movie does not know; null = the recording's, which is 1 for a movie alone.</summary>
    public double? PixelSizeUm { get; init; }
    /// <summary>Frames per second, where the movie does not know; null = the recording's.</summary>
    public double? Fps { get; init; }
    /// <summary>Whether the movie is freed of its background already and taken as it is; else that is done first.</summary>
    public bool IsBackgroundRemoved { get; init; }
    /// <summary>Estimate the motion even where the truth is known, as one has to in a real movie.</summary>
    public bool EstimateMotion { get; init; }
    /// <summary>Most values (frames × pixels) that are looked at: of a longer movie the first 3000 frames, of a larger one its middle.</summary>
    public long MostValues { get; init; } = 100_000_000;
    /// <summary>Stops the work.</summary>
    public CancellationToken Cancellation { get; init; }
}

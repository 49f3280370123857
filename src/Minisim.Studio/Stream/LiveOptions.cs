namespace Minisim.Studio.Stream;

/// <summary>How a live source runs.</summary>
public sealed record LiveOptions
{
    /// <summary>Frames per second; null = the spec's.</summary>
    public double? Fps { get; init; }
    /// <summary>No clock: every frame as soon as it can be had.</summary>
    public bool AsFastAsPossible { get; init; }
    /// <summary>Begins again after the last frame; else the stream ends there.</summary>
    public bool Loop { get; init; }
}

namespace Minisim.Formats.Video;

/// <summary>Options of the videos that are made to be looked at (mp4, webm, gif).</summary>
public sealed record VideoOptions : EightBitOptions
{
    /// <summary>Whether the truth is shown beside the movie: what the detectable cells alone give, without noise and background, where the
    /// camera sees them (see <see cref="TruthPanel"/>).</summary>
    public bool TruthBeside { get; init; }
}

using Minisim.Truth;

namespace Minisim;

/// <summary>A simulated recording: the movie and everything true about it.</summary>
/// <param name="Spec">The recipe it was made from.</param>
/// <param name="Observed">The movie (frame, height, width).</param>
/// <param name="Truth">The ground truth of the cells in view.</param>
/// <param name="Snapshots">Movies after intermediate stages, by stage name; empty unless asked for.</param>
public sealed record Recording(Spec Spec, Movie Observed, GroundTruth Truth, IReadOnlyDictionary<string, Movie> Snapshots) : IDisposable
{
    /// <summary>What is odd about it, if it was read from a file: the recording is usable all the same.</summary>
    public IReadOnlyList<Problem> Warnings { get; init; } = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        Observed.Dispose();
        foreach (var movie in Snapshots.Values) movie.Dispose();
    }
}

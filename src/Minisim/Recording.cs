using System.Runtime.CompilerServices;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim;

/// <summary>A simulated recording: the movie and everything true about it.</summary>
/// <param name="Spec">The recipe it was made from.</param>
/// <param name="Observed">The movie (frame, height, width).</param>
/// <param name="Truth">The ground truth of the cells in view.</param>
/// <param name="Snapshots">Movies after intermediate stages, by stage name; empty unless asked for.</param>
public sealed record Recording(Spec Spec, Movie Observed, GroundTruth Truth, IReadOnlyDictionary<string, Movie> Snapshots) : IDisposable
{
    /// <summary>The step kind after which the chain was stopped, or null for the whole chain.</summary>
    public string? Until { get; init; }
    /// <summary>Frames and clock; unless it is given, the regular one of the spec with the movie's number of frames.</summary>
    public Timeline Timeline { get; init; } = new(Observed.Frames, Spec.Acquisition.Fps);
    /// <summary>What the pixels of <see cref="Observed"/> are; unless it is given, counts if the spec has a sensor.</summary>
    public PixelMeaning Meaning { get; init; } = Spec.Find<Sensor>() is null ? PixelMeaning.Intensity : PixelMeaning.Counts;
    /// <summary>Whether it is a movie alone, read from a format that keeps nothing else: <see cref="Spec"/> then says its size and rate,
    /// and the truth has no cells.</summary>
    public bool IsMovieOnly { get; init; }
    /// <summary>What is odd about it, if it was read from a file: the recording is usable all the same.</summary>
    public IReadOnlyList<Problem> Warnings { get; init; } = [];

    /// <summary>Whether it is the same recording: it owns movies, which are not compared pixel by pixel.</summary>
    public bool Equals(Recording? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    /// <inheritdoc/>
    public void Dispose()
    {
        Observed.Dispose();
        foreach (var movie in Snapshots.Values) movie.Dispose();
    }
}

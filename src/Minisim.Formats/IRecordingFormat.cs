using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats;

/// <summary>What a format keeps of a recording.</summary>
[Flags]
public enum FormatContents
{
    /// <summary>The movie.</summary>
    Movie = 1,
    /// <summary>The ground truth.</summary>
    Truth = 2,
    /// <summary>Movies after intermediate stages.</summary>
    Snapshots = 4,
    /// <summary>The spec, from which the recording can be made again.</summary>
    Spec = 8,
    /// <summary>Facts about the recording: frame rate, pixel size, device.</summary>
    Metadata = 16,
}

/// <summary>Brightness range that becomes 0 to 255 in an 8-bit format: <c>round(255·(v − low)/(high − low))</c>, clamped,
/// ties to even.</summary>
/// <param name="Low">Value that becomes 0.</param>
/// <param name="High">Value that becomes 255; above <paramref name="Low"/>.</param>
public sealed record DisplayRange(double Low, double High);

/// <summary>A way of keeping recordings in files.</summary>
public interface IRecordingFormat
{
    /// <summary>Name on the command line, e.g. <c>tiff</c>.</summary>
    string Name { get; }
    /// <summary>Endings of file names that choose it, with the dot, the usual one first; empty if only its name does.</summary>
    IReadOnlyList<string> Extensions { get; }
    /// <summary>One line on what it is and for whom.</summary>
    string Description { get; }
    /// <summary>What of a recording it keeps.</summary>
    FormatContents Contents { get; }
    /// <summary>Whether <see cref="OpenMovie"/> reads its movies back.</summary>
    bool CanRead { get; }

    /// <summary>The options that the format knows, at their defaults: of its own type where it has some of its own, to be changed with
    /// <c>with</c>.</summary>
    FormatOptions Options => new();

    /// <summary>A sink that writes to <paramref name="path"/>. Nothing is touched before <see cref="IRecordingSink.Begin"/>.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="options">Of the type of <see cref="Options"/>, or plain ones: the format's own are then at their defaults.</param>
    IRecordingSink CreateSink(string path, FormatOptions options);

    /// <summary>Opens the movie of a file, or returns null if the format is not read back.</summary>
    /// <exception cref="RecordingFormatException">Missing, truncated, altered or foreign.</exception>
    Movie? OpenMovie(string path);

    /// <summary>Opens movie, truth and spec of a file, or returns null if the format keeps, or the file has, the movie alone.</summary>
    /// <exception cref="RecordingFormatException">Missing, truncated, altered or foreign.</exception>
    Recording? OpenRecording(string path) => null;
}

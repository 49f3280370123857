using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Numpy;

/// <summary>One numpy array: the movie.</summary>
internal sealed class NpyFormat : IRecordingFormat
{
    public string Name => "npy";
    public IReadOnlyList<string> Extensions { get; } = [".npy"];
    public string Description => "The movie as one numpy array (frame, height, width), which can be memory-mapped.";
    public FormatContents Contents => FormatContents.Movie;
    public bool CanRead => true;

    public IRecordingSink CreateSink(string path, FormatOptions options) => new NpySink(path, options);

    public Movie OpenMovie(string path) => NpyMovie.Open(path);
}

/// <summary>An archive of numpy arrays: movie and truth.</summary>
internal sealed class NpzFormat : IRecordingFormat
{
    public string Name => "npz";
    public IReadOnlyList<string> Extensions { get; } = [".npz"];
    public string Description => "Archive of numpy arrays: movie, sparse A (CSC), C, S, shifts, centres and all other truth, spec.";
    public FormatContents Contents => FormatContents.Movie | FormatContents.Truth | FormatContents.Spec;
    public bool CanRead => false;

    public IRecordingSink CreateSink(string path, FormatOptions options) => new NpzSink(path, options);

    public Movie? OpenMovie(string path) => null;
}

using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Hdf5;

/// <summary>Plain HDF5.</summary>
internal sealed class PlainHdf5Format : IRecordingFormat
{
    public const string Movie = "movie";

    public string Name => "hdf5";
    public IReadOnlyList<string> Extensions { get; } = [".h5", ".hdf5"];
    public string Description => "Plain HDF5: movie, sparse A (CSC), C, S, shifts, centres and all other truth, spec.";
    public FormatContents Contents => FormatContents.Movie | FormatContents.Truth | FormatContents.Spec | FormatContents.Metadata;
    public bool CanRead => true;

    public IRecordingSink CreateSink(string path, FormatOptions options) => new PlainHdf5Sink(path, options);

    public Recording? OpenRecording(string path) => Hdf5Recording.Open(path, "", OpenMovie, (file, array) => file.Values(array.Name, array));

    public Movie OpenMovie(string path) => Hdf5Movie.Open(path, isTransposed: false, check: null, Movie);
}

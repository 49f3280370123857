using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Miniscope;

/// <summary>The folder that the open-source Miniscope acquisition software writes.</summary>
internal sealed class MiniscopeFormat : IRecordingFormat
{
    public string Name => "miniscope";
    public IReadOnlyList<string> Extensions { get; } = [];
    public string Description => "Session folder as Miniscope-DAQ-QT writes it (a path that ends in a slash): Miniscope/0.avi, 1.avi, …, timeStamps.csv, metaData.json.";
    public FormatContents Contents => FormatContents.Movie | FormatContents.Metadata;
    public bool CanRead => true;

    public FormatOptions Options { get; } = new MiniscopeOptions();
    public IRecordingSink CreateSink(string path, FormatOptions options) => new MiniscopeSink(path, MiniscopeOptions.Of(options));

    public Movie OpenMovie(string path) => MiniscopeMovie.Open(path);
}

using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Tiff;

/// <summary>Multi-page TIFF.</summary>
internal sealed class TiffFormat : IRecordingFormat
{
    public string Name => "tiff";
    public IReadOnlyList<string> Extensions { get; } = [".tif", ".tiff", ".btf"];
    public string Description => "Multi-page TIFF for Fiji, suite2p, CaImAn: 8/16-bit counts or floats, pixel size and frame interval; BigTIFF past 4 GB.";
    public FormatContents Contents => FormatContents.Movie | FormatContents.Metadata;
    public bool CanRead => true;

    public IRecordingSink CreateSink(string path, FormatOptions options) => new TiffSink(path, options);

    public Movie OpenMovie(string path) => TiffMovie.Open(path);
}

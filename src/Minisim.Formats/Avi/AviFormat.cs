using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Avi;

/// <summary>Uncompressed 8-bit AVI.</summary>
internal sealed class AviFormat : IRecordingFormat
{
    public string Name => "avi";
    public IReadOnlyList<string> Extensions { get; } = [".avi"];
    public string Description => "Uncompressed 8-bit grey AVI (Y800, OpenDML past 1 GB): opened by nearly everything, exact.";
    public FormatContents Contents => FormatContents.Movie | FormatContents.Metadata;
    public bool CanRead => true;

    public FormatOptions Options { get; } = new EightBitOptions();
    public IRecordingSink CreateSink(string path, FormatOptions options) => new AviSink(path, EightBitOptions.Of(options));

    public Movie OpenMovie(string path) => AviMovie.Open(path);
}

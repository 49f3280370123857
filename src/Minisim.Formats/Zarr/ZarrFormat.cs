using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Zarr;

/// <summary>The native recording: a Zarr folder with everything in it.</summary>
internal sealed class ZarrFormat : IRecordingFormat
{
    public string Name => "zarr";
    public IReadOnlyList<string> Extensions { get; } = [".zarr"];
    public string Description => "Zarr v2 folder: movie, snapshots, whole truth and spec. Everything else can be made from it.";
    public FormatContents Contents => FormatContents.Movie | FormatContents.Truth | FormatContents.Snapshots | FormatContents.Spec | FormatContents.Metadata;
    public bool CanRead => true;

    public IRecordingSink CreateSink(string path, FormatOptions options) => new ZarrRecordingSink(path, new() { Overwrite = options.Overwrite, Flush = options.Flush ? ZarrFlush.Metadata : ZarrFlush.None });

    public Recording OpenRecording(string path) => ZarrRecording.Open(path);

    public Movie OpenMovie(string path) => ZarrRecording.Open(path).Observed;
}

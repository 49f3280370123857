using Minisim.Formats.Writing;
using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Tiff;

/// <summary>Writes the movie as a TIFF stack with ImageJ's metadata, BigTIFF where 4 GB would not do. Every thread writes its own
/// frames straight to their places.</summary>
internal sealed class TiffSink(string path, FormatOptions options) : IRecordingSink
{
    private AtomicFile? _file;
    private TiffLayout? _layout;
    private FrameCount? _count;

    public int BlockFrames => 1;

    public void Begin(RecordingHeader header, GroundTruth truth)
    {
        _layout = new TiffLayout(header);
        _count = new FrameCount(header.Frames);
        _file = AtomicFile.Create(path, options);
    }

    public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels)
    {
        if (snapshot is not null) return;
        using (var run = _file!.At(_layout!.FrameOffset(firstFrame))) run.Write(pixels);
        _count!.Add(count);
    }

    public void Complete()
    {
        _count!.Finish();
        _file!.Write(_layout!.Head(), 0);
        foreach (var (offset, bytes) in _layout.Tail()) _file.Write(bytes, offset);
        _file.Commit();
    }

    public void Dispose() => _file?.Dispose();
}

using Minisim.Formats.Writing;
using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Avi;

/// <summary>Writes the movie as uncompressed 8-bit AVI. Every thread writes its own frames straight to their places.</summary>
internal sealed class AviSink(string path, EightBitOptions options) : IRecordingSink
{
    private AviFile? _file;
    private FrameCount? _count;

    public int BlockFrames => 1;

    public void Begin(RecordingHeader header, GroundTruth truth)
    {
        var convert = EightBit.For(header, options.Range, path, isPreview: false);
        var layout = new AviLayout(header.Frames, header.Height, header.Width, header.Timeline.FramesPerSecond, $"{Engine.Name} {Engine.Version}");
        _count = new FrameCount(header.Frames);
        _file = new AviFile(path, options, layout, convert, header.PixelType.Bytes());
    }

    public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels)
    {
        if (snapshot is not null) return;
        _file!.Write(firstFrame, count, pixels);
        _count!.Add(count);
    }

    public void Complete()
    {
        _count!.Finish();
        _file!.Complete();
    }

    public void Dispose() => _file?.Dispose();
}

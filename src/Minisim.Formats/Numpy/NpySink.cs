using Minisim.Formats.Writing;
using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Numpy;

/// <summary>Writes the movie as one <c>.npy</c> array (frame, height, width). Every thread writes its own frames straight to their
/// places.</summary>
internal sealed class NpySink(string path, FormatOptions options) : IRecordingSink
{
    private AtomicFile? _file;
    private FrameCount? _count;
    private byte[] _head = [];
    private long _frameBytes;

    public int BlockFrames => 1;

    public void Begin(RecordingHeader header, GroundTruth truth)
    {
        _head = NpyHeader.Write(NpyHeader.TypeOf(header.PixelType), header.Frames, header.Height, header.Width);
        _frameBytes = header.FrameBytes;
        _count = new FrameCount(header.Frames);
        _file = AtomicFile.Create(path, options);
    }

    public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels)
    {
        if (snapshot is not null) return;
        using (var run = _file!.At(_head.Length + firstFrame * _frameBytes)) run.Write(pixels);
        _count!.Add(count);
    }

    public void Complete()
    {
        _count!.Finish();
        _file!.Write(_head, 0);
        _file.Commit();
    }

    public void Dispose() => _file?.Dispose();
}

using System.Buffers;
using System.Globalization;
using Minisim.Formats.Writing;
using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Video;

/// <summary>Feeds the movie to ffmpeg, in order; the pipe is the back-pressure.</summary>
internal sealed class VideoSink(string path, EightBitOptions options, VideoFormat format) : IRecordingSink
{
    private AtomicFile? _file;
    private Ffmpeg? _ffmpeg;
    private OrderedWriter? _writer;
    private EightBit? _convert;
    private int _pixelBytes;

    public int BlockFrames => 1;

    public void Begin(RecordingHeader header, GroundTruth truth)
    {
        var isDeep = header.PixelType == PixelType.UInt16 && !format.IsPreview && options.Range is null;
        if (!isDeep) _convert = EightBit.For(header, options.Range, path, format.IsPreview);
        _pixelBytes = header.PixelType.Bytes();
        _file = AtomicFile.Create(path, options);
        _file.Release();
        var (rate, scale) = Rational.Of(header.Timeline.FramesPerSecond);
        _ffmpeg = Ffmpeg.Start(path, [
            "-f", "rawvideo", "-pix_fmt", isDeep ? "gray16le" : "gray", "-s", string.Create(CultureInfo.InvariantCulture, $"{header.Width}x{header.Height}"),
            "-r", string.Create(CultureInfo.InvariantCulture, $"{rate}/{scale}"), "-i", "pipe:0",
            .. format.Codec, .. VideoFormat.Reproducible, "-f", format.ContainerOf(path), "-y", "file:" + _file.Partial,
        ]);
        _writer = new OrderedWriter(header.Frames, WriteFrames);
    }

    public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels)
    {
        if (snapshot is null) _writer!.Write(firstFrame, count, pixels);
    }

    private void WriteFrames(int first, int count, ReadOnlySpan<byte> pixels)
    {
        try
        {
            if (_convert is null or { IsExact: true })
            {
                _ffmpeg!.Input.Write(pixels);
                return;
            }
            var bytes = ArrayPool<byte>.Shared.Rent(pixels.Length / _pixelBytes);
            var converted = bytes.AsSpan(0, pixels.Length / _pixelBytes);
            _convert.Convert(pixels, converted);
            _ffmpeg!.Input.Write(converted);
            ArrayPool<byte>.Shared.Return(bytes);
        }
        catch (IOException e)
        {
            // The pipe broke because ffmpeg ended: why, it says itself.
            throw _ffmpeg!.Failed(path, e);
        }
    }

    public void Abort(Exception cause) => _writer?.Fail(cause);

    public void Complete()
    {
        _writer!.Finish();
        try
        {
            _ffmpeg!.Input.Dispose();
        }
        catch (IOException e)
        {
            throw _ffmpeg!.Failed(path, e);
        }
        _ffmpeg.Finish(path);
        _file!.Commit();
    }

    public void Dispose()
    {
        _ffmpeg?.Dispose();
        _file?.Dispose();
    }
}

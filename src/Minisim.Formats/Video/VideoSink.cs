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
    private TruthPanel? _panel;
    private float[] _light = [];
    private byte[] _pair = [];
    // Between the two pictures.
    private const int Gap = 8;

    public int BlockFrames => 1;

    public void Begin(RecordingHeader header, GroundTruth truth)
    {
        var isDeep = header.PixelType == PixelType.UInt16 && !format.IsPreview && options.Range is null;
        if (!isDeep) _convert = EightBit.For(header, options.Range, path, format.IsPreview);
        _pixelBytes = header.PixelType.Bytes();
        var (height, width) = (header.Height, header.Width);
        var beside = options is VideoOptions { TruthBeside: true };
        if (beside)
        {
            _panel = TruthPanel.Of(truth, height, width, header.Frames)
                ?? throw new RecordingFormatException(path, "would show the truth beside the movie, and this recording has no traces of cells.", "Leave --side-by-side out.");
            width = 2 * width + Gap;
            (_light, _pair) = (new float[height * header.Width], new byte[height * width]);
            // A grey line, so that the pictures are two.
            for (var r = 0; r < height; r++) _pair.AsSpan(r * width + header.Width, Gap).Fill(96);
        }
        _file = AtomicFile.Create(path, options);
        _file.Release();
        var (rate, scale) = Rational.Of(header.Timeline.FramesPerSecond);
        _ffmpeg = Ffmpeg.Start(path, [
            "-f", "rawvideo", "-pix_fmt", isDeep ? "gray16le" : "gray", "-s", string.Create(CultureInfo.InvariantCulture, $"{width}x{height}"),
            "-r", string.Create(CultureInfo.InvariantCulture, $"{rate}/{scale}"), "-i", "pipe:0",
            .. beside ? format.SideBySide(height, width) : format.Codec, .. VideoFormat.Reproducible, "-f", format.ContainerOf(path), "-y", "file:" + _file.Partial,
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
            if (_panel is not null)
            {
                WritePairs(first, count, pixels);
                return;
            }
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

    private void WritePairs(int first, int count, ReadOnlySpan<byte> pixels)
    {
        var (height, width) = (_panel!.Height, _panel.Width);
        var one = height * width;
        var left = ArrayPool<byte>.Shared.Rent(one);
        var right = ArrayPool<byte>.Shared.Rent(one);
        for (var f = 0; f < count; f++)
        {
            _convert!.Convert(pixels.Slice(f * one * _pixelBytes, one * _pixelBytes), left.AsSpan(0, one));
            _panel.Draw(first + f, _light, right.AsSpan(0, one));
            for (var r = 0; r < height; r++)
            {
                var row = _pair.AsSpan(r * (2 * width + Gap));
                left.AsSpan(r * width, width).CopyTo(row);
                right.AsSpan(r * width, width).CopyTo(row[(width + Gap)..]);
            }
            _ffmpeg!.Input.Write(_pair);
        }
        ArrayPool<byte>.Shared.Return(left);
        ArrayPool<byte>.Shared.Return(right);
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

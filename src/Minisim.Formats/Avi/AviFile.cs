using System.Buffers;
using Minisim.Formats.Writing;

namespace Minisim.Formats.Avi;

/// <summary>An uncompressed AVI file being written: any frame, by any thread, each straight to its place.</summary>
internal sealed class AviFile : IDisposable
{
    private readonly AtomicFile _file;
    private readonly AviLayout _layout;
    private readonly EightBit _convert;
    private readonly int _sourceBytes;

    public AviFile(string path, FormatOptions options, AviLayout layout, EightBit convert, int sourcePixelBytes)
    {
        _layout = layout;
        _convert = convert;
        _sourceBytes = checked(layout.Height * layout.Width * sourcePixelBytes);
        _file = AtomicFile.Create(path, options);
    }

    public void Write(int first, int count, ReadOnlySpan<byte> pixels)
    {
        Span<byte> header = stackalloc byte[8];
        AviLayout.WriteChunkHeader(header, _layout.FrameBytes);
        var packed = _convert.IsExact && _layout.RowBytes == _layout.Width ? null : ArrayPool<byte>.Shared.Rent(_layout.FrameBytes);
        for (var done = 0; done < count;)
        {
            using var run = _file.At(_layout.FrameOffset(first + done));
            var end = Math.Min(count, _layout.EndOfPart(first + done) - first);
            for (; done < end; done++)
            {
                run.Write(header);
                var frame = pixels.Slice(done * _sourceBytes, _sourceBytes);
                if (packed is not null)
                {
                    Pack(frame, packed.AsSpan(0, _layout.FrameBytes));
                    frame = packed.AsSpan(0, _layout.FrameBytes);
                }
                run.Write(frame);
            }
        }
        if (packed is not null) ArrayPool<byte>.Shared.Return(packed);
    }

    private void Pack(ReadOnlySpan<byte> frame, Span<byte> target)
    {
        if (_layout.RowBytes == _layout.Width)
        {
            _convert.Convert(frame, target);
            return;
        }
        var row = frame.Length / _layout.Height;
        for (var r = 0; r < _layout.Height; r++)
        {
            var line = target.Slice(r * _layout.RowBytes, _layout.RowBytes);
            _convert.Convert(frame.Slice(r * row, row), line);
            line[_layout.Width..].Clear();
        }
    }

    public void Complete()
    {
        foreach (var (offset, bytes) in _layout.Structure()) _file.Write(bytes, offset);
        _file.Commit();
    }

    public void Dispose() => _file.Dispose();
}

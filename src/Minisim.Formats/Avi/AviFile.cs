using System.Buffers;
using Minisim.Formats.Writing;

namespace Minisim.Formats.Avi;

/// <summary>An uncompressed AVI file being written: any frame, by any thread, each straight to its place.</summary>
internal sealed class AviFile : IDisposable
{
    /// <summary>Small frames are put together to pieces of this size, which stay in the cache on their way.</summary>
    private const int Piece = 1 << 20;

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
        var isDirect = _convert.IsExact && _layout.RowBytes == _layout.Width;
        if (isDirect && _layout.FrameBytes >= Piece / 16)
        {
            for (var i = 0; i < count; i++)
            {
                var at = _layout.FrameOffset(first + i);
                _file.Write(header, at);
                _file.Write(pixels.Slice(i * _sourceBytes, _sourceBytes), at + header.Length);
            }
            return;
        }
        var most = Math.Max(1, Piece / _layout.ChunkBytes);
        var buffer = ArrayPool<byte>.Shared.Rent(most * _layout.ChunkBytes);
        for (var done = 0; done < count;)
        {
            var n = Math.Min(Math.Min(most, count - done), _layout.EndOfPart(first + done) - (first + done));
            for (var i = 0; i < n; i++)
            {
                var chunk = buffer.AsSpan(i * _layout.ChunkBytes, _layout.ChunkBytes);
                header.CopyTo(chunk);
                Pack(pixels.Slice((done + i) * _sourceBytes, _sourceBytes), chunk[header.Length..]);
            }
            _file.Write(buffer.AsSpan(0, n * _layout.ChunkBytes), _layout.FrameOffset(first + done));
            done += n;
        }
        ArrayPool<byte>.Shared.Return(buffer);
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

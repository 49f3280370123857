using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Minisim.Formats.Writing;
using Minisim.Truth;

namespace Minisim.Formats.Avi;

/// <summary>An uncompressed 8-bit AVI file: Y800, GREY or Y8 (rows from the top), or a DIB with a grey palette (usually from the
/// bottom).</summary>
/// <remarks>Chunks are walked, not looked up in an index: indices are what broken files have wrong.</remarks>
internal sealed class AviMovie : FileMovie
{
    /// <summary>Deeper than any writer nests: hdrl in RIFF, strl in hdrl, rec in movi.</summary>
    private const int MostNested = 8;
    private readonly List<long> _frames = [];
    private int _height, _width, _rowBytes;
    private bool _isBottomUp, _hasFormat;
    private string? _codec;
    private int _stream = -1, _streams;
    private int _frameBytes;
    private double? _fps;
    /// <summary>Frames that the header of the stream promises; 0 where it does not say.</summary>
    private uint _promised;
    /// <summary>What ffmpeg writes as the length of a stream that it cannot go back to.</summary>
    private const uint Unknown = 1 << 30;
    /// <summary>The same of a list: it goes on to the end of what it lies in.</summary>
    private const long Endless = uint.MaxValue;

    private AviMovie(string path) : base(path) { }

    /// <summary>Opens a file.</summary>
    /// <exception cref="RecordingFormatException">Missing, truncated, foreign, compressed or in colour.</exception>
    public static AviMovie Open(string path)
    {
        var movie = new AviMovie(path);
        try
        {
            movie.Walk();
            return movie;
        }
        catch
        {
            movie.Dispose();
            throw;
        }
    }

    public override int Frames => _frames.Count;
    public override int Height => _height;
    public override int Width => _width;
    public override PixelType PixelType => PixelType.UInt8;
    public override double? Fps => _fps;

    private void Walk()
    {
        long at = 0;
        for (var part = 0; at < Length; part++)
        {
            var (code, size) = Header(at);
            var kind = at + 12 <= Length ? Code(at + 8) : "";
            if (code != "RIFF" || (part == 0 ? kind != "AVI " : kind != "AVIX"))
            {
                if (part > 0) break;
                throw new RecordingFormatException(Path, "is not an AVI file.", "Its name says AVI, its content does not.");
            }
            if (size == Endless) size = Length - at - 8;
            if (at + 8 + size > Length) throw Truncated();
            Lists(at + 12, at + 8 + size, 1);
            at += 8 + size + size % 2;
        }
        if (!_hasFormat) throw new RecordingFormatException(Path, "is an AVI file without a video stream.", "");
        if (_promised is not Unknown && _promised > _frames.Count)
            throw new RecordingFormatException(Path, $"promises {_promised:N0} frames and holds {_frames.Count:N0}.", "It was not written to its end, or cut: copy or write it again, or keep what is there with ffmpeg -i IN.avi -c copy OUT.avi.");
        if (_frames.Count == 0) throw new RecordingFormatException(Path, "is an AVI file without frames.", "It was not written to its end.");
    }

    private void Lists(long at, long end, int depth)
    {
        if (depth > MostNested) throw new RecordingFormatException(Path, $"nests lists more than {MostNested} deep.", "The file is damaged or made to do harm.");
        while (at + 8 <= end)
        {
            var (code, size) = Header(at);
            if (size == Endless && code == "LIST") size = end - at - 8;
            var next = at + 8 + size + size % 2;
            if (at + 8 + size > end) throw Truncated();
            if (code == "LIST" && size >= 4)
            {
                var kind = Code(at + 8);
                if (kind == "strl") _streams++;
                if (kind is "hdrl" or "strl" or "movi" or "rec ") Lists(at + 12, at + 8 + size, depth + 1);
            }
            else if (code == "strh" && size >= 48)
            {
                if (Code(at + 8) == "vids" && _stream < 0)
                {
                    _stream = _streams - 1;
                    (_fps, _promised) = (Rate(at + 8), UInt(at + 8 + 32));
                }
            }
            else if (code == "strf" && _stream == _streams - 1 && !_hasFormat)
            {
                Format(at + 8, size);
            }
            else if (_hasFormat && code.Length == 4 && code[2] == 'd' && code[3] is 'b' or 'c' && code.AsSpan(0, 2).SequenceEqual($"{_stream:00}"))
            {
                Frame(at + 8, size);
            }
            at = next;
        }
    }

    // Frames per so many seconds, in whole numbers.
    private double? Rate(long header)
    {
        Span<byte> numbers = stackalloc byte[8];
        ReadAt(header + 20, numbers);
        double scale = BinaryPrimitives.ReadUInt32LittleEndian(numbers), rate = BinaryPrimitives.ReadUInt32LittleEndian(numbers[4..]);
        return scale > 0 && rate > 0 ? rate / scale : null;
    }

    private void Format(long at, long size)
    {
        if (size is < 40 or > 4096) throw new RecordingFormatException(Path, $"has a video format of {size} bytes.", "The file is damaged.");
        var format = new byte[size];
        ReadAt(at, format);
        var width = BinaryPrimitives.ReadInt32LittleEndian(format.AsSpan(4));
        var height = BinaryPrimitives.ReadInt32LittleEndian(format.AsSpan(8));
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(format.AsSpan(14));
        var code = BinaryPrimitives.ReadUInt32LittleEndian(format.AsSpan(16));
        _codec = code == 0 ? "DIB" : Encoding.Latin1.GetString(format, 16, 4);
        if (_codec is not ("DIB" or "Y800" or "GREY" or "Y8  ") || bits != 8)
            throw new RecordingFormatException(Path, $"holds {bits}-bit {_codec.Trim()} video; uncompressed 8-bit grey is read here.", "Convert it: ffmpeg -i IN.avi -c:v rawvideo -pix_fmt gray OUT.avi.");
        if (width <= 0 || height == 0 || height == int.MinValue || (long)width * Math.Abs(height) > 1 << 30) throw new RecordingFormatException(Path, $"has frames of {height} x {width}.", "The file is damaged.");
        if (_codec == "DIB") CheckPalette(format);
        _isBottomUp = _codec == "DIB" && height > 0;
        (_height, _width, _hasFormat) = (Math.Abs(height), width, true);
    }

    private void CheckPalette(byte[] format)
    {
        for (var i = 0; 40 + 4 * i + 3 < format.Length; i++)
            if (format[40 + 4 * i] != i || format[41 + 4 * i] != i || format[42 + 4 * i] != i)
                throw new RecordingFormatException(Path, "has a colour palette; grey movies are read here.", "Convert it: ffmpeg -i IN.avi -c:v rawvideo -pix_fmt gray OUT.avi.");
    }

    private void Frame(long at, long size)
    {
        // A dropped frame is an empty chunk: the one before is shown again.
        if (size == 0 && _frames.Count > 0)
        {
            _frames.Add(_frames[^1]);
            return;
        }
        var padded = (_width + 3) / 4 * 4;
        var row = size >= (long)padded * _height ? padded : _width;
        if (size < (long)row * _height) throw new RecordingFormatException(Path, $"frame {_frames.Count} has {size:N0} bytes; {(long)row * _height:N0} are needed.", "The file is damaged.");
        if (_frames.Count > 0 && row != _rowBytes) throw new RecordingFormatException(Path, $"frame {_frames.Count} is of another size than those before.", "The file is damaged.");
        _rowBytes = row;
        _frameBytes = row * _height;
        _frames.Add(at);
    }

    private (string Code, long Size) Header(long at)
    {
        if (at + 8 > Length) throw Truncated();
        Span<byte> header = stackalloc byte[8];
        ReadAt(at, header);
        return (Encoding.Latin1.GetString(header[..4]), BinaryPrimitives.ReadUInt32LittleEndian(header[4..]));
    }

    private uint UInt(long at)
    {
        Span<byte> number = stackalloc byte[4];
        ReadAt(at, number);
        return BinaryPrimitives.ReadUInt32LittleEndian(number);
    }

    private string Code(long at)
    {
        Span<byte> code = stackalloc byte[4];
        ReadAt(at, code);
        return Encoding.Latin1.GetString(code);
    }

    public override void Read(int first, int count, Span<byte> pixels)
    {
        CheckRange(first, count, pixels.Length);
        var size = _height * _width;
        if (_rowBytes == _width && !_isBottomUp)
        {
            for (var i = 0; i < count; i++) ReadAt(_frames[first + i], pixels.Slice(i * size, size));
            return;
        }
        var buffer = ArrayPool<byte>.Shared.Rent(_frameBytes);
        for (var i = 0; i < count; i++)
        {
            ReadAt(_frames[first + i], buffer.AsSpan(0, _frameBytes));
            for (var r = 0; r < _height; r++)
                buffer.AsSpan((_isBottomUp ? _height - 1 - r : r) * _rowBytes, _width).CopyTo(pixels[(i * size + r * _width)..]);
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }
}

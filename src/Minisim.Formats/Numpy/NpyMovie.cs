using Minisim.Formats.Writing;
using Minisim.Truth;

namespace Minisim.Formats.Numpy;

/// <summary>A <c>.npy</c> array (frame, height, width).</summary>
internal sealed class NpyMovie : FileMovie
{
    private readonly long _start;
    private readonly bool _isTurned;

    private NpyMovie(string path) : base(path)
    {
        try
        {
            var head = new byte[Math.Min(Length, 1 << 16)];
            ReadAt(0, head);
            var (type, isFortran, shape, start) = NpyHeader.Parse(head) ?? throw new RecordingFormatException(Path, "is not a .npy file.", "Its name says so, its content does not.");
            if (shape.Length != 3 || shape.Any(s => s is < 1 or > int.MaxValue) || shape[1] * shape[2] > 1 << 28)
                throw new RecordingFormatException(Path, $"has shape ({string.Join(", ", shape)}); a movie has frames of rows and columns.", "Name a file with a movie in it.");
            if (isFortran) throw new RecordingFormatException(Path, "has the frame as its fastest axis.", "Save it with numpy.ascontiguousarray.");
            PixelType = type[1..] switch
            {
                "u1" => PixelType.UInt8,
                "u2" => PixelType.UInt16,
                "f4" => PixelType.Float32,
                "f8" => PixelType.Float64,
                _ => throw new RecordingFormatException(Path, $"holds {type}.", "Movies are u1, u2, f4 or f8: save it with array.astype(\"f4\"), say."),
            };
            _isTurned = type[0] == '>' && PixelType.Bytes() > 1;
            (Frames, Height, Width, _start) = ((int)shape[0], (int)shape[1], (int)shape[2], start);
            if (_start + (long)Frames * Height * Width * PixelType.Bytes() > Length) throw Truncated();
        }
        catch
        {
            Dispose(true);
            throw;
        }
    }

    public static NpyMovie Open(string path) => new(path);

    public override int Frames { get; }
    public override int Height { get; }
    public override int Width { get; }
    public override PixelType PixelType { get; }

    public override void Read(int first, int count, Span<byte> pixels)
    {
        CheckRange(first, count, pixels.Length);
        var size = (long)Height * Width * PixelType.Bytes();
        var raw = pixels[..(int)(count * size)];
        ReadAt(_start + first * size, raw);
        if (_isTurned) ByteOrder.Turn(raw, PixelType.Bytes());
    }
}

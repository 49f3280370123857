using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Minisim.Formats.Writing;
using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Tiff;

/// <summary>Where everything lies in an uncompressed TIFF stack of known length: header, first directory, the pixels of all frames
/// in one piece, then the other directories, as ImageJ writes stacks. Computed beforehand, so that frames can be written
/// in any order by any thread, and read by mapping the file.</summary>
internal sealed class TiffLayout
{
    private const ushort Short = 3, Long = 4, Ascii = 2, Fraction = 5, Long8 = 16;
    /// <summary>Pixels begin at a page of memory.</summary>
    private const int Alignment = 4096;
    private readonly RecordingHeader _header;
    private readonly byte[] _description, _software;
    private readonly (uint, uint) _resolution;

    public TiffLayout(RecordingHeader header, bool? big = null)
    {
        _header = header;
        _description = [.. Encoding.UTF8.GetBytes(Description(header)), 0];
        _software = [.. Encoding.UTF8.GetBytes($"{Engine.Name} {Engine.Version}"), 0];
        _resolution = Rational.Of(1 / header.Spec.Acquisition.PixelSizeUm());
        FrameBytes = (long)header.Height * header.Width * header.PixelType.Bytes();
        IsBig = big ?? Length(false) > uint.MaxValue;
        PixelOffset = Align(FirstDirectory(IsBig) + DirectoryBytes(IsBig, true) + ExtraBytes, Alignment);
    }

    /// <summary>BigTIFF: 64-bit offsets.</summary>
    public bool IsBig { get; }
    public long FrameBytes { get; }
    /// <summary>Place of the first frame's pixels.</summary>
    public long PixelOffset { get; }
    public long FrameOffset(int frame) => PixelOffset + frame * FrameBytes;

    /// <summary>Texts and the resolution, behind the first directory.</summary>
    private int ExtraBytes => Align(_description.Length, 8) + Align(_software.Length, 8) + 8;
    private long OtherDirectories => Align(PixelOffset + _header.Frames * FrameBytes, 8);

    private static int FirstDirectory(bool big) => big ? 16 : 8;
    private static int DirectoryBytes(bool big, bool first) => big ? 8 + 20 * Entries(first) + 8 : 2 + 12 * Entries(first) + 4;
    private static int Entries(bool first) => first ? 14 : 12;
    private long Length(bool big) => Align(FirstDirectory(big) + DirectoryBytes(big, true) + ExtraBytes, Alignment) + _header.Frames * (FrameBytes + DirectoryBytes(big, false)) + 8;
    private static long Align(long value, int unit) => (value + unit - 1) / unit * unit;
    private static int Align(int value, int unit) => (value + unit - 1) / unit * unit;

    /// <summary>What ImageJ writes into the first page, and reads: axes, unit of length, times.</summary>
    private static string Description(RecordingHeader header)
    {
        var fps = header.Timeline.FramesPerSecond;
        var max = header.PixelType switch { PixelType.UInt8 => 255, PixelType.UInt16 => header.Spec.Acquisition.ImageSensor.MaxCount(), _ => 0 };
        var range = max > 0 ? $"min=0.0\nmax={max}.0\n" : "";
        return string.Create(CultureInfo.InvariantCulture, $"ImageJ=1.53k\nimages={header.Frames}\nframes={header.Frames}\nhyperstack=true\nmode=grayscale\nunit=micron\nfinterval={1 / fps:R}\nfps={fps:R}\nloop=false\n{range}");
    }

    /// <summary>What comes before the pixels.</summary>
    public byte[] Head()
    {
        var head = new byte[PixelOffset];
        "II"u8.CopyTo(head);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(2), (ushort)(IsBig ? 43 : 42));
        if (IsBig)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(4), 8);
            BinaryPrimitives.WriteUInt64LittleEndian(head.AsSpan(8), (ulong)FirstDirectory(true));
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), (uint)FirstDirectory(false));
        }
        WriteDirectory(head.AsSpan(FirstDirectory(IsBig)), 0);
        var at = Extra(0);
        _description.CopyTo(head, at);
        _software.CopyTo(head, Extra(1));
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(Extra(2)), _resolution.Item1);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(Extra(2) + 4), _resolution.Item2);
        return head;
    }

    private int Extra(int item)
    {
        var at = FirstDirectory(IsBig) + DirectoryBytes(IsBig, true);
        if (item > 0) at += Align(_description.Length, 8);
        return item > 1 ? at + Align(_software.Length, 8) : at;
    }

    /// <summary>What comes behind the pixels, in pieces.</summary>
    public IEnumerable<(long Offset, byte[] Bytes)> Tail()
    {
        const int most = 4096;
        var size = DirectoryBytes(IsBig, false);
        for (var frame = 1; frame < _header.Frames; frame += most)
        {
            var n = Math.Min(most, _header.Frames - frame);
            var piece = new byte[n * size];
            for (var i = 0; i < n; i++) WriteDirectory(piece.AsSpan(i * size, size), frame + i);
            yield return (DirectoryOffset(frame), piece);
        }
    }

    private long DirectoryOffset(int frame) => OtherDirectories + (frame - 1L) * DirectoryBytes(IsBig, false);

    private void WriteDirectory(Span<byte> target, int frame)
    {
        var first = frame == 0;
        var isInteger = _header.PixelType is PixelType.UInt8 or PixelType.UInt16;
        var at = IsBig ? 8 : 2;
        if (IsBig) BinaryPrimitives.WriteUInt64LittleEndian(target, (ulong)Entries(first));
        else BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)Entries(first));
        // In the order of their numbers, as the format demands.
        Entry(target, ref at, 256, Long, 1, _header.Width);
        Entry(target, ref at, 257, Long, 1, _header.Height);
        Entry(target, ref at, 258, Short, 1, 8 * _header.PixelType.Bytes());
        Entry(target, ref at, 259, Short, 1, 1);
        Entry(target, ref at, 262, Short, 1, 1);
        if (first) Entry(target, ref at, 270, Ascii, _description.Length, Extra(0));
        Entry(target, ref at, 273, IsBig ? Long8 : Long, 1, FrameOffset(frame));
        Entry(target, ref at, 277, Short, 1, 1);
        Entry(target, ref at, 278, Long, 1, _header.Height);
        Entry(target, ref at, 279, IsBig ? Long8 : Long, 1, FrameBytes);
        Resolution(target, ref at, 282);
        Resolution(target, ref at, 283);
        if (first) Entry(target, ref at, 305, Ascii, _software.Length, Extra(1));
        Entry(target, ref at, 339, Short, 1, isInteger ? 1 : 3);
        var next = frame + 1 < _header.Frames ? DirectoryOffset(frame + 1) : 0;
        if (IsBig) BinaryPrimitives.WriteUInt64LittleEndian(target[at..], (ulong)next);
        else BinaryPrimitives.WriteUInt32LittleEndian(target[at..], (uint)next);
    }

    private void Resolution(Span<byte> target, ref int at, ushort tag)
    {
        // A fraction has eight bytes, which only a big directory holds itself.
        Entry(target, ref at, tag, Fraction, 1, IsBig ? (long)_resolution.Item2 << 32 | _resolution.Item1 : Extra(2));
    }

    private void Entry(Span<byte> target, ref int at, ushort tag, ushort type, int count, long value)
    {
        var entry = target[at..];
        BinaryPrimitives.WriteUInt16LittleEndian(entry, tag);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], type);
        if (IsBig)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(entry[4..], (ulong)count);
            BinaryPrimitives.WriteInt64LittleEndian(entry[12..], value);
            at += 20;
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], (uint)count);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], (uint)value);
            at += 12;
        }
    }
}

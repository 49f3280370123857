using System.Buffers.Binary;
using System.Text;

namespace Minisim.Formats.Tiff;

/// <summary>One page of a TIFF file, as its directory says.</summary>
internal sealed record TiffPage(long Directory, int Width, int Height, int Bits, int Compression, int Samples, int Format, int Photometric, int Orientation, bool IsBitReversed, bool IsTiled, long[] Strips, long[] StripBytes, string? Description);

/// <summary>Walks the directories of a TIFF or BigTIFF file of either byte order.</summary>
/// <param name="read">Reads bytes at a place, all or throws.</param>
/// <param name="length">Length of the file.</param>
/// <param name="path">The file, for messages.</param>
internal sealed class TiffDirectories(Action<long, byte[]> read, long length, string path)
{
    private bool _isBig;
    /// <summary>Bytes of directories and of what they refer to so far: a file may send every page to the same long list.</summary>
    private long _taken;

    public bool IsBigEndian { get; private set; }

    public IEnumerable<TiffPage> Pages()
    {
        var head = Take(0, 8);
        var order = Encoding.Latin1.GetString(head, 0, 2);
        if (order is not ("II" or "MM")) throw Foreign();
        IsBigEndian = order == "MM";
        var version = UShort(head, 2);
        if (version is not (42 or 43)) throw Foreign();
        _isBig = version == 43;
        var next = _isBig ? Long(Take(8, 8), 0) : UInt(head, 4);
        var seen = new HashSet<long>();
        while (next != 0)
        {
            if (!seen.Add(next)) throw Damaged("its pages run in a circle");
            (var page, next) = Directory(next);
            yield return page;
        }
        if (seen.Count == 0) throw Damaged("it has no page");
    }

    private (TiffPage Page, long Next) Directory(long at)
    {
        var n = _isBig ? Long(Take(at, 8), 0) : UShort(Take(at, 2), 0);
        if (n is < 1 or > 4096) throw Damaged($"a directory has {n} entries");
        int entry = _isBig ? 20 : 12, start = _isBig ? 8 : 2, link = _isBig ? 8 : 4;
        var bytes = Take(at + start, (int)n * entry + link);
        int width = 0, height = 0, bits = 1, compression = 1, samples = 1, format = 1, photometric = 1, orientation = 1, fillOrder = 1;
        long[] strips = [], counts = [];
        string? description = null;
        var isTiled = false;
        for (var i = 0; i < n; i++)
        {
            var e = i * entry;
            var tag = UShort(bytes, e);
            Claim(bytes, e, tag);
            switch (tag)
            {
                case 256: width = One(); break;
                case 257: height = One(); break;
                case 258: bits = One(); break;
                case 259: compression = One(); break;
                case 262: photometric = One(); break;
                case 266: fillOrder = One(); break;
                case 270: description = Encoding.UTF8.GetString(Value(bytes, e, 1)).TrimEnd('\0'); break;
                case 273: strips = Numbers(bytes, e); break;
                case 274: orientation = One(); break;
                case 277: samples = One(); break;
                case 279: counts = Numbers(bytes, e); break;
                case 322: isTiled = true; break;
                case 339: format = One(); break;
            }

            int One() => Numbers(bytes, e) is [>= 0 and <= int.MaxValue and var v, ..] ? (int)v : throw Damaged($"tag {tag} has no value");
        }
        var next = _isBig ? Long(bytes, (int)n * entry) : UInt(bytes, (int)n * entry);
        return (new(at, width, height, bits, compression, samples, format, photometric, orientation, fillOrder == 2, isTiled, strips, counts, description), next);
    }

    /// <summary>What an entry says it holds lies in the file, and is counted, whether it is read here or not: the TIFF library takes memory for
    /// every entry of a directory, also of tags that nobody knows.</summary>
    private void Claim(byte[] bytes, int entry, int tag)
    {
        var type = UShort(bytes, entry + 2);
        var size = type < SizeOfType.Length ? SizeOfType[type] : 0;
        if (size == 0) throw Damaged($"tag {tag} is of type {type}");
        var (count, place, room) = _isBig ? (Long(bytes, entry + 4), Long(bytes, entry + 12), 8) : (UInt(bytes, entry + 4), UInt(bytes, entry + 8), 4);
        if (count < 0 || count > length / size) throw Damaged($"tag {tag} has {count} values, more than the file holds");
        if (count * size <= room) return;
        if (place < 0 || place > length - count * size) throw Damaged($"the {count} values of tag {tag} lie beyond its end");
        Count(count * size);
    }

    /// <summary>Bytes of a value of each type of the format, from 1 on; 16 to 18 are those of BigTIFF.</summary>
    private static ReadOnlySpan<byte> SizeOfType => [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

    private void Count(long bytes)
    {
        _taken += bytes;
        if (_taken > (64 << 20) + 2 * length) throw Damaged("its pages refer to more than the file holds");
    }

    private long[] Numbers(byte[] bytes, int entry)
    {
        var size = UShort(bytes, entry + 2) switch { 1 => 1, 3 => 2, 4 or 13 => 4, 16 or 18 => 8, var type => throw Damaged($"tag {UShort(bytes, entry)} is of type {type}") };
        var value = Value(bytes, entry, size);
        var numbers = new long[value.Length / size];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = size switch { 1 => value[i], 2 => UShort(value, 2 * i), 4 => UInt(value, 4 * i), _ => Long(value, 8 * i) };
        return numbers;
    }

    private byte[] Value(byte[] bytes, int entry, int size)
    {
        var count = _isBig ? Long(bytes, entry + 4) : UInt(bytes, entry + 4);
        if (count < 0 || count > (16 << 20) / size) throw Damaged($"tag {UShort(bytes, entry)} has {count} values");
        int total = (int)count * size, place = entry + (_isBig ? 12 : 8), room = _isBig ? 8 : 4;
        return total <= room ? bytes[place..(place + total)] : Take(_isBig ? Long(bytes, place) : UInt(bytes, place), total);
    }

    private byte[] Take(long at, int count)
    {
        if (at < 0 || at > length - count) throw new RecordingFormatException(path, length < 8 ? "is no TIFF file: it is too short." : $"is truncated: it ends after {length:N0} bytes.", "Copy or write it again.");
        Count(count);
        var bytes = new byte[count];
        read(at, bytes);
        return bytes;
    }

    private ushort UShort(byte[] b, int at) => IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadUInt16LittleEndian(b.AsSpan(at));
    private uint UInt(byte[] b, int at) => IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(b.AsSpan(at));
    private long Long(byte[] b, int at) => IsBigEndian ? BinaryPrimitives.ReadInt64BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadInt64LittleEndian(b.AsSpan(at));

    private RecordingFormatException Foreign() => new(path, "is not a TIFF file.", "Its name says TIFF, its content does not.");
    private RecordingFormatException Damaged(string what) => new(path, $"is a damaged TIFF file: {what}.", "Copy or write it again.");
}

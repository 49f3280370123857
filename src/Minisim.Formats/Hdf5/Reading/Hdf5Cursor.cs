using System.Buffers.Binary;
using System.Text;

namespace Minisim.Formats.Hdf5.Reading;

/// <summary>Reads one value after another, from a file or from bytes.</summary>
internal sealed class Hdf5Cursor
{
    private readonly Hdf5File _file;
    private readonly byte[]? _bytes;

    public Hdf5Cursor(Hdf5File file, long address) => (_file, Position) = (file, address);

    public Hdf5Cursor(Hdf5File file, byte[] bytes) => (_file, _bytes) = (file, bytes);

    /// <summary>Address in the file, or place in the bytes.</summary>
    public long Position { get; set; }

    /// <summary>Bytes that are left.</summary>
    public long Left => (_bytes?.Length ?? _file.Length) - Position;

    public void Skip(long count)
    {
        if (count < 0 || count > Left) throw new InvalidDataException("it ends early");
        Position += count;
    }

    private void Take(Span<byte> to)
    {
        if (to.Length > Left || Position < 0) throw new InvalidDataException("it ends early");
        if (_bytes is null) _file.Read(Position, to);
        else _bytes.AsSpan((int)Position, to.Length).CopyTo(to);
        Position += to.Length;
    }

    public byte Byte()
    {
        Span<byte> one = stackalloc byte[1];
        Take(one);
        return one[0];
    }

    /// <summary>An unsigned number of 1 to 8 bytes.</summary>
    public ulong Unsigned(int bytes)
    {
        Span<byte> value = stackalloc byte[8];
        value.Clear();
        Take(value[..bytes]);
        return BinaryPrimitives.ReadUInt64LittleEndian(value);
    }

    public int UInt16() => (int)Unsigned(2);

    public uint UInt32() => (uint)Unsigned(4);

    /// <summary>A number that must fit an address or a count.</summary>
    public long Number(int bytes)
    {
        var value = Unsigned(bytes);
        return value <= long.MaxValue ? (long)value : throw new InvalidDataException("a number of it is too large");
    }

    /// <summary>An address; −1 where it is undefined.</summary>
    public long Address()
    {
        var bytes = _file.OffsetBytes;
        var value = Unsigned(bytes);
        if (value == (bytes == 8 ? ulong.MaxValue : uint.MaxValue)) return -1;
        return value <= long.MaxValue / 2 ? (long)value : throw new InvalidDataException("an address of it lies beyond any file");
    }

    /// <summary>Bytes of a length.</summary>
    public int LengthBytes => _file.LengthBytes;

    public long Length() => Number(_file.LengthBytes);

    public byte[] Bytes(long count)
    {
        if (count < 0 || count > Left || count > 1 << 30) throw new InvalidDataException("it ends early");
        var bytes = new byte[count];
        Take(bytes);
        return bytes;
    }

    public string Text(long count) => Encoding.UTF8.GetString(Bytes(count)).TrimEnd('\0');

    /// <summary>Text up to a zero.</summary>
    public string Text()
    {
        var bytes = new List<byte>();
        while (Byte() is var b and not 0)
        {
            if (bytes.Count > 1 << 16) throw new InvalidDataException("a name of it does not end");
            bytes.Add(b);
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    public void Expect(ReadOnlySpan<byte> signature)
    {
        Span<byte> own = stackalloc byte[4];
        Take(own);
        if (!own.SequenceEqual(signature)) throw new InvalidDataException($"it has no {Encoding.ASCII.GetString(signature)} where it points to one");
    }

    /// <summary>Moves on to a multiple of 8 from a start.</summary>
    public void Align8(long from) => Skip((8 - (Position - from) % 8) % 8);
}

using System.Buffers.Binary;
using Minisim.Formats.Reading;

namespace Minisim.Formats.Hdf5.Reading;

internal enum Hdf5Class
{
    Integer = 0, Float = 1, Time = 2, Text = 3, Bits = 4, Opaque = 5, Compound = 6, Reference = 7, Enumeration = 8, VariableLength = 9, Array = 10,
}

/// <summary>The type of an element.</summary>
internal sealed class Hdf5Type
{
    private const int MaxDepth = 16, MaxMembers = 4096;

    public Hdf5Class Class { get; private init; }
    /// <summary>Bytes of one element.</summary>
    public int Size { get; private init; }
    public bool IsBigEndian { get; private init; }
    public bool IsSigned { get; private init; }
    /// <summary>Whether it refers to objects, not to regions of them.</summary>
    public bool IsObjectReference { get; private init; }
    /// <summary>Whether a sequence of varying length is text.</summary>
    public bool IsText { get; private init; }
    public IReadOnlyList<(string Name, int Offset, Hdf5Type Type)> Members { get; private init; } = [];

    private int _bitOffset, _precision, _exponentAt, _exponentBits, _mantissaAt, _mantissaBits;
    private uint _bias;

    /// <summary>Whether it is read as a number.</summary>
    public bool IsNumber => Class is Hdf5Class.Integer or Hdf5Class.Float or Hdf5Class.Bits or Hdf5Class.Enumeration;

    /// <summary>Whether its bytes are those of a number of this machine, but for their order: integers that fill theirs, floats of IEEE 754.</summary>
    public bool IsPlain => Class switch
    {
        Hdf5Class.Integer => _bitOffset == 0 && _precision == 8 * Size,
        Hdf5Class.Float => (Size, _precision, _bitOffset, _exponentAt, _exponentBits, _mantissaAt, _mantissaBits, _bias)
            is (8, 64, 0, 52, 11, 0, 52, 1023) or (4, 32, 0, 23, 8, 0, 23, 127),
        _ => false,
    };

    /// <summary>The type in the words of people.</summary>
    public string Describe() => Class switch
    {
        Hdf5Class.Integer when !IsPlain => $"{(IsSigned ? "" : "unsigned ")}integers that do not fill their {Size} bytes",
        Hdf5Class.Integer => $"{(IsSigned ? "" : "unsigned ")}integers of {Size} bytes",
        Hdf5Class.Float => $"floats of {Size} bytes",
        Hdf5Class.Text => "text",
        Hdf5Class.VariableLength => IsText ? "text" : "lists of varying length",
        Hdf5Class.Compound => Members.Count == 2 && Members[0].Name == "r" && Members[1].Name == "i" ? "complex numbers" : $"records of {string.Join(", ", Members.Take(8).Select(m => Hdf5File.Clean(m.Name)))}",
        Hdf5Class.Reference => "references",
        Hdf5Class.Opaque => "bytes without a meaning",
        _ => Class.ToString().ToLowerInvariant(),
    };

    public static Hdf5Type Parse(Hdf5Cursor at, int depth = 0)
    {
        if (depth > MaxDepth) throw new InvalidDataException("a type of it is nested without end");
        var head = at.Byte();
        var version = head >> 4;
        var kind = (Hdf5Class)(head & 15);
        var bits = (uint)at.Unsigned(3);
        var size = at.UInt32();
        if (size is 0 or > 1 << 28 || version is 0 or > 5) throw new InvalidDataException($"a type of it has {size} bytes and version {version}");
        var bytes = (int)size;
        switch (kind)
        {
            case Hdf5Class.Integer or Hdf5Class.Bits:
                {
                    var type = new Hdf5Type { Class = kind, Size = bytes, IsBigEndian = (bits & 1) != 0, IsSigned = kind == Hdf5Class.Integer && (bits & 8) != 0 };
                    (type._bitOffset, type._precision) = (at.UInt16(), at.UInt16());
                    return type;
                }
            case Hdf5Class.Float:
                {
                    var type = new Hdf5Type { Class = kind, Size = bytes, IsBigEndian = (bits & 1) != 0 };
                    if ((bits & 0x40) != 0) throw new NotReadException("it holds floats in VAX order", "Rewrite them as ordinary floats.");
                    (type._bitOffset, type._precision) = (at.UInt16(), at.UInt16());
                    (type._exponentAt, type._exponentBits, type._mantissaAt, type._mantissaBits, type._bias) = (at.Byte(), at.Byte(), at.Byte(), at.Byte(), at.UInt32());
                    return type;
                }
            case Hdf5Class.Compound:
                {
                    var members = new List<(string, int, Hdf5Type)>();
                    var count = (int)(bits & 0xffff);
                    if (count > MaxMembers) throw new InvalidDataException("a type of it has too many members");
                    for (var i = 0; i < count; i++)
                    {
                        var from = at.Position;
                        var name = at.Text();
                        if (version < 3) at.Align8(from);
                        var offset = version < 3 ? at.Number(4) : at.Number(size > 0xffffff ? 4 : size > 0xffff ? 3 : size > 0xff ? 2 : 1);
                        long elements = 1;
                        if (version == 1)
                        {
                            var rank = at.Byte();
                            at.Skip(11);
                            for (var a = 0; a < 4; a++)
                            {
                                var length = at.UInt32();
                                if (a < rank) elements = checked(elements * length);
                            }
                        }
                        var member = Parse(at, depth + 1);
                        if (elements != 1) member = new Hdf5Type { Class = Hdf5Class.Array, Size = checked((int)(member.Size * elements)) };
                        if (offset + member.Size > bytes) throw new InvalidDataException($"its record is shorter than its member {Hdf5File.Clean(name)}");
                        members.Add((name, (int)offset, member));
                    }
                    return new Hdf5Type { Class = kind, Size = bytes, Members = members };
                }
            case Hdf5Class.Enumeration:
                {
                    var number = Parse(at, depth + 1);
                    if (number.Class != Hdf5Class.Integer || number.Size != bytes) throw new InvalidDataException("an enumeration of it has no integers");
                    for (var i = 0; i < (int)(bits & 0xffff); i++)
                    {
                        var from = at.Position;
                        at.Text();
                        if (version < 3) at.Align8(from);
                    }
                    at.Skip((long)(bits & 0xffff) * bytes);
                    var type = new Hdf5Type { Class = kind, Size = bytes, IsBigEndian = number.IsBigEndian, IsSigned = number.IsSigned };
                    (type._bitOffset, type._precision) = (number._bitOffset, number._precision);
                    return type;
                }
            case Hdf5Class.VariableLength:
                Parse(at, depth + 1);
                return new Hdf5Type { Class = kind, Size = bytes, IsText = (bits & 15) == 1 };
            case Hdf5Class.Array:
                {
                    var rank = at.Byte();
                    if (version < 3) at.Skip(3);
                    at.Skip(4 * rank * (version < 3 ? 2 : 1));
                    Parse(at, depth + 1);
                    return new Hdf5Type { Class = kind, Size = bytes };
                }
            case Hdf5Class.Opaque:
                at.Skip(bits & 0xff);
                return new Hdf5Type { Class = kind, Size = bytes };
            case Hdf5Class.Time:
                at.Skip(2);
                return new Hdf5Type { Class = kind, Size = bytes };
            case Hdf5Class.Text:
                return new Hdf5Type { Class = kind, Size = bytes };
            case Hdf5Class.Reference:
                return new Hdf5Type { Class = kind, Size = bytes, IsObjectReference = (bits & 15) == 0 };
            default:
                throw new NotReadException($"it holds values of HDF5 class {(int)kind}", "Rewrite them as numbers.");
        }
    }

    /// <summary>Turns raw elements into numbers.</summary>
    /// <param name="raw">Elements, <paramref name="stride"/> bytes apart.</param>
    /// <param name="stride">Bytes from one to the next.</param>
    /// <param name="to">Gets the numbers.</param>
    /// <exception cref="NotReadException">It is no number, or one of an unusual kind.</exception>
    public void Decode(ReadOnlySpan<byte> raw, int stride, Span<double> to)
    {
        Func<ulong, double> number = Number();
        Span<byte> eight = stackalloc byte[8];
        if (Size > 8)
        {
            for (var i = 0; i < to.Length; i++) to[i] = Extended(raw.Slice(i * stride, Size));
            return;
        }
        for (var i = 0; i < to.Length; i++)
        {
            var element = raw.Slice(i * stride, Size);
            ulong word;
            if (Size == 4) word = IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(element) : BinaryPrimitives.ReadUInt32LittleEndian(element);
            else if (Size == 8) word = IsBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(element) : BinaryPrimitives.ReadUInt64LittleEndian(element);
            else
            {
                eight.Clear();
                element.CopyTo(eight);
                if (IsBigEndian) eight[..Size].Reverse();
                word = BinaryPrimitives.ReadUInt64LittleEndian(eight);
            }
            to[i] = number(word);
        }
    }

    private Func<ulong, double> Number()
    {
        if (Class == Hdf5Class.Float)
        {
            switch ((Size, _precision, _bitOffset, _exponentAt, _exponentBits, _mantissaAt, _mantissaBits, _bias))
            {
                case (8, 64, 0, 52, 11, 0, 52, 1023): return static w => BitConverter.UInt64BitsToDouble(w);
                case (4, 32, 0, 23, 8, 0, 23, 127): return static w => BitConverter.UInt32BitsToSingle((uint)w);
                case (2, 16, 0, 10, 5, 0, 10, 15): return static w => (double)BitConverter.UInt16BitsToHalf((ushort)w);
                case (2, 16, 0, 7, 8, 0, 7, 127): return static w => BitConverter.UInt32BitsToSingle((uint)w << 16);
                case ( > 8, 80, 0, 64, 15, 0, 64, 16383) when !IsBigEndian: return static _ => double.NaN;
                default: throw Unusual();
            }
        }
        if (!IsNumber) throw Unusual();
        if (Size > 8 || _precision is 0 || _bitOffset + _precision > 8 * Size) throw Unusual();
        var (shift, unused) = (_bitOffset, 64 - _precision);
        return IsSigned ? w => (long)(w >> shift << unused) >> unused : w => w >> shift << unused >> unused;
    }

    // Intel's 80-bit floats, as "long double" is written on a PC.
    private static double Extended(ReadOnlySpan<byte> element)
    {
        var mantissa = BinaryPrimitives.ReadUInt64LittleEndian(element);
        var head = BinaryPrimitives.ReadUInt16LittleEndian(element[8..]);
        var exponent = head & 0x7fff;
        var sign = (head & 0x8000) != 0 ? -1.0 : 1.0;
        if (exponent == 0x7fff) return mantissa << 1 == 0 ? sign * double.PositiveInfinity : double.NaN;
        return mantissa == 0 ? sign * 0.0 : sign * Math.ScaleB(mantissa, exponent - 16383 - 63);
    }

    private NotReadException Unusual() => new($"it holds {Describe()}, not numbers that are read here", "Write them as integers of 1 to 8 bytes or floats of 2, 4 or 8.");
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Minisim.Formats.Numpy;
using Minisim.Formats.Reading;

namespace Minisim.Formats.Matlab;

/// <summary>MAT-files of version 5, which MATLAB writes by default: numeric, sparse, struct and cell arrays, packed or not, in either byte
/// order.</summary>
/// <remarks>From MathWorks' "MAT-File Format" (level 5). Own code: no MAT-file reader restores, and what is read is a page.</remarks>
internal sealed class Mat5
{
    private const int MaxDepth = 64;
    private const int Int8 = 1, UInt8 = 2, Matrix = 14, Compressed = 15;

    private readonly byte[] _data;
    private readonly bool _isBigEndian;
    private readonly ReadLimits _limits;

    private Mat5(byte[] data, bool isBigEndian, ReadLimits limits) => (_data, _isBigEndian, _limits) = (data, isBigEndian, limits);

    /// <summary>The variables of a file by name, each read when asked for; null if it is no such file.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static Dictionary<string, Lazy<MatValue?>>? Open(string path, ReadLimits limits)
    {
        using var stream = File.OpenRead(path);
        var head = new byte[128];
        if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length) return null;
        bool isBigEndian;
        if (head[126] == 'I' && head[127] == 'M') isBigEndian = false;
        else if (head[126] == 'M' && head[127] == 'I') isBigEndian = true;
        else return null;
        if ((isBigEndian ? head[124] : head[125]) != 1) return null;

        var variables = new Dictionary<string, Lazy<MatValue?>>(StringComparer.Ordinal);
        var tag = new byte[8];
        while (stream.Position < stream.Length)
        {
            if (stream.ReadAtLeast(tag, 8, throwOnEndOfStream: false) < 8) throw new InvalidDataException("it ends in the middle of a variable");
            var header = new Mat5(tag, isBigEndian, limits);
            var (type, bytes) = ((int)header.Word(0), header.Word(4));
            var (from, isPacked) = (stream.Position, type == Compressed);
            if (bytes > stream.Length - from) throw new InvalidDataException("it ends in the middle of a variable");
            if (type is Compressed or Matrix)
            {
                Lazy<byte[]> data = new(() => isPacked ? Inflate(path, from, bytes, limits, int.MaxValue) : Read(path, from - 8, bytes + 8, limits));
                // The name is near the beginning: a movie beside the results need not be unpacked for it.
                var beginning = isPacked ? Inflate(path, from, bytes, limits, 4096) : Read(path, from - 8, Math.Min(bytes + 8, 4096), limits);
                var name = new Mat5(beginning, isBigEndian, limits).NameOf();
                if (name.Length > 0) variables[name] = new(() => new Mat5(data.Value, isBigEndian, limits).Parse(0, 0).Value);
            }
            stream.Position = from + bytes;
        }
        return variables;
    }

    private static byte[] Read(string path, long from, long bytes, ReadLimits limits)
    {
        limits.Take(bytes, "a variable");
        using var stream = File.OpenRead(path);
        stream.Position = from;
        var data = new byte[bytes];
        stream.ReadExactly(data);
        return data;
    }

    private static byte[] Inflate(string path, long from, long bytes, ReadLimits limits, int most)
    {
        using var stream = File.OpenRead(path);
        stream.Position = from;
        using var zlib = new ZLibStream(stream, CompressionMode.Decompress);
        var tag = new byte[8];
        zlib.ReadExactly(tag);
        var isOther = tag[0] == 0 && tag[3] != 0;
        long size = 8L + (isOther ? BinaryPrimitives.ReadUInt32BigEndian(tag.AsSpan(4)) : BinaryPrimitives.ReadUInt32LittleEndian(tag.AsSpan(4)));
        ReadLimits.RequireStored(size, bytes, 1032, "a variable");
        if (size > Array.MaxLength) throw new InvalidDataException($"a variable declares {size} bytes");
        var data = new byte[Math.Min(size, most)];
        if (most == int.MaxValue) limits.Take(data.Length, "a variable");
        tag.AsSpan(0, Math.Min(8, data.Length)).CopyTo(data);
        zlib.ReadExactly(data.AsSpan(8));
        return data;
    }

    private uint Word(int at)
    {
        if (at < 0 || at > _data.Length - 4) throw new InvalidDataException("a variable is cut off");
        return _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(_data.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(_data.AsSpan(at));
    }

    // An element: its type, where its bytes are, and where the next one starts. Up to four bytes lie in the tag itself.
    private (int Type, int From, int Bytes, int Next) Element(int at)
    {
        var first = Word(at);
        if (first >> 16 != 0)
        {
            var small = (int)(first >> 16);
            if (small > 4) throw new InvalidDataException("a variable has a broken element");
            return ((int)(first & 0xffff), at + 4, small, at + 8);
        }
        var bytes = Word(at + 4);
        if (bytes > _data.Length - at - 8) throw new InvalidDataException("a variable is cut off");
        var next = (long)at + 8 + bytes + (first == Compressed ? 0 : (8 - bytes % 8) % 8);
        return ((int)first, at + 8, (int)bytes, (int)Math.Min(next, _data.Length));
    }

    private string NameOf()
    {
        var matrix = 8;
        var flags = Element(matrix);
        // Functions have no shape.
        if ((Word(flags.From) & 0xff) == 16) return "";
        var shape = Element(flags.Next);
        return Text(Element(shape.Next));
    }

    private string Text((int Type, int From, int Bytes, int Next) e) => Encoding.UTF8.GetString(_data, e.From, e.Bytes).TrimEnd('\0');

    private static string Code(int type) => type switch
    {
        Int8 => "i1",
        UInt8 or 16 => "u1",
        3 => "i2",
        4 or 17 => "u2",
        5 => "i4",
        6 or 18 => "u4",
        7 => "f4",
        9 => "f8",
        12 => "i8",
        13 => "u8",
        _ => throw new InvalidDataException($"a variable holds numbers of type {type}"),
    };

    private double[] Numbers((int Type, int From, int Bytes, int Next) e)
    {
        var code = Code(e.Type);
        var count = e.Bytes / (code[1] - '0');
        _limits.Take(8.0 * count, "a variable");
        return NpyFile.Decode(_data, e.From, count, code, _isBigEndian);
    }

    private int[] Ints((int Type, int From, int Bytes, int Next) e) => Array.ConvertAll(Numbers(e), v => v >= int.MinValue && v <= int.MaxValue ? (int)v : throw new InvalidDataException("a variable has an index out of range"));

    private (MatValue? Value, int Next) Parse(int at, int depth)
    {
        if (depth > MaxDepth) throw new InvalidDataException("a variable is nested without end");
        var all = Element(at);
        if (all.Type != Matrix) throw new InvalidDataException($"a variable has an element of type {all.Type} where a matrix should be");
        if (all.Bytes == 0) return (new MatNumbers(new NumbersInMemory([], [0, 0]), () => []), all.Next);
        var flags = Element(all.From);
        var word = Word(flags.From);
        var (kind, isComplex) = (word & 0xff, (word & 0x800) != 0);
        if (kind is 16 or 17) return (new MatOther(kind == 16 ? "function" : "object, which only MATLAB reads"), all.Next);
        var shapeAt = Element(flags.Next);
        var shape = Ints(shapeAt);
        double product = 1;
        foreach (var n in shape) product *= n >= 0 ? n : throw new InvalidDataException("a variable has a negative length");
        var name = Element(shapeAt.Next);
        var next = name.Next;
        switch (kind)
        {
            case 1:
                return (Cells(next, product, all.Next, depth), all.Next);
            case 3:
                var own = Element(next);
                return (new MatOther($"object of class {Text(own)}"), all.Next);
            case 2:
                return (Struct(next, product, all.Next, depth), all.Next);
            case 4:
                return (new MatOther("text"), all.Next);
            case 5:
                {
                    if (shape is not [var rows, var columns]) throw new InvalidDataException("a sparse variable has not two axes");
                    var indices = Element(next);
                    var starts = Element(indices.Next);
                    var values = Element(starts.Next);
                    if (isComplex) return (new MatOther("complex numbers"), all.Next);
                    return (new MatSparseValue(() =>
                    {
                        var (jc, ir, data) = (Ints(starts), Ints(indices), Numbers(values));
                        var used = jc.Length == columns + 1 ? jc[^1] : throw new InvalidDataException("a sparse variable has another number of columns than it says");
                        // Room that was reserved and not used.
                        if (used < 0 || used > ir.Length || used > data.Length) throw new InvalidDataException("a sparse variable is cut off");
                        return new MatSparse(rows, columns, jc, ir[..used], data[..used]);
                    }), all.Next);
                }
            case >= 6 and <= 15:
                {
                    if (isComplex) return (new MatOther("complex numbers"), all.Next);
                    var values = Element(next);
                    var size = Code(values.Type)[1] - '0';
                    if (product != values.Bytes / size) throw new InvalidDataException($"a variable of {string.Join(" × ", shape)} holds {values.Bytes / size} numbers");
                    int[] reversed = [.. shape.Reverse()];
                    return (new MatNumbers(new TypedNumbers(_data, values.From, Code(values.Type), _isBigEndian, reversed), () => Numbers(values)), all.Next);
                }
            default:
                return (new MatOther($"class {kind}"), all.Next);
        }
    }

    private MatCell Cells(int at, double count, int end, int depth)
    {
        // Every element takes a tag of eight bytes.
        if (count > (end - at) / 8) throw new InvalidDataException($"a cell array of {count} elements is cut off");
        _limits.Take(100 * count, "a cell array");
        var cells = new MatValue?[(int)count];
        for (var i = 0; i < cells.Length; i++) (cells[i], at) = Parse(at, depth + 1);
        return new MatCell(cells.Length, i => cells[i]);
    }

    private MatStruct Struct(int at, double count, int end, int depth)
    {
        var longest = Element(at);
        var length = Ints(longest);
        var names = Element(longest.Next);
        if (length is not [> 0 and var each]) throw new InvalidDataException("a struct has no length of names");
        var fields = new string[names.Bytes / each];
        for (var f = 0; f < fields.Length; f++)
        {
            var text = _data.AsSpan(names.From + f * each, each);
            var zero = text.IndexOf((byte)0);
            fields[f] = Encoding.UTF8.GetString(zero < 0 ? text : text[..zero]);
        }
        if (count * fields.Length > (end - names.Next) / 8) throw new InvalidDataException($"a struct array of {count} elements is cut off");
        _limits.Take(150 * count * fields.Length, "a struct array");
        var values = new Dictionary<(string, int), MatValue?>();
        at = names.Next;
        for (var i = 0; i < (int)count; i++)
            foreach (var field in fields)
            {
                (var value, at) = Parse(at, depth + 1);
                values[(field, i)] = value;
            }
        return new MatStruct(fields, (name, element) => values.GetValueOrDefault((name, element)), (int)count);
    }
}

using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Minisim.Formats.Reading;

namespace Minisim.Formats.Numpy;

/// <summary>A NumPy array from a <c>.npy</c> file: numbers as doubles in C order, or objects read by <see cref="SafePickle"/>.</summary>
internal sealed partial class NpyFile
{
    private readonly Func<double[]>? _decode;
    private double[]? _numbers;

    private NpyFile(int[] shape, INumberArray? blocks, Func<double[]>? decode, object? pickled, string? text) =>
        (Shape, Blocks, _decode, Pickled, Text) = (shape, blocks, decode, pickled, text);

    public int[] Shape { get; }

    /// <summary>The numbers a block at a time; null where it holds none. In Fortran order the axes are reversed: see
    /// <see cref="IsFortran"/>.</summary>
    public INumberArray? Blocks { get; }

    /// <summary>Whether <see cref="Blocks"/> has the axes in the reverse order.</summary>
    public bool IsFortran { get; private init; }

    /// <summary>What an object array holds, as <see cref="SafePickle.Read"/> gives it.</summary>
    public object? Pickled { get; }

    /// <summary>The only text of a 0-dimensional array of text.</summary>
    public string? Text { get; }

    /// <summary>All numbers in C order.</summary>
    public double[] Numbers => _numbers ??= (_decode ?? throw new InvalidDataException("the array holds objects, not numbers"))();

    public bool HasNumbers => _decode is not null;

    /// <summary>What an array without numbers holds, for messages.</summary>
    public string Kind { get; private init; } = "numbers";

    public static NpyFile Load(string path, ReadLimits? limits = null, bool lenient = false)
    {
        limits ??= new ReadLimits();
        ReadLimits.RequireFile(path);
        limits.Take(new FileInfo(path).Length, "it");
        return Parse(File.ReadAllBytes(path), limits, lenient);
    }

    /// <summary>Those of some arrays that an <c>.npz</c> archive has, by name. It may hold a movie beside them.</summary>
    /// <exception cref="InvalidDataException">Damaged: an entry holds other bytes than its checksum says, or more than it declares.</exception>
    public static Dictionary<string, NpyFile> LoadArchive(string path, IReadOnlyCollection<string> names, ReadLimits? limits = null)
    {
        limits ??= new ReadLimits();
        using var zip = CheckedZip.Open(path);
        var arrays = new Dictionary<string, NpyFile>();
        foreach (var entry in zip.Entries)
        {
            if (!entry.FullName.EndsWith(".npy", StringComparison.Ordinal) || !names.Contains(entry.FullName[..^4])) continue;
            var bytes = CheckedZip.Read(path, entry);
            limits.Take(bytes.Length, $"{entry.FullName} in the archive");
            if (!arrays.TryAdd(entry.FullName[..^4], Parse(bytes, limits))) throw new NotReadException($"it holds {entry.FullName} twice", "Write it again with one array of each name.");
        }
        return arrays;
    }

    /// <exception cref="InvalidDataException">Not a .npy file, or damaged.</exception>
    /// <exception cref="NotReadException">Its numbers are of a kind, or so many, that they are not read.</exception>
    public static NpyFile Parse(byte[] bytes, ReadLimits? limits = null, bool lenient = false)
    {
        limits ??= new ReadLimits();
        if (bytes.Length < 10 || !bytes.AsSpan(0, 6).SequenceEqual(Magic)) throw new InvalidDataException("not a .npy file");
        var wide = bytes[6] >= 2;
        if (wide && bytes.Length < 12) throw new InvalidDataException("the .npy header is longer than the file");
        long headerLength = wide ? BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)) : BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        var from = wide ? 12 : 10;
        if (headerLength > bytes.Length - from) throw new InvalidDataException("the .npy header is longer than the file");
        // No array needs as much; beyond it the patterns below would search for long.
        if (headerLength > 1 << 16) throw new InvalidDataException($"the .npy header has {headerLength} bytes");
        var header = Encoding.UTF8.GetString(bytes, from, (int)headerLength);
        var start = from + (int)headerLength;
        if (Header().Match(header) is not { Success: true } match || Shapes().Match(header) is not { Success: true } shapeMatch)
            throw Records().IsMatch(header) ? new NotReadException("the .npy file holds records, not numbers", "Save the arrays one by one.") : new InvalidDataException($"the .npy header is not understood: {header.Trim()}");
        var shape = shapeMatch.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(s => int.TryParse(s.TrimEnd('L'), out var n) && n >= 0 ? n : throw new InvalidDataException($"the .npy shape ({shapeMatch.Groups[1].Value}) is not understood")).ToArray();
        if (shape.Length > 32) throw new InvalidDataException($"the .npy shape has {shape.Length} axes");
        long count = 1;
        foreach (var s in shape) count = checked(count * s);
        var descr = match.Groups[1].Value;
        if (descr is "|O" or "O") return new NpyFile(shape, null, null, SafePickle.Read(bytes, start, limits, lenient), null) { Kind = "Python objects" };
        if (descr.Length > 2 && descr[1] == 'U' && count == 1 && int.TryParse(descr[2..], System.Globalization.CultureInfo.InvariantCulture, out var letters) && letters is >= 0 and < 1 << 20)
        {
            var length = Math.Min(bytes.Length - start, 4 * letters);
            return new NpyFile(shape, null, null, null, Encoding.UTF32.GetString(bytes, start, length).TrimEnd('\0')) { Kind = "text" };
        }
        if (descr.Length < 3 || !"fiub".Contains(descr[1]) || descr[1..] is not ("f2" or "f4" or "f8" or "i1" or "i2" or "i4" or "i8" or "u1" or "u2" or "u4" or "u8" or "b1"))
            return new NpyFile(shape, null, null, null, null) { Kind = KindOf(descr) };
        var size = descr[2] - '0';
        if (count * size > bytes.Length - start) throw new InvalidDataException($"the .npy file claims {count} elements of {size} bytes and holds {bytes.Length - start} bytes");
        var (code, isBigEndian, isFortran) = (descr[1..], descr[0] == '>', shape.Length > 1 && FortranOrder().IsMatch(header));
        return new NpyFile(shape, new TypedNumbers(bytes, start, code, isBigEndian, isFortran ? [.. shape.Reverse()] : shape), Numbers, null, null) { IsFortran = isFortran };

        double[] Numbers()
        {
            limits.Take(8.0 * count * (isFortran ? 2 : 1), "an array");
            var numbers = Decode(bytes, start, (int)count, code, isBigEndian);
            return isFortran ? FromFortran(numbers, shape) : numbers;
        }
    }

    private static string KindOf(string descr) => (descr.Length > 1 ? descr[1] : '?') switch
    {
        'c' => "complex numbers",
        'M' or 'm' => "dates or times",
        'U' or 'S' or 'a' => "text",
        'f' => $"floats of type {descr}",
        _ => $"elements of type {descr}",
    };

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Numbers among bytes as doubles.</summary>
    internal static double[] Decode(byte[] bytes, int start, int count, string code, bool bigEndian)
    {
        var size = code[1] - '0';
        var values = new double[count];
        var from = bytes.AsSpan(start, checked(count * size));
        switch (code)
        {
            case "f8":
                for (var i = 0; i < count; i++) values[i] = BitConverter.UInt64BitsToDouble(Word8(from, i, bigEndian));
                break;
            case "f4":
                for (var i = 0; i < count; i++) values[i] = BitConverter.UInt32BitsToSingle(Word4(from, i, bigEndian));
                break;
            case "f2":
                for (var i = 0; i < count; i++) values[i] = (double)BitConverter.UInt16BitsToHalf(Word2(from, i, bigEndian));
                break;
            case "i8":
                for (var i = 0; i < count; i++) values[i] = (long)Word8(from, i, bigEndian);
                break;
            case "i4":
                for (var i = 0; i < count; i++) values[i] = (int)Word4(from, i, bigEndian);
                break;
            case "i2":
                for (var i = 0; i < count; i++) values[i] = (short)Word2(from, i, bigEndian);
                break;
            case "i1":
                for (var i = 0; i < count; i++) values[i] = (sbyte)from[i];
                break;
            case "u8":
                for (var i = 0; i < count; i++) values[i] = Word8(from, i, bigEndian);
                break;
            case "u4":
                for (var i = 0; i < count; i++) values[i] = Word4(from, i, bigEndian);
                break;
            case "u2":
                for (var i = 0; i < count; i++) values[i] = Word2(from, i, bigEndian);
                break;
            case "u1" or "b1":
                for (var i = 0; i < count; i++) values[i] = from[i];
                break;
            default:
                throw new InvalidDataException($"numbers of type {code} are not known");
        }
        return values;
    }

    private static ulong Word8(ReadOnlySpan<byte> from, int i, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(from[(8 * i)..]) : BinaryPrimitives.ReadUInt64LittleEndian(from[(8 * i)..]);

    private static uint Word4(ReadOnlySpan<byte> from, int i, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(from[(4 * i)..]) : BinaryPrimitives.ReadUInt32LittleEndian(from[(4 * i)..]);

    private static ushort Word2(ReadOnlySpan<byte> from, int i, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(from[(2 * i)..]) : BinaryPrimitives.ReadUInt16LittleEndian(from[(2 * i)..]);

    /// <summary>First index fastest → last index fastest.</summary>
    internal static double[] FromFortran(double[] values, int[] shape)
    {
        if (shape.Length < 2) return values;
        var result = new double[values.Length];
        var index = new int[shape.Length];
        for (var from = 0; from < values.Length; from++)
        {
            var to = 0;
            for (var a = 0; a < shape.Length; a++) to = to * shape[a] + index[a];
            result[to] = values[from];
            for (var a = 0; a < shape.Length && ++index[a] == shape[a]; a++) index[a] = 0;
        }
        return result;
    }

    [GeneratedRegex(@"'descr':\s*'([^']*)'")]
    private static partial Regex Header();

    [GeneratedRegex(@"'descr':\s*\[")]
    private static partial Regex Records();

    [GeneratedRegex(@"'shape':\s*\(([^)]*)\)")]
    private static partial Regex Shapes();

    [GeneratedRegex(@"'fortran_order':\s*True")]
    private static partial Regex FortranOrder();
}

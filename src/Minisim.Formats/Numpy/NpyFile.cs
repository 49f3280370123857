using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace Minisim.Formats.Numpy;

/// <summary>A NumPy array from a <c>.npy</c> file: numbers as doubles in C order, or objects read by <see cref="SafePickle"/>.</summary>
internal sealed partial class NpyFile
{
    private NpyFile(int[] shape, double[]? numbers, object? pickled, string? text) => (Shape, _numbers, Pickled, Text) = (shape, numbers, pickled, text);

    private readonly double[]? _numbers;

    public int[] Shape { get; }

    /// <summary>What an object array holds, as <see cref="SafePickle.Read"/> gives it.</summary>
    public object? Pickled { get; }

    /// <summary>The only text of a 0-dimensional array of text.</summary>
    public string? Text { get; }

    /// <summary>All numbers in C order.</summary>
    public double[] Numbers => _numbers ?? throw new InvalidDataException("the array holds objects, not numbers");

    public bool HasNumbers => _numbers is not null;

    public static NpyFile Load(string path) => Parse(File.ReadAllBytes(path));

    /// <summary>Those of some arrays that an <c>.npz</c> archive has, by name. It may hold a movie beside them.</summary>
    public static Dictionary<string, NpyFile> LoadArchive(string path, IReadOnlyCollection<string> names)
    {
        using var zip = CheckedZip.Open(path);
        var arrays = new Dictionary<string, NpyFile>();
        foreach (var entry in zip.Entries)
        {
            if (!entry.FullName.EndsWith(".npy", StringComparison.Ordinal) || !names.Contains(entry.FullName[..^4])) continue;
            arrays[entry.FullName[..^4]] = Parse(CheckedZip.Read(path, entry));
        }
        return arrays;
    }

    /// <exception cref="InvalidDataException">Not a .npy file, or damaged.</exception>
    public static NpyFile Parse(byte[] bytes)
    {
        if (bytes.Length < 10 || !bytes.AsSpan(0, 6).SequenceEqual(Magic)) throw new InvalidDataException("not a .npy file");
        var wide = bytes[6] >= 2;
        long headerLength = wide ? BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)) : BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        var from = wide ? 12 : 10;
        if (headerLength > bytes.Length - from) throw new InvalidDataException("the .npy header is longer than the file");
        var header = Encoding.UTF8.GetString(bytes, from, (int)headerLength);
        var start = from + (int)headerLength;
        if (Header().Match(header) is not { Success: true } match || Shapes().Match(header) is not { Success: true } shapeMatch)
            throw new InvalidDataException($"the .npy header is not understood: {header.Trim()}");
        var shape = shapeMatch.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(s => int.TryParse(s.TrimEnd('L'), out var n) && n >= 0 ? n : throw new InvalidDataException($"the .npy shape ({shapeMatch.Groups[1].Value}) is not understood")).ToArray();
        long count = 1;
        foreach (var s in shape) count = checked(count * s);
        var descr = match.Groups[1].Value;
        if (descr is "|O" or "O") return new NpyFile(shape, null, SafePickle.Read(bytes, start), null);
        if (descr.Length > 2 && descr[1] == 'U' && count == 1)
        {
            var length = Math.Min(bytes.Length - start, 4 * int.Parse(descr[2..], System.Globalization.CultureInfo.InvariantCulture));
            return new NpyFile(shape, null, null, Encoding.UTF32.GetString(bytes, start, length).TrimEnd('\0'));
        }
        if (descr.Length < 3 || !"fiub".Contains(descr[1]) || descr[2..] is not ("1" or "2" or "4" or "8")) return new NpyFile(shape, null, null, null);
        var size = descr[2] - '0';
        if (count * size > bytes.Length - start) throw new InvalidDataException($"the .npy file claims {count} elements of {size} bytes and holds {bytes.Length - start} bytes");
        var numbers = Decode(bytes, start, (int)count, descr[1..], descr[0] == '>');
        return new NpyFile(shape, FortranOrder().IsMatch(header) ? FromFortran(numbers, shape) : numbers, null, null);
    }

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    internal static double[] Decode(byte[] bytes, int start, int count, string code, bool bigEndian)
    {
        var size = code[1] - '0';
        var values = new double[count];
        Span<byte> one = stackalloc byte[8];
        for (var i = 0; i < count; i++)
        {
            var element = one[..size];
            bytes.AsSpan(start + i * size, size).CopyTo(element);
            if (bigEndian) element.Reverse();
            values[i] = code switch
            {
                "f8" => BinaryPrimitives.ReadDoubleLittleEndian(element),
                "f4" => BinaryPrimitives.ReadSingleLittleEndian(element),
                "f2" => (double)BinaryPrimitives.ReadHalfLittleEndian(element),
                "i8" => BinaryPrimitives.ReadInt64LittleEndian(element),
                "i4" => BinaryPrimitives.ReadInt32LittleEndian(element),
                "i2" => BinaryPrimitives.ReadInt16LittleEndian(element),
                "i1" => (sbyte)element[0],
                "u8" => BinaryPrimitives.ReadUInt64LittleEndian(element),
                "u4" => BinaryPrimitives.ReadUInt32LittleEndian(element),
                "u2" => BinaryPrimitives.ReadUInt16LittleEndian(element),
                "u1" or "b1" => element[0],
                _ => throw new InvalidDataException($"numbers of type {code} are not known"),
            };
        }
        return values;
    }

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

    [GeneratedRegex(@"'shape':\s*\(([^)]*)\)")]
    private static partial Regex Shapes();

    [GeneratedRegex(@"'fortran_order':\s*True")]
    private static partial Regex FortranOrder();
}

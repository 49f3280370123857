using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Minisim.Truth;

namespace Minisim.Formats.Numpy;

/// <summary>The header of a <c>.npy</c> file: magic, version, a Python dictionary of type, order and shape, padded to 64 bytes.</summary>
internal static partial class NpyHeader
{
    public static byte[] Write(string type, params ReadOnlySpan<long> shape)
    {
        var lengths = string.Join(", ", shape.ToArray().Select(s => s.ToString(CultureInfo.InvariantCulture)));
        var text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({lengths}{(shape.Length == 1 ? "," : "")}), }}";
        var total = (10 + text.Length + 1 + 63) / 64 * 64;
        var header = new byte[total];
        ((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]).CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(total - 10));
        Encoding.ASCII.GetBytes(text.PadRight(total - 11) + "\n").CopyTo(header, 10);
        return header;
    }

    /// <summary>numpy's name of a type.</summary>
    public static string TypeOf(PixelType type) => type switch { PixelType.UInt8 => "|u1", PixelType.UInt16 => "<u2", PixelType.Float32 => "<f4", _ => "<f8" };

    /// <summary>numpy's name of a truth array's type.</summary>
    public static string TypeOf(TruthElement element) => element switch { TruthElement.Float64 => "<f8", TruthElement.Float32 => "<f4", TruthElement.Int32 => "<i4", _ => "|b1" };

    /// <summary>numpy's name of an array's type.</summary>
    public static string TypeOf(Array values) => values switch { double[] => "<f8", float[] => "<f4", int[] => "<i4", long[] => "<i8", bool[] => "|b1", _ => throw new NotSupportedException(values.GetType().Name) };

    /// <summary>Reads the dictionary.</summary>
    /// <returns>Type, whether the first axis runs fastest, shape, and where the data begins; null if it is no such header.</returns>
    public static (string Type, bool IsFortran, long[] Shape, int Length)? Parse(ReadOnlySpan<byte> head)
    {
        if (head.Length < 12 || !head[..6].SequenceEqual((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'])) return null;
        var (start, length) = head[6] == 1 ? (10, BinaryPrimitives.ReadUInt16LittleEndian(head[8..])) : (12, BinaryPrimitives.ReadInt32LittleEndian(head[8..]));
        if (length < 0 || start + length > head.Length) return null;
        var match = Dictionary().Match(Encoding.Latin1.GetString(head.Slice(start, length)));
        if (!match.Success) return null;
        var shape = new List<long>();
        foreach (var part in match.Groups[3].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var n)) return null;
            shape.Add(n);
        }
        return (match.Groups[1].Success ? match.Groups[1].Value : "records", match.Groups[2].Value == "True", [.. shape], start + length);
    }

    [GeneratedRegex(@"'descr':\s*(?:'([^']+)'|\[).*'fortran_order':\s*(True|False).*'shape':\s*\(([\d, ]*)\)")]
    private static partial Regex Dictionary();
}

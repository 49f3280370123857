using System.Globalization;
using Minisim.Truth;

namespace Minisim.Formats.Zarr;

/// <summary>Number type of a Zarr array's elements, by NumPy's type string.</summary>
/// <param name="Code">NumPy's type string, e.g. <c>&lt;f4</c>.</param>
/// <param name="Kind">Its letter: u, i, f, b (bool) or U (text).</param>
/// <param name="Bytes">Bytes of one element.</param>
internal readonly record struct ZarrDataType(string Code, char Kind, int Bytes)
{
    /// <summary>bool, one byte.</summary>
    public static ZarrDataType Bool { get; } = new("|b1", 'b', 1);
    /// <summary>Unsigned 8 bit.</summary>
    public static ZarrDataType UInt8 { get; } = new("|u1", 'u', 1);
    /// <summary>Unsigned 16 bit, little-endian.</summary>
    public static ZarrDataType UInt16 { get; } = new("<u2", 'u', 2);
    /// <summary>Signed 32 bit, little-endian.</summary>
    public static ZarrDataType Int32 { get; } = new("<i4", 'i', 4);
    /// <summary>32-bit float, little-endian.</summary>
    public static ZarrDataType Float32 { get; } = new("<f4", 'f', 4);
    /// <summary>64-bit float, little-endian.</summary>
    public static ZarrDataType Float64 { get; } = new("<f8", 'f', 8);

    /// <summary>Parses NumPy's type string: integers of 1, 2, 4 and 8 bytes, floats of 4 and 8, bool, and text
    /// (<c>&lt;U12</c>: 12 code points of four bytes).</summary>
    /// <param name="code">The type string.</param>
    /// <param name="path">File named in the error.</param>
    /// <exception cref="RecordingFormatException">Another type, or big-endian.</exception>
    public static ZarrDataType Parse(string code, string path)
    {
        if (code.Length < 3 || !int.TryParse(code.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            throw Unknown();
        if (code[0] == '>' && size > 1)
            throw new RecordingFormatException(path, $"dtype {code} is big-endian, which is not read here.", "Rewrite the array as little-endian ('<').");
        if (code[0] is not ('<' or '|' or '>')) throw Unknown();
        return code[1] switch
        {
            'b' when size == 1 => Bool,
            'u' or 'i' when size is 1 or 2 or 4 or 8 => new(code, code[1], size),
            'f' when size is 4 or 8 => new(code, 'f', size),
            'U' when size is > 0 and <= 1 << 20 => new(code, 'U', 4 * size),
            _ => throw Unknown(),
        };

        RecordingFormatException Unknown() =>
            new(path, $"dtype {code} is not known here.", "Known are u1 u2 u4 u8, i1 i2 i4 i8, f4 f8, b1 and U (text).");
    }

    /// <summary>The type in which a truth array's values are stored.</summary>
    internal static ZarrDataType Of(TruthElement element) => element switch
    {
        TruthElement.Float64 => Float64,
        TruthElement.Float32 => Float32,
        TruthElement.Int32 => Int32,
        _ => Bool,
    };
}

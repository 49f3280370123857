using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Minisim.Formats.Zarr;

/// <summary>What <c>.zarray</c> says of an array: shape, chunks, type, compressor.</summary>
internal sealed record ZarrMetadata
{
    /// <summary>More dimensions than anything here has; beyond it a file is taken for garbage.</summary>
    private const int MaxRank = 16;

    public required long[] Shape { get; init; }
    public required int[] Chunks { get; init; }
    public required ZarrDataType DataType { get; init; }
    /// <summary>One element, as stored in a chunk that is missing.</summary>
    public byte[] FillValue { get; init; } = [];
    public ChunkCodec? Compressor { get; init; }
    public bool FortranOrder { get; init; }
    public char Separator { get; init; } = '.';

    public int Rank => Shape.Length;

    /// <summary>Bytes of every chunk, edge chunks included.</summary>
    public int ChunkBytes => Chunks.Aggregate(DataType.Bytes, (a, b) => checked(a * b));

    /// <summary>Number of chunks along an axis.</summary>
    public long ChunkCount(int axis) => (Shape[axis] + Chunks[axis] - 1) / Chunks[axis];

    /// <summary>File name of a chunk, below the array's folder.</summary>
    public string ChunkName(ReadOnlySpan<long> index)
    {
        if (index.Length == 0) return "0";
        var name = new StringBuilder();
        foreach (var i in index) name.Append(name.Length == 0 ? "" : Separator).Append(i.ToString(CultureInfo.InvariantCulture));
        return name.ToString();
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["chunks"] = new JsonArray([.. Chunks.Select(c => JsonValue.Create(c))]),
            ["compressor"] = Compressor?.ToJson(),
            ["dimension_separator"] = Separator.ToString(),
            ["dtype"] = DataType.Code,
            ["fill_value"] = DataType.Kind switch { 'b' => JsonValue.Create(false), 'f' => JsonValue.Create(0.0), _ => JsonValue.Create(0) },
            ["filters"] = null,
            ["order"] = "C",
            ["shape"] = new JsonArray([.. Shape.Select(s => JsonValue.Create(s))]),
            ["zarr_format"] = 2,
        };
        return json;
    }

    public static ZarrMetadata Parse(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object) throw Bad("is not a JSON object.");
        if (!json.TryGetProperty("zarr_format", out var format) || format.ValueKind != JsonValueKind.Number || !format.TryGetInt32(out var version) || version != 2)
            throw new RecordingFormatException(path, $"zarr_format is {(format.ValueKind == JsonValueKind.Undefined ? "missing" : format.GetRawText())}.", "Zarr version 2 is what is read here.");
        var shape = Lengths("shape", 0, long.MaxValue / 16);
        var chunks = Lengths("chunks", 1, int.MaxValue);
        if (shape.Length != chunks.Length) throw Bad($"shape has {shape.Length} axes and chunks {chunks.Length}.");
        var type = ZarrDataType.Parse(Text("dtype"), path);
        double bytes = type.Bytes, total = type.Bytes;
        foreach (var c in chunks) bytes *= c;
        foreach (var s in shape) total *= s;
        if (bytes > Array.MaxLength / 2) throw Bad($"chunks {json.GetProperty("chunks").GetRawText()} of {type.Code} are {bytes:0} bytes each; at most 1 GiB is read here.");
        if (total > 1e15) throw Bad($"shape {json.GetProperty("shape").GetRawText()} of {type.Code} is beyond 1 PB.");
        if (json.TryGetProperty("filters", out var filters) && filters.ValueKind != JsonValueKind.Null && !(filters.ValueKind == JsonValueKind.Array && filters.GetArrayLength() == 0))
            throw new RecordingFormatException(path, $"filters are not read here: {Short(filters)}.", "Rewrite the array without filters.");
        var order = json.TryGetProperty("order", out var o) && o.ValueKind == JsonValueKind.String ? o.GetString() : "C";
        if (order is not ("C" or "F")) throw Bad($"order is \"{order}\", neither C nor F.");
        var separator = json.TryGetProperty("dimension_separator", out var s2) && s2.ValueKind == JsonValueKind.String ? s2.GetString() : ".";
        if (separator is not ("." or "/")) throw Bad($"dimension_separator is \"{separator}\", neither . nor /.");
        return new ZarrMetadata
        {
            Shape = shape,
            Chunks = Array.ConvertAll(chunks, c => (int)c),
            DataType = type,
            FillValue = Fill(json, type, path),
            Compressor = json.TryGetProperty("compressor", out var compressor) ? ChunkCodec.Parse(compressor, path) : null,
            FortranOrder = order == "F",
            Separator = separator[0],
        };

        RecordingFormatException Bad(string reason) => new(path, reason, "The file is damaged or not a Zarr array.");

        string Text(string name) => json.TryGetProperty(name, out var e) && e.ValueKind == JsonValueKind.String ? e.GetString()! : throw Bad($"{name} is missing or not a text (only plain types are read).");

        long[] Lengths(string name, long min, long max)
        {
            if (!json.TryGetProperty(name, out var e) || e.ValueKind != JsonValueKind.Array || e.GetArrayLength() > MaxRank) throw Bad($"{name} is missing or not a list of at most {MaxRank} lengths.");
            return [.. e.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Number && v.TryGetInt64(out var n) && n >= min && n <= max ? n : throw Bad($"{name} holds {Short(v)}; every length must be in [{min}, {max}]."))];
        }
    }

    private static string Short(JsonElement e)
    {
        var text = e.GetRawText();
        return text.Length <= 60 ? text : text[..60] + "…";
    }

    private static byte[] Fill(JsonElement json, ZarrDataType type, string path)
    {
        var fill = new byte[type.Bytes];
        if (!json.TryGetProperty("fill_value", out var e) || e.ValueKind == JsonValueKind.Null) return fill;
        switch (e.ValueKind, type.Kind)
        {
            case (JsonValueKind.True or JsonValueKind.False, 'b'):
                fill[0] = (byte)(e.ValueKind == JsonValueKind.True ? 1 : 0);
                return fill;
            case (JsonValueKind.Number or JsonValueKind.String, 'f'):
                var value = e.ValueKind == JsonValueKind.Number ? e.GetDouble()
                    : e.GetString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, _ => throw Bad() };
                if (type.Bytes == 4) BinaryPrimitives.WriteSingleLittleEndian(fill, (float)value);
                else BinaryPrimitives.WriteDoubleLittleEndian(fill, value);
                return fill;
            case (JsonValueKind.Number, 'u' or 'i' or 'b'):
                if (!e.TryGetDecimal(out var number) || number != decimal.Truncate(number) || number < long.MinValue || number > ulong.MaxValue) throw Bad();
                Span<byte> wide = stackalloc byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(wide, number > long.MaxValue ? unchecked((long)(ulong)number) : (long)number);
                wide[..type.Bytes].CopyTo(fill);
                return fill;
            case (JsonValueKind.String, 'U'):
                var text = Encoding.UTF32.GetBytes(e.GetString()!);
                if (text.Length > fill.Length) throw Bad();
                text.CopyTo(fill, 0);
                return fill;
            case (JsonValueKind.Number, 'U'):
                return fill;
            default:
                throw Bad();
        }

        RecordingFormatException Bad() => new(path, $"fill_value {Short(e)} is no value of dtype {type.Code}.", "The file is damaged.");
    }
}

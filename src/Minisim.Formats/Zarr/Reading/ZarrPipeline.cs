using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Minisim.Formats.Numpy;
using Minisim.Formats.Reading;
using Minisim.Formats.Writing;
using ZstdSharp;

namespace Minisim.Formats.Zarr.Reading;

/// <summary>From the bytes of a chunk's file to its elements: the compressor of version 2, the list of codecs of version 3.</summary>
internal sealed class ZarrPipeline
{
    private readonly int[] _chunk;
    private readonly string _file;
    private readonly List<(string Name, ChunkCodec? Codec)> _codecs = [];
    private string _code = "";
    private int _elementBytes;
    private bool _isBigEndian, _isVarying;
    private int[]? _order;
    private Shards? _shards;

    private sealed record Shards(ZarrPipeline Inner, ZarrPipeline Index, int[] Chunk, bool IndexFirst);

    private ZarrPipeline(int[] chunk, string file) => (_chunk, _file) = (chunk, file);

    /// <summary>The value of elements of chunks that are not there.</summary>
    public double Fill { get; private set; }
    public bool IsText { get; private set; }
    private double Elements => _chunk.Aggregate(1.0, (a, b) => a * b);
    /// <summary>Bytes of a chunk, unpacked.</summary>
    public double RawBytes => Elements * Math.Max(1, _elementBytes);
    /// <summary>Raw bytes that a stored one can stand for at the most.</summary>
    public double MostRatio => _shards is { } s ? s.Inner.MostRatio : _codecs.Aggregate(1.0, (ratio, c) => ratio * (c.Codec?.MostRawBytes(1) ?? 1));

    public static ZarrPipeline Version2(JsonElement json, int[] chunk, string file)
    {
        var pipeline = new ZarrPipeline(chunk, file);
        if (ZarrJson.Text(json, "dtype") is not { } type) throw new NotReadException($"{file} has a type of several parts", "Save plain numbers.");
        pipeline._isVarying = type is "|O" or "O";
        if (ZarrJson.Property(json, "filters") is { ValueKind: JsonValueKind.Array } filters)
            foreach (var filter in filters.EnumerateArray())
                if (ZarrJson.Text(filter, "id") is var id && !(id == "vlen-utf8" && pipeline._isVarying))
                    throw new NotReadException($"{file} is packed with the filter {Hdf5.Reading.Hdf5File.Clean(id ?? "?")}, which is not read here", "Write it without filters.");
        if (pipeline._isVarying) pipeline.IsText = true;
        else pipeline.Type(type);
        if (ZarrJson.Property(json, "compressor") is { ValueKind: JsonValueKind.Object } compressor)
            pipeline._codecs.Add((ZarrJson.Text(compressor, "id") ?? "", ChunkCodec.Parse(compressor, file)));
        if (ZarrJson.Text(json, "order") == "F") pipeline._order = [.. Enumerable.Range(0, chunk.Length).Reverse()];
        pipeline.ReadFill(json);
        pipeline.CheckSize();
        return pipeline;
    }

    public static ZarrPipeline Version3(JsonElement json, int[] chunk, string file)
    {
        var pipeline = new ZarrPipeline(chunk, file);
        pipeline.Type3(json);
        pipeline.ReadFill(json);
        if (ZarrJson.Property(json, "codecs") is not { } codecs) throw new RecordingFormatException(file, "has no codecs.", "The file is damaged.");
        pipeline.Codecs(codecs, 0);
        pipeline.CheckSize();
        return pipeline;
    }

    private void CheckSize()
    {
        if (RawBytes > 1 << 30) throw new NotReadException($"{_file} has chunks of {ReadLimits.Text(RawBytes)}; up to 1 GB are read", "Write it with smaller chunks.");
    }

    // NumPy's type string.
    private void Type(string type)
    {
        _isBigEndian = type[0] == '>';
        _code = type.Length > 2 ? type[1..] : "";
        if (_code.Length > 1 && _code[0] is 'U' or 'S' && int.TryParse(_code[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var letters) && letters is > 0 and < 1 << 16)
        {
            (IsText, _elementBytes) = (true, letters * (_code[0] == 'U' ? 4 : 1));
            return;
        }
        if (_code is not ("f2" or "f4" or "f8" or "i1" or "i2" or "i4" or "i8" or "u1" or "u2" or "u4" or "u8" or "b1"))
            throw new NotReadException($"{_file} has elements of type {Hdf5.Reading.Hdf5File.Clean(type)}", "Save them as integers or floats.");
        _elementBytes = _code[1] - '0';
    }

    private void Type3(JsonElement json)
    {
        var name = ZarrJson.Text(json, "data_type") ?? ZarrJson.Text(json, "data_type", "name") ?? "";
        switch (name)
        {
            case "bool": Type("|b1"); break;
            case "float16" or "float32" or "float64": Type($"<f{int.Parse(name[5..], CultureInfo.InvariantCulture) / 8}"); break;
            case "int8" or "int16" or "int32" or "int64": Type($"<i{int.Parse(name[3..], CultureInfo.InvariantCulture) / 8}"); break;
            case "uint8" or "uint16" or "uint32" or "uint64": Type($"<u{int.Parse(name[4..], CultureInfo.InvariantCulture) / 8}"); break;
            case "string" or "variable_length_utf8": (IsText, _isVarying) = (true, true); break;
            case "fixed_length_utf32" or "fixed_length_ucs4" when ZarrJson.Property(json, "data_type", "configuration", "length_bytes") is { ValueKind: JsonValueKind.Number } bytes && bytes.TryGetInt32(out var length) && length is >= 4 and < 1 << 18:
                Type($"<U{length / 4}");
                break;
            default:
                if (name.StartsWith("<U", StringComparison.Ordinal)) Type(name);
                else throw new NotReadException($"{_file} has elements of type {Hdf5.Reading.Hdf5File.Clean(name)}", "Save them as integers or floats.");
                break;
        }
    }

    private void ReadFill(JsonElement json)
    {
        if (IsText || ZarrJson.Property(json, "fill_value") is not { } fill) return;
        Fill = fill.ValueKind switch
        {
            JsonValueKind.Number => fill.GetDouble(),
            JsonValueKind.True => 1,
            JsonValueKind.String => fill.GetString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, _ => 0 },
            _ => 0,
        };
    }

    private void Codecs(JsonElement codecs, int depth)
    {
        if (codecs.ValueKind != JsonValueKind.Array || depth > 2) throw new RecordingFormatException(_file, "has no list of codecs.", "The file is damaged.");
        var hasBytes = false;
        foreach (var codec in codecs.EnumerateArray())
        {
            var name = codec.ValueKind == JsonValueKind.String ? codec.GetString()! : ZarrJson.Text(codec, "name") ?? "";
            var settings = ZarrJson.Property(codec, "configuration") ?? default;
            switch (name)
            {
                case "transpose":
                    int[] order = [.. ZarrJson.Lengths(settings, "order", 0, _file).Select(o => (int)o)];
                    if (!order.Order().SequenceEqual(Enumerable.Range(0, _chunk.Length)) || _order is not null) throw new RecordingFormatException(_file, "has a transpose codec of other axes.", "The file is damaged.");
                    _order = order;
                    break;
                case "bytes":
                    hasBytes = true;
                    _isBigEndian = ZarrJson.Text(settings, "endian") == "big";
                    break;
                case "vlen-utf8":
                    hasBytes = true;
                    break;
                case "sharding_indexed":
                    hasBytes = true;
                    int[] inner = [.. ZarrJson.Lengths(settings, "chunk_shape", 1, _file).Select(c => (int)Math.Min(c, int.MaxValue))];
                    if (inner.Length != _chunk.Length || inner.Where((c, a) => _chunk[a] % c != 0).Any()) throw new RecordingFormatException(_file, "has shards that its chunks do not fill.", "The file is damaged.");
                    var content = new ZarrPipeline(inner, _file) { _code = _code, _elementBytes = _elementBytes, IsText = IsText, _isVarying = _isVarying, Fill = Fill };
                    content.Codecs(ZarrJson.Property(settings, "codecs") ?? default, depth + 1);
                    var index = new ZarrPipeline([.. inner.Select((c, a) => _chunk[a] / c), 2], _file) { _code = "u8", _elementBytes = 8 };
                    index.Codecs(ZarrJson.Property(settings, "index_codecs") ?? default, depth + 1);
                    _shards = new Shards(content, index, inner, ZarrJson.Text(settings, "index_location") == "start");
                    break;
                case "crc32c":
                    _codecs.Add((name, null));
                    break;
                case "gzip" or "zstd" or "blosc" or "zlib" or "lz4":
                    using (var id = JsonDocument.Parse($$"""{"id":"{{name}}"}""")) _codecs.Add((name, ChunkCodec.Parse(id.RootElement, _file)));
                    break;
                default:
                    throw new NotReadException($"{_file} is packed with the codec {Hdf5.Reading.Hdf5File.Clean(name)}, which is not read here", "Read are gzip, zstd, blosc, crc32c, transpose and shards.");
            }
        }
        if (!hasBytes) throw new RecordingFormatException(_file, "has no codec that makes bytes.", "The file is damaged.");
    }

    /// <summary>The raw bytes of a chunk, elements in C order.</summary>
    public byte[] Decode(byte[] stored)
    {
        if (_shards is { } shards) return Shard(stored, shards);
        // What each codec gave when it was written.
        var sizes = new long[_codecs.Count + 1];
        sizes[0] = (long)RawBytes;
        var varies = _isVarying;
        for (var i = 0; i < _codecs.Count; i++) sizes[i + 1] = _codecs[i].Codec is null ? sizes[i] + 4 : -1;
        var data = stored;
        for (var i = _codecs.Count - 1; i >= 0; i--)
        {
            if (_codecs[i].Codec is not { } codec)
            {
                if (data.Length < 4 || ZarrFiles.Crc32C(data.AsSpan(0, data.Length - 4)) != BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(data.Length - 4))) throw new InvalidDataException("it does not have the checksum that was stored with it");
                data = data[..^4];
                continue;
            }
            var length = varies ? Declared(_codecs[i].Name, data) : sizes[i];
            if (length < 0 || codec.MostRawBytes(data.Length) < length && length > ReadLimits.FreeBytes) throw new InvalidDataException($"{data.Length} bytes are too few for {length}");
            var raw = new byte[length];
            codec.Decode(data, raw);
            data = raw;
        }
        if (!varies && data.Length != sizes[0]) throw new InvalidDataException($"it has {data.Length} bytes instead of {sizes[0]}");
        return _order is null || varies || _chunk.Length < 2 ? data : FromOrder(data);
    }

    // Texts of varying length: only some containers say how many bytes they hold.
    private static long Declared(string codec, byte[] data)
    {
        var length = codec switch
        {
            "blosc" when data.Length >= 8 => BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(4)),
            "zstd" => (long)Math.Min(Decompressor.GetDecompressedSize(data), 1 << 26),
            _ => throw new NotReadException($"texts packed with {codec} are not read here", ""),
        };
        return length is >= 0 and < 1 << 24 ? length : throw new InvalidDataException("its texts are impossibly long");
    }

    private byte[] FromOrder(byte[] data)
    {
        var rank = _chunk.Length;
        var strides = new int[rank];
        for (var (a, s) = (rank - 1, 1); a >= 0; s *= _chunk[_order![a]], a--) strides[_order![a]] = s;
        var result = new byte[data.Length];
        var index = new int[rank];
        for (var to = 0; to < result.Length; to += _elementBytes)
        {
            var from = 0;
            for (var a = 0; a < rank; a++) from += index[a] * strides[a];
            data.AsSpan(from * _elementBytes, _elementBytes).CopyTo(result.AsSpan(to));
            for (var a = rank - 1; a >= 0 && ++index[a] == _chunk[a]; a--) index[a] = 0;
        }
        return result;
    }

    private byte[] Shard(byte[] stored, Shards shards)
    {
        if (_isVarying) throw new NotReadException($"{_file} has texts in shards", "");
        var (inner, index) = (shards.Inner, shards.Index);
        var indexBytes = (int)index.RawBytes + 4 * index._codecs.Count(c => c.Codec is null);
        if (indexBytes > stored.Length) throw new InvalidDataException("its index is cut off");
        var places = index.Decode(shards.IndexFirst ? stored[..indexBytes] : stored[^indexBytes..]);
        var raw = new byte[(long)RawBytes];
        if (inner.Fill != 0) throw new NotReadException($"{_file} has shards with a fill value", "");
        var counts = _chunk.Select((c, a) => c / shards.Chunk[a]).ToArray();
        var at = new int[counts.Length];
        for (var i = 0; i < places.Length; i += 16)
        {
            var (from, bytes) = (BinaryPrimitives.ReadUInt64LittleEndian(places.AsSpan(i)), BinaryPrimitives.ReadUInt64LittleEndian(places.AsSpan(i + 8)));
            if (from != ulong.MaxValue)
            {
                if (from > (ulong)stored.Length || bytes > (ulong)stored.Length - from) throw new InvalidDataException("a chunk of the shard lies outside it");
                var part = inner.Decode(stored.AsSpan((int)from, (int)bytes).ToArray());
                // Row by row along the last axis.
                var row = shards.Chunk[^1] * _elementBytes;
                var place = new int[counts.Length];
                for (var done = 0; done < part.Length; done += row)
                {
                    long to = 0;
                    for (var a = 0; a < place.Length; a++) to = to * _chunk[a] + at[a] * shards.Chunk[a] + place[a];
                    part.AsSpan(done, row).CopyTo(raw.AsSpan((int)(to * _elementBytes)));
                    for (var a = place.Length - 2; a >= 0 && ++place[a] == shards.Chunk[a]; a--) place[a] = 0;
                }
            }
            for (var a = at.Length - 1; a >= 0 && ++at[a] == counts[a]; a--) at[a] = 0;
        }
        return raw;
    }

    /// <summary>The numbers of a chunk.</summary>
    public double[] Numbers(byte[] raw)
    {
        var isBigEndian = _shards?.Inner._isBigEndian ?? _isBigEndian;
        return NpyFile.Decode(raw, 0, (int)Elements, _code, isBigEndian);
    }

    /// <summary>The texts of a chunk.</summary>
    public string[] Texts(byte[] raw)
    {
        if (!_isVarying)
        {
            var texts = new string[raw.Length / _elementBytes];
            var encoding = _code[0] == 'S' ? Encoding.UTF8 : _isBigEndian ? new UTF32Encoding(bigEndian: true, byteOrderMark: false) : Encoding.UTF32;
            for (var i = 0; i < texts.Length; i++) texts[i] = encoding.GetString(raw, i * _elementBytes, _elementBytes).TrimEnd('\0');
            return texts;
        }
        if (raw.Length < 4) throw new InvalidDataException("its list of texts is cut off");
        var count = BinaryPrimitives.ReadUInt32LittleEndian(raw);
        if (count > raw.Length / 4) throw new InvalidDataException("its list of texts is cut off");
        var varying = new string[count];
        var at = 4;
        for (var i = 0; i < varying.Length; i++)
        {
            if (raw.Length - at < 4) throw new InvalidDataException("its list of texts is cut off");
            var bytes = BinaryPrimitives.ReadUInt32LittleEndian(raw.AsSpan(at));
            if (bytes > raw.Length - at - 4) throw new InvalidDataException("its list of texts is cut off");
            varying[i] = Encoding.UTF8.GetString(raw, at + 4, (int)bytes);
            at += 4 + (int)bytes;
        }
        return varying;
    }
}

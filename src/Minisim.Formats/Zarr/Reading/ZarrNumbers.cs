using System.Text.Json;
using Minisim.Formats.Reading;
using Minisim.Formats.Writing;

namespace Minisim.Formats.Zarr.Reading;

/// <summary>An array of somebody else's Zarr hierarchy, version 2 or 3: numbers of any type and byte order, or text.</summary>
/// <remarks>Beside <see cref="ZarrArray"/>, which is strict because it vouches for recordings: here results of pipelines are read,
/// whatever library wrote them. xarray's <c>scale_factor</c>, <c>add_offset</c> and <c>_FillValue</c> are undone.</remarks>
internal sealed class ZarrNumbers : INumberArray
{
    private readonly string _folder;
    private readonly ReadLimits _limits;
    private readonly ZarrPipeline _pipeline;
    private readonly int[] _chunk;
    private readonly Func<long[], string> _nameOf;
    private readonly double _scale = 1, _offset;
    private readonly double? _missing;

    private ZarrNumbers(string folder, ReadLimits limits, JsonElement metadata, JsonElement attributes, bool isVersion3)
    {
        (_folder, _limits, Attributes) = (folder, limits, attributes);
        var file = System.IO.Path.Combine(folder, isVersion3 ? "zarr.json" : ".zarray");
        Lengths = ZarrJson.Lengths(metadata, "shape", 0, file);
        if (isVersion3)
        {
            if (ZarrJson.Property(metadata, "chunk_grid", "configuration") is not { } grid) throw new RecordingFormatException(file, "has no regular grid of chunks.");
            _chunk = [.. ZarrJson.Lengths(grid, "chunk_shape", 1, file).Select(c => (int)Math.Min(c, int.MaxValue))];
            _pipeline = ZarrPipeline.Version3(metadata, _chunk, file);
            var key = ZarrJson.Text(metadata, "chunk_key_encoding", "name") ?? "default";
            var separator = ZarrJson.Text(metadata, "chunk_key_encoding", "configuration", "separator") ?? (key == "v2" ? "." : "/");
            _nameOf = index => key == "v2" ? index.Length == 0 ? "0" : string.Join(separator, index) : index.Length == 0 ? "c" : $"c{separator}{string.Join(separator, index)}";
            if (metadata.TryGetProperty("dimension_names", out var named) && named.ValueKind == JsonValueKind.Array) Axes = [.. named.EnumerateArray().Select(n => n.ValueKind == JsonValueKind.String ? n.GetString()! : "")];
        }
        else
        {
            _chunk = [.. ZarrJson.Lengths(metadata, "chunks", 1, file).Select(c => (int)Math.Min(c, int.MaxValue))];
            _pipeline = ZarrPipeline.Version2(metadata, _chunk, file);
            var separator = metadata.TryGetProperty("dimension_separator", out var s) && s.ValueKind == JsonValueKind.String ? s.GetString() : ".";
            _nameOf = index => index.Length == 0 ? "0" : string.Join(separator, index);
        }
        if (_chunk.Length != Lengths.Count) throw new RecordingFormatException(file, $"has {Lengths.Count} axes and chunks of {_chunk.Length}.");
        if (Axes is null && attributes.ValueKind == JsonValueKind.Object && attributes.TryGetProperty("_ARRAY_DIMENSIONS", out var dimensions) && dimensions.ValueKind == JsonValueKind.Array)
            Axes = [.. dimensions.EnumerateArray().Select(n => n.ValueKind == JsonValueKind.String ? n.GetString()! : "")];
        if (Axes is not null && Axes.Length != Lengths.Count) throw new RecordingFormatException(file, $"names {Axes.Length} axes and has {Lengths.Count}.");
        double? Attribute(string name) => attributes.ValueKind == JsonValueKind.Object && attributes.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.Number ? v.GetDouble() : null;
        (_scale, _offset) = (Attribute("scale_factor") ?? 1, Attribute("add_offset") ?? 0);
        // xarray keeps its missing value as version 2's fill value; only a packed array needs it, floats use NaN.
        _missing = Attribute("_FillValue") ?? (!isVersion3 && (_scale, _offset) != (1, 0) ? _pipeline.Fill : null);
    }

    /// <summary>Lengths of the axes.</summary>
    public IReadOnlyList<long> Lengths { get; }
    /// <summary>Names of the axes; null where it has none.</summary>
    public string[]? Axes { get; }
    /// <summary>Attributes; undefined without any.</summary>
    public JsonElement Attributes { get; }
    public bool IsText => _pipeline.IsText;

    /// <summary>Whether a folder holds an array.</summary>
    public static bool Exists(string folder) =>
        File.Exists(System.IO.Path.Combine(folder, ".zarray")) || File.Exists(System.IO.Path.Combine(folder, "zarr.json")) && IsArray3(folder);

    private static bool IsArray3(string folder)
    {
        try
        {
            return ZarrFiles.ReadJson(System.IO.Path.Combine(folder, "zarr.json")) is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("node_type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() == "array";
        }
        catch (RecordingFormatException)
        {
            return false;
        }
    }

    /// <summary>Opens an array.</summary>
    /// <exception cref="RecordingFormatException">Damaged, or of a kind that is not read.</exception>
    public static ZarrNumbers Open(string folder, ReadLimits limits)
    {
        var old = System.IO.Path.Combine(folder, ".zarray");
        if (File.Exists(old))
        {
            ReadLimits.RequireFile(old);
            var attributes = System.IO.Path.Combine(folder, ".zattrs");
            return new ZarrNumbers(folder, limits, Object(old), File.Exists(attributes) ? Object(attributes) : default, isVersion3: false);
        }
        var file = System.IO.Path.Combine(folder, "zarr.json");
        var json = Object(file);
        return new ZarrNumbers(folder, limits, json, json.TryGetProperty("attributes", out var own) ? own : default, isVersion3: true);

        static JsonElement Object(string path) => ZarrFiles.ReadJson(path) is { ValueKind: JsonValueKind.Object } json ? json : throw new RecordingFormatException(path, "is not a JSON object.");
    }

    private double Total => Lengths.Aggregate(1.0, (a, b) => a * b);

    public void ReadBlocks(NumberBlock block, out double fill)
    {
        if (IsText) throw new NotReadException($"{_folder} holds text where numbers should be", "");
        fill = Physical(_pipeline.Fill);
        // Only chunks that are there: going through a grid that a file declares could take for ever.
        foreach (var (index, path) in Stored())
        {
            var raw = Chunk(path);
            if (raw is null) continue;
            var rank = _chunk.Length;
            var origin = new long[rank];
            var lengths = new long[rank];
            for (var a = 0; a < rank; a++) (origin[a], lengths[a]) = (index[a] * _chunk[a], Math.Min(_chunk[a], Lengths[a] - index[a] * _chunk[a]));
            var all = _pipeline.Numbers(raw);
            if (_missing is not null || _scale != 1 || _offset != 0)
                for (var i = 0; i < all.Length; i++) all[i] = Physical(all[i]);
            block(Clip(all, lengths), origin, lengths);
        }
    }

    private double Physical(double stored) => stored == _missing ? double.NaN : stored * _scale + _offset;

    // The part of a chunk that lies within the array.
    private double[] Clip(double[] chunk, long[] lengths)
    {
        var rank = lengths.Length;
        var count = (int)lengths.Aggregate(1L, (a, b) => a * b);
        if (count == chunk.Length) return chunk;
        var part = new double[count];
        var row = (int)lengths[^1];
        var at = new long[rank];
        for (var done = 0; done < count; done += row)
        {
            long from = 0;
            for (var a = 0; a < rank; a++) from = from * _chunk[a] + at[a];
            chunk.AsSpan((int)from, row).CopyTo(part.AsSpan(done));
            for (var a = rank - 2; a >= 0 && ++at[a] == lengths[a]; a--) at[a] = 0;
        }
        return part;
    }

    private IEnumerable<(long[] Index, string Path)> Stored()
    {
        var counts = Lengths.Zip(_chunk, (s, c) => (s + c - 1) / c).ToArray();
        if (counts.Contains(0)) yield break;
        var chunks = counts.Aggregate(1.0, (a, b) => a * b);
        var files = Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Take(1 << 22).Count();
        var stored = new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).Take(1 << 22).Sum(f => (double)f.Length);
        ReadLimits.RequireStored(_pipeline.RawBytes * Math.Min(chunks, files), stored, _pipeline.MostRatio, _folder);
        if (chunks > 1000.0 * (files + 1000)) throw new RecordingFormatException(_folder, $"declares {chunks:0} chunks, and {files} files are there.", "The file is damaged.");
        _limits.Take(10.0 * _pipeline.RawBytes, $"a chunk of {_folder}");
        var index = new long[counts.Length];
        while (true)
        {
            yield return ([.. index], System.IO.Path.Combine(_folder, _nameOf(index)));
            var axis = index.Length - 1;
            while (axis >= 0 && ++index[axis] == counts[axis]) index[axis--] = 0;
            if (axis < 0) break;
        }
        _limits.Release((long)(10.0 * _pipeline.RawBytes));
    }

    private byte[]? Chunk(string path)
    {
        if (!File.Exists(path)) return null;
        ReadLimits.RequireFile(path);
        var length = new FileInfo(path).Length;
        _limits.Take(length, path);
        try
        {
            return _pipeline.Decode(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or IndexOutOfRangeException)
        {
            throw new RecordingFormatException(path, $"cannot be unpacked: {e.Message.TrimEnd('.')}.", "The file is truncated or altered.", e);
        }
        finally
        {
            _limits.Release(length);
        }
    }

    /// <summary>All numbers, row-major.</summary>
    public double[] Doubles()
    {
        if (8 * Total > Array.MaxLength) _limits.Take(double.PositiveInfinity, _folder);
        if (8 * Total > ReadLimits.FreeBytes)
            ReadLimits.RequireStored(8 * Total, new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => (double)f.Length), 8 * _pipeline.MostRatio, _folder);
        _limits.Take(8 * Total, _folder);
        var values = new double[(long)Total];
        var blank = Physical(_pipeline.Fill);
        if (!(blank == 0)) Array.Fill(values, blank);
        ReadBlocks((numbers, origin, lengths) =>
        {
            var rank = lengths.Length;
            var row = rank == 0 ? 1 : (int)lengths[^1];
            var at = new long[rank];
            for (var done = 0; done < numbers.Length; done += row)
            {
                long to = 0;
                for (var a = 0; a < rank; a++) to = to * Lengths[a] + origin[a] + at[a];
                numbers.Slice(done, row).CopyTo(values.AsSpan((int)to));
                for (var a = rank - 2; a >= 0 && ++at[a] == lengths[a]; a--) at[a] = 0;
            }
        }, out _);
        return values;
    }

    /// <summary>All texts of an array of one axis.</summary>
    public string[] Texts()
    {
        if (!IsText || Lengths is not [var count] || count > 1 << 20) throw new NotReadException($"{_folder} holds no list of texts", "");
        var texts = new string[count];
        Array.Fill(texts, "");
        foreach (var (index, path) in Stored())
        {
            if (Chunk(path) is not { } raw) continue;
            var own = _pipeline.Texts(raw);
            for (var i = 0; i < own.Length && index[0] * _chunk[0] + i < count; i++) texts[index[0] * _chunk[0] + i] = own[i];
        }
        return texts;
    }
}

/// <summary>Looking things up in metadata that may hold anything.</summary>
internal static class ZarrJson
{
    private const int MaxRank = 16;

    public static JsonElement? Property(JsonElement json, params string[] path)
    {
        foreach (var name in path)
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json)) return null;
        return json;
    }

    public static string? Text(JsonElement json, params string[] path) => Property(json, path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static long[] Lengths(JsonElement json, string name, long least, string file)
    {
        if (Property(json, name) is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() > MaxRank) throw new RecordingFormatException(file, $"{name} is missing or no list of at most {MaxRank} lengths.", "The file is damaged.");
        return [.. list.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Number && v.TryGetInt64(out var n) && n >= least && n < 1L << 48 ? n : throw new RecordingFormatException(file, $"{name} holds an impossible length.", "The file is damaged."))];
    }
}

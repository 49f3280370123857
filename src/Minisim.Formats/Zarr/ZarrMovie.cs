using Minisim.Truth;

namespace Minisim.Formats.Zarr;

/// <summary>A movie on disk. Chunks are unpacked when asked for, and the last ones used are kept.</summary>
internal sealed class ZarrMovie : Movie
{
    /// <summary>Unpacked chunks kept at least; always enough for two blocks of frames, so that playing unpacks each chunk
    /// once.</summary>
    private const long CacheBytes = 64 << 20;

    private readonly ZarrArray _array;
    private readonly Lock _gate = new();
    private readonly Dictionary<(long, long, long), LinkedListNode<Entry>> _cache = [];
    private readonly LinkedList<Entry> _recent = [];
    private readonly int _capacity;

    private sealed record Entry((long, long, long) Index, Lazy<byte[]> Pixels);

    public ZarrMovie(ZarrArray array)
    {
        _array = array;
        PixelType = array.DataType.Code switch
        {
            "|u1" => PixelType.UInt8,
            "<u2" => PixelType.UInt16,
            "<f4" => PixelType.Float32,
            "<f8" => PixelType.Float64,
            var other => throw new RecordingFormatException(array.Path, $"a movie of {other} is not read here.", "Movies are u1, u2, f4 or f8."),
        };
        if (array.Shape.Count != 3) throw new RecordingFormatException(array.Path, $"has {array.Shape.Count} axes; a movie has three: frame, height, width.", "The file is damaged.");
        if (array.Shape.Any(s => s > int.MaxValue) || array.Shape[1] * array.Shape[2] * array.DataType.Bytes > Array.MaxLength)
            throw new RecordingFormatException(array.Path, $"frames of {array.Shape[1]} x {array.Shape[2]} are too large.", "The file is damaged.");
        // What playing it keeps: every tile of two blocks of frames.
        MemoryBudget.Check(array.Path, 2.0 * array.ChunkBytes * array.Metadata.ChunkCount(1) * array.Metadata.ChunkCount(2), $"playing a movie in chunks of [{string.Join(", ", array.Chunks)}]");
        _capacity = (int)Math.Max(CacheBytes / array.ChunkBytes, 2 * array.Metadata.ChunkCount(1) * array.Metadata.ChunkCount(2));
    }

    public override int Frames => (int)_array.Shape[0];
    public override int Height => (int)_array.Shape[1];
    public override int Width => (int)_array.Shape[2];
    public override PixelType PixelType { get; }

    /// <summary>Unit of a sensor's counts.</summary>
    public const string Count = "count";

    /// <summary>What the file says that the pixels are; null if it does not.</summary>
    public PixelMeaning? Meaning => _array.Attributes.ValueKind == System.Text.Json.JsonValueKind.Object && _array.Attributes.TryGetProperty("units", out var units)
        ? units.ValueKind == System.Text.Json.JsonValueKind.String && units.GetString() == Count ? PixelMeaning.Counts : PixelMeaning.Intensity
        : null;

    public override void Read(int first, int count, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, Frames, nameof(count));
        var size = PixelType.Bytes();
        if (pixels.Length < (long)count * Height * Width * size) throw new ArgumentException($"{pixels.Length} bytes do not hold {count} frames", nameof(pixels));
        int chunkFrames = _array.Chunks[0], tileHeight = _array.Chunks[1], tileWidth = _array.Chunks[2];
        for (var frame = first; frame < first + count;)
        {
            var block = frame / chunkFrames;
            var end = (int)Math.Min(first + count, (block + 1L) * chunkFrames);
            for (var i = 0; i * (long)tileHeight < Height; i++)
                for (var j = 0; j * (long)tileWidth < Width; j++)
                {
                    var chunk = Chunk((block, i, j)).AsSpan();
                    int height = Math.Min(tileHeight, Height - i * tileHeight), width = Math.Min(tileWidth, Width - j * tileWidth);
                    for (var f = frame; f < end; f++)
                        for (var r = 0; r < height; r++)
                            chunk.Slice(((f - block * chunkFrames) * tileHeight + r) * tileWidth * size, width * size)
                                .CopyTo(pixels[((((f - first) * Height + i * tileHeight + r) * Width + j * tileWidth) * size)..]);
                }
            frame = end;
        }
    }

    private byte[] Chunk((long Block, long I, long J) index)
    {
        Entry entry;
        lock (_gate)
        {
            if (_cache.TryGetValue(index, out var node))
            {
                _recent.Remove(node);
            }
            else
            {
                node = new(new Entry(index, new Lazy<byte[]>(() => _array.ReadChunk(index.Block, index.I, index.J))));
                _cache.Add(index, node);
                if (_cache.Count > _capacity)
                {
                    _cache.Remove(_recent.First!.Value.Index);
                    _recent.RemoveFirst();
                }
            }
            _recent.AddLast(node);
            entry = node.Value;
        }
        try
        {
            return entry.Pixels.Value;
        }
        catch
        {
            // Not remembered: the file may be repaired, or the device come back.
            lock (_gate)
                if (_cache.TryGetValue(index, out var node) && node.Value == entry)
                {
                    _cache.Remove(index);
                    _recent.Remove(node);
                }
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _cache.Clear();
            _recent.Clear();
        }
    }
}

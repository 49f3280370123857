using Minisim.Formats.Reading;

namespace Minisim.Formats.Hdf5.Reading;

// Whole slices along the first axis: a movie, of which only what is asked for is in memory.
internal sealed partial class Hdf5Dataset
{
    /// <summary>Chunks that lie side by side are kept between calls up to here; beyond it every call unpacks them again.</summary>
    private const double MostKept = 256 << 20;

    private Dictionary<long, List<Hdf5Chunk>>? _layers;
    private (long Layer, List<(Hdf5Chunk Chunk, byte[] Raw)> Chunks)? _kept;

    /// <summary>Refuses what <see cref="ReadSlices"/> could not read, before any of it is read.</summary>
    /// <exception cref="NotReadException">Another layout or filter, or more memory than is allowed.</exception>
    /// <exception cref="InvalidDataException">It declares more than is stored, or its chunks contradict each other.</exception>
    public void CheckSlices()
    {
        if (_layout == Layout.Virtual) throw new NotReadException("it maps its data from elsewhere", "Copy it into an ordinary dataset (read and write it again).");
        if (_shape.Length == 0 || Elements == 0) return;
        if (_layout == Layout.Chunked) _ = Layers();
        else if (_layout == Layout.Contiguous && _address >= 0) RequireContiguous();
    }

    private void RequireContiguous()
    {
        if (_bytes < Elements * Type.Size || Elements * Type.Size > File.Length - _address)
            throw new InvalidDataException($"a dataset of it declares {ReadLimits.Text(Elements * Type.Size)}, more than the file holds");
    }

    private Dictionary<long, List<Hdf5Chunk>> Layers()
    {
        if (_layers is not null) return _layers;
        var layers = new Dictionary<long, List<Hdf5Chunk>>();
        foreach (var chunk in StoredChunks())
        {
            if (!layers.TryGetValue(chunk.Index[0], out var layer)) layers[chunk.Index[0]] = layer = [];
            layer.Add(chunk);
        }
        // Packed and unpacked; given back at once, since it is the most that one call holds.
        var held = 2 * LayerBytes;
        File.Limits.Take(held, "a row of chunks of it");
        File.Limits.Release((long)held);
        return _layers = layers;
    }

    private double LayerBytes
    {
        get
        {
            var chunks = 1.0;
            for (var a = 1; a < _shape.Length; a++) chunks *= (_shape[a] + _chunk[a] - 1) / _chunk[a];
            var bytes = chunks * ChunkBytes;
            return bytes <= MostKept ? bytes : ChunkBytes;
        }
    }

    /// <summary>Raw elements of slices along the first axis, row-major; what was never written has the fill value.</summary>
    /// <param name="first">The first slice.</param>
    /// <param name="count">Slices.</param>
    /// <param name="to">Gets exactly as many bytes as they have.</param>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void ReadSlices(long first, long count, Span<byte> to)
    {
        var size = Type.Size;
        var slice = to.Length / count;
        if (_layout == Layout.Compact)
        {
            if (_compact!.Length < Elements * size) throw new InvalidDataException("a dataset of it is cut off");
            _compact.AsSpan((int)(first * slice), to.Length).CopyTo(to);
            return;
        }
        if (_address < 0)
        {
            Fill(to);
            return;
        }
        if (_layout == Layout.Contiguous)
        {
            RequireContiguous();
            File.Read(_address + first * slice, to);
            return;
        }
        var depth = _chunk[0];
        for (var layer = first / depth; layer * depth < first + count; layer++)
        {
            var (from, end) = (Math.Max(first, layer * depth), Math.Min(first + count, (layer + 1) * depth));
            var part = to.Slice((int)((from - first) * slice), (int)((end - from) * slice));
            if (!Layers().TryGetValue(layer, out var chunks))
            {
                Fill(part);
                continue;
            }
            if (chunks.Count < LayerChunks) Fill(part);
            foreach (var (chunk, raw) in Unpacked(layer, chunks)) Place(chunk, raw, from, end, part);
        }
    }

    private double LayerChunks
    {
        get
        {
            var chunks = 1.0;
            for (var a = 1; a < _shape.Length; a++) chunks *= (_shape[a] + _chunk[a] - 1) / _chunk[a];
            return chunks;
        }
    }

    // Frames are often asked for one by one, and a chunk has many.
    private IEnumerable<(Hdf5Chunk Chunk, byte[] Raw)> Unpacked(long layer, List<Hdf5Chunk> chunks)
    {
        if (_kept is { } kept && kept.Layer == layer) return kept.Chunks;
        if ((double)chunks.Count * ChunkBytes > MostKept) return chunks.Select(c => (c, Unpack(c)));
        _kept = null;
        List<(Hdf5Chunk, byte[])> unpacked = [.. chunks.Select(c => (c, Unpack(c)))];
        _kept = (layer, unpacked);
        return unpacked;
    }

    private byte[] Unpack(Hdf5Chunk chunk)
    {
        var rawBytes = (int)ChunkBytes;
        var isEdge = false;
        for (var a = 0; a < _shape.Length; a++) isEdge |= (chunk.Index[a] + 1) * _chunk[a] > _shape[a];
        var raw = File.Bytes(chunk.Address, chunk.Bytes);
        if (_filters.Count > 0 && !(isEdge && _skipsEdges)) raw = _filters.Undo(raw, chunk.SkippedFilters, rawBytes, Type.Size);
        return raw.Length >= rawBytes ? raw : throw new InvalidDataException("a chunk of it is cut off");
    }

    // The slices [from, end) of a chunk into those of all.
    private void Place(Hdf5Chunk chunk, byte[] raw, long from, long end, Span<byte> to)
    {
        var rank = _shape.Length;
        var size = Type.Size;
        var (own, all) = (Strides(_chunk), Strides(_shape));
        var lengths = new long[rank];
        for (var a = 0; a < rank; a++) lengths[a] = Math.Min(_chunk[a], _shape[a] - chunk.Index[a] * _chunk[a]);
        var start = chunk.Index[0] * _chunk[0];
        var row = rank == 1 ? 1 : (int)lengths[^1];
        var at = new long[rank];
        at[0] = from - start;
        while (at[0] + start < end)
        {
            long source = 0, target = -from * all[0];
            for (var a = 0; a < rank; a++) (source, target) = (source + at[a] * own[a], target + (chunk.Index[a] * _chunk[a] + at[a]) * all[a]);
            raw.AsSpan((int)source * size, row * size).CopyTo(to[((int)target * size)..]);
            if (rank == 1)
            {
                at[0]++;
                continue;
            }
            for (var a = rank - 2; a >= 0 && ++at[a] == lengths[a] && a > 0; a--) at[a] = 0;
        }
    }

    private void Fill(Span<byte> to)
    {
        to.Clear();
        if (_fill.Length != Type.Size || _fill.All(b => b == 0)) return;
        for (var i = 0; i + _fill.Length <= to.Length; i += _fill.Length) _fill.CopyTo(to[i..]);
    }
}

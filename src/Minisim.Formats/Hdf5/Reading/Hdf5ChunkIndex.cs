using System.Numerics;
using Minisim.Formats.Reading;

namespace Minisim.Formats.Hdf5.Reading;

/// <summary>A chunk that is stored.</summary>
/// <param name="Index">Its place in the grid of chunks, along every axis.</param>
/// <param name="Address">Where it lies.</param>
/// <param name="Bytes">Its bytes there.</param>
/// <param name="SkippedFilters">A bit for every filter that was not applied to it.</param>
internal readonly record struct Hdf5Chunk(long[] Index, long Address, long Bytes, uint SkippedFilters);

/// <summary>Where the chunks of a dataset lie: the six ways in which HDF5 writes it down.</summary>
internal sealed class Hdf5ChunkIndex
{
    private readonly Hdf5File _file;
    private readonly long[] _counts;
    private readonly long[]? _maxCounts;
    private readonly long[] _chunk;
    private readonly long _rawBytes;
    private readonly bool _isFiltered;

    /// <summary>For a dataset.</summary>
    /// <param name="file">The file.</param>
    /// <param name="shape">Lengths of the axes.</param>
    /// <param name="maxShape">Lengths they may grow to; −1 for any; null where they cannot.</param>
    /// <param name="chunk">Lengths of a chunk.</param>
    /// <param name="rawBytes">Bytes of a chunk before filters.</param>
    /// <param name="isFiltered">Whether there are filters.</param>
    public Hdf5ChunkIndex(Hdf5File file, long[] shape, long[]? maxShape, long[] chunk, long rawBytes, bool isFiltered)
    {
        (_file, _chunk, _rawBytes, _isFiltered) = (file, chunk, rawBytes, isFiltered);
        long Count(long length, int a) => length < 0 ? -1 : (length + chunk[a] - 1) / chunk[a];
        _counts = [.. shape.Select(Count)];
        _maxCounts = maxShape is null ? null : [.. maxShape.Select(Count)];
    }

    /// <summary>The chunks of a version 1 B-tree.</summary>
    public IEnumerable<Hdf5Chunk> Tree1(long address)
    {
        var rank = _chunk.Length;
        foreach (var (key, child) in Hdf5BTree1.Entries(_file, address, type: 1, 8 + 8 * (rank + 1)))
        {
            var at = new Hdf5Cursor(_file, key);
            var (bytes, skipped) = (at.UInt32(), at.UInt32());
            var index = new long[rank];
            for (var a = 0; a < rank; a++)
            {
                var offset = at.Number(8);
                if (offset % _chunk[a] != 0) throw new InvalidDataException("a chunk of it lies across others");
                index[a] = offset / _chunk[a];
            }
            yield return new Hdf5Chunk(index, child, bytes, skipped);
        }
    }

    /// <summary>The chunks of a version 2 B-tree.</summary>
    public IEnumerable<Hdf5Chunk> Tree2(long address)
    {
        var rank = _chunk.Length;
        foreach (var record in Hdf5BTree2.Records(_file, address, 10, 11))
        {
            var at = new Hdf5Cursor(_file, record);
            var child = at.Address();
            var (bytes, skipped) = (_rawBytes, 0u);
            if (_isFiltered)
            {
                bytes = at.Number(Math.Clamp(record.Length - _file.OffsetBytes - 4 - 8 * rank, 1, 8));
                skipped = at.UInt32();
            }
            var index = new long[rank];
            for (var a = 0; a < rank; a++) index[a] = at.Number(8);
            yield return new Hdf5Chunk(index, child, bytes, skipped);
        }
    }

    /// <summary>All chunks, one after another in the file.</summary>
    public IEnumerable<Hdf5Chunk> Implicit(long address)
    {
        if (address < 0) yield break;
        var grid = Grid();
        // There is room for every chunk, up to the lengths that the axes may grow to.
        if (Total(grid) * _rawBytes > _file.Length - address) throw new InvalidDataException($"a dataset of it declares {ReadLimits.Text(Total(grid) * _rawBytes)}, more than the file holds");
        for (long i = 0; i < Total(grid); i++)
            if (Place(i, grid, -1) is { } index)
                yield return new Hdf5Chunk(index, address + i * _rawBytes, _rawBytes, 0);
    }

    /// <summary>The chunks of an array of fixed length.</summary>
    public IEnumerable<Hdf5Chunk> FixedArray(long address)
    {
        if (address < 0) yield break;
        var at = _file.At(address);
        at.Expect("FAHD"u8);
        at.Skip(2);
        int elementBytes = at.Byte(), pageBits = at.Byte();
        var count = at.Length();
        var block = at.Address();
        if (block < 0) yield break;
        var grid = Grid();
        if (count > Total(grid) || pageBits > 32) throw new InvalidDataException("an index of chunks is longer than there are chunks");
        at = _file.At(block);
        at.Expect("FADB"u8);
        at.Skip(2 + _file.OffsetBytes);
        var page = 1L << pageBits;
        long from = at.Position;
        byte[]? isWritten = null;
        if (count > page)
        {
            isWritten = at.Bytes(((count + page - 1) / page + 7) / 8);
            from = at.Position + 4;
        }
        for (long i = 0; i < count; i++)
        {
            var skip = isWritten is null ? 0 : 4 * (i / page);
            if (isWritten is not null && (isWritten[i / page / 8] >> (int)(7 - i / page % 8) & 1) == 0)
            {
                // To the last element of the page at once: pages can be declared longer than anybody could count.
                i += page - 1 - i % page;
                continue;
            }
            if (Element(_file.At(from + i * elementBytes + skip), elementBytes) is { } e && Place(i, grid, -1) is { } index)
                yield return e with { Index = index };
        }
    }

    /// <summary>The chunks of an array that grows along one axis.</summary>
    public IEnumerable<Hdf5Chunk> ExtensibleArray(long address)
    {
        if (address < 0) yield break;
        var at = _file.At(address);
        at.Expect("EAHD"u8);
        at.Skip(2);
        int elementBytes = at.Byte(), maxBits = at.Byte(), inIndex = at.Byte(), leastElements = at.Byte(), leastPointers = at.Byte(), pageBits = at.Byte();
        for (var i = 0; i < 4; i++) at.Length();
        var count = at.Length();
        at.Length();
        var indexBlock = at.Address();
        if (indexBlock < 0) yield break;
        if (maxBits is 0 or > 62 || pageBits > 32 || !BitOperations.IsPow2(leastElements) || !BitOperations.IsPow2(leastPointers)) throw new InvalidDataException("an index of chunks has impossible sizes");
        var unlimited = _maxCounts is null ? -1 : Array.IndexOf(_maxCounts, -1);
        if (unlimited < 0) throw new InvalidDataException("an index of chunks grows, and the dataset does not");
        var grid = Grid();
        var offsetBytes = (maxBits + 7) / 8;
        Hdf5Chunk? Chunk(long i, Hdf5Cursor from) => Element(from, elementBytes) is { } e && Place(i, grid, unlimited) is { } index ? e with { Index = index } : null;

        at = _file.At(indexBlock);
        at.Expect("EAIB"u8);
        at.Skip(2 + _file.OffsetBytes);
        long next = 0;
        for (var i = 0; i < inIndex; i++, next++)
        {
            if (next < count && Chunk(next, at) is { } chunk) yield return chunk;
            else if (next >= count) at.Skip(elementBytes);
        }
        // Blocks of elements that double in number every second step; the first are named here, the rest in blocks of their own.
        var steps = 1 + maxBits - BitOperations.Log2((uint)leastElements);
        var direct = 2 * BitOperations.Log2((uint)leastPointers);
        var blocks = new List<(long Address, long Elements)>();
        for (var s = 0; s < direct; s++)
            for (long b = 0; b < 1L << (s / 2); b++)
                blocks.Add((at.Address(), leastElements * (1L << ((s + 1) / 2))));
        foreach (var (block, elements) in blocks)
        {
            if (next >= count) yield break;
            foreach (var chunk in DataBlock(block, next, elements, null, 0)) yield return chunk;
            next += elements;
        }
        for (var s = direct; s < steps && next < count; s++)
        {
            var super = at.Address();
            var (number, elements) = (1L << (s / 2), leastElements * (1L << ((s + 1) / 2)));
            if (super < 0)
            {
                next += number * elements;
                continue;
            }
            var from = _file.At(super);
            from.Expect("EASB"u8);
            from.Skip(2 + _file.OffsetBytes + offsetBytes);
            var pages = elements > 1L << pageBits ? elements >> pageBits : 0;
            var isWritten = pages > 0 ? from.Bytes((pages + 7) / 8 * number) : null;
            for (long b = 0; b < number && next < count; b++)
            {
                // The bits of all blocks follow each other, whatever the bytes of one.
                foreach (var chunk in DataBlock(from.Address(), next, elements, isWritten, b * pages)) yield return chunk;
                next += elements;
            }
        }

        IEnumerable<Hdf5Chunk> DataBlock(long block, long first, long elements, byte[]? isWritten, long firstPage)
        {
            if (block < 0) yield break;
            var from = _file.At(block);
            from.Expect("EADB"u8);
            from.Skip(2 + _file.OffsetBytes + offsetBytes);
            var page = 1L << pageBits;
            var start = from.Position + (isWritten is null ? 0 : 4);
            for (long i = 0; i < elements && first + i < count; i++)
            {
                var bit = firstPage + i / page;
                if (isWritten is not null && (isWritten[bit / 8] >> (int)(7 - bit % 8) & 1) == 0)
                {
                    i += page - 1 - i % page;
                    continue;
                }
                if (Chunk(first + i, _file.At(start + i * elementBytes + (isWritten is null ? 0 : 4 * (i / page)))) is { } chunk) yield return chunk;
            }
        }
    }

    private Hdf5Chunk? Element(Hdf5Cursor at, int bytes)
    {
        var from = at.Position;
        var address = at.Address();
        var (size, skipped) = (_rawBytes, 0u);
        if (_isFiltered)
        {
            size = at.Number(Math.Clamp(bytes - _file.OffsetBytes - 4, 1, 8));
            skipped = at.UInt32();
        }
        at.Position = from + bytes;
        return address < 0 ? null : new Hdf5Chunk([], address, size, skipped);
    }

    // Chunks are counted along the lengths that the axes may grow to, where these are known.
    private long[] Grid() => [.. _counts.Select((c, a) => _maxCounts is not null && _maxCounts[a] >= 0 ? Math.Max(c, _maxCounts[a]) : c)];

    private static double Total(long[] grid) => grid.Aggregate(1.0, (a, b) => a * b);

    /// <summary>The place of a chunk by its number; null where it lies outside the dataset. The axis that grows counts slowest.</summary>
    private long[]? Place(long number, long[] grid, int unlimited)
    {
        var index = new long[grid.Length];
        for (var a = grid.Length - 1; a >= 0; a--)
        {
            if (a == unlimited) continue;
            index[a] = number % Math.Max(1, grid[a]);
            number /= Math.Max(1, grid[a]);
        }
        if (unlimited >= 0) index[unlimited] = number;
        else if (number > 0) return null;
        for (var a = 0; a < index.Length; a++)
            if (index[a] >= _counts[a])
                return null;
        return index;
    }
}

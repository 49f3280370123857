using System.Numerics;
using System.Text;
using Minisim.Formats.Reading;

namespace Minisim.Formats.Hdf5.Reading;

/// <summary>The old way of groups to keep their links: a B-tree of tables, names in a heap of their own.</summary>
internal static class Hdf5SymbolTable
{
    public static IEnumerable<Hdf5Link> Read(Hdf5File file, long tree, long heap)
    {
        var at = file.At(heap);
        at.Expect("HEAP"u8);
        at.Skip(4);
        var size = at.Length();
        at.Length();
        var data = at.Address();
        string Name(long offset)
        {
            if (offset < 0 || offset >= size) throw new InvalidDataException("a name of a group lies outside its heap");
            return file.At(data + offset).Text();
        }
        foreach (var table in Leaves(file, tree, 0, file.LengthBytes))
        {
            var entry = file.At(table);
            entry.Expect("SNOD"u8);
            entry.Skip(2);
            var count = entry.UInt16();
            for (var i = 0; i < count; i++)
            {
                var name = Name(entry.Number(file.OffsetBytes));
                var address = entry.Address();
                var cached = entry.UInt32();
                entry.Skip(4);
                var scratch = entry.Bytes(16);
                yield return cached == 2 ? new Hdf5Link(name, -1, Name(BitConverter.ToUInt32(scratch))) : new Hdf5Link(name, address);
            }
        }
    }

    /// <summary>Children of the lowest nodes of a version 1 B-tree of groups.</summary>
    private static IEnumerable<long> Leaves(Hdf5File file, long root, int type, int keyBytes)
    {
        foreach (var (_, child) in Hdf5BTree1.Entries(file, root, type, keyBytes)) yield return child;
    }
}

/// <summary>B-trees of version 1.</summary>
internal static class Hdf5BTree1
{
    /// <summary>Keys and children of the lowest nodes, in order.</summary>
    /// <exception cref="InvalidDataException">Damaged, or a node leads to itself.</exception>
    public static IEnumerable<(byte[] Key, long Child)> Entries(Hdf5File file, long root, int type, int keyBytes)
    {
        if (root < 0) yield break;
        var visited = new HashSet<long>();
        var pending = new Stack<(long Address, int Level)>([(root, -1)]);
        while (pending.TryPop(out var node))
        {
            if (!visited.Add(node.Address)) throw new InvalidDataException("a B-tree of it leads in a circle");
            var at = file.At(node.Address);
            at.Expect("TREE"u8);
            if (at.Byte() != type) throw new InvalidDataException("a B-tree of it is of another kind");
            int level = at.Byte(), used = at.UInt16();
            if (node.Level >= 0 && level != node.Level) throw new InvalidDataException("a B-tree of it has levels out of order");
            at.Skip(2 * file.OffsetBytes);
            var entries = new List<(byte[] Key, long Child)>();
            for (var i = 0; i < used; i++) entries.Add((at.Bytes(keyBytes), at.Address()));
            if (level == 0)
            {
                foreach (var entry in entries) yield return entry;
                continue;
            }
            for (var i = used - 1; i >= 0; i--) pending.Push((entries[i].Child, level - 1));
        }
    }
}

/// <summary>Heaps of values of varying length, shared by the whole file.</summary>
internal static class Hdf5GlobalHeap
{
    /// <summary>An object of a heap.</summary>
    public static byte[] Get(Hdf5File file, long heap, long index)
    {
        var at = file.At(heap);
        at.Expect("GCOL"u8);
        at.Skip(4);
        var end = heap + at.Length();
        while (at.Position + 8 + file.LengthBytes <= end)
        {
            var own = at.UInt16();
            at.Skip(6);
            var size = at.Length();
            if (own == index) return file.Bytes(at.Position, size);
            if (own == 0) break;
            at.Skip((size + 7) / 8 * 8);
        }
        throw new InvalidDataException("a value of varying length is missing");
    }

    /// <summary>Text that a length, an address and an index stand for.</summary>
    public static string Text(Hdf5File file, Hdf5Cursor at)
    {
        var length = at.UInt32();
        var heap = at.Address();
        var index = at.UInt32();
        if (length == 0 || heap <= 0) return "";
        var bytes = Get(file, heap, index);
        return Encoding.UTF8.GetString(bytes, 0, (int)Math.Min(length, bytes.Length)).TrimEnd('\0');
    }
}

/// <summary>The new way of groups and objects to keep many links or attributes: blocks that double in size.</summary>
internal sealed class Hdf5FractalHeap
{
    private readonly Hdf5File _file;
    private readonly int _width, _offsetBytes, _lengthBytes, _rows;
    private readonly long _start, _maxDirect, _root, _end;
    private readonly int _maxDirectRows;

    private Hdf5FractalHeap(Hdf5File file, long address)
    {
        _file = file;
        var at = file.At(address);
        at.Expect("FRHP"u8);
        at.Skip(3);
        if (at.UInt16() != 0) throw new NotReadException("it keeps its names in a packed heap", "Copy it with h5repack.");
        at.Skip(1);
        var largest = at.UInt32();
        at.Length();
        at.Address();
        at.Length();
        at.Address();
        _end = at.Length();
        for (var i = 0; i < 7; i++) at.Length();
        _width = at.UInt16();
        _start = at.Length();
        _maxDirect = at.Length();
        var bits = at.UInt16();
        at.Skip(2);
        _root = at.Address();
        _rows = at.UInt16();
        if (_width == 0 || !BitOperations.IsPow2(_start) || !BitOperations.IsPow2(_maxDirect) || _start < 8 || _maxDirect < _start || bits is 0 or > 64)
            throw new InvalidDataException("a heap of it has impossible sizes");
        _offsetBytes = (bits + 7) / 8;
        _lengthBytes = Math.Min((BitOperations.Log2((ulong)_maxDirect) + 7) / 8, BitOperations.Log2(Math.Max(1, largest)) / 8 + 1);
        _maxDirectRows = BitOperations.Log2((ulong)_maxDirect) - BitOperations.Log2((ulong)_start) + 2;
    }

    public static Hdf5FractalHeap? Open(Hdf5File file, long address) => address < 0 ? null : new(file, address);

    private long RowBytes(int row) => row == 0 ? _start : _start << Math.Min(row - 1, 55);

    /// <summary>An object of the heap.</summary>
    /// <param name="id">Its identifier.</param>
    public byte[] Get(ReadOnlySpan<byte> id)
    {
        if (id.Length == 0) throw new InvalidDataException("a name of it has no place");
        switch (id[0] >> 4 & 3)
        {
            case 0:
                if (id.Length < 1 + _offsetBytes + _lengthBytes) throw new InvalidDataException("a name of it has no place");
                var at = new Hdf5Cursor(_file, id.ToArray());
                at.Skip(1);
                return Managed(at.Number(_offsetBytes), at.Number(_lengthBytes));
            case 2:
                var length = (id[0] & 15) + 1;
                return length < id.Length ? id.Slice(1, length).ToArray() : throw new InvalidDataException("a name of it is cut off");
            default:
                throw new NotReadException("it has attributes of more than 64 kB", "Copy it with h5repack.");
        }
    }

    private byte[] Managed(long offset, long length)
    {
        var (block, from, rows) = (_root, 0L, _rows);
        // A tree of blocks: a level down the block is smaller, so this ends.
        while (rows > 0)
        {
            if (block < 0) throw new InvalidDataException("a heap of it misses a block");
            var relative = offset - from;
            if (relative < 0) throw new InvalidDataException("a heap of it is out of order");
            var row = relative < _start * _width ? 0 : BitOperations.Log2((ulong)(relative / (_start * _width))) + 1;
            if (row >= rows) throw new InvalidDataException("a heap of it is out of order");
            var rowFrom = row == 0 ? 0 : (_start * _width) << (row - 1);
            var column = (relative - rowFrom) / RowBytes(row);
            var entry = row < _maxDirectRows ? row * _width + column : _maxDirectRows * _width + (row - _maxDirectRows) * _width + column;
            var at = _file.At(block);
            at.Expect("FHIB"u8);
            at.Skip(1 + _file.OffsetBytes + _offsetBytes + entry * _file.OffsetBytes);
            block = at.Address();
            from += rowFrom + column * RowBytes(row);
            if (row < _maxDirectRows) break;
            var inner = BitOperations.Log2((ulong)RowBytes(row)) - BitOperations.Log2((ulong)(_start * _width)) + 1;
            if (inner <= 0 || inner >= rows) throw new InvalidDataException("a heap of it is out of order");
            rows = inner;
        }
        if (block < 0 || offset < from) throw new InvalidDataException("a heap of it misses a block");
        return _file.Bytes(block + (offset - from), length);
    }
}

/// <summary>B-trees of version 2.</summary>
internal static class Hdf5BTree2
{
    /// <summary>All records, in order.</summary>
    /// <exception cref="InvalidDataException">Damaged, or a node leads to itself.</exception>
    public static IEnumerable<byte[]> Records(Hdf5File file, long address, params int[] type)
    {
        if (address < 0) yield break;
        var at = file.At(address);
        at.Expect("BTHD"u8);
        at.Skip(1);
        if (!type.Contains(at.Byte())) throw new InvalidDataException("a B-tree of it is of another kind");
        var nodeBytes = at.Number(4);
        int recordBytes = at.UInt16(), depth = at.UInt16();
        at.Skip(2);
        var root = at.Address();
        var rootCount = at.UInt16();
        if (recordBytes == 0 || nodeBytes < 16 || nodeBytes > 1 << 26 || depth > 32) throw new InvalidDataException("a B-tree of it has impossible sizes");
        // How many bytes the counts in a node take follows from how many records can be below it.
        var most = (nodeBytes - 10) / recordBytes;
        var countBytes = Encoded(most);
        var totalBytes = new int[depth + 1];
        double total = most;
        for (var level = 1; level <= depth; level++)
        {
            totalBytes[level] = level > 1 ? Encoded(total) : 0;
            var pointer = file.OffsetBytes + countBytes + totalBytes[level];
            var here = (nodeBytes - 10 - pointer) / (recordBytes + pointer);
            total = (here + 1) * total + here;
        }
        if (root < 0 || rootCount == 0) yield break;
        var visited = new HashSet<long>();
        var pending = new Stack<(long Address, int Level, long Count, byte[]? Record)>([(root, depth, rootCount, null)]);
        while (pending.TryPop(out var next))
        {
            if (next.Record is { } own)
            {
                yield return own;
                continue;
            }
            if (!visited.Add(next.Address)) throw new InvalidDataException("a B-tree of it leads in a circle");
            var node = file.At(next.Address);
            node.Expect(next.Level == 0 ? "BTLF"u8 : "BTIN"u8);
            node.Skip(2);
            if (next.Count * recordBytes > nodeBytes) throw new InvalidDataException("a B-tree of it has too many records in a node");
            var records = new byte[next.Count][];
            for (var i = 0; i < records.Length; i++) records[i] = node.Bytes(recordBytes);
            if (next.Level == 0)
            {
                foreach (var record in records) yield return record;
                continue;
            }
            var children = new (long, int, long, byte[]?)[next.Count + 1];
            for (var i = 0; i < children.Length; i++)
            {
                var child = node.Address();
                var count = node.Number(countBytes);
                if (totalBytes[next.Level] > 0) node.Skip(totalBytes[next.Level]);
                children[i] = (child, next.Level - 1, count, null);
            }
            for (var i = records.Length; i >= 0; i--)
            {
                if (i < records.Length) pending.Push((0, 0, 0, records[i]));
                pending.Push(children[i]);
            }
        }

        static int Encoded(double limit) => (limit < 1 ? 0 : (int)Math.Log2(limit)) / 8 + 1;
    }
}

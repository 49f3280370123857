using System.Text;
using Minisim.Formats.Reading;

namespace Minisim.Formats.Hdf5.Reading;

/// <summary>An array. Numbers are read as doubles, whatever their type, order and packing.</summary>
internal sealed partial class Hdf5Dataset : Hdf5Node, INumberArray
{
    private const int MaxRank = 32;

    private enum Layout { Compact, Contiguous, Chunked, Virtual }

    private readonly long[] _shape;
    private readonly long[]? _maxShape;
    private readonly Layout _layout;
    private readonly Hdf5Filters _filters;
    private readonly byte[] _fill = [];
    private readonly byte[]? _compact;
    private readonly long _address = -1, _bytes, _virtualIndex;
    private readonly long[] _chunk = [];
    private readonly bool _skipsEdges;
    private readonly Func<Hdf5ChunkIndex, IEnumerable<Hdf5Chunk>>? _chunks;

    public Hdf5Dataset(Hdf5File file, long address, Hdf5Header header) : base(file, address, header)
    {
        Type = Hdf5Type.Parse(header.Find(Hdf5Header.Datatype) ?? throw new InvalidDataException("a dataset of it has no type"));
        var (shape, maxShape) = ParseShape(header.Find(Hdf5Header.Dataspace) ?? throw new InvalidDataException("a dataset of it has no shape"));
        (IsNull, _shape, _maxShape) = (shape is null, shape ?? [0], maxShape);
        _filters = Hdf5Filters.Parse(header.Find(Hdf5Header.Filters));
        _fill = ParseFill(header);
        var at = header.Find(Hdf5Header.Layout)!;
        var version = at.Byte();
        if (version is 1 or 2)
        {
            var rank = at.Byte();
            _layout = (Layout)at.Byte();
            at.Skip(5);
            if (_layout != Layout.Compact) _address = at.Address();
            var lengths = new long[rank];
            for (var a = 0; a < rank; a++) lengths[a] = at.UInt32();
            if (_layout == Layout.Compact) _compact = at.Bytes(at.UInt32());
            else if (_layout == Layout.Contiguous) _bytes = (long)Math.Min(Elements * Type.Size, long.MaxValue / 2);
            else (_chunk, _chunks) = (lengths[..^1], i => i.Tree1(_address));
        }
        else if (version is 3 or 4 or 5)
        {
            _layout = (Layout)at.Byte();
            switch (_layout)
            {
                case Layout.Compact:
                    _compact = at.Bytes(at.UInt16());
                    break;
                case Layout.Contiguous:
                    (_address, _bytes) = (at.Address(), at.Length());
                    break;
                case Layout.Virtual:
                    (_address, _virtualIndex) = (at.Address(), at.UInt32());
                    break;
                case Layout.Chunked when version == 3:
                    {
                        var rank = at.Byte();
                        _address = at.Address();
                        _chunk = new long[Math.Max(0, rank - 1)];
                        for (var a = 0; a < _chunk.Length; a++) _chunk[a] = at.UInt32();
                        _chunks = i => i.Tree1(_address);
                        break;
                    }
                case Layout.Chunked:
                    {
                        var flags = at.Byte();
                        _skipsEdges = (flags & 1) != 0;
                        var rank = at.Byte();
                        var bytes = at.Byte();
                        if (bytes is 0 or > 8) throw new InvalidDataException("a dataset of it has impossible chunks");
                        _chunk = new long[Math.Max(0, rank - 1)];
                        for (var a = 0; a < _chunk.Length; a++) _chunk[a] = at.Number(bytes);
                        at.Number(bytes);
                        var index = at.Byte();
                        long single = 0;
                        uint skipped = 0;
                        switch (index)
                        {
                            case 1 when (flags & 2) != 0:
                                (single, skipped) = (at.Length(), at.UInt32());
                                break;
                            case 3:
                                at.Skip(1);
                                break;
                            case 4:
                                at.Skip(5);
                                break;
                            case 5:
                                at.Skip(6);
                                break;
                        }
                        _address = at.Address();
                        _chunks = index switch
                        {
                            1 => _ => _address < 0 ? [] : [new Hdf5Chunk(new long[_chunk.Length], _address, (flags & 2) != 0 ? single : ChunkBytes, skipped)],
                            2 => i => i.Implicit(_address),
                            3 => i => i.FixedArray(_address),
                            4 => i => i.ExtensibleArray(_address),
                            5 => i => i.Tree2(_address),
                            _ => throw new NotReadException($"its chunks are listed in a way of number {index}", "Copy it with h5repack."),
                        };
                        break;
                    }
                default:
                    throw new NotReadException($"it lays out its data in a way of number {(int)_layout}", "Copy it with h5repack.");
            }
        }
        else
        {
            throw new NotReadException($"it lays out its data in version {version}", "Copy it with h5repack.");
        }
        if (_layout == Layout.Chunked && (_chunk.Length != _shape.Length || _chunk.Any(c => c is <= 0 or > int.MaxValue)))
            throw new InvalidDataException("a dataset of it has chunks of another shape");
        if (header.Find(Hdf5Header.ExternalFiles) is not null)
            throw new NotReadException("it keeps its data in raw files beside it", "Copy all into one file (h5repack, or read and write it again).");
    }

    public Hdf5Type Type { get; }
    public bool IsNull { get; }
    /// <summary>Lengths of the axes; none for a scalar.</summary>
    public IReadOnlyList<long> Lengths => _shape;
    private double Elements => _shape.Aggregate(1.0, (a, b) => a * b);
    private double ChunkElements => _chunk.Aggregate(1.0, (a, b) => a * b);

    private long ChunkBytes => ChunkElements * Type.Size <= 1 << 30 ? (long)ChunkElements * Type.Size
        : throw new NotReadException($"it has chunks of {ReadLimits.Text(ChunkElements * Type.Size)}; up to 1 GB are read", "Write it with smaller chunks.");

    /// <summary>Whether it holds numbers; Python's None is stored as the text "NoneType".</summary>
    public bool HasNumbers => !IsNull && Type.IsNumber;

    public int[] Shape() => [.. _shape.Select(d => d <= int.MaxValue ? (int)d : throw new NotReadException($"it has an axis of {d} elements", "No recording needs as many; the file is damaged."))];

    /// <summary>Lengths and greatest lengths; null for a dataspace without elements.</summary>
    public static (long[]? Shape, long[]? Max) ParseShape(Hdf5Cursor at)
    {
        var version = at.Byte();
        int rank = at.Byte(), flags = at.Byte();
        if (version is not (1 or 2) || rank > MaxRank) throw new InvalidDataException($"a shape of it has version {version} and {rank} axes");
        var kind = version == 2 ? at.Byte() : 1;
        if (version == 1) at.Skip(5);
        if (kind == 2) return (null, null);
        long[] Read()
        {
            var lengths = new long[rank];
            for (var a = 0; a < rank; a++)
            {
                var length = at.Unsigned(at.LengthBytes);
                lengths[a] = length == (at.LengthBytes == 8 ? ulong.MaxValue : uint.MaxValue) ? -1 : length <= 1ul << 60 ? (long)length : throw new InvalidDataException("an axis of it is impossibly long");
            }
            return lengths;
        }
        var shape = Read();
        if (shape.Contains(-1)) throw new InvalidDataException("an axis of it has no length");
        return (shape, (flags & 1) != 0 ? Read() : null);
    }

    private static byte[] ParseFill(Hdf5Header header)
    {
        if (header.Find(Hdf5Header.Fill) is { } fill)
        {
            var version = fill.Byte();
            if (version >= 3)
            {
                if ((fill.Byte() & 0x20) == 0) return [];
            }
            else
            {
                fill.Skip(2);
                if (fill.Byte() == 0 && version == 2) return [];
            }
            return fill.Left >= 4 && fill.UInt32() is var n && n <= fill.Left ? fill.Bytes(n) : [];
        }
        return header.Find(Hdf5Header.OldFill) is { } old && old.UInt32() is var size && size <= old.Left ? old.Bytes(size) : [];
    }

    /// <summary>The number that an element has that was never written.</summary>
    private double FillNumber()
    {
        if (_fill.Length != Type.Size) return 0;
        Span<double> one = stackalloc double[1];
        Type.Decode(_fill, Type.Size, one);
        return one[0];
    }

    /// <summary>Calls back with the numbers that are stored, block by block; what is not stored is <paramref name="fill"/>.</summary>
    /// <param name="block">Gets the numbers (row-major), the origin and the lengths of a block.</param>
    /// <param name="fill">The number elsewhere.</param>
    public void ReadBlocks(NumberBlock block, out double fill)
    {
        if (!HasNumbers) throw new NotReadException($"it holds {Type.Describe()} where numbers should be", "Write them as numbers.");
        fill = FillNumber();
        if (_layout == Layout.Virtual)
        {
            var all = Doubles();
            block(all, new long[_shape.Length], _shape);
            return;
        }
        var numbers = Array.Empty<double>();
        ReadRaw((raw, origin, lengths, strides) =>
        {
            var count = (int)lengths.Aggregate(1L, (a, b) => a * b);
            if (numbers.Length < count)
            {
                File.Limits.Release(8L * numbers.Length);
                File.Limits.Take(8.0 * count, "a block of the file");
                numbers = new double[count];
            }
            var rank = lengths.Length;
            var row = rank == 0 ? 1 : (int)lengths[^1];
            var at = new long[rank];
            for (var done = 0; done < count; done += row)
            {
                long from = 0;
                for (var a = 0; a < rank; a++) from += at[a] * strides[a];
                Type.Decode(raw.AsSpan((int)(from * Type.Size)), Type.Size, numbers.AsSpan(done, row));
                for (var a = rank - 2; a >= 0 && ++at[a] == lengths[a]; a--) at[a] = 0;
            }
            block(numbers.AsSpan(0, count), origin, lengths);
        });
        File.Limits.Release(8L * numbers.Length);
    }

    private delegate void RawBlock(byte[] raw, long[] origin, long[] lengths, long[] strides);

    // Raw elements, block by block. Strides count elements; the last is 1.
    private void ReadRaw(RawBlock block)
    {
        if (_shape.Any(d => d == 0)) return;
        var size = Type.Size;
        if (_layout == Layout.Compact)
        {
            if (_compact!.Length < Elements * size) throw new InvalidDataException("a dataset of it is cut off");
            block(_compact, new long[_shape.Length], _shape, Strides(_shape));
            return;
        }
        if (_layout == Layout.Contiguous)
        {
            if (_address < 0) return;
            if (_bytes < Elements * size || Elements * size > File.Length - _address) throw new InvalidDataException($"a dataset of it declares {ReadLimits.Text(Elements * size)}, more than the file holds");
            // Slabs of whole rows, a few megabytes each.
            var rank = _shape.Length;
            var split = 0;
            double inner = Elements;
            while (split < rank && inner * size > 4 << 20) inner /= _shape[split++];
            if (split > 0) inner *= _shape[--split];
            // Axes before "split" go one by one, axis "split" in steps, the rest whole.
            var below = rank == 0 ? 1 : (long)(inner / _shape[split]);
            var step = rank == 0 ? 1 : Math.Clamp((4 << 20) / (below * size), 1, _shape[split]);
            var origin = new long[rank];
            long start = 0;
            while (true)
            {
                var lengths = new long[rank];
                for (var a = 0; a < rank; a++) lengths[a] = a < split ? 1 : a == split ? Math.Min(step, _shape[a] - origin[a]) : _shape[a];
                var count = lengths.Aggregate(1L, (a, b) => a * b);
                block(File.Bytes(_address + start * size, count * size), [.. origin], lengths, Strides(lengths));
                start += count;
                if (rank == 0) return;
                var axis = split;
                origin[axis] += lengths[axis];
                while (axis > 0 && origin[axis] >= _shape[axis])
                {
                    origin[axis--] = 0;
                    origin[axis]++;
                }
                if (origin[0] >= _shape[0]) return;
            }
        }
        if (_address < 0) return;
        var rawBytes = (int)ChunkBytes;
        var chunks = StoredChunks();
        File.Limits.Take(2.0 * rawBytes, "a chunk of it");
        var strides = Strides(_chunk);
        foreach (var chunk in chunks)
        {
            var origin = chunk.Index.Zip(_chunk, (i, c) => i * c).ToArray();
            var lengths = new long[origin.Length];
            for (var a = 0; a < lengths.Length; a++) lengths[a] = Math.Min(_chunk[a], _shape[a] - origin[a]);
            var isEdge = !lengths.SequenceEqual(_chunk);
            var raw = File.Bytes(chunk.Address, chunk.Bytes);
            if (_filters.Count > 0 && !(isEdge && _skipsEdges)) raw = _filters.Undo(raw, chunk.SkippedFilters, rawBytes, size);
            if (raw.Length < rawBytes) throw new InvalidDataException("a chunk of it is cut off");
            block(raw, origin, lengths, strides);
        }
        File.Limits.Release(2L * rawBytes);
    }

    /// <summary>The chunks that are stored, each place once and each within the file.</summary>
    /// <exception cref="InvalidDataException">The list contradicts itself, or declares more than is stored.</exception>
    private List<Hdf5Chunk> StoredChunks()
    {
        if (_address < 0) return [];
        _filters.RequireKnown();
        var rawBytes = (int)ChunkBytes;
        var index = new Hdf5ChunkIndex(File, _shape, _maxShape, _chunk, rawBytes, _filters.Count > 0);
        var chunks = new List<Hdf5Chunk>();
        var places = new HashSet<long>();
        var counts = _shape.Zip(_chunk, (s, c) => (s + c - 1) / c).ToArray();
        foreach (var chunk in _chunks!(index))
        {
            long number = 0;
            var isInside = true;
            for (var a = 0; a < counts.Length; a++)
            {
                isInside &= chunk.Index[a] >= 0 && chunk.Index[a] < counts[a];
                number = unchecked(number * counts[a] + chunk.Index[a]);
            }
            // Chunks beyond an axis that was shortened stay in the file.
            if (!isInside || chunk.Address < 0) continue;
            if (!places.Add(number)) throw new InvalidDataException("a chunk of it is stored twice");
            if (chunk.Bytes < 0 || chunk.Address > File.Length - chunk.Bytes) throw new InvalidDataException("a chunk of it lies beyond the end");
            ReadLimits.RequireStored(rawBytes, chunk.Bytes, _filters.MostRatio, "a chunk of it");
            chunks.Add(chunk);
        }
        var stored = chunks.DistinctBy(c => c.Address).Sum(c => (double)c.Bytes);
        ReadLimits.RequireStored((double)chunks.Count * rawBytes, stored, _filters.MostRatio, "a dataset of it");
        return chunks;
    }

    private static long[] Strides(long[] lengths)
    {
        var strides = new long[lengths.Length];
        for (var (a, s) = (lengths.Length - 1, 1L); a >= 0; s *= lengths[a--]) strides[a] = s;
        return strides;
    }

    /// <summary>All numbers, row-major.</summary>
    /// <exception cref="NotReadException">It holds something else, or needs more memory than is allowed.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public double[] Doubles()
    {
        if (!HasNumbers) throw new NotReadException($"it holds {Type.Describe()} where numbers should be", "Write them as numbers.");
        if (_shape.Any(d => d == 0)) return [];
        double[] Allocate()
        {
            if (Elements > Array.MaxLength) File.Limits.Take(double.PositiveInfinity, "a dataset of it");
            File.Limits.Take(8 * Elements, "a dataset of it");
            var array = new double[(long)Elements];
            if (FillNumber() is var fill && !(fill == 0)) Array.Fill(array, fill);
            return array;
        }
        if (_layout == Layout.Virtual)
        {
            return Hdf5Virtual.Read(this, Hdf5GlobalHeap.Get(File, _address, _virtualIndex), mapped =>
            {
                // Every element of another dataset is mapped about once.
                ReadLimits.RequireStored(8 * Elements, mapped, 4, "a virtual dataset of it");
                return Allocate();
            });
        }
        ReadLimits.RequireStored(8 * Elements, File.Length, 8 * _filters.MostRatio, "a dataset of it");
        var values = Allocate();
        var strides = Strides(_shape);
        ReadBlocks((numbers, origin, lengths) =>
        {
            var rank = lengths.Length;
            var row = rank == 0 ? 1 : (int)lengths[^1];
            var at = new long[rank];
            for (var done = 0; done < numbers.Length; done += row)
            {
                long to = 0;
                for (var a = 0; a < rank; a++) to += (origin[a] + at[a]) * strides[a];
                numbers.Slice(done, row).CopyTo(values.AsSpan((int)to));
                for (var a = rank - 2; a >= 0 && ++at[a] == lengths[a]; a--) at[a] = 0;
            }
        }, out _);
        return values;
    }

    /// <summary>All raw elements, row-major: for records, references and text.</summary>
    public byte[] RawElements()
    {
        if (_layout == Layout.Virtual) throw new NotReadException($"it maps {Type.Describe()} from elsewhere", "Copy it into an ordinary dataset.");
        var bytes = Elements * Type.Size;
        ReadLimits.RequireStored(bytes, File.Length, _filters.MostRatio, "a dataset of it");
        if (bytes > Array.MaxLength) File.Limits.Take(double.PositiveInfinity, "a dataset of it");
        File.Limits.Take(bytes, "a dataset of it");
        var values = new byte[(long)bytes];
        var (strides, size) = (Strides(_shape), Type.Size);
        ReadRaw((raw, origin, lengths, from) =>
        {
            var rank = lengths.Length;
            var row = rank == 0 ? 1 : (int)lengths[^1];
            var count = lengths.Aggregate(1L, (a, b) => a * b);
            var at = new long[rank];
            for (long done = 0; done < count; done += row)
            {
                long source = 0, to = 0;
                for (var a = 0; a < rank; a++) (source, to) = (source + at[a] * from[a], to + (origin[a] + at[a]) * strides[a]);
                raw.AsSpan((int)source * size, row * size).CopyTo(values.AsSpan((int)to * size));
                for (var a = rank - 2; a >= 0 && ++at[a] == lengths[a]; a--) at[a] = 0;
            }
        });
        return values;
    }

    /// <summary>One member of all records, as numbers; null where records have no such member.</summary>
    public double[]? Member(byte[] raw, string name)
    {
        foreach (var member in Type.Members)
        {
            if (member.Name != name) continue;
            var count = raw.Length / Type.Size;
            File.Limits.Take(8.0 * count, "a dataset of it");
            var values = new double[count];
            if (count > 0) member.Type.Decode(raw.AsSpan(member.Offset), Type.Size, values);
            return values;
        }
        return null;
    }

    /// <summary>All numbers as indices.</summary>
    public int[] Ints() => Array.ConvertAll(Doubles(), v => v >= int.MinValue && v <= int.MaxValue && v == Math.Floor(v) ? (int)v : throw new InvalidDataException($"it has {v} where an index should be"));

    /// <summary>All texts.</summary>
    public string[] Texts()
    {
        if (Type.Class != Hdf5Class.Text && Type is not { Class: Hdf5Class.VariableLength, IsText: true }) throw new NotReadException($"it holds {Type.Describe()} where text should be", "");
        var raw = RawElements();
        var texts = new string[raw.Length / Type.Size];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = Type.Class == Hdf5Class.Text ? Encoding.UTF8.GetString(raw, i * Type.Size, Type.Size).TrimEnd('\0')
                : Hdf5GlobalHeap.Text(File, new Hdf5Cursor(File, raw.AsSpan(i * Type.Size, Type.Size).ToArray()));
        return texts;
    }

    /// <summary>Addresses of all objects that it refers to; null where it holds no references.</summary>
    public long[]? References()
    {
        if (Type is not { Class: Hdf5Class.Reference, IsObjectReference: true }) return null;
        var at = new Hdf5Cursor(File, RawElements());
        var addresses = new long[at.Left / Type.Size];
        for (var i = 0; i < addresses.Length; i++)
        {
            at.Position = (long)i * Type.Size;
            addresses[i] = at.Address();
        }
        return addresses;
    }
}

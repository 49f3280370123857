using Minisim.Formats.Reading;

namespace Minisim.Formats.Hdf5.Reading;

/// <summary>Datasets that are put together from parts of others.</summary>
internal static class Hdf5Virtual
{
    [ThreadStatic] private static int _depth;

    /// <summary>Puts a virtual dataset together.</summary>
    /// <param name="dataset">The virtual dataset.</param>
    /// <param name="mapping">Its list of parts.</param>
    /// <param name="allocate">Makes the array of all its elements, row-major, with its fill value; given the bytes that are mapped.</param>
    public static double[] Read(Hdf5Dataset dataset, byte[] mapping, Func<double, double[]> allocate)
    {
        if (_depth >= 8) throw new InvalidDataException("a dataset of it is put together from itself");
        _depth++;
        try
        {
            return Fill(dataset, mapping, allocate);
        }
        finally
        {
            _depth--;
        }
    }

    private static double[] Fill(Hdf5Dataset dataset, byte[] mapping, Func<double, double[]> allocate)
    {
        var at = new Hdf5Cursor(dataset.File, mapping);
        if (at.Byte() != 0) throw new NotReadException("it maps other datasets in a newer way", "Copy it into an ordinary dataset: read and write it again.");
        var count = at.Length();
        // Parts mostly come from few datasets, row by row.
        var sources = new Dictionary<(string, string), (long[] Shape, double[] Values)>();
        var parts = new List<((long[] Shape, double[] Values) Source, Selection From, Selection To)>();
        for (long p = 0; p < count; p++)
        {
            var (file, path) = (at.Text(), at.Text());
            if (file.Contains('%') || path.Contains('%')) throw new NotReadException("it maps any number of datasets by a pattern of names", "Copy it into an ordinary dataset: read and write it again.");
            var (from, to) = (Selection.Parse(at), Selection.Parse(at));
            if (!sources.TryGetValue((file, path), out var source))
            {
                var home = file == "." ? dataset.File : dataset.File.Other(file, "a dataset that it maps");
                var own = home.Root.FindDataset(path) ?? throw new NotReadException($"the dataset {Hdf5File.Clean(path)}, which it maps, is not there", "Give the file from which it was put together.");
                sources[(file, path)] = source = ([.. own.Lengths], own.Doubles());
            }
            parts.Add((source, from, to));
        }
        var values = allocate(sources.Values.Sum(s => 8.0 * s.Values.Length));
        long[] shape = [.. dataset.Lengths];
        var left = 4L * values.Length + (1 << 20);
        foreach (var (source, from, to) in parts)
        {
            using var read = from.Offsets(source.Shape).GetEnumerator();
            foreach (var offset in to.Offsets(shape))
            {
                if (--left < 0) throw new InvalidDataException("a dataset of it is mapped over and over");
                if (!read.MoveNext()) throw new InvalidDataException("a dataset of it maps fewer elements than it takes");
                values[offset] = source.Values[read.Current];
            }
        }
        return values;
    }

    /// <summary>Which elements of a dataset: all, none, or blocks.</summary>
    private sealed class Selection
    {
        private bool _isAll;
        private readonly List<(long[] Start, long[] Stride, long[] Count, long[] Block)> _blocks = [];

        public static Selection Parse(Hdf5Cursor at)
        {
            var selection = new Selection();
            var kind = at.UInt32();
            var version = at.UInt32();
            if (kind is 0 or 3)
            {
                at.Skip(8);
                selection._isAll = kind == 3;
                return selection;
            }
            if (kind != 2) throw new NotReadException("it maps single points of other datasets", "Copy it into an ordinary dataset: read and write it again.");
            var flags = version >= 2 ? at.Byte() : 0;
            var bytes = version == 1 ? 4 : version == 2 ? 8 : at.Byte();
            if (bytes is not (2 or 4 or 8) || version is 0 or > 3) throw new InvalidDataException("a selection of it is broken");
            if (version < 3) at.Skip(version == 1 ? 8 : 4);
            var rank = (int)Math.Min(at.UInt32(), 64);
            if (rank > 32) throw new InvalidDataException("a selection of it has too many axes");
            long One()
            {
                var value = at.Unsigned(bytes);
                if (value == (bytes == 8 ? ulong.MaxValue : (1ul << (8 * bytes)) - 1)) throw new NotReadException("it maps a dataset that may grow", "Copy it into an ordinary dataset: read and write it again.");
                return value < 1ul << 60 ? (long)value : throw new InvalidDataException("a selection of it is broken");
            }
            if ((flags & 1) != 0)
            {
                var (start, stride, count, block) = (new long[rank], new long[rank], new long[rank], new long[rank]);
                for (var a = 0; a < rank; a++) (start[a], stride[a], count[a], block[a]) = (One(), One(), One(), One());
                selection._blocks.Add((start, stride, count, block));
                return selection;
            }
            var blocks = One();
            for (long b = 0; b < blocks; b++)
            {
                var (start, end) = (new long[rank], new long[rank]);
                for (var a = 0; a < rank; a++) start[a] = One();
                for (var a = 0; a < rank; a++) end[a] = One();
                var ones = Enumerable.Repeat(1L, rank).ToArray();
                selection._blocks.Add((start, ones, ones, [.. end.Zip(start, (e, s) => e - s + 1)]));
            }
            // Single rectangles come as lists of one; lists of several are not in the order of their elements.
            if (selection._blocks.Count > 1) throw new NotReadException("it maps irregular parts of other datasets", "Copy it into an ordinary dataset: read and write it again.");
            return selection;
        }

        /// <summary>Places of the elements in a dataset, in its order.</summary>
        public IEnumerable<long> Offsets(long[] shape)
        {
            var total = shape.Aggregate(1L, (a, b) => a * b);
            if (_isAll)
            {
                for (long i = 0; i < total; i++) yield return i;
                yield break;
            }
            foreach (var (start, stride, count, block) in _blocks)
            {
                var rank = start.Length;
                if (rank != shape.Length) throw new InvalidDataException("a selection of it has another number of axes");
                var lengths = new long[rank];
                for (var a = 0; a < rank; a++)
                {
                    lengths[a] = checked(count[a] * block[a]);
                    if (lengths[a] <= 0) yield break;
                    var last = checked(start[a] + (count[a] - 1) * stride[a] + block[a] - 1);
                    if (last >= shape[a] || stride[a] < block[a] && count[a] > 1) throw new InvalidDataException("a selection of it reaches beyond its dataset");
                }
                var at = new long[rank];
                while (true)
                {
                    long offset = 0;
                    for (var a = 0; a < rank; a++) offset = offset * shape[a] + start[a] + at[a] / block[a] * stride[a] + at[a] % block[a];
                    yield return offset;
                    var axis = rank - 1;
                    while (axis >= 0 && ++at[axis] == lengths[axis]) at[axis--] = 0;
                    if (axis < 0) break;
                }
            }
        }
    }
}

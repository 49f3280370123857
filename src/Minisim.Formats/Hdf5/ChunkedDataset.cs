using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace Minisim.Formats.Hdf5;

/// <summary>A dataset whose chunks are whole rows of its first axis, packed and handed in one after another once the file is begun,
/// so that it is never whole in memory.</summary>
internal abstract class ChunkedDataset(int chunkRows)
{
    /// <summary>Rows of a chunk. The last one is stored full size, too.</summary>
    public int ChunkRows => chunkRows;

    /// <summary>Its place in the file.</summary>
    public abstract H5Dataset Dataset { get; }

    /// <summary>Writes a chunk that was packed elsewhere.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="first">Its first row.</param>
    /// <param name="count">Its rows within the dataset.</param>
    /// <param name="packed">The full chunk, as <see cref="Hdf5Deflate.Pack"/> gives it.</param>
    public abstract void Write(H5NativeWriter writer, int first, int count, ReadOnlyMemory<byte> packed);
}

/// <inheritdoc/>
internal sealed class ChunkedDataset<T> : ChunkedDataset where T : unmanaged
{
    private readonly ulong[] _dims;
    private readonly H5Dataset<T[]> _dataset;
    private readonly OneChunk _cache = new();
    private T[] _unread = [];

    /// <summary>A dataset of a shape.</summary>
    /// <param name="dims">Its shape.</param>
    /// <param name="chunkRows">Rows of a chunk, at most those of the dataset.</param>
    public ChunkedDataset(ulong[] dims, int chunkRows) : base(chunkRows)
    {
        _dims = dims;
        uint[] chunks = [(uint)chunkRows, .. dims[1..].Select(d => (uint)d)];
        _dataset = new(dims, chunks, new H5DatasetCreation(_cache, Hdf5Deflate.Filters(Unsafe.SizeOf<T>())));
    }

    public override H5Dataset Dataset => _dataset;

    public override void Write(H5NativeWriter writer, int first, int count, ReadOnlyMemory<byte> packed)
    {
        var place = new HyperslabSelection(_dims.Length, [(ulong)first, .. new ulong[_dims.Length - 1]], [(ulong)count, .. _dims[1..]]);
        // The library wants values all the same; what it does with them is replaced by what is packed already.
        var length = count * RowLength;
        if (_unread.Length != length) _unread = new T[length];
        Hdf5Deflate.Put(packed);
        try
        {
            writer.Write(_dataset, _unread, fileSelection: place);
            _cache.Flush();
            if (!Hdf5Deflate.IsTaken) throw new InvalidOperationException("the library has not taken the packed chunk");
        }
        finally
        {
            // Only for this chunk: whoever else packs in this thread packs his own.
            Hdf5Deflate.Put(null);
        }
    }

    /// <summary>Gives the values of some rows.</summary>
    public delegate void Rows(int first, Span<T> values);

    /// <summary>Writes all of it, packed by all processors.</summary>
    public void Fill(H5NativeWriter writer, Rows rows)
    {
        var total = (int)_dims[0];
        var chunks = (total + ChunkRows - 1) / ChunkRows;
        var packed = new byte[Math.Min(Environment.ProcessorCount, chunks)][];
        var buffers = new T[packed.Length][];
        for (var next = 0; next < chunks; next += packed.Length)
        {
            var n = Math.Min(packed.Length, chunks - next);
            Parallel.For(0, n, i =>
            {
                var values = buffers[i] ??= new T[ChunkRows * RowLength];
                var first = (next + i) * ChunkRows;
                var inside = Math.Min(ChunkRows, total - first) * RowLength;
                rows(first, values.AsSpan(0, inside));
                values.AsSpan(inside).Clear();
                packed[i] = Hdf5Deflate.Pack(MemoryMarshal.AsBytes<T>(values), Unsafe.SizeOf<T>(), hasRuns: true).ToArray();
            });
            for (var i = 0; i < n; i++)
            {
                var first = (next + i) * ChunkRows;
                Write(writer, first, Math.Min(ChunkRows, total - first), packed[i]);
            }
        }
    }

    private int RowLength => (int)_dims[1..].Aggregate(1UL, (a, d) => a * d);
}

using System.Buffers;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Minisim.Formats.Writing;
using Minisim.Rendering;
using Minisim.Truth;
using PureHDF;

namespace Minisim.Formats.Hdf5;

/// <summary>Streams a movie into one chunked and packed dataset of an HDF5 file, whose other content is given before the first
/// frame. Chunks are packed by the threads that bring them and written in order.</summary>
internal abstract class Hdf5Sink(string path, FormatOptions options) : IRecordingSink
{
    private const int ChunkBytes = 1 << 20;
    private AtomicFile? _file;
    private FileStream? _stream;
    private H5NativeWriter? _writer;
    private OrderedWriter? _order;
    private RecordingHeader? _header;
    private ChunkedDataset? _movie;
    private byte[] _chunk = [];
    private readonly List<Action<H5NativeWriter>> _fills = [];

    /// <summary>Frames of a chunk: near 1 MiB, and a power of two, so that it goes well with others.</summary>
    public int BlockFrames { get; private set; } = 1;

    /// <summary>Whether frames are stored (column, row), as NWB has it.</summary>
    protected abstract bool IsTransposed { get; }

    /// <summary>Everything in the file; the movie's dataset is placed in it.</summary>
    protected abstract H5File Content(RecordingHeader header, GroundTruth truth, H5Dataset movie);

    public void Begin(RecordingHeader header, GroundTruth truth)
    {
        _header = header;
        while (BlockFrames * 2L * header.FrameBytes <= ChunkBytes && BlockFrames < header.Frames) BlockFrames *= 2;
        BlockFrames = Math.Min(BlockFrames, Math.Max(1, header.Frames));
        var (rows, columns) = IsTransposed ? (header.Width, header.Height) : (header.Height, header.Width);
        ulong[] dims = [(ulong)header.Frames, (ulong)rows, (ulong)columns];
        _movie = header.PixelType switch
        {
            PixelType.UInt8 => new ChunkedDataset<byte>(dims, BlockFrames),
            PixelType.UInt16 => new ChunkedDataset<ushort>(dims, BlockFrames),
            PixelType.Float32 => new ChunkedDataset<float>(dims, BlockFrames),
            _ => new ChunkedDataset<double>(dims, BlockFrames),
        };
        _order = new OrderedWriter(header.Frames, WriteChunk);
        _file = AtomicFile.Create(path, options);
        _stream = _file.OpenStream();
        Guard(() =>
        {
            var content = Content(header, truth, _movie.Dataset);
            _writer = content.BeginWrite(_stream, new H5WriteOptions());
            foreach (var fill in _fills) fill(_writer);
            // With them goes what they hold.
            _fills.Clear();
        });
    }

    /// <summary>A packed dataset that is filled when the file is begun.</summary>
    /// <param name="rows">Length of its first axis.</param>
    /// <param name="rowLength">Length of the other one; null if there is none.</param>
    /// <param name="fill">Gives the values of some rows; called by several threads at once.</param>
    protected H5Dataset Streamed<T>(int rows, int? rowLength, ChunkedDataset<T>.Rows fill) where T : unmanaged
    {
        ulong[] dims = rowLength is { } others ? [(ulong)rows, (ulong)others] : [(ulong)rows];
        var values = (long)rows * (rowLength ?? 1);
        if (values < 4096)
        {
            var all = new T[values];
            if (values > 0) fill(0, all);
            return new H5Dataset(all, fileDims: dims);
        }
        var chunked = new ChunkedDataset<T>(dims, (int)Math.Clamp(ChunkBytes / Unsafe.SizeOf<T>() / (rowLength ?? 1), 1, rows));
        _fills.Add(writer => chunked.Fill(writer, fill));
        return chunked.Dataset;
    }

    // What is made cell by cell, and is larger, is written so, packed.
    private const long MostAtOnce = 1 << 22;

    /// <summary>A truth array, in its own shape and type; one that is large and made cell by cell is never whole in memory.</summary>
    protected H5Dataset Values(TruthArray array) =>
        !array.IsRowByRow || array.Length <= MostAtOnce ? TruthDataset.Of(array)
        : array.Element switch
        {
            TruthElement.Float64 => Streamed<double>(array.Shape[0], array.RowLength, (first, to) => ((double[])array.Rows(first, to.Length / array.RowLength)).CopyTo(to)),
            TruthElement.Float32 => Streamed<float>(array.Shape[0], array.RowLength, (first, to) => ((float[])array.Rows(first, to.Length / array.RowLength)).CopyTo(to)),
            _ => TruthDataset.Of(array),
        };

    public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels)
    {
        if (snapshot is not null) return;
        var header = _header!;
        byte[]? full = null;
        for (var done = 0; done < count; done += BlockFrames)
        {
            var n = Math.Min(BlockFrames, count - done);
            var chunk = pixels.Slice(done * header.FrameBytes, n * header.FrameBytes);
            if (IsTransposed || n < BlockFrames)
            {
                var part = chunk;
                var target = (full ??= ArrayPool<byte>.Shared.Rent(BlockFrames * header.FrameBytes)).AsSpan(0, BlockFrames * header.FrameBytes);
                if (IsTransposed) Transpose(part, target, n);
                else part.CopyTo(target);
                // The chunk at the end is stored full size, too.
                target[part.Length..].Clear();
                chunk = target;
            }
            _order!.Write(firstFrame + done, n, Hdf5Deflate.Pack(chunk, header.PixelType.Bytes()).Span);
        }
        if (full is not null) ArrayPool<byte>.Shared.Return(full);
    }

    private void Transpose(ReadOnlySpan<byte> pixels, Span<byte> target, int frames)
    {
        var header = _header!;
        for (var f = 0; f < frames; f++)
        {
            var from = pixels.Slice(f * header.FrameBytes, header.FrameBytes);
            var to = target.Slice(f * header.FrameBytes, header.FrameBytes);
            switch (header.PixelType.Bytes())
            {
                case 1: Transposing.Of(from, to, header.Height, header.Width); break;
                case 2: Transposing.Of(MemoryMarshal.Cast<byte, ushort>(from), MemoryMarshal.Cast<byte, ushort>(to), header.Height, header.Width); break;
                case 4: Transposing.Of(MemoryMarshal.Cast<byte, uint>(from), MemoryMarshal.Cast<byte, uint>(to), header.Height, header.Width); break;
                default: Transposing.Of(MemoryMarshal.Cast<byte, ulong>(from), MemoryMarshal.Cast<byte, ulong>(to), header.Height, header.Width); break;
            }
        }
    }

    private void WriteChunk(int first, int count, ReadOnlySpan<byte> packed)
    {
        if (_chunk.Length < packed.Length) _chunk = new byte[packed.Length + packed.Length / 8];
        packed.CopyTo(_chunk);
        var chunk = _chunk.AsMemory(0, packed.Length);
        Guard(() => _movie!.Write(_writer!, first, count, chunk));
    }

    /// <summary>The library calls itself by reflection, which hides what went wrong.</summary>
    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            while (e is TargetInvocationException { InnerException: { } inner }) e = inner;
            // What a limit of file size becomes when the file is lengthened.
            if (e is ArgumentOutOfRangeException { ParamName: "value" or "offset" or "fileOffset" }) e = new IOException("The file would be larger than its file system or a limit allows.", e);
            if (e is IOException or UnauthorizedAccessException) throw AtomicFile.Refused(_file!.Target, 0, e);
            throw;
        }
    }

    public void Abort(Exception cause) => _order?.Fail(cause);

    public void Complete()
    {
        _order!.Finish();
        Guard(() =>
        {
            _writer!.Dispose();
            _stream!.Dispose();
        });
        _writer = null;
        _file!.Commit();
    }

    public void Dispose()
    {
        try
        {
            _stream?.Dispose();
        }
        catch (Exception e) when (e is IOException or ArgumentOutOfRangeException)
        {
            // The file is thrown away.
        }
        _file?.Dispose();
    }
}

/// <summary>Transposition of images.</summary>
internal static class Transposing
{
    /// <summary>(row, column) to (column, row), tile by tile so that both sides stay in the cache.</summary>
    public static void Of<T>(ReadOnlySpan<T> source, Span<T> target, int rows, int columns)
    {
        const int tile = 32;
        for (var r0 = 0; r0 < rows; r0 += tile)
            for (var c0 = 0; c0 < columns; c0 += tile)
                for (var c = c0; c < Math.Min(c0 + tile, columns); c++)
                {
                    var to = target.Slice(c * rows + r0, Math.Min(tile, rows - r0));
                    for (int r = 0, from = r0 * columns + c; r < to.Length; r++, from += columns) to[r] = source[from];
                }
    }
}

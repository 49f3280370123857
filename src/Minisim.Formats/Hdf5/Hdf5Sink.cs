using System.Reflection;
using System.Runtime.InteropServices;
using Minisim.Formats.Writing;
using Minisim.Rendering;
using Minisim.Truth;
using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;

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
    private H5Dataset? _movie;
    private Array? _raw;
    private readonly Queue<ReadOnlyMemory<byte>> _packed = new();
    private readonly OneChunk _cache = new();

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
        uint[] chunks = [(uint)BlockFrames, (uint)rows, (uint)columns];
        var creation = new H5DatasetCreation(_cache, Hdf5Deflate.Filters(header.PixelType.Bytes()));
        _movie = header.PixelType switch
        {
            PixelType.UInt8 => new H5Dataset<byte[]>(dims, chunks, creation),
            PixelType.UInt16 => new H5Dataset<ushort[]>(dims, chunks, creation),
            PixelType.Float32 => new H5Dataset<float[]>(dims, chunks, creation),
            _ => new H5Dataset<double[]>(dims, chunks, creation),
        };
        _order = new OrderedWriter(header.Frames, WriteChunk);
        _file = AtomicFile.Create(path, options.Overwrite);
        _stream = _file.OpenStream();
        Guard(() =>
        {
            var content = Content(header, truth, _movie);
            _writer = content.BeginWrite(_stream, new H5WriteOptions());
        });
    }

    public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels)
    {
        if (snapshot is not null) return;
        var header = _header!;
        // Chunks at the edge are stored full size, too.
        var full = new byte[BlockFrames * header.FrameBytes];
        for (var done = 0; done < count; done += BlockFrames)
        {
            var n = Math.Min(BlockFrames, count - done);
            var part = pixels.Slice(done * header.FrameBytes, n * header.FrameBytes);
            if (n < BlockFrames) Array.Clear(full);
            if (IsTransposed) Transpose(part, full, n);
            else part.CopyTo(full);
            using var packed = Hdf5Deflate.Pack(full, header.PixelType.Bytes());
            _order!.Write(firstFrame + done, n, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        }
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
        var header = _header!;
        var (rows, columns) = IsTransposed ? (header.Width, header.Height) : (header.Height, header.Width);
        // The library wants the pixels all the same; what it does with them is replaced by what is packed already.
        var length = count * header.Height * header.Width;
        if (_raw is null || _raw.Length != length)
            _raw = header.PixelType switch { PixelType.UInt8 => new byte[length], PixelType.UInt16 => new ushort[length], PixelType.Float32 => new float[length], _ => new double[length] };
        _packed.Enqueue(packed.ToArray());
        var place = new HyperslabSelection(3, [(ulong)first, 0, 0], [(ulong)count, (ulong)rows, (ulong)columns]);
        Guard(() =>
        {
            // Only while the movie's chunk is written: other datasets pack their own.
            Hdf5Deflate.Put(_packed);
            switch (_movie)
            {
                case H5Dataset<byte[]> movie: _writer!.Write(movie, (byte[])_raw, fileSelection: place); break;
                case H5Dataset<ushort[]> movie: _writer!.Write(movie, (ushort[])_raw, fileSelection: place); break;
                case H5Dataset<float[]> movie: _writer!.Write(movie, (float[])_raw, fileSelection: place); break;
                case H5Dataset<double[]> movie: _writer!.Write(movie, (double[])_raw, fileSelection: place); break;
            }
            _cache.Flush();
            if (_packed.Count > 0) throw new InvalidOperationException("the library has not taken the packed chunk");
        });
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
            if (e is IOException or UnauthorizedAccessException) throw AtomicFile.Refused(_file!.Target, 0, e);
            throw;
        }
        finally
        {
            Hdf5Deflate.Put(null);
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
        _file!.Commit(options.Flush);
    }

    public void Dispose()
    {
        try
        {
            _stream?.Dispose();
        }
        catch (IOException)
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
                    for (var r = r0; r < Math.Min(r0 + tile, rows); r++)
                        target[c * rows + r] = source[r * columns + c];
    }
}

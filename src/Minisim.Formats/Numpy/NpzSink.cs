using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Minisim.Formats.Writing;
using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Numpy;

/// <summary>Writes an <c>.npz</c> archive (stored, not packed): <c>movie</c>, sparse footprints <c>A_data</c>, <c>A_indices</c>,
/// <c>A_indptr</c>, <c>A_shape</c> (CSC; pixels in Fortran order) and <c>A_planted_…</c>, every truth array, <c>spec</c>, <c>fps</c>
/// and <c>pixel_size_um</c>.</summary>
internal sealed class NpzSink(string path, FormatOptions options) : IRecordingSink
{
    private AtomicFile? _file;
    private FileStream? _stream;
    private ZipArchive? _archive;
    private Stream? _movie;
    private OrderedWriter? _writer;

    public int BlockFrames => 1;

    public void Begin(RecordingHeader header, GroundTruth truth)
    {
        _writer = new OrderedWriter(header.Frames, WriteFrames);
        _file = AtomicFile.Create(path, options);
        _stream = _file.OpenStream();
        Guard(() =>
        {
            _archive = new ZipArchive(_stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var array in truth.Arrays) Add(array.Name, array.Values, Array.ConvertAll(array.Shape, s => (long)s));
            Add("A", SparseFootprints.Observed(truth));
            Add("A_planted", SparseFootprints.Planted(truth));
            Add("fps", new[] { header.Spec.Acquisition.Fps }, []);
            Add("pixel_size_um", new[] { truth.Grid.PixelSizeUm }, []);
            var spec = SpecJson.Write(header.Spec);
            var letters = spec.EnumerateRunes().Count();
            Add("spec", Encoding.UTF32.GetBytes(spec), $"<U{letters}", []);
            _movie = Open("movie");
            _movie.Write(NpyHeader.Write(NpyHeader.TypeOf(header.PixelType), header.Frames, header.Height, header.Width));
        });
    }

    private void Add(string name, SparseFootprints a)
    {
        Add(name + "_data", a.Data, [a.Data.Length]);
        Add(name + "_indices", a.Indices, [a.Indices.Length]);
        Add(name + "_indptr", a.IndPtr, [a.IndPtr.Length]);
        Add(name + "_shape", a.Shape, [a.Shape.Length]);
    }

    private void Add(string name, Array values, ReadOnlySpan<long> shape) => Add(name, values switch
    {
        double[] v => MemoryMarshal.AsBytes(v.AsSpan()),
        float[] v => MemoryMarshal.AsBytes(v.AsSpan()),
        int[] v => MemoryMarshal.AsBytes(v.AsSpan()),
        long[] v => MemoryMarshal.AsBytes(v.AsSpan()),
        _ => MemoryMarshal.AsBytes(((bool[])values).AsSpan()),
    }, NpyHeader.TypeOf(values), shape);

    private void Add(string name, ReadOnlySpan<byte> bytes, string type, ReadOnlySpan<long> shape)
    {
        using var entry = Open(name);
        entry.Write(NpyHeader.Write(type, shape));
        entry.Write(bytes);
    }

    private Stream Open(string name)
    {
        var entry = _archive!.CreateEntry(name + ".npy", CompressionLevel.NoCompression);
        // The earliest that an archive can say: the same spec gives the same bytes.
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return entry.Open();
    }

    public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels)
    {
        if (snapshot is null) _writer!.Write(firstFrame, count, pixels);
    }

    private void WriteFrames(int first, int count, ReadOnlySpan<byte> pixels)
    {
        try
        {
            _movie!.Write(pixels);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(_file!.Target, pixels.Length, e);
        }
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(_file!.Target, 0, e);
        }
    }

    public void Abort(Exception cause) => _writer?.Fail(cause);

    public void Complete()
    {
        _writer!.Finish();
        Guard(() =>
        {
            _movie!.Dispose();
            _archive!.Dispose();
            _stream!.Dispose();
        });
        _archive = null;
        _file!.Commit();
    }

    public void Dispose()
    {
        // The archive itself is not closed: it would write its directory into a file that is thrown away.
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

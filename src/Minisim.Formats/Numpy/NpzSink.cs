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
    private StoredZip? _archive;
    private OrderedWriter? _writer;

    public int BlockFrames => 1;

    public void Begin(RecordingHeader header, GroundTruth truth)
    {
        _writer = new OrderedWriter(header.Frames, (_, _, pixels) => _archive!.Write(pixels));
        _file = AtomicFile.Create(path, options);
        _archive = new StoredZip(_file);
        foreach (var array in truth.Arrays) Add(array);
        Add("A", SparseFootprints.Observed(truth));
        Add("A_planted", SparseFootprints.Planted(truth));
        Add("fps", new[] { header.Timeline.FramesPerSecond }, []);
        if (header.Timeline.TimesS is { } times) Add("frame_times_s", times.AsSpan().ToArray(), [times.Count]);
        Add("pixel_size_um", new[] { truth.Grid.PixelSizeUm }, []);
        var spec = SpecJson.Write(header.Spec);
        var letters = spec.EnumerateRunes().Count();
        Add("spec", Encoding.UTF32.GetBytes(spec), $"<U{letters}", []);
        var head = NpyHeader.Write(NpyHeader.TypeOf(header.PixelType), header.Frames, header.Height, header.Width);
        _archive.Begin("movie.npy", head.Length + header.Frames * (long)header.FrameBytes);
        _archive.Write(head);
    }

    // Near 4 MiB at a time of what is made row by row.
    private void Add(TruthArray array)
    {
        var (size, row) = (array.Element switch { TruthElement.Float64 => 8, TruthElement.Bool => 1, _ => 4 }, array.RowLength);
        var rows = array.IsRowByRow ? Math.Max(1, (4 << 20) / Math.Max(1, size * row)) : int.MaxValue;
        var head = NpyHeader.Write(NpyHeader.TypeOf(array.Element), [.. array.Shape.Select(s => (long)s)]);
        _archive!.Begin(array.Name + ".npy", head.Length + size * array.Length);
        _archive.Write(head);
        Array? buffer = null;
        if (rows == int.MaxValue) _archive.Write(array.Bytes);
        else
            for (var first = 0; first < array.Shape[0]; first += rows) _archive.Write(array.BytesOfRows(first, Math.Min(rows, array.Shape[0] - first), ref buffer));
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
        var head = NpyHeader.Write(type, shape);
        _archive!.Begin(name + ".npy", head.Length + (long)bytes.Length);
        _archive.Write(head);
        _archive.Write(bytes);
    }

    public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels)
    {
        if (snapshot is null) _writer!.Write(firstFrame, count, pixels);
    }

    public void Abort(Exception cause) => _writer?.Fail(cause);

    public void Complete()
    {
        _writer!.Finish();
        _archive!.Complete();
        _file!.Commit();
    }

    public void Dispose() => _file?.Dispose();
}

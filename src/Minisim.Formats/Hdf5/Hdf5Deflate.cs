using System.Buffers;
using System.IO.Compression;
using PureHDF.Filters;

namespace Minisim.Formats.Hdf5;

/// <summary>HDF5's deflate filter, that takes chunks packed elsewhere: the library packs in one thread, here every rendering thread
/// packs its own.</summary>
/// <remarks>Registered once for the process under the filter's own number; a thread that has handed in no chunk gets what the
/// library's filter would do.</remarks>
internal sealed class Hdf5Deflate : IH5Filter
{
    private const ushort Id = 1;
    private const int Level = 1;
    [ThreadStatic] private static Queue<ReadOnlyMemory<byte>>? _packed;
    private static readonly Lazy<bool> Registered = new(() =>
    {
        H5Filter.Register(new Hdf5Deflate());
        return true;
    });

    ushort IH5Filter.FilterId => Id;
    string IH5Filter.Name => "deflate";

    /// <summary>The filter, for a dataset.</summary>
    public static H5Filter Filter => Registered.Value ? new H5Filter(Id, new() { ["compression-level"] = Level }) : throw new InvalidOperationException();

    /// <summary>Hands in the chunk that this thread writes next, packed.</summary>
    public static void Put(Queue<ReadOnlyMemory<byte>>? packed) => _packed = packed;

    /// <summary>Packs a chunk.</summary>
    public static MemoryStream Pack(ReadOnlySpan<byte> chunk)
    {
        var packed = new MemoryStream(chunk.Length + 1024);
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) deflate.Write(chunk);
        return packed;
    }

    uint[] IH5Filter.GetParameters(uint[] chunkDimensions, uint typeSize, Dictionary<string, object>? options) => [Level];

    Memory<byte> IH5Filter.Filter(FilterInfo info)
    {
        if ((info.Flags & H5FilterFlags.Decompress) == 0)
        {
            if (_packed is { Count: > 0 } queue) return System.Runtime.InteropServices.MemoryMarshal.AsMemory(queue.Dequeue());
            using var packed = Pack(info.Buffer.Span);
            return packed.ToArray();
        }
        using var source = new ZLibStream(new MemoryStream(info.Buffer.ToArray()), CompressionMode.Decompress);
        using var plain = new MemoryStream(info.ChunkSize);
        source.CopyTo(plain);
        return plain.GetBuffer().AsMemory(0, (int)plain.Length);
    }
}

using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Minisim.Formats.Zarr;
using PureHDF.Filters;

namespace Minisim.Formats.Hdf5;

/// <summary>HDF5's deflate filter, that takes chunks packed elsewhere: the library packs in one thread, here every rendering thread
/// packs its own.</summary>
/// <remarks>Registered once for the process under the filter's own number; a thread that has handed in no chunk gets what the
/// library's filter would do.</remarks>
internal sealed class Hdf5Deflate : IH5Filter
{
    private const ushort Id = 1;
    private const int Level = 6;

    /// <summary>Noise has no repetitions to look for. Measured on 8-bit counts of σ ≈ 8: coding the frequencies alone packs to 0.64 at
    /// twice the speed of the fastest level, which packs to 0.97.</summary>
    private static readonly ZLibCompressionOptions Noise = new() { CompressionLevel = Level, CompressionStrategy = ZLibCompressionStrategy.HuffmanOnly };
    /// <summary>Truth has runs of zeros: in spikes, and in the upper bytes of coordinates.</summary>
    private static readonly ZLibCompressionOptions Runs = new() { CompressionLevel = Level, CompressionStrategy = ZLibCompressionStrategy.RunLengthEncoding };
    [ThreadStatic] private static ReadOnlyMemory<byte>? _packed;
    [ThreadStatic] private static MemoryStream? _stream;
    private static readonly Lazy<bool> Registered = new(() =>
    {
        H5Filter.Register(new Hdf5Deflate());
        return true;
    });

    ushort IH5Filter.FilterId => Id;
    string IH5Filter.Name => "deflate";

    /// <summary>The filters of a dataset: values of several bytes are shuffled first, so that their quiet upper bytes lie together.</summary>
    public static List<H5Filter> Filters(int elementBytes) => elementBytes > 1 ? [(H5Filter)ShuffleFilter.Id, Filter] : [Filter];

    private static H5Filter Filter => Registered.Value ? new H5Filter(Id, new() { ["compression-level"] = Level }) : throw new InvalidOperationException();

    /// <summary>Hands in the chunk that this thread writes next, packed; null for none.</summary>
    public static void Put(ReadOnlyMemory<byte>? packed) => _packed = packed;

    /// <summary>Whether the library has fetched it.</summary>
    public static bool IsTaken => _packed is null;

    /// <summary>Packs a chunk as <see cref="Filters"/> says.</summary>
    /// <param name="chunk">Its values.</param>
    /// <param name="elementBytes">Bytes of one.</param>
    /// <param name="hasRuns">Whether the same byte often follows itself.</param>
    /// <returns>Valid until this thread packs the next one.</returns>
    public static ReadOnlyMemory<byte> Pack(ReadOnlySpan<byte> chunk, int elementBytes, bool hasRuns = false)
    {
        var packed = _stream ??= new MemoryStream();
        packed.SetLength(0);
        // Room for noise that does not pack, at once: the stream would double its way up through arrays that are garbage then.
        packed.Capacity = Math.Max(packed.Capacity, chunk.Length + chunk.Length / 64 + 1024);
        using (var deflate = new ZLibStream(packed, hasRuns ? Runs : Noise, leaveOpen: true))
        {
            if (elementBytes == 1)
            {
                deflate.Write(chunk);
            }
            else
            {
                var shuffled = ArrayPool<byte>.Shared.Rent(chunk.Length);
                ByteShuffle.Shuffle(chunk, shuffled.AsSpan(0, chunk.Length), elementBytes);
                deflate.Write(shuffled.AsSpan(0, chunk.Length));
                ArrayPool<byte>.Shared.Return(shuffled);
            }
        }
        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }

    uint[] IH5Filter.GetParameters(uint[] chunkDimensions, uint typeSize, Dictionary<string, object>? options) => [Level];

    Memory<byte> IH5Filter.Filter(FilterInfo info)
    {
        if ((info.Flags & H5FilterFlags.Decompress) == 0)
        {
            var packed = _packed ?? Pack(info.Buffer.Span, 1);
            _packed = null;
            return MemoryMarshal.AsMemory(packed);
        }
        // Files are read by code of our own (Reading/).
        throw new NotSupportedException("PureHDF writes here, and does not read");
    }
}

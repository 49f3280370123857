using PureHDF.VOL.Native;

namespace Minisim.Formats.Hdf5;

/// <summary>A writing cache of one chunk. The library's own keeps every chunk until the file is closed.</summary>
/// <remarks>The writer that comes with a request writes under the requested chunk, whatever index it is given; so each
/// chunk keeps the writer that came with it.</remarks>
internal sealed class OneChunk : IWritingChunkCache
{
    private (ulong Index, Memory<byte> Chunk, Action<ulong, Memory<byte>> Write)? _current;
    private Memory<byte>? _memory;

    public Memory<byte> GetChunk(ulong chunkIndex, Func<Memory<byte>> chunkAllocator, Action<ulong, Memory<byte>> chunkWriter)
    {
        if (_current is { } current)
        {
            if (current.Index == chunkIndex) return current.Chunk;
            current.Write(current.Index, current.Chunk);
        }
        // The same memory for all: every chunk is overwritten or replaced whole.
        var chunk = _memory ??= chunkAllocator();
        _current = (chunkIndex, chunk, chunkWriter);
        return chunk;
    }

    public void Flush(Action<ulong, Memory<byte>> chunkWriter) => Flush();

    /// <summary>Writes the chunk now.</summary>
    public void Flush()
    {
        if (_current is not { } current) return;
        current.Write(current.Index, current.Chunk);
        _current = null;
    }
}

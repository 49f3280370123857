using System.Buffers.Binary;
using System.IO.Compression;
using K4os.Compression.LZ4;
using Minisim.Formats.Reading;
using Minisim.Formats.Zarr;

namespace Minisim.Formats.Hdf5.Reading;

/// <summary>The filters that chunks went through when they were written, undone.</summary>
internal sealed class Hdf5Filters
{
    private readonly List<(int Id, string Name, uint[] Values)> _filters = [];

    public int Count => _filters.Count;

    public static Hdf5Filters Parse(Hdf5Cursor? at)
    {
        var filters = new Hdf5Filters();
        if (at is null) return filters;
        var version = at.Byte();
        var count = at.Byte();
        if (version == 1) at.Skip(6);
        for (var i = 0; i < count; i++)
        {
            var id = at.UInt16();
            var nameBytes = version == 1 || id >= 256 ? at.UInt16() : 0;
            at.Skip(2);
            var values = new uint[at.UInt16()];
            var name = at.Text(version == 1 ? (nameBytes + 7) / 8 * 8 : nameBytes);
            for (var v = 0; v < values.Length; v++) values[v] = at.UInt32();
            if (version == 1 && values.Length % 2 == 1) at.Skip(4);
            filters._filters.Add((id, name, values));
        }
        return filters;
    }

    /// <summary>Refuses what cannot be undone here, before anything is read.</summary>
    /// <exception cref="NotReadException">A filter that is not known here.</exception>
    public void RequireKnown()
    {
        foreach (var (id, name, _) in _filters)
            if (id is not (1 or 2 or 3 or 6 or 32000 or 32001 or 32004 or 32015))
                throw new NotReadException($"it is packed with the filter {Name(id, name)}, which is not read here",
                    "Read are gzip, shuffle, fletcher32, scale-offset, lzf, blosc, lz4 and zstd: copy it with 'h5repack -f GZIP=4 FILE COPY', or write it without compression.");
    }

    private static string Name(int id, string name) => id switch
    {
        4 => "szip",
        5 => "n-bit",
        307 => "bzip2",
        32008 => "bitshuffle",
        32013 => "zfp",
        32026 => "blosc2",
        _ => name.Length > 0 ? $"{Hdf5File.Clean(name)} ({id})" : $"{id}",
    };

    /// <summary>Raw bytes that a stored byte can stand for at the most.</summary>
    public double MostRatio
    {
        get
        {
            var ratio = 1.0;
            foreach (var (id, _, _) in _filters)
                ratio *= id switch { 1 => 1032, 32000 => 90, 32001 or 32015 => 1 << 15, 32004 => 255, 6 => 1 << 20, _ => 1 };
            return ratio;
        }
    }

    /// <summary>The elements of a chunk as they were before.</summary>
    /// <param name="stored">The chunk in the file.</param>
    /// <param name="skipped">A bit for every filter that was not applied.</param>
    /// <param name="rawBytes">Bytes of a whole chunk.</param>
    /// <param name="elementBytes">Bytes of an element.</param>
    /// <exception cref="InvalidDataException">Damaged.</exception>
    public byte[] Undo(byte[] stored, uint skipped, int rawBytes, int elementBytes)
    {
        var data = stored;
        for (var i = _filters.Count - 1; i >= 0; i--)
        {
            if ((skipped >> i & 1) != 0) continue;
            var (id, _, values) = _filters[i];
            // A checksum beneath a filter adds its four bytes to what the filter holds.
            var within = rawBytes + 4 * _filters.Take(i).Count(f => f.Id == 3);
            data = id switch
            {
                1 => Unpack(data, within, static (from, to) => ZlibCodec.DecodeStream(from, to)),
                2 => Unshuffle(data, values.Length > 0 ? (int)Math.Min(values[0], int.MaxValue) : elementBytes),
                3 => Fletcher32(data),
                6 => Hdf5ScaleOffset.Unpack(data, values, rawBytes),
                32000 => Unpack(data, within, Lzf),
                32001 => Unpack(data, within, static (from, to) => BloscFrame.Decode(from, to)),
                32004 => Unpack(data, within, Lz4),
                _ => Unpack(data, within, static (from, to) => ZstdCodec.DecodeFrame(from, to)),
            };
        }
        return data.Length >= rawBytes ? data : throw new InvalidDataException($"a chunk of it holds {data.Length} bytes instead of {rawBytes}");
    }

    private delegate void Decoder(ReadOnlySpan<byte> from, Span<byte> to);

    private static byte[] Unpack(byte[] from, int bytes, Decoder decode)
    {
        var raw = new byte[bytes];
        decode(from, raw);
        return raw;
    }

    private static byte[] Unshuffle(byte[] data, int size)
    {
        if (size <= 1 || data.Length < size) return data;
        var raw = new byte[data.Length];
        var count = data.Length / size;
        for (var b = 0; b < size; b++)
            for (var i = 0; i < count; i++)
                raw[i * size + b] = data[b * count + i];
        // What does not fill an element stays where it was.
        data.AsSpan(count * size).CopyTo(raw.AsSpan(count * size));
        return raw;
    }

    private static byte[] Fletcher32(byte[] data)
    {
        if (data.Length < 4) throw new InvalidDataException("a chunk of it is shorter than its checksum");
        var bytes = data.AsSpan(0, data.Length - 4);
        uint a = 0, b = 0;
        var at = 0;
        for (var words = bytes.Length / 2; words > 0;)
        {
            // Sums of 360 words cannot overflow.
            var block = Math.Min(words, 360);
            words -= block;
            for (var i = 0; i < block; i++, at += 2)
            {
                a += BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
                b += a;
            }
            (a, b) = ((a & 0xffff) + (a >> 16), (b & 0xffff) + (b >> 16));
        }
        if (bytes.Length % 2 == 1)
        {
            a += (uint)bytes[at] << 8;
            b += a;
            (a, b) = ((a & 0xffff) + (a >> 16), (b & 0xffff) + (b >> 16));
        }
        (a, b) = ((a & 0xffff) + (a >> 16), (b & 0xffff) + (b >> 16));
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(data.Length - 4));
        if (stored != (b << 16 | a)) throw new InvalidDataException("a chunk of it does not have the checksum that was stored with it");
        return bytes.ToArray();
    }

    /// <summary>LibLZF: runs of literals, and copies of what came before.</summary>
    internal static void Lzf(ReadOnlySpan<byte> from, Span<byte> to)
    {
        int at = 0, done = 0;
        while (at < from.Length)
        {
            int control = from[at++];
            if (control < 32)
            {
                var run = control + 1;
                if (run > from.Length - at || run > to.Length - done) throw Broken();
                from.Slice(at, run).CopyTo(to[done..]);
                (at, done) = (at + run, done + run);
                continue;
            }
            var length = control >> 5;
            if (length == 7)
            {
                if (at >= from.Length) throw Broken();
                length += from[at++];
            }
            if (at >= from.Length) throw Broken();
            var back = ((control & 31) << 8) + from[at++] + 1;
            length += 2;
            if (back > done || length > to.Length - done) throw Broken();
            // The copy may reach into itself.
            for (var i = 0; i < length; i++, done++) to[done] = to[done - back];
        }
        if (done != to.Length) throw Broken();

        static InvalidDataException Broken() => new("a chunk of it is a broken LZF stream");
    }

    // Size of all, size of a block, then blocks with their sizes, all big-endian.
    private static void Lz4(ReadOnlySpan<byte> from, Span<byte> to)
    {
        if (from.Length < 12) throw Broken();
        var (total, block) = (BinaryPrimitives.ReadInt64BigEndian(from), BinaryPrimitives.ReadInt32BigEndian(from[8..]));
        if (total != to.Length || block <= 0) throw Broken();
        from = from[12..];
        while (to.Length > 0)
        {
            if (from.Length < 4) throw Broken();
            var size = BinaryPrimitives.ReadInt32BigEndian(from);
            var raw = Math.Min(block, to.Length);
            if (size < 0 || size > from.Length - 4) throw Broken();
            if (size == raw) from.Slice(4, size).CopyTo(to);
            else if (LZ4Codec.Decode(from.Slice(4, size), to[..raw]) != raw) throw Broken();
            from = from[(4 + size)..];
            to = to[raw..];
        }

        static InvalidDataException Broken() => new("a chunk of it is a broken LZ4 stream");
    }
}

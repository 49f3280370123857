using System.Buffers;
using System.Buffers.Binary;
using K4os.Compression.LZ4;
using ZstdSharp;

namespace Minisim.Formats.Zarr;

/// <summary>The container of Blosc 1 (format version 2): a header of 16 bytes, then either the raw bytes, or per block an
/// offset and its streams. A block is shuffled and cut into one stream per byte of an element; a stream that
/// does not shrink is stored.</summary>
/// <remarks>Header: format version, codec version, flags, element size, then little-endian int32: raw bytes, bytes of a block,
/// bytes of the whole. Flags: 1 byte shuffle, 2 stored, 4 bit shuffle, 16 streams not cut, upper three bits the codec.</remarks>
internal static class BloscFrame
{
    /// <summary>Codec within the container, by its number in the flags.</summary>
    internal enum Inner
    {
        BloscLz = 0,
        Lz4 = 1,
        Snappy = 2,
        Zlib = 3,
        Zstd = 4,
    }

    public const int HeaderBytes = 16;
    private const byte Shuffled = 1, Stored = 2, Bitshuffled = 4, NotCut = 16;

    /// <summary>Blosc cuts only blocks of at least that many elements of at most <see cref="MaxCut"/> bytes.</summary>
    private const int MinCutElements = 128, MaxCut = 16;

    /// <summary>Elements of a block as written here: planes of 64 KiB suit LZ4's 16-bit offsets and stay in the cache.</summary>
    private const int BlockElements = 1 << 16;

    /// <summary>What of a plane is tried first: noise is recognised by it and stored at the speed of copying.</summary>
    private const int ProbeBytes = 1 << 12;

    [ThreadStatic] private static Compressor? _zstd;

    /// <summary>The longest result of <see cref="Encode"/>.</summary>
    public static int MostEncodedBytes(int rawBytes, int elementBytes)
    {
        var blocks = rawBytes / (BlockElements * elementBytes) + 2;
        return checked(HeaderBytes + rawBytes + blocks * 4 * (1 + elementBytes));
    }

    /// <summary>Writes a container; returns its length.</summary>
    public static int Encode(ReadOnlySpan<byte> raw, int elementBytes, Inner inner, Span<byte> target)
    {
        var length = 0;
        if (raw.Length >= 32)
        {
            var scratch = ArrayPool<byte>.Shared.Rent(BlockElements * elementBytes);
            length = EncodeBlocks(raw, elementBytes, inner, target, scratch);
            ArrayPool<byte>.Shared.Return(scratch);
        }
        if (length > 0 && length < HeaderBytes + raw.Length) return length;
        WriteHeader(target, Stored | (elementBytes > 1 ? Shuffled : 0), inner, elementBytes, raw.Length, BlockBytes(raw.Length, elementBytes), HeaderBytes + raw.Length);
        raw.CopyTo(target[HeaderBytes..]);
        return HeaderBytes + raw.Length;
    }

    /// <summary>Writes 8-bit counts as a container of float32: byte for byte what <see cref="Encode"/> makes of the converted
    /// pixels, in a fraction of the time.</summary>
    public static int EncodeCountsAsFloat32(ReadOnlySpan<byte> counts, Inner inner, Span<byte> target)
    {
        const int size = sizeof(float);
        var rawBytes = checked(counts.Length * size);
        var blockBytes = BlockBytes(rawBytes, size);
        var blocks = counts.Length == 0 ? 0 : (rawBytes + blockBytes - 1) / blockBytes;
        if (rawBytes >= 32)
        {
            var planes = ArrayPool<byte>.Shared.Rent(size * BlockElements);
            var at = HeaderBytes + 4 * blocks;
            for (var b = 0; b < blocks; b++)
            {
                var block = counts.Slice(b * (blockBytes / size), Math.Min(blockBytes / size, counts.Length - b * (blockBytes / size)));
                BinaryPrimitives.WriteInt32LittleEndian(target[(HeaderBytes + 4 * b)..], at);
                var n = block.Length;
                var last = b == blocks - 1 && n * size < blockBytes;
                var shuffled = planes.AsSpan(0, size * n);
                shuffled[..(2 * n)].Clear();
                ByteShuffle.CountsToFloatPlanes(block, shuffled.Slice(2 * n, n), shuffled.Slice(3 * n, n));
                at = WriteStreams(shuffled, Cut(size, blockBytes, last) ? size : 1, inner, target, at);
            }
            ArrayPool<byte>.Shared.Return(planes);
            if (at < HeaderBytes + rawBytes)
            {
                WriteHeader(target, Shuffled, inner, size, rawBytes, blockBytes, at);
                return at;
            }
        }
        var raw = ArrayPool<byte>.Shared.Rent(rawBytes);
        Truth.PixelTypes.Convert(counts, Truth.PixelType.UInt8, raw.AsSpan(0, rawBytes), Truth.PixelType.Float32);
        var length = Encode(raw.AsSpan(0, rawBytes), size, inner, target);
        ArrayPool<byte>.Shared.Return(raw);
        return length;
    }

    /// <summary>A multiple of the element but for tiny inputs, so that every block but the last can be cut.</summary>
    private static int BlockBytes(int rawBytes, int elementBytes) =>
        Math.Min(BlockElements * elementBytes, rawBytes > elementBytes ? rawBytes - rawBytes % elementBytes : Math.Max(rawBytes, 1));

    private static bool Cut(int elementBytes, int blockBytes, bool isShortLast) => elementBytes <= MaxCut && blockBytes / elementBytes >= MinCutElements && !isShortLast;

    private static void WriteHeader(Span<byte> target, int flags, Inner inner, int elementBytes, int rawBytes, int blockBytes, int bytes)
    {
        target[0] = 2;
        target[1] = 1;
        target[2] = (byte)(flags | ((int)inner << 5) | (Cut(elementBytes, blockBytes, false) ? 0 : NotCut));
        target[3] = (byte)elementBytes;
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], rawBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], blockBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], bytes);
    }

    private static int EncodeBlocks(ReadOnlySpan<byte> raw, int elementBytes, Inner inner, Span<byte> target, Span<byte> scratch)
    {
        var blockBytes = BlockBytes(raw.Length, elementBytes);
        var blocks = (raw.Length + blockBytes - 1) / blockBytes;
        var at = HeaderBytes + 4 * blocks;
        for (var b = 0; b < blocks; b++)
        {
            var block = raw.Slice(b * blockBytes, Math.Min(blockBytes, raw.Length - b * blockBytes));
            BinaryPrimitives.WriteInt32LittleEndian(target[(HeaderBytes + 4 * b)..], at);
            if (elementBytes > 1)
            {
                ByteShuffle.Shuffle(block, scratch, elementBytes);
                block = scratch[..block.Length];
            }
            at = WriteStreams(block, Cut(elementBytes, blockBytes, block.Length < blockBytes) ? elementBytes : 1, inner, target, at);
        }
        WriteHeader(target, elementBytes > 1 ? Shuffled : 0, inner, elementBytes, raw.Length, blockBytes, at);
        return at;
    }

    private static int WriteStreams(ReadOnlySpan<byte> block, int streams, Inner inner, Span<byte> target, int at)
    {
        var n = block.Length / streams;
        for (var s = 0; s < streams; s++)
        {
            var stream = block.Slice(s * n, n);
            var length = Compress(stream, inner, target[(at + 4)..]);
            if (length <= 0 || length >= n)
            {
                stream.CopyTo(target[(at + 4)..]);
                length = n;
            }
            BinaryPrimitives.WriteInt32LittleEndian(target[at..], length);
            at += 4 + length;
        }
        return at;
    }

    /// <summary>Compressed length, or 0 where it does not pay.</summary>
    private static int Compress(ReadOnlySpan<byte> stream, Inner inner, Span<byte> target)
    {
        if (stream.Length < 16) return 0;
        // Runs of one byte are what shuffled counts mostly are.
        var isRun = !stream.ContainsAnyExcept(stream[0]);
        var room = target[..Math.Min(target.Length, stream.Length - 1)];
        if (inner == Inner.Zstd)
        {
            _zstd ??= new Compressor(1);
            return _zstd.TryWrap(stream, room, out var written) ? written : 0;
        }
        if (isRun) return Lz4Run(stream[0], stream.Length, room);
        if (stream.Length > 4 * ProbeBytes)
        {
            // The middle, because borders of a frame tend to be darker and smoother than the rest.
            var probe = stream.Slice(stream.Length / 2, ProbeBytes);
            if (LZ4Codec.Encode(probe, room[..(ProbeBytes - ProbeBytes / 32)], LZ4Level.L00_FAST) <= 0) return 0;
        }
        return LZ4Codec.Encode(stream, room, LZ4Level.L00_FAST);
    }

    /// <summary>An LZ4 block of <paramref name="count"/> ≥ 16 equal bytes: one literal, one match at offset 1, and the five
    /// literals that must end a block.</summary>
    private static int Lz4Run(byte value, int count, Span<byte> target)
    {
        if (target.Length < count / 255 + 16) return 0;
        var match = count - 1 - 5 - 4;
        var at = 0;
        target[at++] = (byte)(1 << 4 | Math.Min(match, 15));
        target[at++] = value;
        target[at++] = 1;
        target[at++] = 0;
        if (match >= 15)
        {
            var rest = match - 15;
            for (; rest >= 255; rest -= 255) target[at++] = 255;
            target[at++] = (byte)rest;
        }
        target[at++] = 5 << 4;
        target.Slice(at, 5).Fill(value);
        return at + 5;
    }

    /// <summary>Reads a container into exactly <paramref name="raw"/>.</summary>
    /// <exception cref="InvalidDataException">Anything that does not fit.</exception>
    public static void Decode(ReadOnlySpan<byte> file, Span<byte> raw)
    {
        if (file.Length < HeaderBytes) throw new InvalidDataException("it is shorter than a Blosc header.");
        var flags = file[2];
        int size = file[3];
        var rawBytes = BinaryPrimitives.ReadInt32LittleEndian(file[4..]);
        var blockBytes = BinaryPrimitives.ReadInt32LittleEndian(file[8..]);
        var bytes = BinaryPrimitives.ReadInt32LittleEndian(file[12..]);
        if (file[0] is not (1 or 2)) throw new InvalidDataException($"Blosc format {file[0]} is not known (1 and 2 are).");
        if (rawBytes != raw.Length) throw new InvalidDataException($"its header claims {rawBytes} bytes.");
        if (bytes != file.Length) throw new InvalidDataException($"its header claims a file of {bytes} bytes, and it has {file.Length}.");
        if (raw.Length == 0) return;
        if ((flags & Stored) != 0)
        {
            if (bytes != HeaderBytes + rawBytes) throw new InvalidDataException("its stored bytes are not as many as claimed.");
            file[HeaderBytes..].CopyTo(raw);
            return;
        }
        if (size == 0 || blockBytes <= 0 || blockBytes > rawBytes) throw new InvalidDataException("its header contradicts itself.");
        var inner = (Inner)(flags >> 5);
        var blocks = (rawBytes - 1) / blockBytes + 1;
        if (HeaderBytes + 4L * blocks > file.Length) throw new InvalidDataException("it has no room for its own blocks.");
        var shuffle = (flags & Shuffled) != 0 && size > 1;
        var bitshuffle = !shuffle && (flags & Bitshuffled) != 0 && blockBytes >= size;
        var scratch = shuffle || bitshuffle ? ArrayPool<byte>.Shared.Rent(blockBytes) : null;
        try
        {
            for (var b = 0; b < blocks; b++)
            {
                var target = raw.Slice(b * blockBytes, Math.Min(blockBytes, rawBytes - b * blockBytes));
                var block = scratch is null ? target : scratch.AsSpan(0, target.Length);
                var at = BinaryPrimitives.ReadInt32LittleEndian(file[(HeaderBytes + 4 * b)..]);
                var streams = (flags & NotCut) == 0 && Cut(size, blockBytes, target.Length < blockBytes) ? size : 1;
                if (block.Length % streams != 0) throw new InvalidDataException("a block that cannot be cut evenly.");
                ReadStreams(file, at, block, streams, inner);
                if (shuffle) ByteShuffle.Unshuffle(block, target, size);
                else if (bitshuffle) ByteShuffle.Unbitshuffle(block, target, size);
            }
        }
        finally
        {
            if (scratch is not null) ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private static void ReadStreams(ReadOnlySpan<byte> file, int at, Span<byte> block, int streams, Inner inner)
    {
        var n = block.Length / streams;
        for (var s = 0; s < streams; s++)
        {
            if (at < HeaderBytes || at > file.Length - 4) throw new InvalidDataException("a block that starts outside the file.");
            var length = BinaryPrimitives.ReadInt32LittleEndian(file[at..]);
            at += 4;
            if (length <= 0 || length > file.Length - at) throw new InvalidDataException("a block that ends outside the file.");
            var stream = file.Slice(at, length);
            var target = block.Slice(s * n, n);
            at += length;
            if (length == n)
            {
                stream.CopyTo(target);
                continue;
            }
            switch (inner)
            {
                case Inner.Lz4: Lz4Codec.DecodeBlock(stream, target); break;
                case Inner.Zstd: ZstdCodec.DecodeFrame(stream, target); break;
                case Inner.Zlib: ZlibCodec.DecodeStream(stream, target); break;
                case Inner.BloscLz: DecodeBloscLz(stream, target); break;
                default: throw new InvalidDataException($"Blosc's codec {inner} is not read here; rewrite it with lz4, zstd, zlib or blosclz.");
            }
        }
    }

    /// <summary>BloscLZ: a control byte below 32 starts that many literals and one; above, its upper three bits are the match's
    /// length and the lower five the upper part of its distance. Distances beyond 8191 follow in two bytes.</summary>
    private static void DecodeBloscLz(ReadOnlySpan<byte> stream, Span<byte> raw)
    {
        const int nearest = 8191;
        int from = 0, to = 0;
        var control = stream[from++] & 31;
        while (true)
        {
            if (control < 32)
            {
                var count = control + 1;
                if (count > stream.Length - from || count > raw.Length - to) throw Damaged();
                stream.Slice(from, count).CopyTo(raw[to..]);
                from += count;
                to += count;
            }
            else
            {
                long count = (control >> 5) - 1;
                var distance = (control & 31) << 8;
                int code;
                if (count == 6)
                {
                    do
                    {
                        code = Next(stream);
                        count += code;
                    } while (code == 255);
                }
                code = Next(stream);
                count += 3;
                if (code == 255 && distance == 31 << 8)
                {
                    distance = Next(stream) << 8;
                    distance += Next(stream) + nearest;
                }
                else
                {
                    distance += code;
                }
                distance++;
                if (distance > to || count > raw.Length - to) throw Damaged();
                for (var i = 0; i < count; i++, to++) raw[to] = raw[to - distance];
            }
            if (from >= stream.Length) break;
            control = stream[from++];
        }
        if (to != raw.Length) throw Damaged();

        int Next(ReadOnlySpan<byte> s) => from < s.Length ? s[from++] : throw Damaged();
        static InvalidDataException Damaged() => new("a damaged BloscLZ block.");
    }
}

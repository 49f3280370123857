using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using K4os.Compression.LZ4;
using ZstdSharp;

namespace Minisim.Formats.Zarr;

/// <summary>One of numcodecs' compressors. Broken input ends in <see cref="InvalidDataException"/>, which the caller dresses
/// with the file's name.</summary>
internal abstract class ChunkCodec
{
    /// <summary>The codec as <c>.zarray</c> names it.</summary>
    public abstract JsonObject ToJson();

    /// <summary>The most raw bytes that a file of that many can possibly hold: a claim beyond it is refused before memory is
    /// taken for it.</summary>
    public abstract long MostRawBytes(long fileBytes);

    /// <summary>Fills <paramref name="raw"/> exactly.</summary>
    public abstract void Decode(ReadOnlySpan<byte> file, Span<byte> raw);

    /// <summary>The codec of a <c>.zarray</c>, null for none.</summary>
    public static ChunkCodec? Parse(JsonElement json, string path)
    {
        if (json.ValueKind == JsonValueKind.Null) return null;
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String)
            throw new RecordingFormatException(path, "compressor has no id.", "The file is damaged.");
        return id.GetString() switch
        {
            "blosc" => new BloscCodec(BloscFrame.Inner.Lz4),
            "zstd" => new ZstdCodec(),
            "zlib" => new ZlibCodec(),
            "gzip" => new GzipCodec(),
            "lz4" => new Lz4Codec(),
            var other => throw new RecordingFormatException(path, $"compressor \"{other}\" is not read here.", "Read are blosc, zstd, zlib, gzip, lz4 and none."),
        };
    }

    protected static void Fill(Stream stream, Span<byte> raw)
    {
        if (stream.ReadAtLeast(raw, raw.Length, throwOnEndOfStream: false) != raw.Length) throw new InvalidDataException("it holds too little.");
        if (stream.ReadByte() >= 0) throw new InvalidDataException("it holds too much.");
    }
}

/// <summary>Blosc 1 containers.</summary>
internal sealed class BloscCodec(BloscFrame.Inner inner) : ChunkCodec
{
    public BloscFrame.Inner Inner => inner;

    public override JsonObject ToJson() => new()
    {
        ["blocksize"] = 0,
        ["clevel"] = inner == BloscFrame.Inner.Zstd ? 1 : 5,
        ["cname"] = inner == BloscFrame.Inner.Zstd ? "zstd" : "lz4",
        ["id"] = "blosc",
        ["shuffle"] = 1,
    };

    // zstd's repeated-byte blocks: 128 KiB from four bytes.
    public override long MostRawBytes(long fileBytes) => fileBytes * (1 << 15);

    public override void Decode(ReadOnlySpan<byte> file, Span<byte> raw) => BloscFrame.Decode(file, raw);
}

/// <summary>A bare Zstandard frame.</summary>
internal sealed class ZstdCodec : ChunkCodec
{
    [ThreadStatic] private static Decompressor? _decompressor;

    public override JsonObject ToJson() => new() { ["id"] = "zstd", ["level"] = 1 };

    public override long MostRawBytes(long fileBytes) => fileBytes * (1 << 15);

    public override void Decode(ReadOnlySpan<byte> file, Span<byte> raw) => DecodeFrame(file, raw);

    public static void DecodeFrame(ReadOnlySpan<byte> file, Span<byte> raw)
    {
        _decompressor ??= new Decompressor();
        int written;
        try
        {
            written = _decompressor.Unwrap(file, raw);
        }
        catch (ZstdException e)
        {
            throw new InvalidDataException($"Zstandard: {e.Message}.", e);
        }
        if (written != raw.Length) throw new InvalidDataException($"it holds {written} bytes.");
    }
}

/// <summary>A zlib stream.</summary>
internal sealed class ZlibCodec : ChunkCodec
{
    public override JsonObject ToJson() => new() { ["id"] = "zlib", ["level"] = 1 };

    // DEFLATE's longest match: 258 bytes from two bits.
    public override long MostRawBytes(long fileBytes) => fileBytes * 1032;

    public override void Decode(ReadOnlySpan<byte> file, Span<byte> raw) => DecodeStream(file, raw);

    public static unsafe void DecodeStream(ReadOnlySpan<byte> file, Span<byte> raw)
    {
        // Nothing has no address.
        if (file.IsEmpty) throw new InvalidDataException("it is empty.");
        fixed (byte* p = file)
        {
            using var bytes = new UnmanagedMemoryStream(p, file.Length);
            using var zlib = new ZLibStream(bytes, CompressionMode.Decompress);
            Fill(zlib, raw);
        }
    }
}

/// <summary>A gzip stream.</summary>
internal sealed class GzipCodec : ChunkCodec
{
    public override JsonObject ToJson() => new() { ["id"] = "gzip", ["level"] = 1 };

    public override long MostRawBytes(long fileBytes) => fileBytes * 1032;

    public override unsafe void Decode(ReadOnlySpan<byte> file, Span<byte> raw)
    {
        if (file.IsEmpty) throw new InvalidDataException("it is empty.");
        fixed (byte* p = file)
        {
            using var bytes = new UnmanagedMemoryStream(p, file.Length);
            using var gzip = new GZipStream(bytes, CompressionMode.Decompress);
            Fill(gzip, raw);
        }
    }
}

/// <summary>numcodecs' LZ4: the raw length in four bytes, then one LZ4 block.</summary>
internal sealed class Lz4Codec : ChunkCodec
{
    public override JsonObject ToJson() => new() { ["acceleration"] = 1, ["id"] = "lz4" };

    public override long MostRawBytes(long fileBytes) => fileBytes * 255;

    public override void Decode(ReadOnlySpan<byte> file, Span<byte> raw)
    {
        if (file.Length < 4) throw new InvalidDataException("it is shorter than its own header.");
        var claimed = BinaryPrimitives.ReadInt32LittleEndian(file);
        if (claimed != raw.Length) throw new InvalidDataException($"it claims to hold {claimed} bytes.");
        DecodeBlock(file[4..], raw);
    }

    public static void DecodeBlock(ReadOnlySpan<byte> block, Span<byte> raw)
    {
        var written = LZ4Codec.Decode(block, raw);
        if (written != raw.Length) throw new InvalidDataException("a damaged LZ4 block.");
    }
}

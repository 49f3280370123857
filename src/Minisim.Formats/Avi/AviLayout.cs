using System.Buffers.Binary;
using System.Text;
using Minisim.Formats.Writing;

namespace Minisim.Formats.Avi;

/// <summary>Where everything lies in an uncompressed AVI file of known length: computed beforehand, so that frames can be written in
/// any order by any thread.</summary>
/// <remarks>
/// <para>RIFF "AVI " with the headers, a super index, then parts of at most 1 GiB, each a list "movi" of its standard index
/// <c>ix00</c> and its frames <c>00db</c>; parts after the first are RIFF "AVIX" (OpenDML 1.02). The first part also has the
/// old index <c>idx1</c>, for readers that know no other.</para>
/// <para>Y800: 8-bit grey, rows from the top, each padded to four bytes as in every DIB.</para>
/// </remarks>
internal sealed class AviLayout
{
    /// <summary>Longest part; readers with signed 32-bit offsets still work.</summary>
    public const long MostPartBytes = 1 << 30;
    private const int ChunkHeader = 8, ListHeader = 12, SuperEntry = 16, StandardHeader = 24, StandardEntry = 8, OldEntry = 16;
    private readonly int _headerBytes;
    private readonly int _perPart;
    private readonly string _software;

    public AviLayout(int frames, int height, int width, double fps, string software)
    {
        (Frames, Height, Width, Fps, _software) = (frames, height, width, fps, software);
        RowBytes = (width + 3) / 4 * 4;
        FrameBytes = checked(height * RowBytes);
        // A frame costs its chunk and its places in both indices.
        _perPart = (int)Math.Clamp((MostPartBytes - (1 << 20)) / (ChunkHeader + FrameBytes + StandardEntry + OldEntry), 1, Math.Max(frames, 1));
        Parts = Math.Max(1, (frames + _perPart - 1) / _perPart);
        _headerBytes = Headers().Length;
    }

    public int Frames { get; }
    public int Height { get; }
    public int Width { get; }
    public double Fps { get; }
    public int RowBytes { get; }
    public int FrameBytes { get; }
    public int Parts { get; }
    /// <summary>Frame with its chunk header.</summary>
    public int ChunkBytes => ChunkHeader + FrameBytes;

    private int FramesIn(int part) => Math.Clamp(Frames - part * _perPart, 0, _perPart);
    private int IndexBytes(int part) => ChunkHeader + StandardHeader + FramesIn(part) * StandardEntry;
    private long MoviBytes(int part) => ListHeader + IndexBytes(part) + (long)FramesIn(part) * ChunkBytes;
    private long OldIndexBytes(int part) => part == 0 ? ChunkHeader + (long)FramesIn(0) * OldEntry : 0;
    private long PartBytes(int part) => (part == 0 ? _headerBytes : ListHeader) + MoviBytes(part) + OldIndexBytes(part);
    /// <summary>All parts but the last are full, and all but the first are alike.</summary>
    private long PartOffset(int part) => part == 0 ? 0 : PartBytes(0) + (part - 1) * PartBytes(1);
    private long MoviOffset(int part) => PartOffset(part) + (part == 0 ? _headerBytes : ListHeader);
    private long IndexOffset(int part) => MoviOffset(part) + ListHeader;

    /// <summary>Length of the file.</summary>
    public long Length => PartOffset(Parts - 1) + PartBytes(Parts - 1);

    /// <summary>Place of a frame's chunk, header first.</summary>
    public long FrameOffset(int frame)
    {
        var part = frame / _perPart;
        return IndexOffset(part) + IndexBytes(part) + (long)(frame % _perPart) * ChunkBytes;
    }

    /// <summary>The frame after which consecutive frames are no longer neighbours in the file.</summary>
    public int EndOfPart(int frame) => Math.Min(Frames, (frame / _perPart + 1) * _perPart);

    public static void WriteChunkHeader(Span<byte> target, int bytes)
    {
        "00db"u8.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], bytes);
    }

    /// <summary>Everything but the frames: pieces and where they go.</summary>
    public IEnumerable<(long Offset, byte[] Bytes)> Structure()
    {
        yield return (0, Headers());
        for (var part = 0; part < Parts; part++)
        {
            var lists = new Writer();
            if (part > 0) lists.Code("RIFF").UInt((uint)(PartBytes(part) - ChunkHeader)).Code("AVIX");
            lists.Code("LIST").UInt((uint)(MoviBytes(part) - ChunkHeader)).Code("movi");
            yield return (part == 0 ? MoviOffset(0) : PartOffset(part), lists.ToArray());
            yield return (IndexOffset(part), StandardIndex(part));
            if (part == 0) yield return (MoviOffset(0) + MoviBytes(0), OldIndex());
        }
    }

    private byte[] StandardIndex(int part)
    {
        var n = FramesIn(part);
        var first = part * _perPart;
        var start = n > 0 ? FrameOffset(first) : IndexOffset(part);
        var index = new Writer().Code("ix00").UInt((uint)(IndexBytes(part) - ChunkHeader)).UShort(2).Byte(0).Byte(1).UInt((uint)n).Code("00db").ULong((ulong)start).UInt(0);
        for (var i = 0; i < n; i++) index.UInt((uint)((long)i * ChunkBytes + ChunkHeader)).UInt((uint)FrameBytes);
        return index.ToArray();
    }

    private byte[] OldIndex()
    {
        const uint key = 0x10;
        var index = new Writer().Code("idx1").UInt((uint)(OldIndexBytes(0) - ChunkHeader));
        // Counted from the letters "movi".
        var from = MoviOffset(0) + ChunkHeader;
        for (var i = 0; i < FramesIn(0); i++) index.Code("00db").UInt(key).UInt((uint)(FrameOffset(i) - from)).UInt((uint)FrameBytes);
        return index.ToArray();
    }

    private byte[] Headers()
    {
        const uint hasIndex = 0x10, trustChunkType = 0x800;
        var (rate, scale) = Rational.Of(Fps);
        var main = new Writer().UInt((uint)Math.Clamp(Math.Round(1e6 / Fps), 1, uint.MaxValue)).UInt((uint)Math.Clamp(Fps * ChunkBytes, 0, uint.MaxValue))
            .UInt(0).UInt(hasIndex | trustChunkType).UInt((uint)FramesIn(0)).UInt(0).UInt(1).UInt((uint)ChunkBytes).UInt((uint)Width).UInt((uint)Height).Zeros(16);
        var stream = new Writer().Code("vids").Code("Y800").UInt(0).UInt(0).UInt(0).UInt(scale).UInt(rate).UInt(0).UInt((uint)Frames).UInt((uint)ChunkBytes)
            .UInt(uint.MaxValue).UInt(0).UShort(0).UShort(0).UShort((ushort)Width).UShort((ushort)Height);
        var format = new Writer().UInt(40).UInt((uint)Width).UInt((uint)Height).UShort(1).UShort(8).Code("Y800").UInt((uint)FrameBytes).UInt(0).UInt(0).UInt(256).UInt(0);
        var super = new Writer().UShort(4).Byte(0).Byte(0).UInt((uint)Parts).Code("00db").Zeros(12);
        for (var part = 0; part < Parts; part++)
        {
            // The header's own length does not depend on where the indices are.
            var isSized = _headerBytes > 0;
            super.ULong(isSized ? (ulong)IndexOffset(part) : 0).UInt((uint)IndexBytes(part)).UInt((uint)FramesIn(part));
        }
        var streamList = new Writer().Code("strl").Chunk("strh", stream).Chunk("strf", format).Chunk("indx", super);
        var openDml = new Writer().Code("odml").Chunk("dmlh", new Writer().UInt((uint)Frames).Zeros(244));
        var list = new Writer().Code("hdrl").Chunk("avih", main).Chunk("LIST", streamList).Chunk("LIST", openDml);
        var info = new Writer().Code("INFO").Chunk("ISFT", new Writer().Text(_software));
        var size = _headerBytes > 0 ? (uint)(PartBytes(0) - ChunkHeader) : 0;
        return new Writer().Code("RIFF").UInt(size).Code("AVI ").Chunk("LIST", list).Chunk("LIST", info).ToArray();
    }

    /// <summary>Little-endian bytes.</summary>
    private sealed class Writer
    {
        private readonly MemoryStream _bytes = new();

        public Writer Code(string code) => Raw(Encoding.ASCII.GetBytes(code));
        public Writer Byte(byte value) => Raw([value]);
        public Writer Zeros(int count) => Raw(new byte[count]);
        public Writer Text(string text) => Raw([.. Encoding.UTF8.GetBytes(text), 0]);

        public Writer UShort(ushort value)
        {
            Span<byte> bytes = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
            return Raw(bytes);
        }

        public Writer UInt(uint value)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            return Raw(bytes);
        }

        public Writer ULong(ulong value)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            return Raw(bytes);
        }

        public Writer Chunk(string code, Writer content)
        {
            Code(code).UInt((uint)content._bytes.Length).Raw(content.ToArray());
            return content._bytes.Length % 2 == 1 ? Byte(0) : this;
        }

        public byte[] ToArray() => _bytes.ToArray();

        private Writer Raw(ReadOnlySpan<byte> bytes)
        {
            _bytes.Write(bytes);
            return this;
        }
    }
}

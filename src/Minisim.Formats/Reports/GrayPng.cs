using System.Buffers.Binary;
using System.IO.Compression;

namespace Minisim.Formats.Reports;

/// <summary>8-bit grey PNG images, small enough to sit inside a page.</summary>
internal static class GrayPng
{
    /// <summary>An image as a data URL, from <paramref name="low"/> (black) to <paramref name="high"/> (white).</summary>
    public static string DataUrl(ReadOnlySpan<double> image, int height, int width, double low, double high) =>
        "data:image/png;base64," + Convert.ToBase64String(Encode(image, height, width, low, high));

    /// <summary>A PNG file.</summary>
    public static byte[] Encode(ReadOnlySpan<double> image, int height, int width, double low, double high)
    {
        var scale = high > low ? 255 / (high - low) : 0;
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[width + 1];
            for (var r = 0; r < height; r++)
            {
                for (var c = 0; c < width; c++)
                {
                    var v = (image[r * width + c] - low) * scale;
                    row[c + 1] = v > 0 ? (byte)Math.Min(v, 255) : (byte)0;
                }
                zlib.Write(row);
            }
        }
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        Chunk(png, "IHDR"u8, header);
        Chunk(png, "IDAT"u8, packed.ToArray());
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static void Chunk(Stream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        png.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var b in data)
        {
            crc ^= b;
            for (var k = 0; k < 8; k++) crc = (crc & 1) != 0 ? 0xEDB88320 ^ crc >> 1 : crc >> 1;
        }
        return crc;
    }
}

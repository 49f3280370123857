using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Minisim.Truth;
using SkiaSharp;

namespace Minisim.Studio.Stream;

/// <summary>A live source as bytes: raw frames, Y4M, motion JPEG, lines of truth.</summary>
public static class LiveFormats
{
    /// <summary>Bytes of the header before every raw frame.</summary>
    public const int RawHeaderBytes = 64;
    /// <summary>"MSLV", little-endian.</summary>
    public const uint RawMagic = 0x564C534D;
    private const string Boundary = "minisimframe";
    private const int JpegQuality = 90;

    /// <summary>Media type of <see cref="WriteJpegAsync"/>'s output.</summary>
    public const string JpegType = "multipart/x-mixed-replace; boundary=" + Boundary;

    /// <summary>Raw frames (height, width), with a header of 64 bytes before each if asked for.</summary>
    /// <remarks>Header, little-endian: u32 magic, u32 bytes of the header, u64 number, u32 frame of the recording, u32 height, u32 width,
    /// u32 pixel type (0 uint8, 1 uint16, 2 float32), f64 due and f64 sent (s since the start), u64 frames late so far, u32 bytes of the
    /// pixels, 4 bytes of zero.</remarks>
    public static Task WriteRawAsync(LiveSource source, System.IO.Stream to, bool headers, bool fromStart, Func<LiveFrame, Task>? beside, CancellationToken cancellation)
    {
        var header = new byte[RawHeaderBytes];
        return source.ReadAsync(async (frame, pixels) =>
        {
            if (headers)
            {
                WriteHeader(header, frame, source.Height, source.Width, source.PixelType, pixels.Length);
                await to.WriteAsync(header, cancellation);
            }
            await to.WriteAsync(pixels, cancellation);
            await to.FlushAsync(cancellation);
            if (beside is not null) await beside(frame);
        }, fromStart, cancellation);
    }

    /// <summary>YUV4MPEG2 with one grey plane, for ffmpeg and what it feeds (virtual cameras): 8-bit counts as they are, deeper ones as
    /// 16 bits.</summary>
    /// <exception cref="NotSupportedException">The pixels are floats: the spec has no sensor.</exception>
    public static async Task WriteY4mAsync(LiveSource source, System.IO.Stream to, bool fromStart, Func<LiveFrame, Task>? beside, CancellationToken cancellation)
    {
        if (source.PixelType is not (PixelType.UInt8 or PixelType.UInt16)) throw new NotSupportedException("Y4M holds counts of a sensor: this chain has none. Add a sensor, or stream raw frames.");
        var colour = source.PixelType == PixelType.UInt8 ? "mono" : source.BitDepth is 9 or 10 or 12 ? $"mono{source.BitDepth}" : "mono16";
        await to.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"YUV4MPEG2 W{source.Width} H{source.Height} F{Math.Round(source.Fps * 1000)}:1000 Ip A1:1 C{colour}\n")), cancellation);
        await source.ReadAsync(async (frame, pixels) =>
        {
            await to.WriteAsync("FRAME\n"u8.ToArray(), cancellation);
            await to.WriteAsync(pixels, cancellation);
            await to.FlushAsync(cancellation);
            if (beside is not null) await beside(frame);
        }, fromStart, cancellation);
    }

    /// <summary>Motion JPEG, as cameras on a network send it; the frame's facts are headers of its part. Counts deeper than 8 bits, and
    /// floats, are scaled: the sensor's whole range, or the first frame's, to 0–255.</summary>
    public static Task WriteJpegAsync(LiveSource source, System.IO.Stream to, CancellationToken cancellation)
    {
        (float Low, float High)? range = source.PixelType == PixelType.UInt8 ? (0, 255) : source.PixelType == PixelType.UInt16 ? (0, (1 << source.BitDepth) - 1) : null;
        var grey = new byte[source.Height * source.Width];
        return source.ReadAsync(async (frame, pixels) =>
        {
            if (source.PixelType == PixelType.UInt8) pixels.CopyTo(grey);
            else
            {
                var values = new float[grey.Length];
                PixelTypes.Convert(pixels.Span, source.PixelType, MemoryMarshal.AsBytes(values.AsSpan()), PixelType.Float32);
                range ??= (values.Min(), Math.Max(values.Max(), values.Min() + 1e-6f));
                var (low, high) = range.Value;
                for (var i = 0; i < grey.Length; i++) grey[i] = (byte)Math.Clamp(255 * (values[i] - low) / (high - low), 0, 255);
            }
            using var data = Jpeg(grey, source.Height, source.Width);
            var head = string.Create(CultureInfo.InvariantCulture,
                $"--{Boundary}\r\nContent-Type: image/jpeg\r\nContent-Length: {data.Size}\r\nX-Frame: {frame.Number}\r\nX-Movie-Frame: {frame.MovieFrame}\r\nX-Scheduled: {frame.Scheduled:0.000000}\r\nX-Sent: {frame.Sent:0.000000}\r\nX-Late: {frame.LateSoFar}\r\n\r\n");
            await to.WriteAsync(Encoding.ASCII.GetBytes(head), cancellation);
            await to.WriteAsync(data.ToArray(), cancellation);
            await to.WriteAsync("\r\n"u8.ToArray(), cancellation);
            await to.FlushAsync(cancellation);
        }, false, cancellation);
    }

    /// <summary>The truth of every frame as a line of JSON, when the frame is due.</summary>
    public static Task WriteTruthAsync(LiveSource source, System.IO.Stream to, CancellationToken cancellation) =>
        source.ReadAsync(async (frame, _) =>
        {
            await to.WriteAsync(Encoding.UTF8.GetBytes(source.TruthLine(frame) + "\n"), cancellation);
            await to.FlushAsync(cancellation);
        }, false, cancellation);

    private static void WriteHeader(Span<byte> header, LiveFrame frame, int height, int width, PixelType type, int bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, RawMagic);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], RawHeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], frame.Number);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], frame.MovieFrame);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], height);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], width);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], (int)type);
        BinaryPrimitives.WriteDoubleLittleEndian(header[32..], frame.Scheduled);
        BinaryPrimitives.WriteDoubleLittleEndian(header[40..], frame.Sent);
        BinaryPrimitives.WriteInt64LittleEndian(header[48..], frame.LateSoFar);
        BinaryPrimitives.WriteInt32LittleEndian(header[56..], bytes);
        header[60..64].Clear();
    }

    private static SKData Jpeg(byte[] grey, int height, int width)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque));
        for (var row = 0; row < height; row++) Marshal.Copy(grey, row * width, bitmap.GetPixels() + row * bitmap.RowBytes, width);
        using var image = SKImage.FromBitmap(bitmap);
        return image.Encode(SKEncodedImageFormat.Jpeg, JpegQuality);
    }
}

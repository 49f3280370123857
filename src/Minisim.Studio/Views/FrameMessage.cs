using System.Buffers.Binary;
using Minisim.Truth;

namespace Minisim.Studio.Views;

/// <summary>Pixels on their way to a page: a header of 32 bytes, little-endian, then the pixels, row-major, in the movie's own type,
/// exactly as the library renders them.</summary>
/// <remarks>Words of 32 bits: magic, the request's number, frame, height, width, pixel type (0 uint8, 1 uint16, 2 float32, 3 float64),
/// revision of the view, kind (0 frame, 1 image).</remarks>
internal static class FrameMessage
{
    public const int HeaderBytes = 32;
    /// <summary>"MSF1".</summary>
    public const uint Magic = 0x3146534D;

    public static void WriteHeader(Span<byte> message, int request, int frame, int height, int width, PixelType type, int revision, int kind)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(message, Magic);
        ReadOnlySpan<int> words = [request, frame, height, width, (int)type, revision, kind];
        for (var i = 0; i < words.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(message[(4 * (i + 1))..], words[i]);
    }
}

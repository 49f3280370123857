using System.Runtime.InteropServices;

namespace Minisim.Truth;

/// <summary>Facts about <see cref="PixelType"/>.</summary>
public static class PixelTypes
{
    /// <summary>Bytes of one pixel.</summary>
    public static int Bytes(this PixelType type) => type switch
    {
        PixelType.UInt8 => 1,
        PixelType.UInt16 => 2,
        PixelType.Float32 => 4,
        _ => 8,
    };

    /// <summary>Converts pixels of <paramref name="from"/> to pixels of <paramref name="to"/>; narrowing rounds
    /// towards zero and saturates.</summary>
    public static void Convert(ReadOnlySpan<byte> source, PixelType from, Span<byte> target, PixelType to)
    {
        if (from == to)
        {
            source.CopyTo(target);
            return;
        }
        switch (from)
        {
            case PixelType.UInt8: From(source, target, to); break;
            case PixelType.UInt16: From(MemoryMarshal.Cast<byte, ushort>(source), target, to); break;
            case PixelType.Float32: From(MemoryMarshal.Cast<byte, float>(source), target, to); break;
            default: From(MemoryMarshal.Cast<byte, double>(source), target, to); break;
        }
    }

    private static void From<T>(ReadOnlySpan<T> source, Span<byte> target, PixelType to) where T : unmanaged, System.Numerics.INumber<T>
    {
        switch (to)
        {
            case PixelType.UInt8: To(source, target); break;
            case PixelType.UInt16: To(source, MemoryMarshal.Cast<byte, ushort>(target)); break;
            case PixelType.Float32: To(source, MemoryMarshal.Cast<byte, float>(target)); break;
            default: To(source, MemoryMarshal.Cast<byte, double>(target)); break;
        }
    }

    private static void To<T, TTo>(ReadOnlySpan<T> source, Span<TTo> target)
        where T : unmanaged, System.Numerics.INumber<T>
        where TTo : unmanaged, System.Numerics.INumber<TTo>
    {
        for (var i = 0; i < source.Length; i++) target[i] = TTo.CreateSaturating(source[i]);
    }
}

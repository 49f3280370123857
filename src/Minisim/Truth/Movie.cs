using System.Runtime.InteropServices;

namespace Minisim.Truth;

/// <summary>Number type of a pixel.</summary>
public enum PixelType
{
    /// <summary>Unsigned 8-bit counts.</summary>
    UInt8,
    /// <summary>Unsigned 16-bit counts, little-endian in files.</summary>
    UInt16,
    /// <summary>32-bit floats.</summary>
    Float32,
    /// <summary>64-bit floats.</summary>
    Float64,
}

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

/// <summary>A movie (frame, height, width), in memory or on disk.</summary>
public abstract class Movie : IDisposable
{
    /// <summary>Number of frames.</summary>
    public abstract int Frames { get; }
    /// <summary>Rows of a frame.</summary>
    public abstract int Height { get; }
    /// <summary>Columns of a frame.</summary>
    public abstract int Width { get; }
    /// <summary>Number type of the stored pixels.</summary>
    public abstract PixelType PixelType { get; }

    /// <summary>Copies <paramref name="count"/> frames from <paramref name="first"/> on, row-major, in
    /// <see cref="PixelType"/>. Safe to call from several threads.</summary>
    public abstract void Read(int first, int count, Span<byte> pixels);

    /// <summary>One frame (height, width) as floats.</summary>
    public void ReadFrame(int frame, Span<float> pixels)
    {
        if (PixelType == PixelType.Float32)
        {
            Read(frame, 1, MemoryMarshal.AsBytes(pixels));
            return;
        }
        var raw = new byte[Height * Width * PixelType.Bytes()];
        Read(frame, 1, raw);
        PixelTypes.Convert(raw, PixelType, MemoryMarshal.AsBytes(pixels), PixelType.Float32);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the movie holds open.</summary>
    protected virtual void Dispose(bool disposing) { }
}

/// <summary>A movie held in memory, one array per frame, so that no length limit of an array applies.</summary>
public sealed class MemoryMovie(int frames, int height, int width, PixelType type) : Movie
{
    private readonly byte[]?[] _frames = new byte[]?[frames];

    /// <inheritdoc/>
    public override int Frames => frames;
    /// <inheritdoc/>
    public override int Height => height;
    /// <inheritdoc/>
    public override int Width => width;
    /// <inheritdoc/>
    public override PixelType PixelType => type;

    /// <summary>The bytes of one frame.</summary>
    public ReadOnlySpan<byte> Frame(int frame) => _frames[frame];

    /// <summary>Stores frames; any order, any thread, each frame once.</summary>
    public void Write(int first, int count, ReadOnlySpan<byte> pixels)
    {
        var size = height * width * type.Bytes();
        for (var i = 0; i < count; i++) _frames[first + i] = pixels.Slice(i * size, size).ToArray();
    }

    /// <inheritdoc/>
    public override void Read(int first, int count, Span<byte> pixels)
    {
        var size = height * width * type.Bytes();
        for (var i = 0; i < count; i++) _frames[first + i].AsSpan().CopyTo(pixels.Slice(i * size, size));
    }
}

using System.Runtime.InteropServices;

namespace Minisim.Truth;

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

    /// <summary>Frames per second, if the file says so; null where a spec does, or nothing.</summary>
    public virtual double? Fps => null;

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

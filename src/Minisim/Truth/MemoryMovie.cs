using System.Runtime.InteropServices;

namespace Minisim.Truth;

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

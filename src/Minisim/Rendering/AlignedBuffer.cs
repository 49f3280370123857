using System.Runtime.InteropServices;

namespace Minisim.Rendering;

/// <summary>Native memory on a cache line, so that no vector straddles two lines.</summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    private void* _memory;

    /// <param name="bytes">Size.</param>
    /// <param name="clear">Whether it is zeroed.</param>
    public AlignedBuffer(long bytes, bool clear = true)
    {
        Bytes = bytes;
        _memory = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 64), 64);
        if (clear) NativeMemory.Clear(_memory, (nuint)Math.Max(bytes, 64));
    }

    public long Bytes { get; }
    public float* Floats => (float*)_memory;
    public byte* Data => (byte*)_memory;
    public Span<byte> Span(long start, int bytes) => new((byte*)_memory + start, bytes);

    ~AlignedBuffer() => Free();

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}

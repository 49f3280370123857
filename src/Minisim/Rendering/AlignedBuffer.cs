using System.Runtime.InteropServices;

namespace Minisim.Rendering;

/// <summary>Native memory on a cache line, so that no vector straddles two lines; large memory on pages of 2 MiB where Linux has them to give.</summary>
internal sealed unsafe partial class AlignedBuffer : IDisposable
{
    private const int CacheLine = 64, HugePage = 1 << 21;
    // From here on, what a page's unused end costs is little.
    private const long FromBytes = 8L * HugePage;
    private void* _memory;
    private int _users = 1;

    /// <param name="bytes">Size.</param>
    /// <param name="clear">Whether it is zeroed.</param>
    public AlignedBuffer(long bytes, bool clear = true)
    {
        Bytes = bytes;
        var isHuge = bytes >= FromBytes && OperatingSystem.IsLinux();
        _memory = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, CacheLine), isHuge ? HugePage : (nuint)CacheLine);
        // Advice only: what comes of it decides nothing but the speed.
        if (isHuge) _ = MAdvise(_memory, (nuint)bytes, 14);
        if (clear) NativeMemory.Clear(_memory, (nuint)Math.Max(bytes, CacheLine));
    }

    public long Bytes { get; }
    public float* Floats => (float*)_memory;
    public byte* Data => (byte*)_memory;
    public Span<byte> Span(long start, int bytes) => new((byte*)_memory + start, bytes);

    ~AlignedBuffer() => Free();

    /// <summary>One user more: the memory is freed when the last has called <see cref="Dispose"/>. Whoever asks is one.</summary>
    public AlignedBuffer Share()
    {
        Interlocked.Increment(ref _users);
        return this;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _users) != 0) return;
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MAdvise(void* address, nuint length, int advice);
}

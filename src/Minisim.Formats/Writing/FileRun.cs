namespace Minisim.Formats.Writing;

/// <summary>Consecutive bytes on their way to a place in an <see cref="AtomicFile"/>: put together to pieces that lie in memory as in the file,
/// so that whole pages can go past the page cache. For one thread; several may write different places. Ended with
/// <see cref="Dispose"/>, or what is still in hand is not written.</summary>
internal ref struct FileRun
{
    /// <summary>Stays in the cache while it is put together, and is large enough for a device.</summary>
    public const int Piece = 1 << 20;

    private readonly AtomicFile _file;
    private readonly byte[] _memory;
    private readonly Span<byte> _piece;
    private long _offset;
    private int _first, _end;

    public FileRun(AtomicFile file, byte[] memory, long offset)
    {
        (_file, _memory) = (file, memory);
        _piece = Aligned(memory);
        _first = _end = (int)(offset % DirectAccess.Alignment);
        _offset = offset - _first;
    }

    /// <summary>Memory for one run.</summary>
    public static byte[] Allocate() => GC.AllocateUninitializedArray<byte>(Piece + DirectAccess.Alignment, pinned: true);

    private static unsafe Span<byte> Aligned(byte[] memory)
    {
        var address = (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref memory[0]);
        return memory.AsSpan((int)(-address & (DirectAccess.Alignment - 1)), Piece);
    }

    /// <summary>Adds bytes.</summary>
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var part = bytes[..Math.Min(bytes.Length, Piece - _end)];
            part.CopyTo(_piece[_end..]);
            _end += part.Length;
            bytes = bytes[part.Length..];
            if (_end == Piece) Flush();
        }
    }

    private void Flush()
    {
        const int mask = DirectAccess.Alignment - 1;
        int from = (_first + mask) & ~mask, to = _end & ~mask;
        if (from >= to || !_file.TryWriteDirect(_piece[from..to], _offset + from)) from = to = _end;
        if (from > _first) _file.Write(_piece[_first..from], _offset + _first);
        if (_end > to) _file.Write(_piece[to.._end], _offset + to);
        _offset += Piece;
        _first = _end = 0;
    }

    public void Dispose()
    {
        if (_end > _first) Flush();
        _file.Return(_memory);
    }
}

namespace Minisim.Rendering;

/// <summary>Native memory that the renderers of a chain of similar scenes leave to one another: an edit's tiles are as large as those of the scene before the last, and a page
/// that is touched for the first time costs more than what is written to it.</summary>
/// <remarks>Half as much again as is in use, and a little, waits to be used; freed with the last renderer of the chain.</remarks>
internal sealed class SpareMemory : IDisposable
{
    private const long Little = 64 << 20;

    // The oldest first.
    private readonly List<AlignedBuffer> _free = [];
    private long _freeBytes, _usedBytes;
    private int _users = 1;
    private bool _isChain;

    /// <summary>Memory of at least some bytes, with anything in it.</summary>
    public AlignedBuffer Rent(long bytes)
    {
        AlignedBuffer? buffer = null;
        lock (_free)
        {
            foreach (var free in _free)
                if (free.Bytes >= bytes && free.Bytes / 2 <= bytes && !(free.Bytes >= buffer?.Bytes)) buffer = free;
            if (buffer is not null)
            {
                _free.Remove(buffer);
                _freeBytes -= buffer.Bytes;
            }
        }
        // Of a chain the next scene may be a little larger. What is not touched costs nothing.
        buffer ??= new AlignedBuffer(_isChain ? bytes + bytes / 8 : bytes, clear: false);
        Interlocked.Add(ref _usedBytes, buffer.Bytes);
        return buffer;
    }

    /// <summary>Takes memory back.</summary>
    public void Return(AlignedBuffer buffer)
    {
        Interlocked.Add(ref _usedBytes, -buffer.Bytes);
        lock (_free)
        {
            _free.Add(buffer);
            _freeBytes += buffer.Bytes;
            while (_freeBytes > Little + _usedBytes + _usedBytes / 2) Drop();
        }
    }

    /// <summary>One user more. Whoever asks is one that is not disposed, or has one.</summary>
    public SpareMemory Share()
    {
        lock (_free) _users++;
        return this;
    }

    /// <summary>The same for the renderer of the next scene.</summary>
    public SpareMemory Continue()
    {
        _isChain = true;
        return Share();
    }

    public void Dispose()
    {
        lock (_free)
            if (--_users == 0)
                while (_free.Count > 0) Drop();
    }

    private void Drop()
    {
        _freeBytes -= _free[0].Bytes;
        _free[0].Dispose();
        _free.RemoveAt(0);
    }
}

namespace Minisim.Rendering;

/// <summary>Native memory that the renderers of a chain of similar scenes leave to one another: an edit's tiles are as large as those of the scene before the last, and a page
/// that is touched for the first time costs more than what is written to it.</summary>
/// <remarks>Freed with the last renderer of the chain.</remarks>
internal sealed class SpareMemory : IDisposable
{
    // Weights and sources of the tiles of two scenes.
    private const int MostBuffers = 8;

    private readonly List<AlignedBuffer> _free = [];
    private int _users = 1;
    private bool _isChain;

    /// <summary>Memory of at least some bytes, with anything in it.</summary>
    public AlignedBuffer Rent(long bytes)
    {
        lock (_free)
        {
            var best = -1;
            for (var i = 0; i < _free.Count; i++)
                if (_free[i].Bytes >= bytes && _free[i].Bytes / 2 <= bytes && (best < 0 || _free[i].Bytes < _free[best].Bytes)) best = i;
            if (best >= 0)
            {
                var found = _free[best];
                _free.RemoveAt(best);
                return found;
            }
        }
        // Of a chain the next scene may be a little larger. What is not touched costs nothing.
        return new AlignedBuffer(_isChain ? bytes + bytes / 8 : bytes, clear: false);
    }

    /// <summary>Takes memory back.</summary>
    public void Return(AlignedBuffer buffer)
    {
        lock (_free)
        {
            _free.Add(buffer);
            if (_users > 0 && _free.Count <= MostBuffers) return;
            buffer = _free[0];
            _free.RemoveAt(0);
        }
        buffer.Dispose();
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
        {
            if (--_users > 0) return;
            foreach (var buffer in _free) buffer.Dispose();
            _free.Clear();
        }
    }
}

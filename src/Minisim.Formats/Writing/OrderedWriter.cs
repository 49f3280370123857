using System.Buffers;
using System.Runtime.ExceptionServices;

namespace Minisim.Formats.Writing;

/// <summary>Puts blocks that come from several threads in order. A block whose turn it is is written by the thread that brought
/// it; one that is early is kept while there is room, else its thread waits. The first error ends it for
/// all.</summary>
/// <param name="frames">Frames of the movie.</param>
/// <param name="write">Writes consecutive frames (first, count, bytes: their pixels, or what became of them); called by one thread at a time, in order.</param>
/// <param name="room">Bytes of early blocks kept at most.</param>
internal sealed class OrderedWriter(int frames, OrderedWriter.WriteFrames write, long room = 64 << 20)
{
    public delegate void WriteFrames(int first, int count, ReadOnlySpan<byte> pixels);

    private readonly object _gate = new();
    private readonly Dictionary<int, (int Count, int Length, byte[] Pixels)> _early = [];
    private long _kept;
    private int _next;
    private bool _busy;
    private Exception? _failure;

    /// <summary>Frames written so far.</summary>
    public int Written
    {
        get
        {
            lock (_gate) return _next;
        }
    }

    /// <summary>Takes a block.</summary>
    public void Write(int first, int count, ReadOnlySpan<byte> pixels)
    {
        if (first < 0 || count <= 0 || first + count > frames) throw new ArgumentException($"frames {first} to {first + count} of {frames}");
        lock (_gate)
        {
            while (true)
            {
                ThrowIfFailed();
                if (first < _next || _early.ContainsKey(first)) throw new ArgumentException($"frame {first} was written before");
                if (first == _next && !_busy)
                {
                    _busy = true;
                    break;
                }
                if (_kept + pixels.Length <= room)
                {
                    var copy = ArrayPool<byte>.Shared.Rent(pixels.Length);
                    pixels.CopyTo(copy);
                    _early.Add(first, (count, pixels.Length, copy));
                    _kept += pixels.Length;
                    return;
                }
                Monitor.Wait(_gate);
            }
        }
        byte[]? rented = null;
        var current = pixels;
        while (true)
        {
            try
            {
                write(first, count, current);
            }
            catch (Exception e)
            {
                Fail(e);
                throw;
            }
            lock (_gate)
            {
                if (rented is not null)
                {
                    _kept -= current.Length;
                    ArrayPool<byte>.Shared.Return(rented);
                }
                _next = first + count;
                Monitor.PulseAll(_gate);
                if (!_early.Remove(_next, out var block))
                {
                    _busy = false;
                    return;
                }
                (first, count, rented) = (_next, block.Count, block.Pixels);
                current = rented.AsSpan(0, block.Length);
            }
        }
    }

    /// <summary>Ends it: whoever waits gets the error. The first one counts.</summary>
    public void Fail(Exception cause)
    {
        lock (_gate)
        {
            _failure ??= cause;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Checks that every frame was written.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            ThrowIfFailed();
            if (_next != frames) throw new InvalidOperationException($"{frames - _next} of {frames} frames were not written");
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is not null) ExceptionDispatchInfo.Throw(_failure);
    }
}

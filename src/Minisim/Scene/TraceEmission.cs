using System.Buffers;

namespace Minisim.Scenes;

/// <summary>Light of cells, from their traces.</summary>
/// <remarks>Traces that are made anew are made for all cells at once, a stride of frames after the other, and the last strides are held: threads that
/// render a movie are never far apart.</remarks>
internal sealed class TraceEmission : IEmission
{
    // Beside those of the frames that the threads are at.
    private const int MostHeld = 3;

    private readonly ITraces _traces;
    private readonly Lock _making = new();
    // Replaced as a whole, so that reading takes no lock.
    private volatile Held[] _held = [];

    /// <param name="traces">Light of every cell, unbleached share included.</param>
    public TraceEmission(ITraces traces) => _traces = traces;

    /// <summary>Light of traces in memory.</summary>
    /// <param name="traces">Light (cell, frame).</param>
    public TraceEmission(double[][] traces) : this(new KeptTraces(traces)) { }

    // The light of all cells in the frames of a stride (cell, frame). Who reads says so, and whoever takes the memory for other frames first says that
    // it is no longer theirs: one of both sees the other.
    private sealed class Held(int number, float[] light)
    {
        private int _readers;
        private bool _isOver;

        public int Number => number;

        public bool TryCopy(int at, Span<float> target)
        {
            Interlocked.Increment(ref _readers);
            var isValid = !Volatile.Read(ref _isOver);
            if (isValid) light.AsSpan(at, target.Length).CopyTo(target);
            Interlocked.Decrement(ref _readers);
            return isValid;
        }

        public float[]? TakeMemory()
        {
            Volatile.Write(ref _isOver, true);
            Interlocked.MemoryBarrier();
            return Volatile.Read(ref _readers) == 0 ? light : null;
        }
    }

    public void Fill(int source, int firstFrame, Span<float> light)
    {
        if (_traces.IsKept)
        {
            Convert(source, firstFrame, light);
            return;
        }
        while (!light.IsEmpty)
        {
            var number = firstFrame / _traces.Stride;
            var at = firstFrame - number * _traces.Stride;
            var n = Math.Min(light.Length, _traces.Stride - at);
            while (!Of(number).TryCopy(source * _traces.Stride + at, light[..n])) { }
            light = light[n..];
            firstFrame += n;
        }
    }

    private Held Of(int number)
    {
        if (Find(number) is { } known) return known;
        lock (_making)
        {
            if (Find(number) is { } made) return made;
            var first = number * _traces.Stride;
            var count = Math.Min(_traces.Stride, _traces.Frames - first);
            var most = MostHeld + Environment.ProcessorCount * 64 / _traces.Stride;
            var kept = _held;
            float[]? memory = null;
            if (kept.Length == most)
            {
                // Not to be found any more, and then not theirs any more.
                var oldest = kept[^1];
                _held = kept = kept[..^1];
                memory = oldest.TakeMemory();
            }
            var light = memory ?? GC.AllocateUninitializedArray<float>(checked(_traces.Count * _traces.Stride));
            Parallel.For(0, _traces.Count, source => Convert(source, first, light.AsSpan(source * _traces.Stride, count)));
            var held = new Held(number, light);
            _held = [held, .. kept];
            return held;
        }
    }

    private Held? Find(int number)
    {
        foreach (var held in _held)
            if (held.Number == number)
                return held;
        return null;
    }

    private void Convert(int source, int firstFrame, Span<float> light)
    {
        double[]? rented = null;
        Span<double> values = light.Length <= 64 ? stackalloc double[64] : rented = ArrayPool<double>.Shared.Rent(light.Length);
        values = values[..light.Length];
        _traces.Fill(source, firstFrame, values);
        for (var f = 0; f < light.Length; f++) light[f] = (float)values[f];
        if (rented is not null) ArrayPool<double>.Shared.Return(rented);
    }
}

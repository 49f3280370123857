using System.Buffers;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Share of the indicator that is not bleached (cell, frame): kept, or made anew from what the cells emit.</summary>
internal sealed class Unbleached : ITraces
{
    private readonly ITraces _emission;
    // Kept: the share of every cell in every frame. Else its value every so many frames.
    private readonly double[][] _share;
    private readonly double[] _intensity;
    private readonly double _susceptibility, _turnoverTauFrames;

    /// <summary>The pools of all cells.</summary>
    /// <param name="emission">What they emit; kept or not as the pools are to be.</param>
    /// <param name="susceptibility">q, per frame and unit of emission and intensity.</param>
    /// <param name="turnoverTauFrames">τ in frames.</param>
    /// <param name="intensity">Excitation where each cell is.</param>
    /// <param name="parallelism">Threads.</param>
    /// <param name="earlier">Pools of an earlier compilation, whose cells that emit the very same are taken over; or null.</param>
    public Unbleached(ITraces emission, double susceptibility, double turnoverTauFrames, double[] intensity, ParallelOptions parallelism, Unbleached? earlier = null)
    {
        var known = new Dictionary<double[], int>(ReferenceEqualityComparer.Instance);
        if (earlier is not null && earlier._susceptibility == susceptibility && earlier._turnoverTauFrames == turnoverTauFrames)
            for (var i = 0; i < earlier.Count; i++)
                if (earlier._emission.Kept(i) is { } row) known[row] = i;
        (_emission, _susceptibility, _turnoverTauFrames, _intensity) = (emission, susceptibility, turnoverTauFrames, intensity);
        _share = new double[emission.Count][];
        Parallel.For(0, emission.Count, parallelism, i =>
        {
            var frames = emission.Frames;
            if (emission.Kept(i) is { } row && known.TryGetValue(row, out var j) && earlier!._intensity[j] == intensity[i])
            {
                _share[i] = earlier._share[j];
                return;
            }
            if (emission.IsKept)
            {
                _share[i] = GC.AllocateUninitializedArray<double>(frames);
                Trace(i, 0, 1, _share[i]);
                return;
            }
            var starts = _share[i] = new double[(frames + Stride - 1) / Stride];
            var (share, pool) = (ArrayPool<double>.Shared.Rent(Stride), 1.0);
            for (var k = 0; k < starts.Length; k++)
            {
                starts[k] = pool;
                pool = Trace(i, k * Stride, pool, share.AsSpan(0, Math.Min(Stride, frames - k * Stride)));
            }
            ArrayPool<double>.Shared.Return(share);
        });
    }

    /// <summary>Shares in memory.</summary>
    /// <param name="emission">What the cells emit, in memory, too.</param>
    /// <param name="share">Share (cell, frame).</param>
    public Unbleached(ITraces emission, double[][] share) => (_emission, _share, _intensity) = (emission, share, []);

    public int Count => _share.Length;
    public int Frames => _emission.Frames;
    public int Stride => _emission.Stride;
    private bool IsKept => ((ITraces)this).IsKept;

    public void Fill(int cell, int firstFrame, Span<double> values)
    {
        if (IsKept)
        {
            _share[cell].AsSpan(firstFrame, values.Length).CopyTo(values);
            return;
        }
        var emission = ArrayPool<double>.Shared.Rent(Stride);
        ForEachPart(firstFrame, values, (Pools: this, Cell: cell, Emission: emission), static (s, from, skip, part) =>
        {
            var clean = s.Emission.AsSpan(0, skip + part.Length);
            s.Pools._emission.Fill(s.Cell, from, clean);
            s.Pools.Pool(s.Cell, from, clean, skip, part);
        });
        ArrayPool<double>.Shared.Return(emission);
    }

    /// <summary>The light of the cells: what they would emit, times what is not bleached. Nothing is made twice for it.</summary>
    public ITraces Light => new Emitted(this);

    private sealed class Emitted(Unbleached pools) : ITraces
    {
        public int Count => pools.Count;
        public int Frames => pools.Frames;
        public int Stride => pools.Stride;

        public void Fill(int cell, int firstFrame, Span<double> values)
        {
            if (pools.IsKept)
            {
                pools._emission.Fill(cell, firstFrame, values);
                var share = pools._share[cell].AsSpan(firstFrame, values.Length);
                for (var t = 0; t < values.Length; t++) values[t] *= share[t];
                return;
            }
            var emission = ArrayPool<double>.Shared.Rent(pools.Stride);
            pools.ForEachPart(firstFrame, values, (Pools: pools, Cell: cell, Emission: emission), static (s, from, skip, part) =>
            {
                var clean = s.Emission.AsSpan(0, skip + part.Length);
                s.Pools._emission.Fill(s.Cell, from, clean);
                s.Pools.Pool(s.Cell, from, clean, skip, part);
                for (var t = 0; t < part.Length; t++) part[t] *= clean[skip + t];
            });
            ArrayPool<double>.Shared.Return(emission);
        }
    }

    private delegate void Part<S>(S state, int from, int skip, Span<double> values);

    // From one place at which the pool is known to the next; the first part begins before what is asked for.
    private void ForEachPart<S>(int firstFrame, Span<double> values, S state, Part<S> part)
    {
        while (!values.IsEmpty)
        {
            var from = firstFrame / Stride * Stride;
            var n = Math.Min(values.Length, from + Stride - firstFrame);
            part(state, from, firstFrame - from, values[..n]);
            values = values[n..];
            firstFrame += n;
        }
    }

    // The pool of a cell from a place at which it is known, given what the cell emits from there on.
    private void Pool(int cell, int from, ReadOnlySpan<double> emission, int skip, Span<double> share)
    {
        var pool = _share[cell][from / Stride];
        if (skip > 0)
        {
            var before = ArrayPool<double>.Shared.Rent(skip);
            pool = BleachingPool.Trace(emission[..skip], _susceptibility, _turnoverTauFrames, _intensity[cell], pool, before);
            ArrayPool<double>.Shared.Return(before);
        }
        BleachingPool.Trace(emission[skip..], _susceptibility, _turnoverTauFrames, _intensity[cell], pool, share);
    }

    public double[]? Kept(int cell) => IsKept ? _share[cell] : null;

    private double Trace(int cell, int firstFrame, double pool, Span<double> share)
    {
        if (_emission.Kept(cell) is { } kept)
            return BleachingPool.Trace(kept.AsSpan(firstFrame, share.Length), _susceptibility, _turnoverTauFrames, _intensity[cell], pool, share);
        var emission = ArrayPool<double>.Shared.Rent(share.Length);
        _emission.Fill(cell, firstFrame, emission.AsSpan(0, share.Length));
        var after = BleachingPool.Trace(emission.AsSpan(0, share.Length), _susceptibility, _turnoverTauFrames, _intensity[cell], pool, share);
        ArrayPool<double>.Shared.Return(emission);
        return after;
    }
}

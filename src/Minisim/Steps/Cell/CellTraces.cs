using System.Buffers;
using System.Collections.Concurrent;
using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Clean fluorescence of all cells, and their spikes per frame. Of long recordings only the spikes are kept, and the state of the calcium every
/// <see cref="Stride"/> frames: a fiftieth of the traces, which are made anew from there.</summary>
internal sealed class CellTraces : ITraces
{
    private readonly CellActivity _step;
    private readonly CellRoster.Entry[] _cells;
    private readonly ulong _seed;
    // Filled cells decay slowly, and remember longer; that of the others stays as it is, so that they do, too.
    private readonly FineGrid _grid, _usual;
    private readonly SpikeSource _source;
    private readonly BehaviorTrack? _track;
    private readonly IndicatorParameters? _indicator;
    private readonly CalciumIntegrator? _integrator;
    private readonly ThreePole _kernel;
    private readonly HillTable? _table;
    private readonly double _brightness;
    private readonly ConcurrentBag<Integrators> _integrators = [];
    // Kept: the traces. Else what they are made from.
    private readonly double[][]? _c;
    private readonly ushort[][]? _s;
    private readonly int[][] _spikes;
    private readonly CalciumState[][] _states;

    /// <summary>The traces of the cells of a step.</summary>
    /// <param name="step">How they behave.</param>
    /// <param name="cells">The cells.</param>
    /// <param name="seed">The recording's seed.</param>
    /// <param name="grid">Bins and frames, the past of filled cells included.</param>
    /// <param name="usual">Bins and frames of the other cells.</param>
    /// <param name="source">Where their spikes come from.</param>
    /// <param name="track">What the animal does, on which they depend, or null.</param>
    /// <param name="stride">Frames between the places at which traces are made anew; all frames: they are kept.</param>
    /// <param name="parallelism">Threads.</param>
    /// <param name="earlier">Traces of an earlier compilation: what is the same of its cells is taken over; or null.</param>
    public CellTraces(CellActivity step, CellRoster.Entry[] cells, ulong seed, FineGrid grid, FineGrid usual, SpikeSource source, BehaviorTrack? track, int stride, ParallelOptions parallelism, CellTraces? earlier = null)
    {
        (_step, _cells, _seed, _grid, _usual, _source, _track, Frames, Stride) = (step, cells, seed, grid, usual, source, track, grid.Frames, stride);
        _integrator = grid.IsAligned ? new CalciumIntegrator(step.TauRiseS, step.TauDecayS, grid.Hz, (int)grid.StartOf(1)) : null;
        _kernel = ThreePole.Sampled(step.TauRiseS, step.TauDecayS, grid.Hz);
        var indicator = _indicator = step.Indicator?.Resolve(step.IndicatorPreparation);
        _table = indicator is null ? null : new HillTable(indicator.HillN, indicator.HalfSaturationAp, indicator.OffsetAp);
        _brightness = step.RestingBrightness ?? indicator?.RelativeF0 ?? 1;
        var count = cells.Length;
        Own = indicator is null ? null : new IndicatorParameters[count];
        (Amplitude, Extremes) = (new double[count], new (double, double)[count]);
        Bins = step.Process == SpikeProcess.PerFrame ? null : new int[count][];
        (_spikes, _states) = IsKept ? ([], []) : (new int[count][], new CalciumState[count][]);
        (_c, _s) = IsKept ? (new double[count][], new ushort[count][]) : (null, null);
        var known = earlier is null ? null : new Known(this, earlier);
        Parallel.For(0, count, parallelism, () => (Drawn: new SpikeBuffer(), Draw: source.CreateScratch(), Integrators: new Integrators(usual, grid)), (i, _, scratch) =>
        {
            var drawn = scratch.Drawn;
            var cell = cells[i];
            if (known?.TakeOver(i) == true) return scratch;
            var amplitude = new Draws(seed, RandomStream.Amplitude, (uint)cell.Index, (uint)cell.Population);
            var own = new Draws(seed, CellActivity.IndicatorStream, (uint)cell.Index, (uint)cell.Population);
            Amplitude[i] = step.BrightnessOf(amplitude, own) * (cell.IsFilled ? FilledNucleus.Brightness : 1);
            drawn.Clear();
            if (known?.TakeOverSpikes(i, drawn) != true) source.Draw(i, scratch.Draw, drawn);
            if (Own is not null) Own[i] = step.IndicatorOf(indicator!, cell, own);
            // The reference's sum is over spikes in the order in which they were drawn.
            if (!SumsAsDrawn(cell)) drawn.Settle(grid.FirstBin, grid.EndBin);
            if (known?.TakeOverTrace(i, drawn.Bins) == true) return scratch;
            if (_c is not null)
            {
                _c[i] = GC.AllocateUninitializedArray<double>(Frames);
                _s![i] = GC.AllocateUninitializedArray<ushort>(Frames);
                var state = default(CalciumState);
                Run(i, scratch.Integrators, drawn.Bins, 0, ref state, _c[i], _s[i]);
                Extremes[i] = Scenes.Extremes.Of(_c[i]);
            }
            else
            {
                _spikes[i] = drawn.Bins.ToArray();
                _states[i] = States(i, scratch.Integrators);
            }
            if (Bins is null) return scratch;
            drawn.Settle(grid.FirstBin, grid.EndBin);
            Bins[i] = !IsKept && drawn.Bins.SequenceEqual(_spikes[i]) ? _spikes[i] : drawn.Bins.ToArray();
            return scratch;
        }, _ => { });
    }

    // What is the same as in an earlier compilation.
    private sealed class Known
    {
        private readonly CellTraces _now, _earlier;
        private readonly Dictionary<CellRoster.Entry, int> _cells = [];
        private readonly bool _hasSameSpikes, _hasSameResponse, _isSame;

        public Known(CellTraces now, CellTraces earlier)
        {
            (_now, _earlier) = (now, earlier);
            if (now._seed != earlier._seed || now._grid != earlier._grid || now._usual != earlier._usual || now.Stride != earlier.Stride) return;
            _hasSameResponse = now._step.F0 == earlier._step.F0 && now._step.TraceNoise == earlier._step.TraceNoise && now._brightness == earlier._brightness
                && now._indicator == earlier._indicator && (now._indicator is not null || now._kernel == earlier._kernel);
            // Given spikes go by the number of the cell, not by its name.
            _hasSameSpikes = now._step.Process != SpikeProcess.File && now._step.Firing == earlier._step.Firing && ReferenceEquals(now._track, earlier._track);
            _isSame = _hasSameSpikes && _hasSameResponse && now._step == earlier._step;
            if (!_hasSameSpikes && !_hasSameResponse) return;
            for (var i = 0; i < earlier._cells.Length; i++) _cells[earlier._cells[i]] = i;
        }

        /// <summary>Takes over all of a cell that is there again; false: nothing.</summary>
        public bool TakeOver(int i)
        {
            if (!_isSame || !_cells.TryGetValue(_now._cells[i], out var j)) return false;
            _now._source.TakeOver(i, _earlier._source, j);
            _now.Amplitude[i] = _earlier.Amplitude[j];
            if (_now.Own is not null) _now.Own[i] = _earlier.Own![j];
            if (_now.Bins is not null) _now.Bins[i] = _earlier.Bins![j];
            TakeTrace(i, j);
            return true;
        }

        /// <summary>Takes over the spikes of a cell that is there again, as far as their order is known; false: nothing.</summary>
        public bool TakeOverSpikes(int i, SpikeBuffer into)
        {
            if (!_hasSameSpikes || _earlier.Bins is null || _now.SumsAsDrawn(_now._cells[i]) || !_cells.TryGetValue(_now._cells[i], out var j)) return false;
            _now._source.TakeOver(i, _earlier._source, j);
            foreach (var bin in _earlier.Bins[j]) into.Add(bin);
            return true;
        }

        /// <summary>Takes over the trace of a cell with the same spikes; false: nothing.</summary>
        public bool TakeOverTrace(int i, ReadOnlySpan<int> spikes)
        {
            if (!_hasSameResponse || _earlier.Bins is null || _now.Bins is null || !_cells.TryGetValue(_now._cells[i], out var j) || _now.SumsAsDrawn(_now._cells[i])
                || _now.Amplitude[i] != _earlier.Amplitude[j] || _now.Own?[i] != _earlier.Own?[j] || !spikes.SequenceEqual(_earlier.Bins[j])) return false;
            _now.Bins[i] = _earlier.Bins[j];
            TakeTrace(i, j);
            return true;
        }

        private void TakeTrace(int i, int j)
        {
            _now.Extremes[i] = _earlier.Extremes[j];
            if (_now._c is not null) (_now._c[i], _now._s![i]) = (_earlier._c![j], _earlier._s![j]);
            else (_now._spikes[i], _now._states[i]) = (_earlier._spikes[j], _earlier._states[j]);
        }
    }

    public int Count => _cells.Length;
    public int Frames { get; }
    public int Stride { get; }
    private bool IsKept => ((ITraces)this).IsKept;
    /// <summary>Brightness of each cell.</summary>
    public double[] Amplitude { get; }
    /// <summary>Light of each cell at rest.</summary>
    public double[] Resting => Array.ConvertAll(Amplitude, a => a * _brightness * _step.F0);
    /// <summary>The indicator in each cell, or null.</summary>
    public IndicatorParameters[]? Own { get; }
    /// <summary>Lowest and highest value of every trace.</summary>
    public (double Min, double Max)[] Extremes { get; }
    /// <summary>Bins of the spikes of each cell, those before the recording included; null where spikes belong to frames.</summary>
    public int[][]? Bins { get; }

    public double[]? Kept(int cell) => _c?[cell];

    public void Fill(int cell, int firstFrame, Span<double> values)
    {
        if (_c is not null) _c[cell].AsSpan(firstFrame, values.Length).CopyTo(values);
        else Make(cell, firstFrame, values, []);
    }

    /// <summary>Writes the spikes of a cell in consecutive frames. Thread-safe.</summary>
    public void FillSpikes(int cell, int firstFrame, Span<ushort> counts)
    {
        if (_s is not null)
        {
            _s[cell].AsSpan(firstFrame, counts.Length).CopyTo(counts);
            return;
        }
        var calcium = ArrayPool<double>.Shared.Rent(counts.Length);
        Make(cell, firstFrame, calcium.AsSpan(0, counts.Length), counts);
        ArrayPool<double>.Shared.Return(calcium);
    }

    private void Make(int cell, int firstFrame, Span<double> values, Span<ushort> counts)
    {
        if (!_integrators.TryTake(out var integrators)) integrators = new Integrators(_usual, _grid);
        var (state, from) = (_states[cell][firstFrame / Stride], firstFrame / Stride * Stride);
        if (from < firstFrame)
        {
            var before = ArrayPool<double>.Shared.Rent(firstFrame - from);
            Run(cell, integrators, _spikes[cell], from, ref state, before.AsSpan(0, firstFrame - from), []);
            ArrayPool<double>.Shared.Return(before);
        }
        Run(cell, integrators, _spikes[cell], firstFrame, ref state, values, counts);
        _integrators.Add(integrators);
    }

    private bool SumsAsDrawn(CellRoster.Entry cell) => Own is null && _integrator is not null && !cell.IsFilled;

    // The state of the calcium at every place at which making anew begins, and the extremes on the way.
    private CalciumState[] States(int cell, Integrators integrators)
    {
        var states = new CalciumState[(Frames + Stride - 1) / Stride];
        var (state, values) = (default(CalciumState), ArrayPool<double>.Shared.Rent(Stride));
        for (var k = 0; k < states.Length; k++)
        {
            states[k] = state;
            var part = values.AsSpan(0, Math.Min(Stride, Frames - k * Stride));
            Run(cell, integrators, _spikes[cell], k * Stride, ref state, part, []);
            var (min, max) = Scenes.Extremes.Of(part);
            Extremes[cell] = k == 0 ? (min, max) : (Math.Min(Extremes[cell].Min, min), Math.Max(Extremes[cell].Max, max));
        }
        ArrayPool<double>.Shared.Return(values);
        return states;
    }

    // Consecutive frames of a cell from the state at their start; counts may be empty.
    private void Run(int i, Integrators integrators, ReadOnlySpan<int> spikes, int firstFrame, ref CalciumState state, Span<double> c, Span<ushort> counts)
    {
        var (cell, amplitude) = (_cells[i], Amplitude[i]);
        var bins = cell.IsFilled ? integrators.Filled : integrators.Usual;
        if (Own is not null)
        {
            bins.Set(Own[i].Kernel(), offsetBins: 0.5);
            bins.Run(spikes, _table, firstFrame, ref state, c, counts);
            var (rest, scale) = (amplitude * _brightness * _step.F0, Own[i].Scale());
            for (var t = 0; t < c.Length; t++) c[t] = rest * (1 + scale * c[t]);
        }
        else
        {
            if (SumsAsDrawn(cell)) AsDrawn(spikes, firstFrame, ref state, c, counts);
            else
            {
                bins.Set(cell.IsFilled ? ThreePole.Sampled(_step.TauRiseS, FilledNucleus.Decay * _step.TauDecayS, _grid.Hz) : _kernel, offsetBins: 0);
                bins.Run(spikes, null, firstFrame, ref state, c, counts);
            }
            var response = cell.IsFilled ? FilledNucleus.Response : 1;
            for (var t = 0; t < c.Length; t++) c[t] = amplitude * (_step.F0 + (response == 1 ? c[t] : response * c[t]));
        }
        if (_step.TraceNoise == 0) return;
        var noise = new Draws(_seed, RandomStream.TraceNoise, (uint)cell.Index, (uint)cell.Population);
        for (var t = 0; t < c.Length; t++) c[t] += _step.TraceNoise * noise.Normal((uint)(firstFrame + t));
    }

    // Spikes in the order in which they were drawn, frame by frame: the order of the sums is the reference's.
    private void AsDrawn(ReadOnlySpan<int> spikes, int firstFrame, ref CalciumState state, Span<double> calcium, Span<ushort> counts)
    {
        var (next, t) = (state.Next, firstFrame);
        if (!state.HasBegun)
        {
            t = -_usual.LeadInFrames;
            while (next < spikes.Length && spikes[next] < _usual.FirstBin) next++;
        }
        for (; t < firstFrame + calcium.Length; t++)
        {
            var mean = _integrator!.Advance(ref state);
            int start = (int)_usual.StartOf(t), end = (int)_usual.StartOf(t + 1), first = next;
            for (; next < spikes.Length && spikes[next] < end; next++) mean += _integrator.Add(ref state, spikes[next] - start);
            if (t < firstFrame) continue;
            calcium[t - firstFrame] = mean;
            if (!counts.IsEmpty) counts[t - firstFrame] = (ushort)Math.Min(next - first, ushort.MaxValue);
        }
        (state.HasBegun, state.Next) = (true, next);
    }

    // What a thread needs to sum bins.
    private sealed class Integrators(FineGrid usual, FineGrid filled)
    {
        public BinIntegrator Usual { get; } = new(usual);
        public BinIntegrator Filled { get; } = new(filled);
    }
}

using Minisim.Numerics;
using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Where the spikes of the cells come from. One for all cells; what a thread needs beside it is its scratch.</summary>
internal abstract class SpikeSource
{
    /// <summary>Scratch of one thread.</summary>
    public abstract object CreateScratch();

    /// <summary>Adds the spikes of a cell on the grid, its past included: frame after frame, within a frame of whole blocks in any order.</summary>
    public abstract void Draw(int cell, object scratch, SpikeBuffer into);

    /// <summary>Takes over what drawing has found out about a cell of an earlier source, whose spikes are the same.</summary>
    public virtual void TakeOver(int cell, SpikeSource earlier, int its) { }

    /// <summary>What the cells are tuned to, or null.</summary>
    public virtual TunedPopulation? Tuned => null;

    /// <summary>Expected rate of every cell, Hz.</summary>
    /// <param name="spikes">How many spikes every cell has within the recording.</param>
    /// <param name="durationS">Length of the recording, s.</param>
    public abstract double[] Rates(int[] spikes, double durationS);

    /// <summary>Whether a cell never fires.</summary>
    public abstract bool[] Silent { get; }

    /// <summary>The source that a step describes.</summary>
    /// <exception cref="SpecException">There are given spikes of more units than cells could be placed.</exception>
    public static SpikeSource Of(CellActivity step, CellRoster.Entry[] cells, ulong seed, FineGrid grid, BehaviorTrack? track) => step.Process switch
    {
        SpikeProcess.PerFrame or SpikeProcess.Gated => new Gated(step, cells, seed, grid),
        SpikeProcess.File => Given.Of(step, cells.Length, grid),
        _ => new Independent(step, cells, seed, grid, track),
    };

    /// <summary>A two-state gate with a clock of its own, or of the frames.</summary>
    private sealed class Gated : SpikeSource
    {
        private readonly CellActivity _step;
        private readonly CellRoster.Entry[] _cells;
        private readonly ulong _seed;
        private readonly FineGrid _grid;
        private readonly int _blockBins, _firstBlock, _blocks;
        private readonly CellRates _rates;
        private readonly SpikeCounts _quiescent, _active;

        public Gated(CellActivity step, CellRoster.Entry[] cells, ulong seed, FineGrid grid)
        {
            (_step, _cells, _seed, _grid) = (step, cells, seed, grid);
            _blockBins = step.Process == SpikeProcess.PerFrame ? (int)grid.BinsPerFrame : (int)Math.Round(step.GateStepS * step.SpikeSimHz);
            _firstBlock = (int)Math.Floor((double)grid.FirstBin / _blockBins);
            _blocks = (int)Math.Ceiling((double)grid.EndBin / _blockBins) - _firstBlock;
            _quiescent = new SpikeCounts(_blockBins, Math.Min(step.QuiescentRateHz / grid.Hz, 1));
            _active = new SpikeCounts(_blockBins, Math.Min(step.ActiveRateHz / grid.Hz, 1));
            // Always active is the most that a gate can do.
            _rates = CellRates.Of(step, cells, seed, 0.99 * Math.Min(step.ActiveRateHz, grid.Hz), step.GatedRateHz(1));
        }

        private sealed class Scratch
        {
            public bool[] Gate = [];
            public uint[] Words = [];
            public SpikeSampler? Shared;
        }

        public override object CreateScratch() => new Scratch { Gate = new bool[_blocks], Words = new uint[_blocks], Shared = new SpikeSampler(_quiescent, _active) };

        public override void Draw(int cell, object scratch, SpikeBuffer into)
        {
            var own = (Scratch)scratch;
            if (_rates.Silent[cell]) return;
            Draws Of(RandomStream stream) => new(_seed, stream, (uint)_cells[cell].Index, (uint)_cells[cell].Population);
            var sampler = own.Shared!;
            double toActive = _step.PQuiescentToActive, toQuiescent = _step.PActiveToQuiescent;
            if (_step.Process == SpikeProcess.Gated)
            {
                var scale = _step.RateMeanHz is null ? 1 : _step.GateScale(_rates.Hz[cell]);
                (toActive, toQuiescent) = _step.GateProbabilities(scale);
                if (scale != 1) sampler = new SpikeSampler(new SpikeCounts(_blockBins, Math.Min(scale * _step.QuiescentRateHz / _grid.Hz, 1)), _active);
            }
            ActivityGate.Fill(own.Gate, -_firstBlock, toActive, toQuiescent, Of(RandomStream.Gate));
            var spikes = Of(RandomStream.Spikes);
            SpikeSampler.FillWords(spikes, _firstBlock, own.Words);
            for (var k = 0; k < _blocks; k++)
                foreach (var bin in sampler.Spikes(spikes, _firstBlock + k, own.Words[k], own.Gate[k]))
                    into.Add((_firstBlock + k) * _blockBins + bin);
            // Blocks that are frames are left as they are drawn, which is the order in which the reference sums.
            if (_blockBins != _grid.BinsPerFrame) into.Settle(_grid.FirstBin, _grid.EndBin);
        }

        public override double[] Rates(int[] spikes, double durationS) => _rates.Hz;
        public override bool[] Silent => _rates.Silent;
    }

    /// <summary>Independent events: Poisson, regular and bursty.</summary>
    private sealed class Independent : SpikeSource
    {
        private readonly CellActivity _step;
        private readonly CellRoster.Entry[] _cells;
        private readonly ulong _seed;
        private readonly FineGrid _grid;
        private readonly CellRates _rates;

        public override TunedPopulation? Tuned { get; }

        public Independent(CellActivity step, CellRoster.Entry[] cells, ulong seed, FineGrid grid, BehaviorTrack? track)
        {
            (_step, _cells, _seed, _grid) = (step, cells, seed, grid);
            _rates = CellRates.Of(step, cells, seed, step.FastestHz, 0);
            if (step.Tuning is { } tuning && track is not null) Tuned = new TunedPopulation(tuning, cells, seed, grid, track, _rates);
        }

        public override object CreateScratch() => new SpikeTrains();

        public override void Draw(int cell, object scratch, SpikeBuffer into)
        {
            if (_rates.Silent[cell]) return;
            Draws Of(RandomStream stream) => new(_seed, stream, (uint)_cells[cell].Index, (uint)_cells[cell].Population);
            var (trains, spikes, thinning) = ((SpikeTrains)scratch, Of(RandomStream.Spikes), Of(CellActivity.ThinningStream));
            var rate = Tuned?.RateOf(cell, ref trains.RateSteps) ?? new ConstantRate(_rates.Hz[cell]);
            switch (_step.Process)
            {
                case SpikeProcess.Poisson:
                    trains.Poisson(spikes, thinning, rate, _grid, _step.DeadBins, into);
                    break;
                case SpikeProcess.Regular:
                    trains.Regular(spikes, thinning, rate, _grid, _step.RegularOrder, (int)(Of(CellActivity.RateStream).Uniform(2) * _step.RegularOrder), into);
                    break;
                default:
                    trains.Bursty(spikes, thinning, rate, _grid, _step.BurstProbability, into);
                    break;
            }
            // A cell that fires with others is as refractory as one that fires alone; moved, not dropped, so that its mean rate stays.
            if (Tuned?.AddEvents(cell, into) == true) into.Settle(_grid.FirstBin, _grid.EndBin, _step.DeadBins);
        }

        public override void TakeOver(int cell, SpikeSource earlier, int its) => Tuned?.TakeOver(cell, earlier.Tuned!, its);
        public override double[] Rates(int[] spikes, double durationS) => Tuned?.MeanHz ?? _rates.Hz;
        public override bool[] Silent => _rates.Silent;
    }

    /// <summary>Spikes that were given.</summary>
    private sealed class Given(int[][] bins) : SpikeSource
    {
        public static Given Of(CellActivity step, int cells, FineGrid grid)
        {
            var given = GivenSpikes.Parse(step.Spikes!.Kept!);
            if (given.Units > cells)
                throw new SpecException([new Problem("cell_activity.spikes", null, $"there are spikes of {given.Units} units, and only {cells} cells could be placed.", "Lower min_distance_um, or place more cells.")]);
            var bins = new int[cells][];
            Array.Fill(bins, []);
            // Kept at another rate than that of the grid: to the bin in which they lie.
            var rescale = grid.Hz / (step.Spikes.KeptHz ?? grid.Hz);
            var buffer = new SpikeBuffer();
            given.ForEach((unit, spikes) =>
            {
                buffer.Clear();
                foreach (var bin in spikes) buffer.Add(rescale == 1 ? bin : (int)Math.Floor((bin + 0.5) * rescale));
                buffer.Settle(grid.FirstBin, grid.EndBin);
                bins[unit] = buffer.Bins.ToArray();
            });
            return new Given(bins);
        }

        public override object CreateScratch() => this;

        public override void Draw(int cell, object scratch, SpikeBuffer into)
        {
            foreach (var bin in bins[cell]) into.Add(bin);
        }

        public override double[] Rates(int[] spikes, double durationS) => Array.ConvertAll(spikes, s => s / durationS);
        public override bool[] Silent => Array.ConvertAll(bins, b => b.Length == 0);
    }
}

using Minisim.Numerics;
using Minisim.Random;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Steps;

/// <summary>Cells that follow the animal: their rates in time, and the events in which they fire together.</summary>
internal sealed class TunedPopulation
{
    /// <summary>What a cell is tuned to.</summary>
    public enum CellClass
    {
        None,
        Place,
        Speed,
        HeadDirection,
    }

    /// <summary>A place field in an epoch between two remappings.</summary>
    /// <param name="X">Centre, m.</param>
    /// <param name="Y">Centre, m.</param>
    /// <param name="PeakHz">Rate there.</param>
    /// <param name="Direction">1 or −1 where the field is there in one direction of the track only, else 0.</param>
    public readonly record struct Field(double X, double Y, double PeakHz, int Direction);

    // Draws of a cell in the stream of tuning: 0 its class, 1 preferred direction, 2 phase of theta, 3 ripple probability, 16 + 8·epoch + k its field,
    // 2^16 + assembly its memberships, 2^20 + pass whether a pass is active.
    private const uint Class = 0, Preferred = 1, Phase = 2, Ripples = 3, Epochs = 16, Members = 1 << 16, Passes = 1 << 20;
    // Families of events: sub of their draws, beyond any population.
    private const uint AssemblyFamily = 1 << 20, RippleFamily = (1 << 20) + 1, PastAssemblyFamily = (1 << 20) + 2, PastRippleFamily = (1 << 20) + 3;
    private const double PeakSigmaLn = 0.5, RippleExtraSpikes = 0.5, RestBelow = 0.1, ThetaAbove = 0.5;
    // Where a field ends: a hundredth of its peak is left.
    private const double FieldSigmas = 3;
    // Marks the draws of events before the recording.
    private const uint PastAssembly = 1 << 23, PastRipple = 1 << 27;

    /// <summary>Spread over cells of the logarithm of the peak of a field.</summary>
    public const double FieldPeakSigmaLn = PeakSigmaLn;
    /// <summary>Spread over cells of the logarithm of the probability to take part in a ripple.</summary>
    public const double RippleSigmaLn = 0.5;

    private readonly Tuning _tuning;
    private readonly CellRoster.Entry[] _cells;
    private readonly ulong _seed;
    private readonly FineGrid _grid;
    private readonly BehaviorTrack _track;
    private readonly CellRates _rates;
    private readonly bool _isTrack;
    private readonly double _seconds, _ripplesHz;
    // What is left of the rates at every step of the track when the animal rests.
    private readonly double[] _gain;

    public TunedPopulation(Tuning tuning, CellRoster.Entry[] cells, ulong seed, FineGrid grid, BehaviorTrack track, CellRates rates)
    {
        (_tuning, _cells, _seed, _grid, _track, _rates) = (tuning, cells, seed, grid, track, rates);
        _isTrack = track.Lap is not null;
        _seconds = grid.EndBin / grid.Hz;
        _gain = Array.ConvertAll(track.Locomotion, l => tuning.RestGain + (1 - tuning.RestGain) * l);
        // Not the places that were visited: those become more in a longer recording.
        var (left, bottom, right, top) = track.Arena;
        Classes = new CellClass[cells.Length];
        Fields = new Field[cells.Length][];
        PreferredRad = new double[cells.Length];
        IsMember = new bool[cells.Length][];
        MeanHz = new double[cells.Length];
        _kept = new double[cells.Length];
        Array.Fill(_kept, 1);
        for (var i = 0; i < cells.Length; i++)
        {
            var draws = Of(i);
            var u = draws.Uniform(Class);
            Classes[i] = rates.Silent[i] ? CellClass.None : u < tuning.PlaceFraction ? CellClass.Place
                : u < tuning.PlaceFraction + tuning.SpeedFraction ? CellClass.Speed
                : u < tuning.PlaceFraction + tuning.SpeedFraction + tuning.HeadDirectionFraction ? CellClass.HeadDirection : CellClass.None;
            PreferredRad[i] = Math.PI * draws.Uniform(Preferred, -1, 1);
            Fields[i] = new Field[tuning.RemapTimesS.Count + 1];
            for (uint e = 0; e < Fields[i].Length; e++)
            {
                var at = Epochs + 8 * e;
                Fields[i][e] = e > 0 && draws.Uniform(at) >= tuning.RemapFraction ? Fields[i][e - 1]
                    : new(draws.Uniform(at + 1, left, right), draws.Uniform(at + 2, bottom, top), CellRates.Lognormal(tuning.PlacePeakHz, PeakSigmaLn, draws.Normal(at + 3)),
                        !_isTrack || draws.Uniform(at + 4) >= tuning.DirectionalFraction ? 0 : draws.Uniform(at + 5) < 0.5 ? 1 : -1);
            }
            IsMember[i] = new bool[tuning.Assemblies];
            for (uint a = 0; a < tuning.Assemblies; a++) IsMember[i][a] = !rates.Silent[i] && draws.Uniform(Members + a) < tuning.AssemblyFraction;
        }
        // The first frame remembers events before it, too.
        var past = -grid.FirstBin / grid.Hz;
        AssemblyTimesS = new double[tuning.Assemblies][];
        _pastAssemblies = new double[tuning.Assemblies][];
        for (uint a = 0; a < tuning.Assemblies; a++)
        {
            AssemblyTimesS[a] = Times(new Draws(seed, RandomStream.Events, a, AssemblyFamily), tuning.AssemblyRateHz, _seconds, 1, _ => true);
            _pastAssemblies[a] = Times(new Draws(seed, RandomStream.Events, a, PastAssemblyFamily), tuning.AssemblyRateHz, past, -1, _ => true);
        }
        bool Rests(double t) => BehaviorTrack.At(track.Locomotion, t) < RestBelow;
        RippleTimesS = tuning.RippleRateHz > 0 ? Times(new Draws(seed, RandomStream.Events, 0, RippleFamily), tuning.RippleRateHz, _seconds, 1, Rests) : [];
        _pastRipples = tuning.RippleRateHz > 0 ? Times(new Draws(seed, RandomStream.Events, 0, PastRippleFamily), tuning.RippleRateHz, past, -1, Rests) : [];
        _ripplesHz = RippleTimesS.Count(t => t >= 0 && t < _seconds) / _seconds;
    }

    public CellClass[] Classes { get; }
    /// <summary>Fields (cell, epoch) of the place cells; those of others say nothing.</summary>
    public Field[][] Fields { get; }
    public double[] PreferredRad { get; }
    /// <summary>Memberships (cell, assembly).</summary>
    public bool[][] IsMember { get; }
    public double[][] AssemblyTimesS { get; }
    public double[] RippleTimesS { get; }
    /// <summary>Expected rate of every cell over the recording, Hz; known once its rate was asked for.</summary>
    public double[] MeanHz { get; }
    // Share of a cell's own rate that is left beside the spikes of its assemblies; known then, too.
    private readonly double[] _kept;
    private readonly double[][] _pastAssemblies;
    private readonly double[] _pastRipples;

    /// <summary>The rate of a cell's own events in time.</summary>
    public IRate RateOf(int cell)
    {
        double[] hz = [];
        return RateOf(cell, ref hz);
    }

    /// <summary>The same in memory of the caller's.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="hz">Memory for the steps of the track, used again from cell to cell: the rate is good until then.</param>
    public IRate RateOf(int cell, ref double[] hz)
    {
        var joint = _tuning.AssemblyP * _tuning.AssemblyRateHz * IsMember[cell].Count(m => m);
        if (Classes[cell] == CellClass.None && _tuning.ThetaDepth == 0)
        {
            MeanHz[cell] = Math.Max(_rates.Hz[cell], joint) + RippleHz(cell);
            return new ConstantRate(Math.Max(0, _rates.Hz[cell] - joint));
        }
        if (hz.Length != _track.Steps) hz = new double[_track.Steps];
        Fill(cell, hz);
        double sum = 0;
        var steps = Math.Min(hz.Length, Math.Max(1, (int)(_seconds * BehaviorTrack.Hz)));
        for (var i = 0; i < steps; i++) sum += hz[i];
        var mean = sum / steps;
        var kept = mean > 0 ? Math.Max(0, 1 - joint / mean) : 0;
        if (kept != 1)
            for (var i = 0; i < hz.Length; i++) hz[i] *= kept;
        MeanHz[cell] = mean * kept + joint + RippleHz(cell);
        _kept[cell] = kept;
        return new TrackedRate(hz, _grid.Hz, _track.Locomotion, _tuning.ThetaDepth, _tuning.ThetaHz, 2 * Math.PI * Of(cell).Uniform(Phase));
    }

    /// <summary>Takes over what <see cref="RateOf(int)"/> has found out about a cell of an earlier population that is the same.</summary>
    public void TakeOver(int cell, TunedPopulation earlier, int its) => (MeanHz[cell], _kept[cell]) = (earlier.MeanHz[its], earlier._kept[its]);

    private double RippleHz(int cell) => _ripplesHz * Math.Min(1, Participation(cell)) * (1 + RippleExtraSpikes);

    // Rates at the steps of the track.
    private void Fill(int cell, double[] hz)
    {
        var m = _rates.Hz[cell];
        ReadOnlySpan<double> gain = _gain.AsSpan(0, hz.Length);
        switch (Classes[cell])
        {
            case CellClass.Place:
                Place(cell, hz);
                for (var i = 0; i < hz.Length; i++) hz[i] *= gain[i];
                break;
            case CellClass.Speed:
                for (var i = 0; i < hz.Length; i++) hz[i] = m * (1 + (_track.MeanSpeed > 0 ? _tuning.SpeedGain * _track.Speed[i] / _track.MeanSpeed : 0)) / (1 + _tuning.SpeedGain) * gain[i];
                break;
            case CellClass.HeadDirection:
                var scale = m / BesselI0(_tuning.HdKappa);
                for (var i = 0; i < hz.Length; i++) hz[i] = scale * PortableMath.Exp(_tuning.HdKappa * PortableMath.Cos(_track.Heading[i] - PreferredRad[cell]));
                break;
            default:
                Array.Fill(hz, m);
                break;
        }
    }

    private void Place(int cell, double[] hz)
    {
        var draws = Of(cell);
        double sigma = _tuning.PlaceSigmaM, reach = FieldSigmas * FieldSigmas * sigma * sigma, outside = _tuning.PlaceOutHz;
        int epoch = 0, pass = -1;
        ReadOnlySpan<double> x = _track.X.AsSpan(0, hz.Length), y = _track.Y.AsSpan(0, hz.Length);
        var lap = _track.Lap;
        var field = Fields[cell][0];
        bool inside = false, active = false;
        var (run, rise) = (0, 0.0);
        // A pass is one way through the field: it begins where the animal comes in, turns about, or finds a new field. It is active or silent as a whole, the wings of the field included.
        for (var i = 0; i < hz.Length; i++)
        {
            while (epoch < _tuning.RemapTimesS.Count && i / BehaviorTrack.Hz >= _tuning.RemapTimesS[epoch])
            {
                Finish(i);
                epoch++;
                inside &= Fields[cell][epoch] == field;
                field = Fields[cell][epoch];
            }
            if (lap is not null && i > 0 && lap[i] != lap[i - 1]) inside = false;
            double dx = x[i] - field.X, dy = y[i] - field.Y, squared = dx * dx + dy * dy;
            if (squared <= reach && !inside) active = draws.Uniform(Passes + (uint)++pass) < _tuning.PassReliability;
            inside = squared <= reach;
            if (inside && active && (field.Direction == 0 || field.Direction == (lap![i] % 2 == 0 ? 1 : -1)))
            {
                // One way through the field after the other, whose exponentials are made at once.
                if (run == 0) rise = Math.Max(0, field.PeakHz - outside);
                hz[i] = -squared / (2 * sigma * sigma);
                run++;
                continue;
            }
            Finish(i);
            hz[i] = outside;
        }
        Finish(hz.Length);

        void Finish(int end)
        {
            if (run == 0) return;
            var values = hz.AsSpan(end - run, run);
            PortableMath.Exp(values, values);
            for (var k = 0; k < values.Length; k++) values[k] = outside + rise * values[k];
            run = 0;
        }
    }

    /// <summary>Adds the spikes of the events that a cell takes part in.</summary>
    /// <returns>Whether there are any.</returns>
    public bool AddEvents(int cell, SpikeBuffer into)
    {
        if (_rates.Silent[cell]) return false;
        var draws = new Draws(_seed, RandomStream.Events, (uint)_cells[cell].Index, (uint)_cells[cell].Population);
        var before = into.Count;
        for (var a = 0; a < AssemblyTimesS.Length; a++)
        {
            if (!IsMember[cell][a]) continue;
            Assembly(AssemblyTimesS[a], (uint)a << 24);
            Assembly(_pastAssemblies[a], (uint)a << 24 | PastAssembly);
        }
        Ripple(RippleTimesS, 0);
        Ripple(_pastRipples, PastRipple);
        return into.Count > before;

        void Assembly(double[] times, uint from)
        {
            for (var e = 0; e < times.Length; e++)
            {
                var at = from | (uint)e << 1;
                if (draws.Uniform(at) < _tuning.AssemblyP) Add(times[e] + _tuning.AssemblyJitterS * draws.Normal(at + 1));
            }
        }

        void Ripple(double[] times, uint from)
        {
            for (var e = 0; e < times.Length; e++)
            {
                if (!TakesPart(cell, from >> 4 | (uint)e)) continue;
                // A ripple has at most 16 draws of a cell, in the upper half of the indices.
                var at = 1u << 31 | from | (uint)e << 4;
                var spikes = Math.Min(1 + draws.Poisson(at + 1, RippleExtraSpikes), 13);
                for (uint k = 0; k < spikes; k++) Add(times[e] + _tuning.RippleDurationS * draws.Uniform(at + 2 + k));
            }
        }

        void Add(double timeS) => into.Add((int)Math.Floor(timeS * _grid.Hz));
    }

    /// <summary>Whether a cell takes part in a ripple.</summary>
    public bool TakesPart(int cell, int ripple) => TakesPart(cell, (uint)ripple);

    private bool TakesPart(int cell, uint ripple) => !_rates.Silent[cell]
        && new Draws(_seed, RandomStream.Events, (uint)_cells[cell].Index, (uint)_cells[cell].Population).Uniform(1u << 31 | ripple << 4)
            < Participation(cell);

    private double Participation(int cell) => CellRates.Lognormal(_tuning.RippleParticipation, RippleSigmaLn, Of(cell).Normal(Ripples));

    /// <summary>What is true of the tuning.</summary>
    public StepOutput Publish(StepOutput output)
    {
        int cells = _cells.Length, epochs = _tuning.RemapTimesS.Count + 1;
        double[] centres = new double[cells * epochs * 2], peaks = new double[cells * epochs], sigma = new double[cells], preferred = new double[cells];
        var direction = new int[cells * epochs];
        for (var i = 0; i < cells; i++)
        {
            var isPlace = Classes[i] == CellClass.Place;
            sigma[i] = isPlace ? _tuning.PlaceSigmaM : double.NaN;
            preferred[i] = Classes[i] == CellClass.HeadDirection ? PreferredRad[i] : double.NaN;
            for (var e = 0; e < epochs; e++)
            {
                var at = i * epochs + e;
                (centres[2 * at], centres[2 * at + 1]) = isPlace ? (Fields[i][e].X, Fields[i][e].Y) : (double.NaN, double.NaN);
                (peaks[at], direction[at]) = isPlace ? (Fields[i][e].PeakHz * _kept[i], Fields[i][e].Direction) : (double.NaN, 0);
            }
        }
        output.Publish("tuning_cell_class", ["unit"], [cells], null, Array.ConvertAll(Classes, c => (int)c), "what each cell is tuned to: 0 nothing, 1 place, 2 speed, 3 head direction")
            .Publish("tuning_place_center_m", ["unit", "epoch", "xy"], [cells, epochs, 2], "m", centres, "centre (x, y) of each place field between remappings; NaN for other cells")
            .Publish("tuning_place_peak_hz", ["unit", "epoch"], [cells, epochs], "Hz", peaks, "rate in the middle of the field while the animal runs, on a pass on which the field is active, without the spikes of assemblies; NaN for other cells")
            .Publish("tuning_place_direction", ["unit", "epoch"], [cells, epochs], null, direction, "direction of the track in which the field is there: 1 along +x, -1 against it, 0 both")
            .Publish("tuning_place_sigma_m", ["unit"], [cells], "m", sigma, "width of each place field, Gaussian sigma; NaN for other cells")
            .Publish("tuning_head_direction_rad", ["unit"], [cells], "rad", preferred, "preferred direction of head-direction cells; NaN for other cells");
        output.Publish("tuning_epoch_starts_s", ["epoch"], [epochs], "s", (double[])[0, .. _tuning.RemapTimesS], "starts of the times between remappings");
        if (_tuning.Assemblies > 0)
        {
            var events = AssemblyTimesS.SelectMany((times, a) => times.Select(t => (Time: t, Assembly: a))).OrderBy(e => e.Time).ToArray();
            output.Publish("tuning_assembly_members", ["unit", "assembly"], [cells, _tuning.Assemblies], null, IsMember.SelectMany(m => m).ToArray(), "members of each assembly")
                .Publish("events_assembly_times_s", ["assembly_event"], [events.Length], "s", Array.ConvertAll(events, e => e.Time), "times at which an assembly fires together")
                .Publish("events_assembly_id", ["assembly_event"], [events.Length], null, Array.ConvertAll(events, e => e.Assembly), "which assembly that is");
        }
        if (_tuning.RippleRateHz > 0)
        {
            var ripples = RippleTimesS.Length;
            output.Publish("events_ripple_times_s", ["ripple"], [ripples], "s", RippleTimesS, "starts of the ripples")
                .Publish(new TruthArray("events_ripple_members", ["unit", "ripple"], [cells, ripples], null, TruthElement.Bool,
                    units => units.SelectMany(u => Enumerable.Range(0, ripples).Select(e => TakesPart(u, e))).ToArray(), "cells that take part in each ripple"));
        }
        return output;
    }

    // Poisson events from the start of the recording on, or back from it.
    private static double[] Times(in Draws draws, double hz, double seconds, int direction, Func<double, bool> isKept)
    {
        var times = new List<double>();
        double time = 0;
        for (uint k = 0; (time -= PortableMath.Log(1 - draws.Uniform(k)) / hz) < seconds; k++)
            if (isKept(direction * time)) times.Add(direction * time);
        return [.. times];
    }

    private Draws Of(int cell) => new(_seed, RandomStream.Tuning, (uint)_cells[cell].Index, (uint)_cells[cell].Population);

    /// <summary>Modified Bessel function of order 0: <c>Σ (x²/4)^k/k!²</c>.</summary>
    internal static double BesselI0(double x)
    {
        double term = 1, sum = 1;
        for (var k = 1; k < 500 && term > 1e-17 * sum; k++)
        {
            term *= x * x / 4 / ((double)k * k);
            sum += term;
        }
        return sum;
    }

    // Rates at 50 Hz, linear between, with theta on top; before the recording as at its start.
    private sealed class TrackedRate(double[] hz, double gridHz, double[] locomotion, double depth, double thetaHz, double phase) : IRate
    {
        public double? ConstantHz => null;

        // Where the last stretch ended, which is mostly where the next one begins.
        private int _bin = int.MinValue, _step;

        private int StepBelow(int bin) => (int)Math.Clamp(bin / gridHz * BehaviorTrack.Hz, 0, hz.Length - 1);

        public double AtMostHz(int firstBin, int bins)
        {
            var first = firstBin == _bin ? _step : StepBelow(firstBin);
            (_bin, _step) = (firstBin + bins, StepBelow(firstBin + bins));
            var highest = 0.0;
            foreach (var value in hz.AsSpan(first, Math.Min(_step + 2, hz.Length) - first)) highest = Math.Max(highest, value);
            // What rounding may add to a value between two steps.
            return highest * (1 + depth) * (1 + 1e-9);
        }

        public void Fill(int firstBin, Span<double> target)
        {
            for (var b = 0; b < target.Length; b++)
            {
                var time = (firstBin + b + 0.5) / gridHz;
                target[b] = BehaviorTrack.At(hz, time);
                if (depth > 0 && BehaviorTrack.At(locomotion, time) > ThetaAbove)
                {
                    var cycles = thetaHz * time;
                    target[b] *= 1 + depth * PortableMath.Cos(2 * Math.PI * (cycles - Math.Floor(cycles)) - phase);
                }
            }
        }
    }
}

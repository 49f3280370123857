using System.Buffers;
using Minisim.Numerics;
using Minisim.Random;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Steps;

/// <summary>Spikes and calcium: a two-state gate per cell, spikes on a fine grid, a double-exponential indicator.</summary>
/// <remarks>With a <c>process</c> other than "per_frame" gate and spikes have clocks of their own (<c>gate_step_s</c>, 1/<c>spike_sim_hz</c>), so that a spec has the same spikes at any
/// frame rate. A frame then averages fluorescence with each bin's overlap as its weight, and counts the spikes that begin in it.</remarks>
public sealed partial record CellActivity : Step
{
    /// <summary>Rate of the fine grid on which spikes are drawn, Hz; at most one spike a bin (≈ 3 ms: the refractory period).</summary>
    [Positive, Unit("Hz")] public double SpikeSimHz { get; init; } = 300;
    /// <summary>Probability per frame to become active.</summary>
    [Range(0, 1, minOpen: true)] public double PQuiescentToActive { get; init; } = 0.005;
    /// <summary>Probability per frame to fall quiescent.</summary>
    [Range(0, 1, minOpen: true)] public double PActiveToQuiescent { get; init; } = 0.3;
    /// <summary>Spike rate while active, Hz.</summary>
    [Positive, Unit("Hz")] public double ActiveRateHz { get; init; } = 150;
    /// <summary>Spike rate while quiescent, Hz.</summary>
    [NonNegative, Unit("Hz")] public double QuiescentRateHz { get; init; } = 0.6;
    /// <summary>Rise time constant of the indicator, s.</summary>
    [Positive, Unit("s")] public double TauRiseS { get; init; } = 0.05;
    /// <summary>Decay time constant of the indicator, s.</summary>
    [Positive, Unit("s")] public double TauDecayS { get; init; } = 0.5;
    /// <summary>Coefficient of variation of brightness across cells (lognormal, mean 1).</summary>
    [NonNegative(100)] public double BrightnessCv { get; init; } = 0.3;
    /// <summary>Resting fluorescence, in units of the calcium transient of one spike.</summary>
    [NonNegative(1e9)] public double F0 { get; init; } = 1;
    /// <summary>Standard deviation of noise on the truth trace; 0 keeps the truth clean.</summary>
    [NonNegative(1e9)] public double TraceNoise { get; init; }
    /// <summary>By which law cells fire. "per_frame" is the reference's gate, whose activity depends on the frame rate.</summary>
    /// <remarks>Rates that were measured: CA1 pyramidal cells, bursty, mean 1 Hz, ln-sd 1.2 (≈ 1 Hz at rest, BioNumbers 112031; lognormal in all states, Mizuseki 2013), 0.3 of them
    /// silent; layer 2/3, poisson, 0.3 Hz, ln-sd 1.3 (0.1–1 Hz, skewed: O'Connor 2010, Hromádka 2008; a minority fires most spikes: Barth and Poulet 2012), 0.3 silent.</remarks>
    [Extension] public SpikeProcess Process { get; init; }
    /// <summary>Gated: rate at which a quiet cell becomes active, Hz. The default is the reference's 0.005 a frame at 20 fps.</summary>
    [Extension, Positive(1e6), Unit("Hz")] public double ActivationRateHz { get; init; } = 0.11929292898929342;
    /// <summary>Gated: rate at which an active cell falls quiet, Hz. The default is the reference's 0.3 a frame at 20 fps.</summary>
    [Extension, Positive(1e6), Unit("Hz")] public double DeactivationRateHz { get; init; } = 7.157575739357605;
    /// <summary>Gated: the gate's own clock, s; a multiple of 1/<c>spike_sim_hz</c>.</summary>
    [Extension, Positive(1e6), Unit("s")] public double GateStepS { get; init; } = 0.05;
    /// <summary>Mean rate of the cells that are not silent, Hz; null with "gated" = as the gate gives it. Needed by "poisson", "regular" and "bursty". No cell fires faster than 30 Hz.</summary>
    [Extension, Range(0, 20, minOpen: true), Unit("Hz")] public double? RateMeanHz { get; init; }
    /// <summary>Spread of the rate over cells: standard deviation of its logarithm; the mean is kept, but for what the fastest rate cuts off (above 2 % a spec is warned of).</summary>
    /// <remarks>1.2: the busiest tenth of the cells fires 46.7 % of the spikes, the median cell 0.487 of the mean.</remarks>
    [Extension, Range(0, 3)] public double RateSigmaLn { get; init; }
    /// <summary>Share of all cells that never fire. They are still lit. <c>rate_mean_hz</c> is of the others, and so are the shares of <c>tuning</c>.</summary>
    [Extension, Range(0, 1)] public double SilentFraction { get; init; }
    /// <summary>Poisson: absolute refractory period, s; one bin of 1/<c>spike_sim_hz</c> is dead in any case. The mean rate is kept. A spike of an assembly or a ripple that would fall into it moves to its end.</summary>
    [Extension, Range(0, 0.05), Unit("s")] public double RefractoryS { get; init; }
    /// <summary>Regular: order k of the gamma law of the intervals, whose squared coefficient of variation is 1/k.</summary>
    [Extension, Range(1, 50)] public int RegularOrder { get; init; } = 4;
    /// <summary>Bursty: probability that an event is a complex spike: 2 to 6 spikes (2.84 on average, each further one half as likely), 3.3 or 6.7 ms apart (Ranck 1973, Harris 2001).</summary>
    [Extension, Range(0, 1)] public double BurstProbability { get; init; } = 0.15;
    /// <summary>File: the spikes.</summary>
    [Extension] public SpikeFile? Spikes { get; init; }
    /// <summary>What the cells have to do with the animal; null = nothing.</summary>
    [Extension] public Tuning? Tuning { get; init; }

    /// <summary>The calcium indicator: a name such as "GCaMP6f", or an object; null = the reference's linear kernel of <c>tau_rise_s</c> and <c>tau_decay_s</c>, 100 % a spike without end.</summary>
    /// <remarks>Fluorescence is then <c>C = A·b·f0·(1 + ΔF/F)</c>, ΔF/F relative to the cell's own resting light. What an outline in a movie shows is ΔF/(F0 + background), several times
    /// less, since in one-photon data most of what lies under an outline is background. See docs/indicators.md for every number and its source.</remarks>
    [Extension] public Indicator? Indicator { get; init; }
    /// <summary>Where a named indicator was measured.</summary>
    [Extension] public IndicatorPreparation IndicatorPreparation { get; init; }
    /// <summary>Spread of the amplitude of ΔF/F over cells, coefficient of variation (lognormal, mean 1).</summary>
    /// <remarks>Chen 2013's standard errors mean 0.42 to 0.49 for GCaMP6s and 6f, brightness at rest included.</remarks>
    [Extension, Range(0, 1)] public double IndicatorAmplitudeCv { get; init; } = 0.3;
    /// <summary>Spread of the decay over cells, coefficient of variation (lognormal, mean 1; Chen 2013: 0.26 to 0.28).</summary>
    [Extension, Range(0, 1)] public double IndicatorDecayCv { get; init; } = 0.25;
    /// <summary>Spread of the rise over cells, coefficient of variation (lognormal, mean 1). The peak of one spike stays as it is.</summary>
    [Extension, Range(0, 1)] public double IndicatorRiseCv { get; init; } = 0.25;
    /// <summary>Brightness b at rest, in units of <c>f0</c>; "auto" = that of the indicator, relative to GCaMP6s.</summary>
    [Extension, Auto, Positive(1e6)] public double? RestingBrightness { get; init; }
    /// <summary>Law of the brightness over cells, both of mean 1 and <c>brightness_cv</c>.</summary>
    /// <remarks>A simulator's code draws expression from a gamma law of shape 2.53, fitted to a Thy1 line in visual cortex: a coefficient of variation of 0.63 (NAOMi).</remarks>
    [Extension] public BrightnessDistribution BrightnessDistribution { get; init; }
    /// <summary>Share of the cells that carry the indicator at all; the others stay dark, and in the truth.</summary>
    [Extension, Range(0, 1, minOpen: true)] public double ExpressingFraction { get; init; } = 1;

    /// <summary>Draws of a cell's indicator: entity = cell, sub = population; 0 = amplitude, 1 = decay, 2 = rise, 3 = whether it carries any, from 8 on the gamma law.</summary>
    internal static readonly RandomStream IndicatorStream = new(19);
    /// <summary>Draws of a cell's rate: entity = cell, sub = population; 0 = its normal, 1 = whether it is silent, 2 = the phase of a regular cell.</summary>
    internal static readonly RandomStream RateStream = new(17);
    /// <summary>Draws by which spikes are thinned where the rate changes within a block: entity = cell, sub = population, index = bin.</summary>
    internal static readonly RandomStream ThinningStream = new(18);

    /// <summary>Bins of the fine grid in a frame: <c>max(round(spike_sim_hz/fps), 1)</c>, ties to even.</summary>
    public int BinsPerFrame(double fps) => Math.Max((int)Math.Round(SpikeSimHz / fps, MidpointRounding.ToEven), 1);

    /// <summary>Brightness of a cell from a standard normal: lognormal with mean 1 and coefficient of variation
    /// <c>brightness_cv</c>, <c>exp(σ·z − σ²/2)</c> with <c>σ² = ln(1 + cv²)</c>.</summary>
    public double BrightnessFor(double standardNormal)
    {
        var variance = PortableMath.Log(1 + BrightnessCv * BrightnessCv);
        return PortableMath.Exp(Math.Sqrt(variance) * standardNormal - variance / 2);
    }

    /// <summary>Probabilities (to active, to quiet) with which the gate changes in one <c>gate_step_s</c> δ: <c>π(1 − e^(−(a+b)δ))</c> and <c>(1 − π)(1 − e^(−(a+b)δ))</c>,
    /// <c>π = a/(a + b)</c>, with the rates a of activation and b of deactivation: a continuous two-state chain, looked at every δ.</summary>
    /// <remarks>The defaults at δ = 1/20 s: 0.005 and 0.3; at 1/60 s: 0.0018724 and 0.1123427.</remarks>
    public (double ToActive, double ToQuiescent) GateProbabilities() => GateProbabilities(1);

    internal (double ToActive, double ToQuiescent) GateProbabilities(double scale)
    {
        double a = scale * ActivationRateHz, b = DeactivationRateHz;
        var change = -PortableMath.ExpM1(-(a + b) * GateStepS);
        return (a / (a + b) * change, b / (a + b) * change);
    }

    /// <summary>Mean rate of a gated cell, Hz, whose activation and quiet rate are scaled: at most one spike a bin.</summary>
    internal double GatedRateHz(double scale)
    {
        double a = scale * ActivationRateHz, b = DeactivationRateHz;
        if (Process == SpikeProcess.PerFrame) (a, b) = (PQuiescentToActive, PActiveToQuiescent);
        return (a * Math.Min(ActiveRateHz, SpikeSimHz) + b * Math.Min(scale * QuiescentRateHz, SpikeSimHz)) / (a + b);
    }

    /// <summary>The scale s of activation and quiet rate with which a cell's mean rate is m: <c>m·b/(a·r_a + b·r_q − m·a)</c>.</summary>
    internal double GateScale(double rateHz) =>
        rateHz * DeactivationRateHz / (ActivationRateHz * Math.Min(ActiveRateHz, SpikeSimHz) + DeactivationRateHz * QuiescentRateHz - rateHz * ActivationRateHz);

    /// <summary>Dead bins after a spike, beside its own: <c>max(round(τ_ref·spike_sim_hz) − 1, 0)</c>.</summary>
    internal int DeadBins => Math.Max((int)Math.Round(RefractoryS * SpikeSimHz, MidpointRounding.ToEven) - 1, 0);

    /// <summary>The fastest that a cell can fire, Hz: with a spike as soon as it may.</summary>
    internal double FastestHz => Process switch
    {
        SpikeProcess.Poisson => SpikeSimHz / (DeadBins + 1),
        SpikeProcess.Regular => SpikeSimHz / RegularOrder,
        // Above that, bursts run into one another.
        SpikeProcess.Bursty => SpikeSimHz / 4,
        _ => SpikeSimHz,
    };

    /// <summary>Brightness of a cell from its draws: of mean 1 and <c>brightness_cv</c>, 0 without indicator.</summary>
    internal double BrightnessOf(Draws amplitude, Draws indicator) =>
        ExpressingFraction < 1 && indicator.Uniform(3) >= ExpressingFraction ? 0
        : BrightnessDistribution == BrightnessDistribution.Gamma && BrightnessCv > 0 ? GammaLaw.Draw(1 / (BrightnessCv * BrightnessCv), indicator, 8) * BrightnessCv * BrightnessCv
        : BrightnessFor(amplitude.Normal(0));

    /// <summary>Expected light of a cell at rest, those without indicator included: b·f0·expressing_fraction.</summary>
    internal double MeanRest => (RestingBrightness ?? Indicator?.Resolve(IndicatorPreparation).RelativeF0 ?? 1) * F0 * ExpressingFraction;

    /// <summary>The past that frame 0 remembers, s: six decay times, with an indicator those of all but the slowest cell in a thousand, and at least 3 s.</summary>
    internal double LeadInS
    {
        get
        {
            if (Indicator is null) return 6 * TauDecayS;
            // A spec with an impossible indicator has no past; it is refused elsewhere.
            if (Indicator.Resolve(IndicatorPreparation, "", new ProblemList()) is not { } p) return 3;
            var slowest = Math.Max(p.TauDecayS, p.SlowFraction > 0 ? p.TauSlowS : 0) * Spread(IndicatorDecayCv, 3);
            return Math.Max(3, 6 * slowest);
        }
    }

    // Lognormal of mean 1 at a standard normal.
    private static double Spread(double cv, double z)
    {
        var variance = PortableMath.Log(1 + cv * cv);
        return cv == 0 ? 1 : PortableMath.Exp(Math.Sqrt(variance) * z - variance / 2);
    }

    /// <summary>The step as far as spikes depend on it, beside their grid: without what the cells make of them.</summary>
    internal CellActivity Firing => this with
    {
        TauRiseS = 1,
        TauDecayS = 1,
        BrightnessCv = 0,
        F0 = 0,
        TraceNoise = 0,
        Indicator = null,
        IndicatorPreparation = default,
        IndicatorAmplitudeCv = 0,
        IndicatorDecayCv = 0,
        IndicatorRiseCv = 0,
        RestingBrightness = null,
        BrightnessDistribution = default,
        ExpressingFraction = 1,
    };

    /// <summary>Bins and frames.</summary>
    internal FineGrid Grid(Acquisition acquisition) => Grid(acquisition.NFrames(), acquisition.Fps, 1);

    private FineGrid Grid(int frames, double fps, double longer)
    {
        var leadIn = (int)Math.Ceiling(longer * LeadInS * fps);
        var bins = BinsPerFrame(fps);
        return Process == SpikeProcess.PerFrame ? new FineGrid(bins * fps, bins, frames, leadIn) : new FineGrid(SpikeSimHz, SpikeSimHz / fps, frames, leadIn);
    }

    /// <summary>Most units that a file of spikes may have: the cells to be placed.</summary>
    internal int MostUnits(Spec spec) => (int)Math.Min(SpecSize.Of(spec).TotalCells, SpecValidator.MaxCells);

    internal override StepOutput Compile(StepInputs inputs)
    {
        var placed = (inputs.Find<CellRoster>() ?? CellRoster.None).Cells;
        var (seed, timeline) = (inputs.Get<Seed>().Value, inputs.Get<Timeline>());
        int cells = placed.Length, frames = timeline.Frames;
        var filled = placed.Any(p => p.IsFilled);
        // Filled cells decay slowly, and remember longer.
        var grid = Grid(frames, timeline.FramesPerSecond, filled ? FilledNucleus.Decay : 1);
        // That of the others stays as it is, so that they do, too.
        var usual = Grid(frames, timeline.FramesPerSecond, 1);
        var track = inputs.Find<BehaviorTrack>();
        var source = SpikeSource.Of(this, placed, seed, grid, track);
        var stride = (long)cells * frames <= MostKept ? frames : Math.Min(frames, Stride ?? Traces.StrideFor(cells));
        var traces = inputs.Renew<CellTraces>(earlier => new(this, placed, seed, grid, usual, source, track, stride, inputs.Parallelism, earlier));

        var (amplitude, own) = (traces.Amplitude, traces.Own);
        var output = new StepOutput().Give(new Activity(traces, traces.Extremes, amplitude, MeanRest))
            .PublishTraces("C", traces, own is null ? "Clean fluorescence A·(f0 + calcium), in transients of one spike." : "Clean fluorescence A·b·f0·(1 + dff).")
            .Publish(TruthArray.CellByCell<float>("S", ["unit", "frame"], (cells, frames), TruthElement.Float32, (i, first, to) =>
            {
                var counts = ArrayPool<ushort>.Shared.Rent(to.Length);
                traces.FillSpikes(i, first, counts.AsSpan(0, to.Length));
                for (var t = 0; t < to.Length; t++) to[t] = counts[t];
                ArrayPool<ushort>.Shared.Return(counts);
            }, "Spikes per frame."))
            .Publish("amplitude_per_cell", ["unit"], [cells], null, amplitude, "Brightness A of each cell, mean 1.");
        var resting = traces.Resting;
        if (own is not null)
            output
                .Publish(TruthArray.CellByCell<double>("dff", ["unit", "frame"], (cells, frames), TruthElement.Float64, (i, first, to) =>
                {
                    traces.Fill(i, first, to);
                    var noise = new Draws(seed, RandomStream.TraceNoise, (uint)placed[i].Index, (uint)placed[i].Population);
                    for (var t = 0; t < to.Length; t++)
                        to[t] = resting[i] > 0 ? (to[t] - (TraceNoise > 0 ? TraceNoise * noise.Normal((uint)(first + t)) : 0)) / resting[i] - 1 : 0;
                }, "True ΔF/F of each cell, relative to its own resting light: no background, no bleaching."))
                .Publish("indicator_params", ["unit", "parameter"], [cells, 8], null, own.SelectMany(p => (double[])[p.TauRiseS, p.TauDecayS, p.TauSlowS, p.SlowFraction, p.HillN, p.HalfSaturationAp, p.OffsetAp, p.Dff1Ap]).ToArray(),
                    "Indicator of each cell: tau_rise_s, tau_decay_s, tau_slow_s, slow_fraction, hill_n, half_saturation_ap, offset_ap, dff_1ap.");
        if (own is not null || ExpressingFraction < 1 || filled || BrightnessDistribution != BrightnessDistribution.Lognormal)
            output.Publish("resting_f0", ["unit"], [cells], null, resting, "Light of each cell at rest, A·b·f0.");
        if (ExpressingFraction < 1) output.Publish("expressing", ["unit"], [cells], null, Array.ConvertAll(amplitude, a => a > 0), "Cells that carry the indicator.");
        if (source.Tuned is { } tuned) tuned.Publish(output);
        if (traces.Bins is not { } spikes) return output;
        // Those of the past come first, and are no one's.
        var past = Array.ConvertAll(spikes, bins => FirstAtLeast(bins, 0));
        int[] within = [.. spikes.Select((bins, i) => bins.Length - past[i])];
        return output
            .Publish(TruthArray.Ragged("spike_times_s", "spike", "s", within, (cell, to) =>
            {
                for (var k = 0; k < to.Length; k++) to[k] = grid.TimeS(spikes[cell][past[cell] + k]);
            }, "Spike times of one cell after the other; spike_times_index says where those of each end."))
            .Publish(TruthArray.EndsOf("spike_times_index", within, "Where the spikes of each cell end in spike_times_s."))
            .Publish("rate_hz", ["unit"], [cells], "Hz", source.Rates(within, frames / timeline.FramesPerSecond), "Expected spikes per second of each cell; of given spikes, those that there are.")
            .Publish("silent", ["unit"], [cells], null, source.Silent, "Cells that never fire.");
    }

    /// <summary>Most values of traces that are kept; a test keeps fewer.</summary>
    internal long MostKept { get; init; } = Traces.MostKept;

    /// <summary>Frames between the places at which the others are made anew, if a test chooses them.</summary>
    internal int? Stride { get; init; }

    /// <summary>The indicator in a cell.</summary>
    internal IndicatorParameters IndicatorOf(IndicatorParameters indicator, CellRoster.Entry cell, Draws draws)
    {
        var decay = Spread(IndicatorDecayCv, draws.Normal(1)) * (cell.IsFilled ? FilledNucleus.Decay : 1);
        return indicator.In(decay, Spread(IndicatorRiseCv, draws.Normal(2))) with
        {
            Dff1Ap = indicator.Dff1Ap * Spread(IndicatorAmplitudeCv, draws.Normal(0)) * (cell.IsFilled ? FilledNucleus.Response : 1),
        };
    }

    private static int FirstAtLeast(int[] sorted, int value)
    {
        var at = Array.BinarySearch(sorted, value);
        return at < 0 ? ~at : at;
    }
}

using Minisim.Numerics;
using Minisim.Random;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Steps;

/// <summary>Spikes and calcium: a two-state gate per cell, spikes on a fine grid, a double-exponential indicator.</summary>
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

    /// <summary>Bins of the fine grid in a frame: <c>max(round(spike_sim_hz/fps), 1)</c>, ties to even.</summary>
    public int BinsPerFrame(double fps) => Math.Max((int)Math.Round(SpikeSimHz / fps, MidpointRounding.ToEven), 1);

    /// <summary>Brightness of a cell from a standard normal: lognormal with mean 1 and coefficient of variation
    /// <c>brightness_cv</c>, <c>exp(σ·z − σ²/2)</c> with <c>σ² = ln(1 + cv²)</c>.</summary>
    public double BrightnessFor(double standardNormal)
    {
        var variance = PortableMath.Log(1 + BrightnessCv * BrightnessCv);
        return PortableMath.Exp(Math.Sqrt(variance) * standardNormal - variance / 2);
    }

    internal override StepOutput Compile(StepInputs inputs)
    {
        var placed = (inputs.Find<PlacedCells>() ?? PlacedCells.None).Cells;
        var (seed, timeline) = (inputs.Get<Seed>().Value, inputs.Get<Timeline>());
        int cells = placed.Length, frames = timeline.Frames;
        var fps = timeline.FramesPerSecond;
        var bins = BinsPerFrame(fps);
        var fineHz = bins * fps;
        var integrator = new CalciumIntegrator(TauRiseS, TauDecayS, fineHz, bins);
        SpikeCounts quiescent = new(bins, Math.Min(QuiescentRateHz / fineHz, 1)), active = new(bins, Math.Min(ActiveRateHz / fineHz, 1));
        var leadIn = (int)Math.Ceiling(6 * TauDecayS * fps);

        var c = new double[cells][];
        var s = new ushort[cells][];
        var amplitude = new double[cells];
        Parallel.For(0, cells, inputs.Parallelism, () => (Gate: new bool[leadIn + frames], Words: new uint[leadIn + frames], Sampler: new SpikeSampler(quiescent, active)), (i, _, scratch) =>
        {
            var cell = placed[i];
            Draws Of(RandomStream stream) => new(seed, stream, (uint)cell.Index, (uint)cell.Population);
            amplitude[i] = BrightnessFor(Of(RandomStream.Amplitude).Normal(0));
            c[i] = GC.AllocateUninitializedArray<double>(frames);
            s[i] = GC.AllocateUninitializedArray<ushort>(frames);
            ActivityGate.Fill(scratch.Gate, leadIn, PQuiescentToActive, PActiveToQuiescent, Of(RandomStream.Gate));
            var spikes = Of(RandomStream.Spikes);
            SpikeSampler.FillWords(spikes, -leadIn, scratch.Words);
            Trace(scratch.Gate, scratch.Words, leadIn, scratch.Sampler, integrator, spikes, amplitude[i], c[i], s[i]);
            if (TraceNoise > 0)
            {
                var noise = Of(RandomStream.TraceNoise);
                for (var t = 0; t < frames; t++) c[i][t] += TraceNoise * noise.Normal((uint)t);
            }
            return scratch;
        }, _ => { });

        return new StepOutput().Give(new Activity(c, s, amplitude))
            .PublishTraces("C", c, frames, TruthElement.Float64, v => v, "Clean fluorescence A·(f0 + calcium), in transients of one spike.")
            .PublishTraces("S", s, frames, TruthElement.Float32, v => (float)v, "Spikes per frame.")
            .Publish("amplitude_per_cell", ["unit"], [cells], null, amplitude, "Brightness A of each cell, mean 1.");
    }

    private void Trace(ReadOnlySpan<bool> gate, ReadOnlySpan<uint> words, int leadIn, SpikeSampler sampler, CalciumIntegrator integrator,
        Draws draws, double amplitude, Span<double> c, Span<ushort> s)
    {
        var state = default(CalciumIntegrator.State);
        for (var t = -leadIn; t < c.Length; t++)
        {
            var calcium = integrator.Advance(ref state);
            var spikes = sampler.Spikes(draws, t, words[leadIn + t], gate[leadIn + t]);
            foreach (var bin in spikes) calcium += integrator.Add(ref state, bin);
            if (t < 0) continue;
            c[t] = amplitude * (F0 + calcium);
            s[t] = (ushort)Math.Min(spikes.Length, ushort.MaxValue);
        }
    }

    internal override void Check(Spec spec, ProblemList problems)
    {
        var path = PathIn(spec);
        var fps = spec.Acquisition.Fps;
        if (TauDecayS > 0 && TauDecayS * fps < 1)
            problems.Error($"{path}.tau_decay_s", FormattableString.Invariant($"{TauDecayS}"),
                FormattableString.Invariant($"at {fps} fps that is {TauDecayS * fps:0.###} samples per decay (< 1), so the decay cannot be resolved."),
                "Raise fps or tau_decay_s.");
        if (SpikeSimHz / fps > 100_000)
            problems.Error($"{path}.spike_sim_hz", FormattableString.Invariant($"{SpikeSimHz}"),
                FormattableString.Invariant($"at {fps} fps that is {SpikeSimHz / fps:g3} bins a frame, more than 100000."), "Lower spike_sim_hz; 300 gives a refractory period of 3 ms.");
        if (6 * TauDecayS * fps > 5_000_000)
            problems.Error($"{path}.tau_decay_s", FormattableString.Invariant($"{TauDecayS}"),
                FormattableString.Invariant($"at {fps} fps the past that frame 0 needs is {6 * TauDecayS * fps:g3} frames, more than 5000000."), "Lower tau_decay_s.");
        if (TauRiseS >= TauDecayS)
            problems.Error($"{path}.tau_rise_s", FormattableString.Invariant($"{TauRiseS}"),
                FormattableString.Invariant($"the rise must be faster than the decay, tau_decay_s = {TauDecayS}."),
                "Lower tau_rise_s or raise tau_decay_s.");
    }
}

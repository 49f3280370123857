using Minisim.Scene;

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
    [NonNegative] public double BrightnessCv { get; init; } = 0.3;
    /// <summary>Resting fluorescence, in units of the calcium transient of one spike.</summary>
    [NonNegative] public double F0 { get; init; } = 1;
    /// <summary>Standard deviation of noise on the truth trace; 0 keeps the truth clean.</summary>
    [NonNegative] public double TraceNoise { get; init; }

    internal override void Compile(SceneBuilder scene) => throw new NotImplementedException();
}

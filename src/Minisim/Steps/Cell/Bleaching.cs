using Minisim.Scene;

namespace Minisim.Steps;

/// <summary>Photobleaching against turnover of the indicator: <c>dB/dt = (1 − B)/τ − q·I·C(t)·B</c>, B(0) = 1.</summary>
public sealed partial record Bleaching : Step
{
    /// <summary>q: bleached share per second, per unit of excitation and emission.</summary>
    [NonNegative, Unit("1/s")] public double BleachSusceptibility { get; init; } = 6.3e-6;
    /// <summary>τ: turnover time of the indicator, s.</summary>
    [Positive, Unit("s")] public double TurnoverTauS { get; init; } = 20000;
    /// <summary>I: excitation intensity at the brightest place of the illumination.</summary>
    [NonNegative] public double ExcitationIntensity { get; init; } = 1;

    internal override void Compile(SceneBuilder scene) => throw new NotImplementedException();
}

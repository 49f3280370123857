using Minisim.Scene;

namespace Minisim.Steps;

/// <summary>Light that reaches the sensor without coming from the tissue in focus: excitation leak, autofluorescence of glass.</summary>
public sealed partial record Leakage : Step
{
    /// <summary>"gaussian" (a glow around the centre) or "uniform".</summary>
    [OneOf("gaussian", "uniform")] public string Profile { get; init; } = "gaussian";
    /// <summary>Peak, in the movie's intensity units.</summary>
    [NonNegative] public double Level { get; init; } = 0.1;
    /// <summary>Gaussian σ of the glow, µm; null = a quarter of the smaller FOV side.</summary>
    [Positive, Unit("µm")] public double? SigmaUm { get; init; }

    internal override void Compile(SceneBuilder scene) => throw new NotImplementedException();
}

using Minisim.Scene;

namespace Minisim.Steps;

/// <summary>Photons become counts: Poisson shot noise, Gaussian read noise, gain, clipping and quantisation.</summary>
public sealed partial record Sensor : Step
{
    /// <summary>Photons per frame for one unit of intensity.</summary>
    [Positive] public double PhotonsPerUnit { get; init; } = 100;

    internal override void Compile(SceneBuilder scene) => throw new NotImplementedException();
}

using Minisim.Rendering;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Photons become counts: <c>λ = max(intensity·photons_per_unit, 0)·QE</c> expected electrons; Poisson shot noise and
/// Gaussian read noise; counts = <c>clip(⌊electrons·gain⌋, 0, 2^bits − 1)</c>.</summary>
/// <remarks>The noise itself is in <see cref="SensorKernel"/>.</remarks>
public sealed record Sensor : Step
{
    /// <summary>Photons per frame for one unit of intensity.</summary>
    [Positive(1e9)] public double PhotonsPerUnit { get; init; } = 100;

    internal override StepOutput Compile(StepInputs inputs)
    {
        var sensor = inputs.Get<ImageSensor>();
        var budget = new LightBudget(sensor, PhotonsPerUnit);
        return new StepOutput().Give(budget)
            .Give(new SensorModel(inputs.Get<Seed>().Value, budget.ElectronsPerUnit, sensor.ReadNoiseE, sensor.GainAduPerE, sensor.BitDepth));
    }
}

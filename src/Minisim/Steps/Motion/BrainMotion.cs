using Minisim.Scene;

namespace Minisim.Steps;

/// <summary>The brain moves under the lens.</summary>
public sealed partial record BrainMotion : Step
{
    /// <summary>"physical" (a driven, damped oscillator) or "walk".</summary>
    [OneOf("physical", "walk")] public string Model { get; init; } = "physical";
    /// <summary>Given displacement (dy, dx) per frame, µm, which wins over <see cref="Model"/>; null = simulated.</summary>
    [Unit("µm")] public ValueList<Lateral>? TrajectoryUm { get; init; }
    /// <summary>Largest displacement, µm; sets the canvas margin.</summary>
    [Positive, Unit("µm")] public double MaxShiftUm { get; init; } = 15;
    /// <summary>Step frequency of locomotion, Hz.</summary>
    [Positive, Unit("Hz")] public double LocomotionFreqHz { get; init; } = 7;
    /// <summary>99th percentile of the displacement, µm.</summary>
    [Positive, Unit("µm")] public double MotionAmplitudeUm { get; init; } = 10;
    /// <summary>Axis of the locomotion drive.</summary>
    [OneOf("y", "x")] public string LocomotionAxis { get; init; } = "y";
    /// <summary>Resonance frequency of the brain in the skull, Hz.</summary>
    [Positive, Unit("Hz")] public double ResonanceFreqHz { get; init; } = 6;
    /// <summary>Damping ratio of that resonance.</summary>
    [Positive] public double DampingRatio { get; init; } = 0.5;
    /// <summary>Share of the locomotion drive; the rest is posture.</summary>
    [Range(0, 1)] public double LocomotionFraction { get; init; } = 0.25;
    /// <summary>Step of the walk per axis and frame, µm.</summary>
    [NonNegative, Unit("µm")] public double WalkStepUm { get; init; } = 0.3;

    /// <summary>Canvas pixels beyond the FOV on every side: <c>⌈max shift/p⌉ + 1</c>.</summary>
    public int MarginPx(Acquisition acquisition)
    {
        var largest = MaxShiftUm;
        if (TrajectoryUm is { Count: > 0 } trajectory)
            largest = trajectory.Max(d => Math.Max(Math.Abs(d.Y), Math.Abs(d.X)));
        return (int)Math.Ceiling(largest / acquisition.PixelSizeUm()) + 1;
    }

    internal override void Compile(SceneBuilder scene) => throw new NotImplementedException();
}

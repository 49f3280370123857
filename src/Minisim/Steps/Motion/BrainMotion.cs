using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>The brain moves under the lens.</summary>
public sealed partial record BrainMotion : Step
{
    /// <summary>How the motion is made.</summary>
    public MotionModel Model { get; init; } = MotionModel.Physical;
    /// <summary>Given displacement (dy, dx) per frame, µm, which wins over <see cref="Model"/>; null = simulated.</summary>
    [Unit("µm")] public ValueList<Lateral>? TrajectoryUm { get; init; }
    /// <summary>Largest displacement, µm; sets the canvas margin.</summary>
    [Positive, Unit("µm")] public double MaxShiftUm { get; init; } = 15;
    /// <summary>Step frequency of locomotion, Hz.</summary>
    [Positive, Unit("Hz")] public double LocomotionFreqHz { get; init; } = 7;
    /// <summary>99th percentile of the displacement, µm.</summary>
    [Positive, Unit("µm")] public double MotionAmplitudeUm { get; init; } = 10;
    /// <summary>Axis of the locomotion drive.</summary>
    public LateralAxis LocomotionAxis { get; init; } = LateralAxis.Y;
    /// <summary>Resonance frequency of the brain in the skull, Hz.</summary>
    [Positive, Unit("Hz")] public double ResonanceFreqHz { get; init; } = 6;
    /// <summary>Damping ratio of that resonance.</summary>
    [Positive] public double DampingRatio { get; init; } = 0.5;
    /// <summary>Share of the locomotion drive; the rest is posture.</summary>
    [Range(0, 1)] public double LocomotionFraction { get; init; } = 0.25;
    /// <summary>How far the motion follows the animal: the physical model's displacement times <c>1 − g + g·ℓ</c>, ℓ its locomotion; needs the step
    /// behavior.</summary>
    [Extension, Range(0, 1)] public double LocomotionGain { get; init; }
    /// <summary>Share of the time without a drive, in which the brain swings back to its place and rests: the physical model's drives come in bouts of
    /// 1 s on average.</summary>
    /// <remarks>A recording of a freely moving mouse (UCLA Miniscope V3, hippocampus) has 52 % of its steps below 1 µm while a hundredth of its shifts are above
    /// 5 µm: the motion comes in bouts.</remarks>
    [Extension, Range(0, 1, maxOpen: true)] public double RestFraction { get; init; }
    /// <summary>Step of the walk per axis and frame, µm.</summary>
    [NonNegative, Unit("µm")] public double WalkStepUm { get; init; } = 0.3;

    /// <summary>Bouts of motion: index = step of the integration.</summary>
    internal static readonly RandomStream BoutStream = new(23);

    /// <summary>Canvas pixels beyond the FOV on every side: <c>⌈max shift/p⌉ + 1</c>, with the largest component of a given
    /// trajectory or <see cref="MaxShiftUm"/>; 0 if nothing moves.</summary>
    public int MarginPx(Acquisition acquisition)
    {
        var extentUm = ExtentUm();
        return extentUm > 0 ? (int)Math.Ceiling(extentUm / acquisition.PixelSizeUm()) + 1 : 0;
    }

    /// <summary>Bound on either component of the displacement, µm.</summary>
    internal double ExtentUm() => TrajectoryUm is { } trajectory
        ? trajectory.Select(d => Math.Max(Math.Abs(d.Y), Math.Abs(d.X))).DefaultIfEmpty(0).Max()
        : MaxShiftUm;

    internal override void Check(Spec spec, ProblemList problems)
    {
        var (path, acquisition) = (PathIn(spec), spec.Acquisition);
        if (TrajectoryUm is { } trajectory)
        {
            if (trajectory.Count != acquisition.NFrames())
                problems.Error($"{path}.trajectory_um", $"[{trajectory.Count} shifts]",
                    $"the recording has {acquisition.NFrames()} frames, and every frame needs its shift.", "Give one [dy, dx] per frame, or change duration_s or fps.");
            for (var i = 0; i < trajectory.Count; i++)
                if (!double.IsFinite(trajectory[i].Y) || !double.IsFinite(trajectory[i].X))
                    problems.Error($"{path}.trajectory_um[{i}]", FormattableString.Invariant($"[{trajectory[i].Y}, {trajectory[i].X}]"), "must be finite numbers.");
        }
        else if (Model == MotionModel.Physical)
        {
            var steps = Math.Max(300 / acquisition.Fps, 1) * acquisition.NFrames();
            if (steps > 1L << 28)
                problems.Error("acquisition.fps", FormattableString.Invariant($"{acquisition.Fps}"), FormattableString.Invariant($"the motion of that many frames takes {steps:g3} steps of integration, more than 2^28."),
                    "Shorten the recording, raise fps, or use the walk model.");
            if (MotionAmplitudeUm > MaxShiftUm)
                problems.Error($"{path}.motion_amplitude_um", FormattableString.Invariant($"{MotionAmplitudeUm}"),
                    FormattableString.Invariant($"exceeds max_shift_um = {MaxShiftUm}, to which the motion is clamped."), "Raise max_shift_um or lower motion_amplitude_um.");
            if (acquisition.Fps > 0 && !IsStable(FineStepS(acquisition.Fps), AngularFrequency(), DampingRatio))
                problems.Error($"{path}.resonance_freq_hz", FormattableString.Invariant($"{ResonanceFreqHz}"),
                    FormattableString.Invariant($"with damping_ratio = {DampingRatio} the oscillator cannot be integrated at {1 / FineStepS(acquisition.Fps):0.#} steps per second."),
                    "Lower resonance_freq_hz or damping_ratio.");
        }
        if (LocomotionGain > 0)
        {
            BehaviorCoupling.Check($"{path}.locomotion_gain", LocomotionGain, spec, problems);
            if (TrajectoryUm is not null || Model != MotionModel.Physical)
                problems.Error($"{path}.locomotion_gain", FormattableString.Invariant($"{LocomotionGain}"), "only the physical model follows the animal.", "Set model to \"physical\" and leave trajectory_um out, or leave locomotion_gain at 0.");
        }
        if (RestFraction > 0 && (TrajectoryUm is not null || Model != MotionModel.Physical))
            problems.Error($"{path}.rest_fraction", FormattableString.Invariant($"{RestFraction}"), "only the physical model rests.", "Set model to \"physical\" and leave trajectory_um out, or leave rest_fraction at 0.");
        var (fovHeight, fovWidth) = acquisition.FovUm();
        if (ExtentUm() > 0.05 * Math.Min(fovHeight, fovWidth))
            problems.Warn(path, null, FormattableString.Invariant($"motion extent of {ExtentUm():0.##} µm is more than 5 % of the FOV ({Math.Min(fovHeight, fovWidth):0.##} µm); this is rarely meant."),
                TrajectoryUm is null ? "Check max_shift_um." : "Check trajectory_um.");
    }

    internal override StepOutput Compile(StepInputs inputs)
    {
        var (timeline, pixelUm) = (inputs.Get<Timeline>(), inputs.Get<Grid>().PixelSizeUm);
        var shifts = DisplacementUm(inputs.Get<Seed>().Value, timeline.FramesPerSecond, timeline.Frames, inputs.Parallelism,
            LocomotionGain > 0 ? inputs.Find<BehaviorTrack>()?.LocomotionPerFrame(timeline.Frames, timeline.FramesPerSecond) : null);
        var flat = new double[2 * shifts.Length];
        for (var t = 0; t < shifts.Length; t++)
        {
            shifts[t] = (shifts[t].Dy / pixelUm, shifts[t].Dx / pixelUm);
            (flat[2 * t], flat[2 * t + 1]) = shifts[t];
        }
        return new StepOutput().Give(Scenes.Motion.Rigid(shifts))
            .Publish("shifts", ["frame", "shift"], [shifts.Length, 2], "px", flat,
                "applied displacement (dy, dx) of the brain; a motion correction is its negative");
    }

    // (dy, dx) per frame, µm.
    internal (double Dy, double Dx)[] DisplacementUm(ulong seed, double fps, int frames, ParallelOptions parallelism, double[]? locomotion = null) =>
        TrajectoryUm is { } given ? [.. given.Select(d => (d.Y, d.X))]
        : Model == MotionModel.Walk ? Walk(seed, frames)
        : Physical(seed, fps, frames, parallelism, locomotion);
}

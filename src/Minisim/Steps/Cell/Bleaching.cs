using Minisim.Scenes;

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

    internal override StepOutput Compile(StepInputs inputs)
    {
        // Without traces there is nothing to bleach.
        if (inputs.Find<Activity>() is not { C: var c }) return StepOutput.Nothing;
        var (grid, timeline, placed) = (inputs.Get<Grid>(), inputs.Get<Timeline>(), (inputs.Find<PlacedCells>() ?? PlacedCells.None).Cells);
        var fps = timeline.FramesPerSecond;
        var profile = inputs.Find<Excitation>()?.Values;
        var intensity = new double[c.Count];
        for (var i = 0; i < intensity.Length; i++)
        {
            var position = placed[i].Position;
            intensity[i] = ExcitationIntensity * (profile?[grid.NearestFovPixel(position.Y, position.X)] ?? 1);
        }
        var unbleached = inputs.Renew<Unbleached>(earlier => new(c, BleachSusceptibility / fps, TurnoverTauS * fps, intensity, inputs.Parallelism, earlier));
        return new StepOutput().Give(unbleached)
            .PublishTraces("bleaching", unbleached, "Unbleached share B of the indicator at the start of each frame.");
    }
}

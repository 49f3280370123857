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

    internal override void Compile(SceneBuilder scene)
    {
        // Without traces there is nothing to bleach.
        if (scene.C is not { } c) return;
        int cells = c.Length, frames = scene.Frames;
        var fps = scene.Acquisition.Fps;
        var profile = scene.ExcitationProfile;
        var bleaching = new double[cells][];
        Parallel.For(0, cells, scene.Parallelism, i =>
        {
            var position = scene.Cells[i].Position;
            var intensity = ExcitationIntensity * (profile?[scene.Grid.NearestFovPixel(position.Y, position.X)] ?? 1);
            bleaching[i] = GC.AllocateUninitializedArray<double>(frames);
            BleachingPool.Trace(c[i], BleachSusceptibility / fps, TurnoverTauS * fps, intensity, 1, bleaching[i]);
        });
        scene.Bleaching = bleaching;
        scene.PublishTraces("bleaching", bleaching, v => v, "Unbleached share B of the indicator at the start of each frame.");
    }
}

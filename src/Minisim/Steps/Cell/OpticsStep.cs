using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Resolves the focal plane and blurs and dims every cell by its depth.</summary>
/// <remarks>The observed footprint is <c>g·(G_σ * planted)</c>, a pure function of the planted one and two numbers per cell, so it is
/// not stored.</remarks>
public sealed record OpticsStep : Step
{
    internal override void Compile(SceneBuilder scene)
    {
        var acquisition = scene.Acquisition;
        var focal = acquisition.FocalDepthInTissueUm ?? AutoFocus(scene);
        var depthOfField = acquisition.Optics.ResolvedDepthOfFieldUm();
        var optics = new CellOptics[scene.Cells.Count];
        for (var i = 0; i < optics.Length; i++)
        {
            var (z, y, x) = scene.Cells[i].Position;
            var effective = acquisition.EffectiveFocalUm(focal, y, x);
            var (sigmaPx, brightness) = acquisition.CellOptics(z, effective);
            optics[i] = new CellOptics(sigmaPx, acquisition.FootprintGain(z), brightness, Math.Abs(z - effective) <= depthOfField);
        }
        scene.FocalDepthUm = focal;
        scene.Optics = optics;
        scene.Publish("observed_sigma_px", ["unit"], [optics.Length], "px", Array.ConvertAll(optics, o => o.SigmaPx), "blur of each cell, Gaussian sigma");
        scene.Publish("observed_gain", ["unit"], [optics.Length], null, Array.ConvertAll(optics, o => o.Gain), "light of each cell that reaches the sensor");
    }

    private static double AutoFocus(SceneBuilder scene)
    {
        var inFov = Enumerable.Range(0, scene.Cells.Count)
            .Where(i => scene.Grid.InFov(scene.Cells[i].Position.Y, scene.Cells[i].Position.X)).ToArray();
        var positions = Array.ConvertAll(inFov, i => scene.Cells[i].Position);
        if (scene.C is null || scene.Spec.Find<Sensor>() is not { } sensor) return FocalPlane.Median(scene.Acquisition, positions);

        double[]? illumination = scene.ExcitationProfile, vignette = scene.VignetteProfile;
        double[] peak = new double[inFov.Length], baseline = new double[inFov.Length], falloff = new double[inFov.Length];
        for (var k = 0; k < inFov.Length; k++)
        {
            (baseline[k], var max) = scene.TraceExtremes[inFov[k]];
            peak[k] = max - baseline[k];
            var pixel = scene.Grid.NearestFovPixel(positions[k].Y, positions[k].X);
            falloff[k] = (illumination?[pixel] ?? 1) * (vignette?[pixel] ?? 1);
        }
        return FocalPlane.MostDetectable(scene.Acquisition, positions, peak, baseline, falloff, sensor.PhotonsPerUnit);
    }
}

using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Resolves the focal plane and blurs and dims every cell by its depth.</summary>
/// <remarks>The observed footprint is <c>g·(G_σ * planted)</c>, a pure function of the planted one and two numbers per cell, so it is
/// not stored.</remarks>
public sealed record OpticsStep : Step
{
    internal override StepOutput Compile(StepInputs inputs)
    {
        var (path, cells) = (inputs.Get<ImagingPath>().Acquisition, (inputs.Find<PlacedCells>() ?? PlacedCells.None).Cells);
        var focal = inputs.Get<FocalSetting>().DepthUm ?? AutoFocus(path, cells, inputs);
        var depthOfField = path.Optics.ResolvedDepthOfFieldUm();
        var optics = new CellOptics[cells.Length];
        for (var i = 0; i < optics.Length; i++)
        {
            var (z, y, x) = cells[i].Position;
            var effective = path.EffectiveFocalUm(focal, y, x);
            var (sigmaPx, brightness) = path.CellOptics(z, effective);
            optics[i] = new CellOptics(sigmaPx, path.FootprintGain(z), brightness, Math.Abs(z - effective) <= depthOfField);
        }
        return new StepOutput().Give(new FocusedCells(focal, optics, new CellShapes(cells, optics, inputs.Get<Grid>())))
            .Publish("observed_sigma_px", ["unit"], [optics.Length], "px", Array.ConvertAll(optics, o => o.SigmaPx), "blur of each cell, Gaussian sigma")
            .Publish("observed_gain", ["unit"], [optics.Length], null, Array.ConvertAll(optics, o => o.Gain), "light of each cell that reaches the sensor");
    }

    private static double AutoFocus(Acquisition path, Cell[] cells, StepInputs inputs)
    {
        var grid = inputs.Get<Grid>();
        int[] inFov = [.. Enumerable.Range(0, cells.Length).Where(i => !cells[i].IsBackground && grid.InFov(cells[i].Position.Y, cells[i].Position.X))];
        var positions = Array.ConvertAll(inFov, i => cells[i].Position);
        if (inputs.Find<Activity>() is not { } activity || inputs.Find<LightBudget>() is not { } budget) return FocalPlane.Median(path, positions);

        var factors = inputs.All<SensorFactor>();
        double[] peak = new double[inFov.Length], baseline = new double[inFov.Length], falloff = new double[inFov.Length];
        for (var k = 0; k < inFov.Length; k++)
        {
            (baseline[k], var max) = activity.Extremes[inFov[k]];
            peak[k] = max - baseline[k];
            var pixel = grid.NearestFovPixel(positions[k].Y, positions[k].X);
            falloff[k] = factors.Aggregate(1.0, (product, factor) => product * factor.Values[pixel]);
        }
        return FocalPlane.MostDetectable(path, positions, peak, baseline, falloff, budget);
    }
}

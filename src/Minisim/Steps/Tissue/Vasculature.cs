using Minisim.Scene;

namespace Minisim.Steps;

/// <summary>One layer of blood vessels.</summary>
public sealed record VesselLayer
{
    /// <summary>Depth of the layer, µm.</summary>
    [NonNegative(20_000), Unit("µm")] public double DepthUm { get; init; } = 30;
    /// <summary>Number of trees.</summary>
    [Range(1, 1000)] public int NRoots { get; init; } = 4;
    /// <summary>Radius of a trunk, µm.</summary>
    [Positive, Unit("µm")] public double RootRadiusUm { get; init; } = 22;
    /// <summary>Radius below which a branch ends, µm.</summary>
    [Positive, Unit("µm")] public double MinRadiusUm { get; init; } = 2;
    /// <summary>Largest share of light that blood takes away.</summary>
    [Range(0, 1, minOpen: true)] public double Opacity { get; init; } = 0.85;
    /// <summary>Absorption of blood, 1/µm.</summary>
    [Positive, Unit("1/µm")] public double AbsorptionPerUm { get; init; } = 0.04;
    /// <summary>Probability per step to bifurcate.</summary>
    [Range(0, 1, maxOpen: true)] public double BranchProb { get; init; } = 0.2;
    /// <summary>Standard deviation of the turn per step, degrees.</summary>
    [NonNegative, Unit("°")] public double TortuosityDeg { get; init; } = 8;
    /// <summary>Branching angle of children of equal radius, degrees.</summary>
    [NonNegative, Unit("°")] public double BranchAngleDeg { get; init; } = 30;
    /// <summary>Share of the cube of the radius that the main child keeps.</summary>
    [Range(0.5, 1, minOpen: true, maxOpen: true)] public double BranchAreaMain { get; init; } = 0.7;
    /// <summary>Step length in units of the radius.</summary>
    [Positive] public double StepPerRadius { get; init; } = 1.5;
}

/// <summary>Blood vessels that shade everything below them.</summary>
public sealed partial record Vasculature : Step
{
    /// <summary>Off: the step does nothing.</summary>
    public bool Enabled { get; init; }
    /// <summary>The layers; none: the step does nothing.</summary>
    public ValueList<VesselLayer> Layers { get; init; } = [];

    internal override void Check(Spec spec, ProblemList problems)
    {
        for (var i = 0; i < Layers.Count; i++)
            if (Layers[i].MinRadiusUm >= Layers[i].RootRadiusUm)
                problems.Error($"{PathIn(spec)}.layers[{i}].min_radius_um", FormattableString.Invariant($"{Layers[i].MinRadiusUm}"),
                    FormattableString.Invariant($"must be below root_radius_um = {Layers[i].RootRadiusUm}, or no vessel grows."),
                    "Lower min_radius_um or raise root_radius_um.");
    }

    internal override void Compile(SceneBuilder scene)
    {
        if (!Enabled || Layers.Count == 0) return;
        var grid = scene.Grid;
        var mask = LayerMask(0, scene);
        for (var i = 1; i < Layers.Count; i++) Multiply(mask, LayerMask(i, scene));

        scene.VesselMask = mask;
        var pixels = mask;
        if (scene.Pixels.Mask is { } earlier)
        {
            pixels = (float[])mask.Clone();
            Multiply(pixels, earlier);
        }
        scene.Pixels = scene.Pixels with { Mask = pixels };

        var cropped = new float[grid.FovHeight * grid.FovWidth];
        for (var row = 0; row < grid.FovHeight; row++)
            mask.AsSpan((row + grid.Margin) * grid.Width + grid.Margin, grid.FovWidth).CopyTo(cropped.AsSpan(row * grid.FovWidth));
        scene.Publish("vasculature_mask", ["height", "width"], [grid.FovHeight, grid.FovWidth], null, cropped,
            "share of light that the vessels let through, at rest");
        if (scene.Cells.Count == 0) return;
        var overlap = new double[scene.Cells.Count];
        var footprints = scene.Pixels.Sources ?? new CanvasFootprints(scene.Cells, scene.Optics, grid);
        Parallel.For(0, overlap.Length, scene.Parallelism, i => overlap[i] = VesselOverlap(footprints.MakeEarly(i), mask, grid.Height, grid.Width));
        scene.Publish("vessel_overlap_fraction", ["unit"], [overlap.Length], null, overlap,
            "share of the cell's light that the vessels take, at rest");
    }

    private float[] LayerMask(int index, SceneBuilder scene)
    {
        var layer = Layers[index];
        var acquisition = scene.Acquisition;
        // Without the optics step nothing focuses; a layer is then as sharp as scatter and diffraction leave it.
        var focalUm = scene.FocalDepthUm ?? acquisition.FocalDepthInTissueUm ?? layer.DepthUm;
        var defocusUm = acquisition.Optics.DefocusSigmaUm(layer.DepthUm, focalUm);
        var sigmaPx = acquisition.UmToPx(Math.Sqrt(acquisition.InFocusVarianceUm2(layer.DepthUm) + defocusUm * defocusUm));
        return LayerMask(layer, scene.Seed, (uint)index, scene.Grid, sigmaPx, scene.Parallelism);
    }

    private static void Multiply(float[] mask, float[] by)
    {
        for (var i = 0; i < mask.Length; i++) mask[i] *= by[i];
    }
}

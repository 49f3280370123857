using System.Buffers;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Steps;

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
        if (Enabled) CheckBlur(spec, problems);
    }

    // Vessels are drawn as far around the canvas as their blur reaches: at absurd optics that is no picture any more.
    private void CheckBlur(Spec spec, ProblemList problems)
    {
        const double mostPixels = 1 << 28;
        var (acquisition, size) = (spec.Acquisition, SpecSize.Of(spec));
        for (var i = 0; i < Layers.Count; i++)
        {
            // The plane that "auto" chooses is not known yet; it lies among the cells.
            double[] planes = acquisition.FocalDepthInTissueUm is { } focal ? [focal]
                : spec.Find<PlaceNeurons>() is { } place ? [.. place.ResolvedPopulations().Select(SpecSize.DepthRange).SelectMany(r => new[] { r.Min, r.Max }), Layers[i].DepthUm]
                : [Layers[i].DepthUm];
            var sigmaPx = planes.Max(plane => LayerSigmaPx(acquisition, Layers[i].DepthUm, plane));
            var reach = 2 * Math.Ceiling(4 * sigmaPx);
            // Numbers that are none have been said already.
            if (double.IsNaN(sigmaPx) || (size.CanvasHeight + reach) * (size.CanvasWidth + reach) <= mostPixels) continue;
            problems.Error($"{PathIn(spec)}.layers[{i}].depth_um", FormattableString.Invariant($"{Layers[i].DepthUm}"),
                FormattableString.Invariant($"these optics blur the layer by {sigmaPx:g3} px (σ), so that its vessels would be drawn on {size.CanvasHeight + reach:g3} × {size.CanvasWidth + reach:g3} px; at most 16384 × 16384 are."),
                "Raise acquisition.optics.na or image_sensor.pixel_pitch_um, bring the layer nearer to the focal plane, or leave the layer out.");
        }
    }

    private static double LayerSigmaPx(Acquisition acquisition, double depthUm, double focalUm)
    {
        var defocusUm = acquisition.Optics.DefocusSigmaUm(depthUm, focalUm);
        return acquisition.UmToPx(Math.Sqrt(acquisition.InFocusVarianceUm2(depthUm) + defocusUm * defocusUm));
    }

    internal override StepOutput Compile(StepInputs inputs)
    {
        if (!Enabled || Layers.Count == 0) return StepOutput.Nothing;
        var grid = inputs.Get<Grid>();
        (VesselLayer Layer, int Index, double SigmaPx, float[] Mask)[] layers = [.. Layers.Select((l, i) => (l, i, SigmaPx(i, inputs), LayerMask(i, inputs)))];
        var mask = layers[0].Mask;
        for (var i = 1; i < Layers.Count; i++)
        {
            if (i == 1) mask = (float[])mask.Clone();
            Multiply(mask, layers[i].Mask);
        }

        var output = new StepOutput().Give(new TissueFactor(mask)).Give(new VesselBed(layers))
            .Publish(new TruthArray("vasculature_mask", ["height", "width"], [grid.FovHeight, grid.FovWidth], null, TruthElement.Float32, () =>
            {
                var cropped = GC.AllocateUninitializedArray<float>(grid.FovHeight * grid.FovWidth);
                for (var row = 0; row < grid.FovHeight; row++)
                    mask.AsSpan((row + grid.Margin) * grid.Width + grid.Margin, grid.FovWidth).CopyTo(cropped.AsSpan(row * grid.FovWidth));
                return cropped;
            }, "share of light that the vessels let through, at rest")
            { Role = FieldRole.TissueFactor });
        var cells = (inputs.Find<PlacedCells>() ?? PlacedCells.None).Cells;
        if (cells.Length == 0) return output;
        var shapes = inputs.Find<FocusedCells>()?.Shapes ?? new CellShapes(cells, null, grid);
        // Every cell's light has to be made for it: only for who asks.
        return output.Publish(new TruthArray("vessel_overlap_fraction", ["unit"], [cells.Length], null, TruthElement.Float64, units =>
        {
            var overlap = new double[units.Length];
            Parallel.For(0, overlap.Length, i =>
            {
                var bounds = shapes.Bounds(units[i]);
                var values = ArrayPool<float>.Shared.Rent(Math.Max(1, bounds.Height * bounds.Width));
                if (!bounds.IsEmpty) shapes.Fill(units[i], values);
                overlap[i] = VesselOverlap(new Footprint(bounds.Row, bounds.Col, bounds.Height, bounds.Width, values), mask, grid.Height, grid.Width);
                ArrayPool<float>.Shared.Return(values);
            });
            return overlap;
        }, "share of the cell's light that the vessels take, at rest"));
    }

    private double SigmaPx(int index, StepInputs inputs)
    {
        // Without the optics step nothing focuses; a layer is then as sharp as scatter and diffraction leave it.
        var focalUm = inputs.Find<FocusedCells>()?.FocalDepthUm ?? inputs.Get<FocalSetting>().DepthUm ?? Layers[index].DepthUm;
        return LayerSigmaPx(inputs.Get<ImagingPath>().Acquisition, Layers[index].DepthUm, focalUm);
    }

    private float[] LayerMask(int index, StepInputs inputs)
    {
        var (layer, grid, seed, sigmaPx) = (Layers[index], inputs.Get<Grid>(), inputs.Get<Seed>().Value, SigmaPx(index, inputs));
        // Drawn a little farther than the blur reaches, so that the next focal plane finds the same drawing.
        const int step = 32;
        var border = (FootprintOptics.GaussianRadius(sigmaPx) + step - 1) / step * step;
        var drawn = layer with { DepthUm = 0 };
        var sharp = inputs.Keep((drawn, index, seed, grid, border), () => Draw(drawn, seed, (uint)index, grid, border, inputs.Parallelism));
        return inputs.Keep((layer, index, seed, grid, sigmaPx), () => Blur(sharp, grid, sigmaPx, inputs.Parallelism));
    }

    private static void Multiply(float[] mask, float[] by)
    {
        for (var i = 0; i < mask.Length; i++) mask[i] *= by[i];
    }
}

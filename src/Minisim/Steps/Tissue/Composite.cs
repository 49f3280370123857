using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Sums the cells onto the canvas: <c>canvas(t) += Σ_i F_i·C_i(t)·B_i(t)</c>, with the observed footprint F if optics ran,
/// else the planted one. Without activity there is no light.</summary>
public sealed record Composite : Step
{
    internal override StepOutput Compile(StepInputs inputs)
    {
        if (inputs.Find<Activity>() is not { } activity) return StepOutput.Nothing;
        var shapes = inputs.Find<FocusedCells>()?.Shapes
            ?? inputs.Keep((inputs.Find<PlacedCells>(), inputs.Get<Grid>()), () => new CellShapes((inputs.Find<PlacedCells>() ?? PlacedCells.None).Cells, null, inputs.Get<Grid>()));
        return new StepOutput().Give(new LightGroup(shapes, new TraceEmission(activity.C, inputs.Find<Unbleached>()?.Share)));
    }
}

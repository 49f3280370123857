using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Sums the cells onto the canvas: <c>canvas(t) += Σ_i F_i·C_i(t)·B_i(t)</c>, with the observed footprint F if optics ran,
/// else the planted one. Without activity there is no light.</summary>
public sealed record Composite : Step
{
    internal override void Compile(SceneBuilder scene)
    {
        if (scene.C is not { } traces) return;
        scene.Pixels = scene.Pixels with
        {
            Sources = new CanvasFootprints(scene.Cells, scene.Optics, scene.Grid),
            Traces = traces,
            Bleaching = scene.Bleaching,
        };
    }
}

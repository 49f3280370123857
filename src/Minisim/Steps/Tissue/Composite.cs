using Minisim.Scene;

namespace Minisim.Steps;

/// <summary>Sums the cells onto the canvas: <c>canvas(t) += Σ_i F_i·C_i(t)·B_i(t)</c>.</summary>
public sealed record Composite : Step
{
    internal override void Compile(SceneBuilder scene) => throw new NotImplementedException();
}

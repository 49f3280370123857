using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>The cells behind the objective.</summary>
/// <param name="FocalDepthUm">Focal plane on the axis, µm.</param>
/// <param name="Optics">What the objective does to each cell.</param>
/// <param name="Shapes">Their light on the canvas.</param>
internal sealed record FocusedCells(double FocalDepthUm, CellOptics[] Optics, CellShapes Shapes)
{
    /// <summary>Whether both show the same cells in the same way.</summary>
    public bool Equals(FocusedCells? other) => other is not null && FocalDepthUm == other.FocalDepthUm && Shapes.Equals(other.Shapes);
    public override int GetHashCode() => HashCode.Combine(FocalDepthUm, Shapes);
}

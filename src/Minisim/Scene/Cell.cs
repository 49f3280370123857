using Minisim.Rendering;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Scenes;

/// <summary>A neuron that was placed.</summary>
/// <param name="Population">Index of its population; <c>sub</c> of its random draws.</param>
/// <param name="Index">Index within the population; <c>entity</c> of its random draws. Cells of the FOV come first, so that
/// it does not depend on the margin.</param>
/// <param name="Position">Centre, µm.</param>
/// <param name="Planted">Sharp footprint, peak 1, canvas coordinates, clipped to the canvas.</param>
internal sealed record Cell(int Population, int Index, Position Position, Footprint Planted)
{
    /// <summary>Whether its nucleus is filled with indicator.</summary>
    public bool IsFilled { get; init; }
    /// <summary>Whether it is background only: no unit, a blur instead of a footprint.</summary>
    public bool IsBackground { get; init; }
    /// <summary>Radius of the soma, µm.</summary>
    public double RadiusUm { get; init; }
    /// <summary>Light of the whole soma, in that of an even disk of its radius.</summary>
    public double Light { get; init; } = 1;
}

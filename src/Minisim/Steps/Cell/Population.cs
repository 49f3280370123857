using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>One population of neurons: how many, where, how they look.</summary>
public sealed record Population
{
    /// <summary>Cells per mm³.</summary>
    [Positive, Unit("1/mm³")] public double DensityPerMm3 { get; init; } = 25000;
    /// <summary>Soma radius, µm.</summary>
    [Positive, Unit("µm")] public double SomaRadiusUm { get; init; } = 7;
    /// <summary>Relative unevenness of the soma's outline; 0 = a disk.</summary>
    [Range(0, 1)] public double Irregularity { get; init; } = 0.3;
    /// <summary>Which part of a cell carries the indicator.</summary>
    public Morphology Morphology { get; init; } = Morphology.Soma;
    /// <summary>Nominal length of a primary dendrite, µm.</summary>
    [Positive, Unit("µm")] public double DendriteLengthUm { get; init; } = 24;
    /// <summary>Width of a primary dendrite at the soma, µm.</summary>
    [Positive, Unit("µm")] public double DendriteWidthUm { get; init; } = 3;
    /// <summary>Depth range of the centres, µm.</summary>
    [NonNegative(20_000), Unit("µm")] public Interval DepthRangeUm { get; init; } = new(0, 200);
    /// <summary>Least 3-D distance between centres inside the population, µm.</summary>
    [NonNegative, Unit("µm")] public double MinDistanceUm { get; init; }
    /// <summary>Exact centres (z, y, x), µm, instead of random ones; null = random.</summary>
    [Unit("µm")] public ValueList<Position>? PositionsUm { get; init; }
    /// <summary>Whether its cells can be found, or are background only.</summary>
    /// <remarks>Background cells shine and drive the neuropil, and are rendered as Gaussians on a coarse grid; they are no units: neither truth per cell
    /// nor the number of detectable cells knows them.</remarks>
    [Extension] public PopulationRole Role { get; init; } = PopulationRole.Cell;
}

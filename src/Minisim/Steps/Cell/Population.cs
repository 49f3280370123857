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
    /// <summary>Spread of the soma radius over cells, coefficient of variation (lognormal, mean kept).</summary>
    [Extension, Range(0, 0.5)] public double SomaRadiusCv { get; init; }
    /// <summary>Radius of the nucleus in soma radii, ρ; 0 = a flat disk without one. Above 0 a soma shines as a shell does from above, brightest at the rim of the nucleus.</summary>
    /// <remarks>0.6 with a brightness of 0.2: the centre is 0.65 of the rim. Only superficial cells in focus show it; scatter of 7.5 µm hides it.</remarks>
    [Extension, Range(0, 0.95)] public double NucleusRadiusFraction { get; init; }
    /// <summary>Brightness of the nucleus, in that of the cytosol, β. With a nucleus, 1 − β must exceed its radius fraction.</summary>
    [Extension, Range(0, 1)] public double NucleusBrightness { get; init; }
    /// <summary>Share of the cells whose nucleus is filled with indicator: no dark centre, twice as bright, ΔF/F × 0.3, decay × 2.</summary>
    [Extension, Range(0, 1)] public double FilledNucleusFraction { get; init; }
    /// <summary>Exact centres (z, y, x), µm, instead of random ones; null = random.</summary>
    [Unit("µm")] public ValueList<Position>? PositionsUm { get; init; }
    /// <summary>Whether its cells can be found, or are background only.</summary>
    /// <remarks>Background cells shine and drive the neuropil, and are rendered as Gaussians on a coarse grid; they are no units: neither truth per cell
    /// nor the number of detectable cells knows them.</remarks>
    [Extension] public PopulationRole Role { get; init; } = PopulationRole.Cell;
}

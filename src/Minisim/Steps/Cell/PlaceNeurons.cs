using Minisim.Scene;

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
    /// <summary>"soma" (nuclear or somatic indicator) or "cytosolic" (soma and proximal dendrites).</summary>
    [OneOf("soma", "cytosolic")] public string Morphology { get; init; } = "soma";
    /// <summary>Nominal length of a primary dendrite, µm.</summary>
    [Positive, Unit("µm")] public double DendriteLengthUm { get; init; } = 24;
    /// <summary>Width of a primary dendrite at the soma, µm.</summary>
    [Positive, Unit("µm")] public double DendriteWidthUm { get; init; } = 3;
    /// <summary>Depth range of the centres, µm.</summary>
    [NonNegative, Unit("µm")] public Interval DepthRangeUm { get; init; } = new(0, 200);
    /// <summary>Least 3-D distance between centres inside the population, µm.</summary>
    [NonNegative, Unit("µm")] public double MinDistanceUm { get; init; }
    /// <summary>Exact centres (z, y, x), µm, instead of random ones; null = random.</summary>
    [Unit("µm")] public ValueList<Position>? PositionsUm { get; init; }
}

/// <summary>Places neurons in tissue: one population on the step itself, or several in
/// <see cref="Populations"/>.</summary>
public sealed partial record PlaceNeurons : Step
{
    /// <inheritdoc cref="Population.DensityPerMm3"/>
    [Positive, Unit("1/mm³")] public double DensityPerMm3 { get; init; } = 25000;
    /// <inheritdoc cref="Population.SomaRadiusUm"/>
    [Positive, Unit("µm")] public double SomaRadiusUm { get; init; } = 7;
    /// <inheritdoc cref="Population.Irregularity"/>
    [Range(0, 1)] public double Irregularity { get; init; } = 0.3;
    /// <inheritdoc cref="Population.Morphology"/>
    [OneOf("soma", "cytosolic")] public string Morphology { get; init; } = "soma";
    /// <inheritdoc cref="Population.DendriteLengthUm"/>
    [Positive, Unit("µm")] public double DendriteLengthUm { get; init; } = 24;
    /// <inheritdoc cref="Population.DendriteWidthUm"/>
    [Positive, Unit("µm")] public double DendriteWidthUm { get; init; } = 3;
    /// <inheritdoc cref="Population.DepthRangeUm"/>
    [NonNegative, Unit("µm")] public Interval DepthRangeUm { get; init; } = new(0, 200);
    /// <inheritdoc cref="Population.MinDistanceUm"/>
    [NonNegative, Unit("µm")] public double MinDistanceUm { get; init; }
    /// <inheritdoc cref="Population.PositionsUm"/>
    [Unit("µm")] public ValueList<Position>? PositionsUm { get; init; }
    /// <summary>Several populations; null = the one described by the step's own fields.</summary>
    public ValueList<Population>? Populations { get; init; }

    /// <summary>The populations to place: <see cref="Populations"/>, or the step's own fields as one.</summary>
    public ValueList<Population> ResolvedPopulations() => Populations ?? [OwnPopulation()];

    internal Population OwnPopulation() => new()
    {
        DensityPerMm3 = DensityPerMm3, SomaRadiusUm = SomaRadiusUm, Irregularity = Irregularity, Morphology = Morphology,
        DendriteLengthUm = DendriteLengthUm, DendriteWidthUm = DendriteWidthUm, DepthRangeUm = DepthRangeUm,
        MinDistanceUm = MinDistanceUm, PositionsUm = PositionsUm,
    };

    internal override void Compile(SceneBuilder scene) => throw new NotImplementedException();
}

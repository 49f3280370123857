using Minisim.Scenes;

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

using Minisim.Scene;

namespace Minisim.Steps;

/// <summary>Diffuse fluorescence of unresolved processes: smooth fields with slow envelopes, partly driven by the population.</summary>
public sealed partial record Neuropil : Step
{
    /// <summary>Smoothness of the fields, Gaussian σ in µm.</summary>
    [Positive, Unit("µm")] public double SpatialSigmaUm { get; init; } = 40;
    /// <summary>Time constant of the free envelopes, s.</summary>
    [Positive, Unit("s")] public double TemporalTauS { get; init; } = 10;
    /// <summary>Time constant of the population envelope, s.</summary>
    [Positive, Unit("s")] public double PopulationTauS { get; init; } = 1.5;
    /// <summary>Brightness, in units of a cell's resting fluorescence at the surface.</summary>
    [Positive] public double Amplitude { get; init; } = 0.5;
    /// <summary>Number of fields.</summary>
    [Range(1, 64)] public int NComponents { get; init; } = 3;
    /// <summary>Share of the envelope that follows the population.</summary>
    [Range(0, 1)] public double PopulationCoupling { get; init; } = 0.7;

    internal override void Compile(SceneBuilder scene) => throw new NotImplementedException();
}

using Minisim.Steps;

namespace Minisim.Presets;

/// <summary>An instrument: optics, chip, exposure and the fields that are fixed to it.</summary>
/// <param name="Name">Name in commands.</param>
/// <param name="Description">One line on what it is.</param>
public sealed record Scope(string Name, string Description)
{
    /// <summary>The objective.</summary>
    public Optics Optics { get; init; } = new();
    /// <summary>The camera chip.</summary>
    public ImageSensor ImageSensor { get; init; } = new();
    /// <summary>Working distance, µm; recorded only.</summary>
    public double? FrontWorkingDistanceUm { get; init; }
    /// <summary>Illumination, vignette and leakage, as far as it has them.</summary>
    public ValueList<Step> Fields { get; init; } = [];
    /// <summary>Exposure.</summary>
    public Sensor Sensor { get; init; } = new();
}

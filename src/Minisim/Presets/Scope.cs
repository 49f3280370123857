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
    /// <summary>Counts per electron of the chip itself, which the realistic presets have; null = as <see cref="ImageSensor"/> says.</summary>
    /// <remarks>The reference counts electrons: 255 of them fill a pixel, and shot noise hides what changes by a few per cent, which is how much cells change real one-photon light. Chips of this kind hold about
    /// 10,000 electrons (PYTHON 480, data sheet), a count of 8 bits then being 40 of them; with a little analogue gain it is 29.</remarks>
    public double? ChipGainAduPerE { get; init; }
    /// <summary>Exposure.</summary>
    public Sensor Sensor { get; init; } = new();
}

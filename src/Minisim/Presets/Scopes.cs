using Minisim.Steps;

namespace Minisim.Presets;

/// <summary>The instruments.</summary>
public static class Scopes
{
    /// <summary>UCLA Miniscope V4: field of view ≈ 1.0 mm.</summary>
    public static Scope MiniscopeV4 { get; } = new("miniscope_v4", "UCLA Miniscope V4, 608 × 608 px over 1.0 mm")
    {
        Optics = new() { Na = 0.3, Magnification = 2.9, EmissionNm = 525, FieldCurvatureRadiusUm = 2500 },
        ImageSensor = new() { NPxHeight = 608, NPxWidth = 608, PixelPitchUm = 4.8, BitDepth = 8 },
        FrontWorkingDistanceUm = 700,
        ChipGainAduPerE = 0.035,
        Fields =
        [
            new IlluminationProfile { Falloff = 0.7 },
            new Vignette { Falloff = 0.6 },
            new Leakage { Profile = LeakageProfile.Gaussian, Level = 0.08 },
        ],
        Sensor = new() { PhotonsPerUnit = 600 },
    };

    /// <summary>The defaults of <see cref="Acquisition"/>: a flat, even, generic one-photon microscope.</summary>
    public static Scope Generic1P { get; } = new("generic_1p", "generic one-photon microscope without static fields, 256 × 256 px over 96 µm") { ChipGainAduPerE = 0.035 };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scope> All { get; } = [MiniscopeV4, Generic1P];

    /// <summary>The instrument of that name, or null.</summary>
    public static Scope? Find(string name) => All.FirstOrDefault(s => s.Name == name);
}

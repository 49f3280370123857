using Minisim.Steps;

namespace Minisim.Presets;

/// <summary>What to change in a preset.</summary>
public sealed record PresetOptions
{
    /// <summary>Length, s.</summary>
    public double DurationS { get; init; } = 150;
    /// <summary>Frames per second.</summary>
    public double Fps { get; init; } = 20;
    /// <summary>Seed of every random draw.</summary>
    public long Seed { get; init; }
    /// <summary>Rows and columns of the chip instead of the scope's, px: a crop or an enlargement of the field of view.</summary>
    public (int Height, int Width)? SizePx { get; init; }
    /// <summary>Populations instead of the region's.</summary>
    public ValueList<Population>? Populations { get; init; }
    /// <summary>Activity instead of the region's; see <see cref="Region.ActivityAt"/> for one dial.</summary>
    public CellActivity? Activity { get; init; }
    /// <summary>Exposure instead of the scope's.</summary>
    public Sensor? Sensor { get; init; }
    /// <summary>Further steps, e.g. <see cref="BrainMotion"/>; each replaces the preset's step of its kind.</summary>
    public ValueList<Step> Extra { get; init; } = [];
    /// <summary>Depth of the focal plane in tissue on the axis instead of the layer's own (<see cref="LayerFocus"/>), µm.</summary>
    public double? FocalDepthUm { get; init; }
    /// <summary>Leaves out the background.</summary>
    public bool NoNeuropil { get; init; }
    /// <summary>Leaves out the blood vessels.</summary>
    public bool NoVessels { get; init; }
    /// <summary>Leaves out illumination, vignette and leakage of the scope.</summary>
    public bool NoScopeFields { get; init; }
}

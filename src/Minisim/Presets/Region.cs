using Minisim.Steps;

namespace Minisim.Presets;

/// <summary>A brain region: cells, tissue, neuropil, vessels.</summary>
/// <param name="Name">Name in commands.</param>
/// <param name="Description">One line on what it is.</param>
public sealed record Region(string Name, string Description)
{
    /// <summary>The cells.</summary>
    public ValueList<Population> Populations { get; init; } = [new Population()];
    /// <summary>The scattering tissue.</summary>
    public Tissue Tissue { get; init; } = new();
    /// <summary>Background.</summary>
    public Neuropil Neuropil { get; init; } = new();
    /// <summary>Blood vessels above the cells.</summary>
    public Vasculature Vasculature { get; init; } = new();
    /// <summary>What the cells do.</summary>
    public CellActivity Activity { get; init; } = new();
    /// <summary>How the brain moves, for recordings in which it does; a preset holds it only on request.</summary>
    public BrainMotion Motion { get; init; } = new();
    /// <summary>Further steps of the tissue.</summary>
    public ValueList<Step> Further { get; init; } = [];
    /// <summary>Whether the chip counts as the scope's own does (<see cref="Scope.ChipGainAduPerE"/>), with as many more photons.</summary>
    public bool HasChipGain { get; init; }
    /// <summary>Photons per unit of light, in those of the scope: units are of a cell, and how bright a cell is differs with its indicator.</summary>
    public double LightScale { get; init; } = 1;

    /// <summary>The activity at a setting of one dial, 0 sparse, 0.5 as it is, 1 dense: a mean rate from a third to three times as high, or the
    /// gate of <see cref="ActivityDial"/> where there is no rate.</summary>
    /// <param name="dial">In [0, 1].</param>
    public CellActivity ActivityAt(double dial) => Activity.RateMeanHz is { } mean ? Activity with { RateMeanHz = mean * Math.Pow(3, 2 * Math.Clamp(dial, 0, 1) - 1) } : Activity.WithActivity(dial);
}

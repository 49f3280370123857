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
}

using Minisim.Steps;

namespace Minisim.Presets;

/// <summary>The regions of the package that this simulator began as: their specs are its own and never change. For recordings that look like real ones see <see cref="Regions"/>.</summary>
public static class ReferenceRegions
{
    /// <summary>Hippocampus, pyramidal layer of CA1: a dense thin sheet of cells.</summary>
    public static Region Ca1 { get; } = new("ca1", "hippocampus CA1, a dense thin layer of pyramidal cells")
    {
        Populations = [new Population { DensityPerMm3 = 45000, SomaRadiusUm = 5, Morphology = Morphology.Cytosolic, DepthRangeUm = new(140, 160) }],
        Neuropil = new() { Amplitude = 0.4 },
        Vasculature = new()
        {
            Enabled = true,
            Layers = [new VesselLayer { DepthUm = 120, NRoots = 3, RootRadiusUm = 14, Opacity = 0.65 }],
        },
    };

    /// <summary>Neocortex, layer 2/3: sparser cells over a wide depth range, bright neuropil, thick surface vessels.</summary>
    public static Region CortexL23 { get; } = new("cortex_l23", "neocortex layer 2/3, sparser cells over a wide range of depths")
    {
        Populations = [new Population { DensityPerMm3 = 8000, SomaRadiusUm = 6, Morphology = Morphology.Cytosolic, DepthRangeUm = new(100, 200) }],
        Neuropil = new() { Amplitude = 0.6 },
        Vasculature = new()
        {
            Enabled = true,
            Layers = [new VesselLayer { DepthUm = 80, NRoots = 2, RootRadiusUm = 25, Opacity = 0.9, BranchProb = 0.15, TortuosityDeg = 5 }],
        },
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Region> All { get; } = [Ca1, CortexL23];

    /// <summary>The one of that name, or null.</summary>
    public static Region? Find(string name) => All.FirstOrDefault(r => r.Name == name);
}

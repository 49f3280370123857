using Minisim.Scenes;
using Minisim.Steps;

namespace Minisim.Presets;

/// <summary>Brain regions as recordings of them look: the default of <c>minisim new</c>, the studio and the libraries.</summary>
/// <remarks>Shares of the background in the variance are written as the amplitudes that give them over the whole field of a Miniscope V4: the light then does not change with the length, the seed or another cell. They count in the tissue, in
/// units of a resting cell: with another aperture, indicator or expression the background changes as the cells do.</remarks>
public static class Regions
{
    /// <summary>Motion that rests: half of the steps stay below 1 µm, a hundredth of the shifts is beyond 5 µm.</summary>
    /// <remarks>Measured on a UCLA Miniscope V3 recording of the hippocampus of a freely moving mouse (docs/statistics.md): standard deviations 1.7 and 1.3 µm, 99th
    /// percentile of the radius 5.3 µm, 52 % of the steps below 1 µm, power 0.25, 0.40 and 0.35 below 0.5, up to 2 and above 2 Hz. The other fields are chosen to meet these.</remarks>
    private static BrainMotion RestingMotion { get; } = new() { MotionAmplitudeUm = 5.3, ResonanceFreqHz = 1.6, DampingRatio = 0.5, LocomotionFraction = 0.38, RestFraction = 0.25 };

    /// <summary>Hippocampus, pyramidal layer of CA1, under a lens, while the animal runs on a track.</summary>
    /// <remarks>
    /// <para>Activity: GCaMP6f (Chen 2013). Mean rate 1 Hz, lognormal with ln-sd 1.2, bursty, 0.3 of the cells silent: about 1 Hz at rest and 5–20 Hz in activity (BioNumbers 112031), lognormal in
    /// all states and its spread (Mizuseki 2013), complex spikes (Ranck 1973; Harris 2001); the silent share is a choice.</para>
    /// <para>Animal: a track of 2 m at 0.12 m/s with pauses of 5 s; 0.6 of the cells that fire are place cells, 18 Hz in the middle of a field of σ 0.2 m in 0.9 of the passes. 0.2–0.4 of the cells pass tests for place cells in
    /// one-photon recordings of mouse CA1 (Ziv 2013, Rubin 2015), which find the clearest of those that there are; the other numbers are choices. A passage makes activity that rises and falls over a second and
    /// more, as recordings have it; complex spikes without an animal make transients that last as long as the indicator does.</para>
    /// <para>Brightness: gamma law, coefficient of variation 0.6 (NAOMi, fitted to a Thy1 line). Nuclei dark, 0.6 of the soma (NAOMi: dark), 3 % filled: choices. Radii: a coefficient of variation of 0.15; layer at 110 to 130 µm under the lens; both chosen
    /// for the measured widths, 13.7 to 18.7 µm (docs/statistics.md). Density: some 3200 per mm², about half of the pyramidal cells, chosen for the measured 974 seeds per mm², which the busiest cells are.</para>
    /// <para>Background: 0.7 of the variance, 6 local components of 40 µm, coupling 0.7, texture 0.5, cells in stratum oriens and below the layer: choices, for the measured ratio of peak to noise and correlation of neighbouring
    /// pixels. A floor of 0.2: light from the depth has no holes.</para>
    /// <para>Vessels: large ones next to the focal plane and a net in it; choices, so that the mean image shows them. Photons: units are those of a GCaMP6f cell at rest; with the chip's own gain, scaled so that the mean stays near 70 to 100 of 255
    /// counts, as in the reference.</para>
    /// </remarks>
    public static Region Ca1 { get; } = new("ca1", "hippocampus CA1: a dense thin layer of pyramidal cells, GCaMP6f, an animal on a track")
    {
        Populations =
        [
            new Population { DensityPerMm3 = 160000, SomaRadiusUm = 5, SomaRadiusCv = 0.15, Morphology = Morphology.Cytosolic, DepthRangeUm = new(110, 130), NucleusRadiusFraction = 0.6, NucleusBrightness = 0.2, FilledNucleusFraction = 0.03 },
            new Population { DensityPerMm3 = 1500, SomaRadiusUm = 6, DepthRangeUm = new(20, 90), Role = PopulationRole.Background },
            new Population { DensityPerMm3 = 1500, SomaRadiusUm = 6, DepthRangeUm = new(150, 270), Role = PopulationRole.Background },
        ],
        Activity = Measured(1.0, 1.2) with
        {
            Process = SpikeProcess.Bursty,
            Tuning = new Tuning { PlaceFraction = 0.6, PlaceSigmaM = 0.2, PlacePeakHz = 18, PlaceOutHz = 0.02, PassReliability = 0.9, RestGain = 0.1 },
        },
        Neuropil = new() { Amplitude = 0.675, BrightnessAt = BrightnessPlace.Tissue, NComponents = 6, SpatialSigmaUm = 40, PopulationCoupling = 0.7, PopulationModel = NeuropilPopulation.Local, TextureWeight = 0.5, Floor = 0.2 },
        Vasculature = new()
        {
            Enabled = true,
            Layers =
            [
                new VesselLayer { DepthUm = 105, NRoots = 4, RootRadiusUm = 16, Opacity = 0.5 },
                new VesselLayer { DepthUm = 120, NRoots = 10, RootRadiusUm = 6, MinRadiusUm = 2, Opacity = 0.5, TortuosityDeg = 14, BranchProb = 0.12 },
            ],
        },
        Motion = RestingMotion,
        Further = [new Behavior { LengthM = 2, LapSpeedM_S = 0.12, RewardPauseS = 5 }],
        LightScale = 2.8,
        HasChipGain = true,
    };

    /// <summary>Neocortex, layer 2/3, as recordings of it look.</summary>
    /// <remarks>
    /// <para>Activity: GCaMP6f; 0.3 Hz, ln-sd 1.3, 0.3 silent: 0.1–1 Hz, skewed (O'Connor 2010; Hromádka 2008); a minority fires most spikes, some cells are silent (Barth and Poulet 2012). Bouts of 0.7 s at 15 Hz and few
    /// spikes between them are a choice: of single spikes alone nothing can be seen under this background.</para>
    /// <para>Cells: the upper part of the layer, 90 to 150 µm under the window, which a scope without a lens in the tissue reaches. Background: 0.6 of the variance, 8 local components of 60 µm, coupling 0.8, texture 0.3, and cells below the layer: widefield
    /// light comes from all depths and a deep source spreads over mm (Waters 2020); shares are choices; the rest as in <see cref="Ca1"/>.</para>
    /// </remarks>
    public static Region CortexL23 { get; } = new("cortex_l23", "neocortex layer 2/3: sparser cells over a wide range of depths, GCaMP6f")
    {
        Populations =
        [
            new Population { DensityPerMm3 = 16000, SomaRadiusUm = 6, SomaRadiusCv = 0.15, Morphology = Morphology.Cytosolic, DepthRangeUm = new(90, 150), NucleusRadiusFraction = 0.6, NucleusBrightness = 0.2, FilledNucleusFraction = 0.03 },
            new Population { DensityPerMm3 = 1000, SomaRadiusUm = 6, DepthRangeUm = new(200, 350), Role = PopulationRole.Background },
        ],
        Activity = Measured(0.3, 1.3) with { Process = SpikeProcess.Gated, ActiveRateHz = 15, QuiescentRateHz = 0.05, ActivationRateHz = 0.05, DeactivationRateHz = 1.5 },
        Neuropil = new() { Amplitude = 0.265, BrightnessAt = BrightnessPlace.Tissue, NComponents = 8, SpatialSigmaUm = 60, PopulationCoupling = 0.8, PopulationModel = NeuropilPopulation.Local, TextureWeight = 0.3, Floor = 0.2 },
        Vasculature = new()
        {
            Enabled = true,
            Layers =
            [
                new VesselLayer { DepthUm = 100, NRoots = 3, RootRadiusUm = 20, Opacity = 0.7, BranchProb = 0.15, TortuosityDeg = 5 },
                new VesselLayer { DepthUm = 118, NRoots = 14, RootRadiusUm = 8, MinRadiusUm = 2, Opacity = 0.9, TortuosityDeg = 14, BranchProb = 0.12 },
            ],
        },
        Motion = RestingMotion,
        LightScale = 5.5,
        HasChipGain = true,
    };

    /// <summary>Striatum through a gradient-index lens, as recordings of it look.</summary>
    /// <remarks>
    /// <para>Activity: GCaMP6f; 0.7 Hz, ln-sd 1.2, 0.3 silent, bursty: choices.</para>
    /// <para>Background: 0.9 of the variance (background is about 90 % of a pixel's variance, Zhou 2018), 8 local components of 50 µm, coupling 0.8, texture 0.2, many cells beyond the focus; the rest as in
    /// <see cref="Ca1"/>. Density and depths of the cells are choices: medium spiny neurons lie everywhere.</para>
    /// </remarks>
    public static Region Striatum { get; } = new("striatum", "striatum through a lens: medium spiny neurons at all depths under much background, GCaMP6f")
    {
        Populations =
        [
            new Population { DensityPerMm3 = 10000, SomaRadiusUm = 5.5, SomaRadiusCv = 0.15, Morphology = Morphology.Cytosolic, DepthRangeUm = new(60, 130), NucleusRadiusFraction = 0.6, NucleusBrightness = 0.2, FilledNucleusFraction = 0.03 },
            new Population { DensityPerMm3 = 1500, SomaRadiusUm = 5, DepthRangeUm = new(150, 300), Role = PopulationRole.Background },
        ],
        Activity = Measured(0.7, 1.2) with { Process = SpikeProcess.Bursty },
        Neuropil = new() { Amplitude = 0.613, BrightnessAt = BrightnessPlace.Tissue, NComponents = 8, SpatialSigmaUm = 50, PopulationCoupling = 0.8, PopulationModel = NeuropilPopulation.Local, TextureWeight = 0.2, Floor = 0.2 },
        Vasculature = new()
        {
            Enabled = true,
            Layers =
            [
                new VesselLayer { DepthUm = 80, NRoots = 3, RootRadiusUm = 12, Opacity = 0.7 },
                new VesselLayer { DepthUm = 90, NRoots = 8, RootRadiusUm = 5, MinRadiusUm = 2, Opacity = 0.7, TortuosityDeg = 14, BranchProb = 0.12 },
            ],
        },
        Motion = RestingMotion,
        LightScale = 4,
        HasChipGain = true,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Region> All { get; } = [Ca1, CortexL23, Striatum];

    /// <summary>The region of that name, or null.</summary>
    /// <param name="name">E.g. ca1.</param>
    /// <param name="isReference">One of the <see cref="ReferenceRegions"/>.</param>
    public static Region? Find(string name, bool isReference = false) => Of(isReference).FirstOrDefault(r => r.Name == name);

    /// <summary>These regions, or those of the reference.</summary>
    /// <param name="isReference">The <see cref="ReferenceRegions"/>.</param>
    public static IReadOnlyList<Region> Of(bool isReference) => isReference ? ReferenceRegions.All : All;

    // What the three have in common: the indicator, brightness and the silent share.
    private static CellActivity Measured(double rateHz, double sigmaLn) => new()
    {
        Indicator = new Indicator { Name = IndicatorName.GCaMP6f },
        RateMeanHz = rateHz,
        RateSigmaLn = sigmaLn,
        SilentFraction = 0.3,
        BrightnessDistribution = BrightnessDistribution.Gamma,
        BrightnessCv = 0.6,
    };
}

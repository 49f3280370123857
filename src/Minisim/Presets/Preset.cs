using Minisim.Steps;

namespace Minisim.Presets;

/// <summary>An instrument over a region makes a spec.</summary>
public static class Preset
{
    /// <summary>The spec of a scope over a region, focused on the plane that keeps most of its layer in focus.</summary>
    /// <example><c>Preset.Create(Scopes.MiniscopeV4, Regions.Ca1, new() { DurationS = 30, Extra = [new BrainMotion()] })</c></example>
    /// <exception cref="SpecException">The options break a rule.</exception>
    public static Spec Create(Scope scope, Region region, PresetOptions? options = null)
    {
        options ??= new PresetOptions();
        var chip = scope.ImageSensor;
        if (options.SizePx is { } size) chip = chip with { NPxHeight = size.Height, NPxWidth = size.Width };
        var light = region.LightScale;
        if (region.HasChipGain && scope.ChipGainAduPerE is { } gain) (light, chip) = (light * chip.GainAduPerE / gain, chip with { GainAduPerE = gain });
        List<Step> steps =
        [
            new PlaceNeurons { Populations = options.Populations ?? region.Populations },
            options.Activity ?? region.Activity,
            new OpticsStep(),
            new Composite(),
            options.Sensor ?? scope.Sensor with { PhotonsPerUnit = scope.Sensor.PhotonsPerUnit * light },
        ];
        if (!options.NoNeuropil) steps.Add(region.Neuropil);
        if (!options.NoVessels) steps.Add(region.Vasculature);
        steps.AddRange(region.Further);
        if (!options.NoScopeFields) steps.AddRange(scope.Fields);
        var spec = new Spec
        {
            Acquisition = new Acquisition
            {
                Optics = scope.Optics,
                ImageSensor = chip,
                Tissue = region.Tissue,
                Fps = options.Fps,
                DurationS = options.DurationS,
                FrontWorkingDistanceUm = scope.FrontWorkingDistanceUm,
            },
            Seed = options.Seed,
            Steps = [.. steps],
        };
        spec = options.Extra.Aggregate(spec, (s, extra) => s.With(extra));
        // Only what is valid has a layer to focus on.
        return (options.FocalDepthUm is { } depth ? spec with { Acquisition = spec.Acquisition with { FocalDepthInTissueUm = depth } } : LayerFocus.Fixed(spec.Validated())).Validated();
    }
}

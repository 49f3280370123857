using Minisim.Truth;

namespace Minisim.Steps;

/// <summary>What a spec says of the light at the sensor.</summary>
internal static class SnrOfSpec
{
    /// <summary>The conditions of a signal-to-noise ratio; null without a sensor or without activity.</summary>
    public static SnrConditions? Conditions(Spec spec)
    {
        if (spec.Find<Sensor>() is not { } sensor || spec.Find<CellActivity>() is not { } activity) return null;
        // The course of a small event: what one spike gives.
        var indicator = activity.Indicator?.Resolve(activity.IndicatorPreparation);
        var chip = spec.Acquisition.ImageSensor;
        return new SnrConditions
        {
            ElectronsPerUnit = new LightBudget(chip, sensor.PhotonsPerUnit).ElectronsPerUnit,
            ReadNoiseE = chip.ReadNoiseE,
            FullScaleE = ((1 << chip.BitDepth) - 1) / chip.GainAduPerE,
            DiffuseShare = spec.Find<Neuropil>() is { } neuropil ? neuropil.SeenAmplitude(spec.Acquisition.Optics.CollectionEfficiency(), activity.MeanRest) / neuropil.NComponents : 0,
            Fps = spec.Acquisition.Fps,
            TauRiseS = indicator?.TauRiseS ?? activity.TauRiseS,
            TauDecayS = indicator?.TauDecayS ?? activity.TauDecayS,
            TauSlowS = indicator?.TauSlowS ?? 0,
            SlowFraction = indicator?.SlowFraction ?? 0,
        };
    }
}

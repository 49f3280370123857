using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>The forward chain in its canonical order: the only list of steps.</summary>
public static class StepCatalog
{
    /// <summary>All kinds, in canonical order.</summary>
    public static IReadOnlyList<StepKind> Kinds { get; } =
    [
        new("place_neurons", typeof(PlaceNeurons))
        {
            Reads = [typeof(Seed), typeof(Grid)],
            Gives = [typeof(PlacedCells), typeof(CellRoster)],
            Streams = [RandomStream.Placement, RandomStream.SomaShape, RandomStream.Dendrites, PlaceNeurons.TraitsStream],
        },
        new("behavior", typeof(Behavior))
        {
            Reads = [typeof(Seed), typeof(Timeline)],
            Gives = [typeof(BehaviorTrack)],
            Streams = [RandomStream.Behavior],
        },
        new("cell_activity", typeof(CellActivity))
        {
            Needs = [typeof(PlacedCells)],
            Reads = [typeof(Seed), typeof(Timeline), typeof(CellRoster), typeof(BehaviorTrack)],
            Gives = [typeof(Activity)],
            Streams = [RandomStream.Gate, RandomStream.Spikes, RandomStream.Amplitude, RandomStream.TraceNoise, CellActivity.RateStream, CellActivity.ThinningStream, CellActivity.IndicatorStream, RandomStream.Tuning, RandomStream.Events],
        },
        new("bleaching", typeof(Bleaching))
        {
            Needs = [typeof(Activity)],
            Reads = [typeof(Grid), typeof(Timeline), typeof(PlacedCells), typeof(Activity), typeof(Excitation)],
            Gives = [typeof(Unbleached)],
        },
        new("optics", typeof(OpticsStep))
        {
            Needs = [typeof(PlacedCells)],
            Reads = [typeof(Grid), typeof(ImagingPath), typeof(FocalSetting), typeof(PlacedCells), typeof(Activity), typeof(SensorFactor), typeof(LightBudget)],
            Gives = [typeof(FocusedCells)],
        },
        new("composite", typeof(Composite), "cells_only")
        {
            Needs = [typeof(PlacedCells)],
            Reads = [typeof(Grid), typeof(Timeline), typeof(PlacedCells), typeof(Activity), typeof(Unbleached), typeof(FocusedCells)],
            Gives = [typeof(LightGroup)],
        },
        new("neuropil", typeof(Neuropil), "neuropil")
        {
            Reads = [typeof(Seed), typeof(Grid), typeof(Timeline), typeof(CollectedShare), typeof(PlacedCells), typeof(Activity), typeof(Unbleached), typeof(FocusedCells), typeof(BehaviorTrack)],
            Gives = [typeof(LightGroup)],
            Streams = [RandomStream.NeuropilField, RandomStream.NeuropilEnvelope, RandomStream.Haze],
        },
        new("autofluorescence", typeof(Autofluorescence), "autofluorescence")
        {
            Reads = [typeof(Seed), typeof(Grid), typeof(Timeline), typeof(CollectedShare), typeof(Excitation)],
            Gives = [typeof(LightGroup)],
            Streams = [Autofluorescence.FieldStream, Autofluorescence.GranuleStream],
        },
        new("vasculature", typeof(Vasculature), "vasculature")
        {
            Needs = [typeof(LightGroup)],
            Reads = [typeof(Seed), typeof(Grid), typeof(ImagingPath), typeof(FocalSetting), typeof(PlacedCells), typeof(FocusedCells)],
            Gives = [typeof(TissueFactor), typeof(VesselBed)],
            Streams = [RandomStream.Vessels],
        },
        new("hemodynamics", typeof(Hemodynamics), "hemodynamics")
        {
            Needs = [typeof(LightGroup)],
            Reads = [typeof(Seed), typeof(Grid), typeof(Timeline), typeof(PlacedCells), typeof(FocusedCells), typeof(BehaviorTrack), typeof(TissueFactor), typeof(VesselBed)],
            Gives = [typeof(TissuePulse)],
            Streams = [RandomStream.Heart, RandomStream.Vasomotion, RandomStream.Perfusion],
        },
        new("brain_motion", typeof(BrainMotion), "brain_motion")
        {
            Reads = [typeof(Seed), typeof(Grid), typeof(Timeline), typeof(BehaviorTrack)],
            Gives = [typeof(Scenes.Motion)],
            Streams = [RandomStream.Locomotion, RandomStream.Posture, RandomStream.Walk, BrainMotion.BoutStream],
        },
        new("illumination_profile", typeof(IlluminationProfile), "illumination_profile")
        {
            Needs = [typeof(LightGroup)],
            Reads = [typeof(Grid)],
            Gives = [typeof(SensorFactor), typeof(Excitation)],
        },
        new("vignette", typeof(Vignette), "vignette")
        {
            Needs = [typeof(LightGroup)],
            Reads = [typeof(Grid)],
            Gives = [typeof(SensorFactor)],
        },
        new("leakage", typeof(Leakage), "leakage")
        {
            Reads = [typeof(Grid)],
            Gives = [typeof(SensorOffset)],
        },
        new("hot_pixels", typeof(HotPixels), "hot_pixels")
        {
            Reads = [typeof(Seed), typeof(Grid), typeof(Timeline), typeof(LightBudget)],
            Gives = [typeof(SensorOffset)],
            Streams = [HotPixels.Stream],
        },
        new("sensor", typeof(Sensor), "sensor")
        {
            Needs = [typeof(LightGroup)],
            Reads = [typeof(Seed), typeof(ImageSensor)],
            Gives = [typeof(SensorModel), typeof(LightBudget)],
            Streams = [RandomStream.Sensor, RandomStream.SensorLowLight],
        },
    ];

    /// <summary>The catalogue line of a step.</summary>
    public static StepKind Of(Step step) => Kinds.First(k => k.Type == step.GetType());

    /// <summary>Place of a step in the canonical order.</summary>
    public static int Order(Step step)
    {
        for (var i = 0; i < Kinds.Count; i++)
            if (Kinds[i].Type == step.GetType())
                return i;
        throw new ArgumentException($"{step.GetType().Name} is not in the catalogue", nameof(step));
    }

    /// <summary>The kind of that name or stage name, or null.</summary>
    public static StepKind? Find(string name) => Kinds.FirstOrDefault(k => k.Kind == name || k.Stage == name);
}

using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>The forward chain in its canonical order: the only list of steps.</summary>
public static class StepCatalog
{
    /// <summary>All kinds, in canonical order.</summary>
    public static IReadOnlyList<StepKind> Kinds { get; } =
    [
        new("place_neurons", typeof(PlaceNeurons), StepDomain.Cell, null),
        new("cell_activity", typeof(CellActivity), StepDomain.Cell, null),
        new("bleaching", typeof(Bleaching), StepDomain.Cell, null),
        new("optics", typeof(OpticsStep), StepDomain.Cell, null),
        new("composite", typeof(Composite), StepDomain.Tissue, "cells_only"),
        new("neuropil", typeof(Neuropil), StepDomain.Tissue, "neuropil"),
        new("vasculature", typeof(Vasculature), StepDomain.Tissue, "vasculature"),
        new("brain_motion", typeof(BrainMotion), StepDomain.Motion, "brain_motion"),
        new("illumination_profile", typeof(IlluminationProfile), StepDomain.Sensor, "illumination_profile"),
        new("vignette", typeof(Vignette), StepDomain.Sensor, "vignette"),
        new("leakage", typeof(Leakage), StepDomain.Sensor, "leakage"),
        new("sensor", typeof(Sensor), StepDomain.Sensor, "sensor"),
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

using Minisim.Scene;

namespace Minisim.Steps;

/// <summary>What a step may touch.</summary>
public enum StepDomain
{
    /// <summary>Per-cell records.</summary>
    Cell,
    /// <summary>Canvas pixels; rides with the brain.</summary>
    Tissue,
    /// <summary>Crosses from the canvas to the FOV.</summary>
    Motion,
    /// <summary>FOV pixels; never moves.</summary>
    Sensor,
}

/// <summary>One physical or biological step of the forward chain: its parameters and what it adds to the scene.</summary>
public abstract record Step
{
    /// <summary>Adds the step to a scene under construction. Called once, in canonical order.</summary>
    internal abstract void Compile(SceneBuilder scene);

    /// <summary>Rules that involve several fields or the rest of the spec; single ranges are attributes of the fields.
    /// Never throws: reports.</summary>
    internal virtual void Check(Spec spec, ProblemList problems) { }

    /// <summary>JSON path of this step in a spec, for problems: <c>steps[1] (cell_activity)</c>.</summary>
    internal string PathIn(Spec spec)
    {
        var index = 0;
        while (index < spec.Steps.Count && !ReferenceEquals(spec.Steps[index], this)) index++;
        return FormattableString.Invariant($"steps[{index}] ({StepCatalog.Of(this).Kind})");
    }
}

/// <summary>A line of <see cref="StepCatalog"/>.</summary>
/// <param name="Kind">JSON discriminator.</param>
/// <param name="Type">The step's record.</param>
/// <param name="Domain">What it may touch.</param>
/// <param name="Stage">Name of the movie after this step (for <c>until</c> and snapshots), or null for a step without pixels.</param>
public sealed record StepKind(string Kind, Type Type, StepDomain Domain, string? Stage);

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

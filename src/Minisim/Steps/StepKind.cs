using Minisim.Random;

namespace Minisim.Steps;

/// <summary>A line of <see cref="StepCatalog"/>.</summary>
/// <param name="Kind">JSON discriminator.</param>
/// <param name="Type">The step's record.</param>
/// <param name="Stage">Name of the movie after this step (for <c>until</c> and snapshots), or null for a step without pixels.</param>
public sealed record StepKind(string Kind, Type Type, string? Stage = null)
{
    /// <summary>What the step reads: parts of the spec (<c>Seed</c>, <c>Grid</c>, …) and products of other steps. Decides what is compiled
    /// before it, beside it, and again when something was edited.</summary>
    internal ValueList<Type> Reads { get; init; } = [];
    /// <summary>Of <see cref="Reads"/>, or of what its pixels come from, that without which it has nothing to do.</summary>
    internal ValueList<Type> Needs { get; init; } = [];
    /// <summary>What it gives.</summary>
    internal ValueList<Type> Gives { get; init; } = [];
    /// <summary>Its families of draws.</summary>
    internal ValueList<RandomStream> Streams { get; init; } = [];
}

using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>A line of <see cref="StepCatalog"/>.</summary>
/// <param name="Kind">JSON discriminator.</param>
/// <param name="Type">The step's record.</param>
/// <param name="Domain">What it may touch.</param>
/// <param name="Stage">Name of the movie after this step (for <c>until</c> and snapshots), or null for a step without pixels.</param>
public sealed record StepKind(string Kind, Type Type, StepDomain Domain, string? Stage);

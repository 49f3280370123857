namespace Minisim.Steps;

/// <summary>The recording's seed.</summary>
internal sealed record Seed(ulong Value);

namespace Minisim.Steps;

/// <summary>Share of the light of the tissue that the objective collects, in units of the NA = 1 cone: what of the optics matters to light that is in no plane.</summary>
internal sealed record CollectedShare(double Value);

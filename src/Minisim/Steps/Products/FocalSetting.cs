namespace Minisim.Steps;

/// <summary>Depth of the focal plane as the spec says it, µm; null = chosen from the cells.</summary>
internal sealed record FocalSetting(double? DepthUm);

namespace Minisim.Steps;

/// <summary>Excitation light per FOV pixel (row, column), 1 at the brightest.</summary>
internal sealed record Excitation(double[] Values);

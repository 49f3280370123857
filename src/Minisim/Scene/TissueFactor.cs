namespace Minisim.Scenes;

/// <summary>A factor per canvas pixel (row, column) on the light of the tissue.</summary>
internal sealed record TissueFactor(float[] Values);

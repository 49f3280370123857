namespace Minisim.Scenes;

/// <summary>A factor per FOV pixel (row, column) on what the camera sees.</summary>
internal sealed record SensorFactor(double[] Values);

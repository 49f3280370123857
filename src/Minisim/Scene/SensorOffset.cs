namespace Minisim.Scenes;

/// <summary>Light added per FOV pixel (row, column) to what the camera sees.</summary>
internal sealed record SensorOffset(double[] Values);

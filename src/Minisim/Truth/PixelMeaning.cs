namespace Minisim.Truth;

/// <summary>What the numbers of a movie are, whatever type they are stored in.</summary>
public enum PixelMeaning
{
    /// <summary>Counts of a sensor: whole numbers from 0 on.</summary>
    Counts,
    /// <summary>Intensity before the sensor.</summary>
    Intensity,
}

namespace Minisim.Steps;

/// <summary>How leaked light is spread over the sensor.</summary>
public enum LeakageProfile
{
    /// <summary>A glow around the centre.</summary>
    Gaussian,
    /// <summary>The same on every pixel.</summary>
    Uniform,
}

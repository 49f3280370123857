namespace Minisim.Truth;

/// <summary>What a signal-to-noise ratio needs to know beside the truth: the sensor, the indicator and the diffuse light's scale.</summary>
public sealed record SnrConditions
{
    /// <summary>Electrons per frame for one unit of intensity: photons per unit × quantum efficiency; ≥ 0.</summary>
    public required double ElectronsPerUnit { get; init; }
    /// <summary>Read noise, e⁻ RMS; ≥ 0.</summary>
    public required double ReadNoiseE { get; init; }
    /// <summary>Electrons at the sensor's largest count: <c>(2^bits − 1)/gain</c>; &gt; 0.</summary>
    public required double FullScaleE { get; init; }
    /// <summary>Intensity of one diffuse component at field 1 and envelope 1: amplitude / number of components; 0 without.</summary>
    public double DiffuseShare { get; init; }
    /// <summary>Frames per second; &gt; 0.</summary>
    public required double Fps { get; init; }
    /// <summary>Rise time of the indicator, s; &gt; 0.</summary>
    public required double TauRiseS { get; init; }
    /// <summary>Decay time of the indicator, s; &gt; rise.</summary>
    public required double TauDecayS { get; init; }
    /// <summary>Share of a second, slower decay; 0 without.</summary>
    public double SlowFraction { get; init; }
    /// <summary>Time of the slower decay, s; of no effect without its share.</summary>
    public double TauSlowS { get; init; }
}

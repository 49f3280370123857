namespace Minisim;

/// <summary>The camera chip.</summary>
public sealed record ImageSensor
{
    /// <summary>Rows.</summary>
    [Range(1, 16384)] public int NPxHeight { get; init; } = 256;
    /// <summary>Columns.</summary>
    [Range(1, 16384)] public int NPxWidth { get; init; } = 256;
    /// <summary>Physical distance between pixel centres on the chip, µm.</summary>
    [Positive, Unit("µm")] public double PixelPitchUm { get; init; } = 3;
    /// <summary>Photon → electron probability.</summary>
    [Range(0, 1, minOpen: true)] public double QuantumEfficiency { get; init; } = 0.7;
    /// <summary>Read noise, e⁻ RMS.</summary>
    [NonNegative(1e9), Unit("e-")] public double ReadNoiseE { get; init; } = 2;
    /// <summary>Counts per electron.</summary>
    [Positive(1e9), Unit("ADU/e-")] public double GainAduPerE { get; init; } = 1;
    /// <summary>ADC bits.</summary>
    [Range(1, 16)] public int BitDepth { get; init; } = 8;

    /// <summary>Largest count: <c>2^bits − 1</c>.</summary>
    public int MaxCount() => (1 << BitDepth) - 1;
}

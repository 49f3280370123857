namespace Minisim.Scenes;

/// <summary>The numbers of the sensor.</summary>
/// <param name="Seed">Seed of the recording.</param>
/// <param name="ElectronsPerUnit">Photons per unit of intensity times quantum efficiency.</param>
/// <param name="ReadNoiseE">Read noise, e⁻ RMS.</param>
/// <param name="GainAduPerE">Counts per electron.</param>
/// <param name="BitDepth">ADC bits.</param>
internal sealed record SensorModel(ulong Seed, double ElectronsPerUnit, double ReadNoiseE, double GainAduPerE, int BitDepth)
{
    /// <summary>Largest count.</summary>
    public int MaxCount => (1 << BitDepth) - 1;
}

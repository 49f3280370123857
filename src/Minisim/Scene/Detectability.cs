namespace Minisim.Scenes;

/// <summary>Whether a cell's transients stand out of its own noise.</summary>
public static class Detectability
{
    /// <summary>Least SNR of a detectable cell.</summary>
    public const double Threshold = 3.0;

    /// <summary>Signal-to-noise of a cell's largest transient: <c>ΔF·gain / √(max(base, 0)·gain + read²)</c>.</summary>
    /// <param name="peakDeltaF">Largest rise of the trace.</param>
    /// <param name="baseline">Lowest value of the trace.</param>
    /// <param name="gain">Electrons per unit of trace at the brightest pixel.</param>
    /// <param name="readNoiseE">Read noise, e⁻ RMS.</param>
    /// <remarks>Infinite for a signal without any noise, 0 without signal.</remarks>
    public static double Snr(double peakDeltaF, double baseline, double gain, double readNoiseE)
    {
        var signal = peakDeltaF * gain;
        return signal == 0 ? 0 : signal / Math.Sqrt(Math.Max(baseline, 0) * gain + readNoiseE * readNoiseE);
    }
}

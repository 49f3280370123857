namespace Minisim;

/// <summary>What one pixel of a movie is made of, frame by frame.</summary>
/// <remarks>Light adds up: <c>Expected = Cells + Background + Leakage</c>; what the counts show beyond it is noise and rounding.
/// In electrons after a sensor, else in units of intensity.</remarks>
/// <param name="FirstFrame">First frame of the arrays.</param>
/// <param name="Cells">Light of all cells (frame), through vessels, motion and the fields of the sensor side.</param>
/// <param name="Background">Light of the neuropil (frame), on the same way.</param>
/// <param name="Leakage">Constant light that never was in the tissue.</param>
/// <param name="Expected">Mean of the pixel without noise (frame).</param>
/// <param name="Counts">What the sensor read (frame), counts; empty without a sensor.</param>
/// <param name="ElectronsPerCount">Electrons of a count; 1 without a sensor.</param>
/// <param name="ReadNoiseE">Read noise, e⁻ RMS; 0 without a sensor.</param>
internal sealed record PixelBudget(int FirstFrame, double[] Cells, double[] Background, double Leakage, double[] Expected, int[] Counts, double ElectronsPerCount, double ReadNoiseE);

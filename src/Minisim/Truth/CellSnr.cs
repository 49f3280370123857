namespace Minisim.Truth;

/// <summary>How well a cell's events stand out of everything around it.</summary>
/// <param name="Detection">Matched-filter SNR of a typical event; see <see cref="DetectionSnr"/>.</param>
/// <param name="PeakLocal">SNR of the largest rise at the brightest pixel.</param>
/// <param name="Clipped">Share of a typical event's light that the sensor's full scale cuts off, [0, 1].</param>
public readonly record struct CellSnr(double Detection, double PeakLocal, double Clipped);

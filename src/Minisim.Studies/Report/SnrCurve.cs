using System.Collections;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>Recall against SNR: bins, and a logistic curve <c>1/(1 + e^−(a + b·log₁₀ SNR))</c> fitted by maximum likelihood.</summary>
/// <param name="Entrant">The pipeline with its parameters.</param>
/// <param name="Bins">Middle of each bin in log₁₀ SNR, cells, found.</param>
/// <param name="A">Offset; NaN where no curve fits.</param>
/// <param name="B">Slope.</param>
/// <param name="Half">SNR at which half of the cells are found, with its interval (delta method); NaN where there is none.</param>
public sealed record SnrCurve(string Entrant, IReadOnlyList<(double Log10, int Cells, int Found)> Bins, double A, double B, Bounded Half);

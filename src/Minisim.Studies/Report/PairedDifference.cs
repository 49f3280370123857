using System.Collections;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>Difference of two on what both were scored on.</summary>
/// <param name="A">One.</param>
/// <param name="B">The other.</param>
/// <param name="Recordings">Pairs of recordings.</param>
/// <param name="Cells">True cells that count on them.</param>
/// <param name="Differences">A − B by metric, mean over the pairs, with its interval.</param>
public sealed record PairedDifference(string A, string B, int Recordings, long Cells, IReadOnlyDictionary<string, Bounded> Differences);

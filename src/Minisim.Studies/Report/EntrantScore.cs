using System.Collections;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>What a pipeline with its parameters reaches over all its recordings.</summary>
/// <param name="Entrant">The pipeline with its parameters.</param>
/// <param name="Recordings">Recordings that were scored.</param>
/// <param name="Cells">True cells that count on them.</param>
/// <param name="Scores">Mean over recordings by metric, with a bootstrap interval over recordings and cells (over recordings alone for traces).</param>
public sealed record EntrantScore(string Entrant, int Recordings, long Cells, IReadOnlyDictionary<string, Bounded> Scores);

namespace Minisim.Metrics;

/// <summary>Pairs estimates with true cells by a similarity that hardly depends on how tight an outline is: the cosine of the footprints. Traces
/// decide where two cells lie so close that their footprints do not.</summary>
public static class Pairing
{
    /// <summary>Cosine below which an estimate and a cell have nothing to do with each other.</summary>
    public const double Least = 0.1;
    /// <summary>What a perfect trace is worth beside the cosine: it breaks near-ties and nothing else.</summary>
    public const double TraceWeight = 0.05;

    /// <summary>The one-to-one pairs of largest total <c>cosine + 0.05·max(r, 0)</c>, r the correlation of the traces where both exist; the
    /// similarity of a pair is the cosine alone.</summary>
    /// <param name="estimate">Estimated footprints in the truth's frame.</param>
    /// <param name="traces">Their traces (unit, frame), or null.</param>
    /// <param name="truth">True cells.</param>
    public static CellMatch Find(SparseFootprints estimate, Matrix? traces, TrueCells truth)
    {
        var cosine = Prune(SimilarityTable.Compute(estimate, truth.Footprints, SimilarityMeasure.Cosine));
        if (traces is null || truth.C is not { } c || c.Columns != traces.Columns) return CellMatch.FromTable(cosine, (0, 0));
        var rows = new SimilarityEntry[estimate.Count][];
        Parallel.For(0, rows.Length, i =>
        {
            rows[i] = cosine.Row(i).ToArray();
            // Alone with one cell there is nothing to decide, unless another estimate wants it too.
            for (var k = 0; k < rows[i].Length; k++)
            {
                var r = TraceScores.Pearson(traces.Row(i), c.Row(rows[i][k].True));
                rows[i][k] = rows[i][k] with { Value = rows[i][k].Value + (r > 0 ? TraceWeight * r : 0) };
            }
        });
        return CellMatch.FromPairs(cosine, Assignment.Match(new SimilarityTable(rows, truth.Count)));
    }

    /// <summary>The table without entries below <see cref="Least"/>.</summary>
    internal static SimilarityTable Prune(SimilarityTable table) =>
        new([.. Enumerable.Range(0, table.NEst).Select(i => table.Row(i).ToArray().Where(e => e.Value >= Least).ToArray())], table.NTrue);
}

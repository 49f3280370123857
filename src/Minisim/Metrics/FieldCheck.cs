namespace Minisim.Metrics;

/// <summary>Whether an estimate whose footprints hardly match lies in another field: mirrored, turned, with rows and columns exchanged, or
/// moved. Such a file is read wrong, and its score is one of nothing.</summary>
internal static class FieldCheck
{
    /// <summary>Likeness per cell from which nothing is asked. Where cells are crowded, a wrong field reaches half of it by chance.</summary>
    private const double Enough = 0.6;

    /// <summary>Likeness per cell, and its ratio, by which another field must be better: chance alone differs by a few hundredths.</summary>
    private const double Convincing = 0.2, Ratio = 1.3;

    /// <summary>The estimate, with a warning first in its report where another field fits far better.</summary>
    /// <param name="estimate">The estimate.</param>
    /// <param name="truth">True footprints.</param>
    /// <param name="shift">The shift (dy, dx), px, under which it was matched.</param>
    public static Estimate Annotate(Estimate estimate, SparseFootprints truth, (int Dy, int Dx) shift) =>
        Find(estimate.Footprints, truth, shift) is { } warning ? estimate.WithReport(estimate.Report with { Warnings = [warning, .. estimate.Report.Warnings] }) : estimate;

    /// <summary>What fits far better, with the remedy; null where nothing does.</summary>
    public static string? Find(SparseFootprints estimate, SparseFootprints truth, (int Dy, int Dx) shift)
    {
        var most = Math.Min(estimate.Count, truth.Count);
        if (most < 3) return null;
        var here = Likeness(estimate.Shift(shift.Dy, shift.Dx), truth);
        if (here >= Enough * most) return null;
        (double Likeness, string Text)? best = null;
        foreach (var (what, remedy, map) in Fields(estimate.Height, estimate.Width))
        {
            var mapped = map is null ? estimate : Map(estimate, map);
            var (dy, dx) = PhaseCorrelation.Shift(mapped, truth);
            // Where it lies already was tried.
            if (map is null && (dy, dx) == shift) continue;
            var likeness = Likeness(mapped.Shift(dy, dx), truth);
            if (best is not null && likeness <= best.Value.Likeness) continue;
            var moved = (dy, dx) == (0, 0) ? "" : $"moved by ({dy}, {dx}) px";
            best = (likeness, map is null ? $"{(moved.Length > 0 ? moved : "left where they are")}, they would fit {Times(likeness, here)}: score it with --shift={dy},{dx}, and check that its motion correction is that of this recording"
                : $"{what}{(moved.Length > 0 ? $" and {moved}" : "")}, they would fit {Times(likeness, here)}: {remedy}");
        }
        return best is { } found && found.Likeness >= here + Convincing * most && found.Likeness >= Ratio * here ? $"this score is of footprints that lie elsewhere. {char.ToUpperInvariant(found.Text[0])}{found.Text[1..]}." : null;
    }

    private static string Times(double better, double worse) => worse < 0.05 * better ? "far better" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{better / worse:0.#} times better");

    // Cells that lie on each other by chance have a cosine of some 0.5, those that are the same one near 1.
    private static double Likeness(SparseFootprints estimate, SparseFootprints truth) =>
        CellMatch.Find(estimate, truth, SimilarityMeasure.Cosine, FootprintShift.None).Pairs.Sum(p => Math.Max(0, 2 * p.Similarity - 1));

    // Rows and columns of the estimate by those of the field that it may lie in; without a map it is only moved.
    private static IEnumerable<(string What, string Remedy, Func<int, int, (int Row, int Column)>? Map)> Fields(int h, int w)
    {
        const string mirrored = "turn the movie back, or the footprints before they are saved";
        yield return ("", "", null);
        yield return ("mirrored top to bottom", mirrored, (r, c) => (h - 1 - r, c));
        yield return ("mirrored left to right", mirrored, (r, c) => (r, w - 1 - c));
        yield return ("turned by 180°", mirrored, (r, c) => (h - 1 - r, w - 1 - c));
        if (h == w)
        {
            yield return ("with rows and columns exchanged", "read it with the other --axes (yx or xy), or transpose the footprints before they are saved", (r, c) => (c, r));
            yield return ("turned by 90°", mirrored, (r, c) => (c, w - 1 - r));
            yield return ("turned by 270°", mirrored, (r, c) => (h - 1 - c, r));
            yield return ("mirrored along a diagonal", mirrored, (r, c) => (h - 1 - c, w - 1 - r));
            yield break;
        }
        // A flattened field that was taken apart by rows instead of columns, or by columns instead of rows.
        const string flattened = "its pixels were flattened in the other order: read it with --axes xy or --axes yx, or save it so";
        yield return ("taken apart column by column", flattened, (r, c) => ((r * w + c) % h, (r * w + c) / h));
        yield return ("taken apart row by row", flattened, (r, c) => ((c * h + r) / w, (c * h + r) % w));
    }

    private static SparseFootprints Map(SparseFootprints footprints, Func<int, int, (int Row, int Column)> map)
    {
        var builder = new SparseFootprints.Builder(footprints.Height, footprints.Width);
        for (var u = 0; u < footprints.Count; u++)
        {
            var pixels = footprints.Pixels(u).ToArray();
            for (var i = 0; i < pixels.Length; i++)
            {
                var (row, column) = map(pixels[i] / footprints.Width, pixels[i] % footprints.Width);
                pixels[i] = row * footprints.Width + column;
            }
            builder.Add(pixels, footprints.Weights(u));
        }
        return builder.Build();
    }
}

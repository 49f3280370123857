using Minisim.Truth;

namespace Minisim.Metrics;

/// <summary>Something that holds for an estimate as a whole and that a reader should know before any number.</summary>
/// <param name="Code">Short name in files.</param>
/// <param name="Text">One sentence with what was measured.</param>
public readonly record struct Finding(string Code, string Text);

/// <summary>Looks for what holds for an estimate as a whole.</summary>
internal static class Findings
{
    public static IReadOnlyList<Finding> Of(Evaluator evaluator, Headline headline, IReadOnlyList<CellPair> matched, IReadOnlyList<CellOutcome> cells, SparseFootprints shifted, MotionDiagnosis? motion)
    {
        var findings = new List<Finding>();
        void Add(string code, FormattableString text) => findings.Add(new Finding(code, FormattableString.Invariant(text)));
        var pairs = headline.NFound + headline.NApart;
        if (headline.NEst > 0 && headline.NTrue > 0 && pairs <= Math.Max(headline.NEst * 0.05, 2 * headline.ExpectedByChance))
            Add("chance", $"hardly more cells are found than chance gives ({headline.NFound} of {headline.NTrue}; of {pairs} pairs {headline.ExpectedByChance:0.#} are expected by chance): is this the result of another recording, transposed, or displaced?");
        if (motion?.Words() is { Length: > 0 } words) Add("motion", $"{words}");

        // What lies on a cell says what outlines are like, matched or not.
        var on = cells.Where(c => c.IsCounted && c.Estimate >= 0 && c.Outline.SizeRatio > 0).ToArray();
        if (on.Length >= 5)
        {
            var size = TraceScores.MedianIgnoringNaN(on.Select(c => c.Outline.SizeRatio));
            if (size < 0.6) Add("outline_too_tight", $"outlines are too tight: {size:0.00} of the true size (median of {on.Length})");
            else if (size > 1 / 0.6) Add("outline_too_wide", $"outlines are too wide: {size:0.00} of the true size (median of {on.Length})");
            var offsets = on.Select(c => (E: shifted.Centre(c.Estimate), T: evaluator.Cells.Footprints.Centre(c.Unit))).ToArray();
            var (dy, dx) = (TraceScores.MedianIgnoringNaN(offsets.Select(o => o.E.Row - o.T.Row)), TraceScores.MedianIgnoringNaN(offsets.Select(o => o.E.Col - o.T.Col)));
            if (Math.Sqrt(dy * dy + dx * dx) >= 1) Add("displaced", $"estimates lie {Math.Abs(dy):0.0} px {(dy > 0 ? "below" : "above")} and {Math.Abs(dx):0.0} px {(dx > 0 ? "right" : "left")} of their cells (median of {on.Length})");
        }
        if (evaluator.SaturatedShare > Saturation.Notable) Add("saturated", $"{Saturation.Words(evaluator.SaturatedShare)}; detectable does not know that, detection_snr does");
        if (evaluator.Truth.LeftOut.TryGetValue(SnrArrays.Detection, out var reason)) Add("no_detection_snr", $"the recording has no detection_snr ({reason}): the curves and causes go without it");
        return findings;
    }
}

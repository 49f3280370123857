using System.Globalization;
using System.Text;

namespace Minisim.Metrics;

/// <summary>One true cell in view, and what became of it.</summary>
public sealed record CellOutcome
{
    /// <summary>Index among all cells in view.</summary>
    public required int Unit { get; init; }
    /// <summary>Whether it counts in the headline.</summary>
    public required bool IsCounted { get; init; }
    /// <summary>Whether it was paired at the threshold.</summary>
    public required bool IsFound { get; init; }
    /// <summary>Whether it was found in the reference's numbers; null where it does not count there.</summary>
    public bool? IsFoundByReference { get; init; }
    /// <summary>What became of it.</summary>
    public required TrueVerdict Verdict { get; init; }
    /// <summary>The estimate that the verdict speaks of: its pair, or the one that lies on it; −1 for a missed cell.</summary>
    public required int Estimate { get; init; }
    /// <summary>Cosine with that estimate; 0 without one.</summary>
    public required double Similarity { get; init; }
    /// <summary>Trace r with that estimate; NaN without one.</summary>
    public required double TraceCorr { get; init; }
    /// <summary>Activity r with that estimate; NaN without one.</summary>
    public required double ActivityCorr { get; init; }
    /// <summary>Trace r that perfect spatial knowledge gives; NaN without a movie.</summary>
    public required double OracleCorr { get; init; }
    /// <summary>Trace r of the mean in the true region; NaN without a movie.</summary>
    public required double RoiCorr { get; init; }
    /// <summary>What decides whether it can be found.</summary>
    public required CellFacts Facts { get; init; }
    /// <summary>How that estimate's outline compares.</summary>
    public required OutlineFacts Outline { get; init; }
    /// <summary>What speaks against it, strongest first: of the causes that separate found from other cells, those of some weight. Empty if it was
    /// found, or if nothing measured explains it.</summary>
    public required ValueList<RankedCause> Causes { get; init; }
}

/// <summary>Spikes of all found pairs.</summary>
/// <param name="BinnedCorr">Median Pearson r by bin width in frames.</param>
/// <param name="Events">Events of all pairs together, within <paramref name="ToleranceFrames"/>.</param>
/// <param name="ToleranceFrames">Tolerance, frames.</param>
public sealed record SpikeReport(ValueList<(int Frames, double Correlation)> BinnedCorr, EventCounts Events, int ToleranceFrames);

/// <summary>Everything that can be said about one estimate: the headline, how sure it is, what became of every cell, and what speaks against those that
/// were not found.</summary>
public sealed class Evaluation
{
    /// <summary>The estimate.</summary>
    public required Estimate Estimate { get; init; }
    /// <summary>The headline.</summary>
    public required Headline Headline { get; init; }
    /// <summary>What holds for the estimate as a whole, to be read first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
    /// <summary>For every cause, whether its measure separates found cells from the others of this estimate.</summary>
    public required IReadOnlyList<CauseEvidence> Evidence { get; init; }
    /// <summary>The numbers that the reference package gives, by its own matching.</summary>
    public required ScoreReport Score { get; init; }
    /// <summary>95 % intervals of the headline by bootstrap over cells.</summary>
    public required ScoreIntervals Intervals { get; init; }
    /// <summary>The match behind headline, verdicts and causes: estimates with all cells in view, by cosine.</summary>
    public required CellMatch Match { get; init; }
    /// <summary>Verdicts and agreement matrix, with the same indices.</summary>
    public required Taxonomy Taxonomy { get; init; }
    /// <summary>Every true cell in view.</summary>
    public required IReadOnlyList<CellOutcome> Cells { get; init; }
    /// <summary>Recall and trace quality against detection SNR, local peak SNR, SNR, depth, distance to the nearest neighbour, firing rate and vessel
    /// overlap.</summary>
    public required IReadOnlyList<QualityCurve> Curves { get; init; }
    /// <summary>Spikes; null without activity on both sides.</summary>
    public required SpikeReport? Spikes { get; init; }
    /// <summary>The place code of the found cells; null without behaviour and tuning.</summary>
    public PlaceFieldReport? PlaceFields { get; init; }
    /// <summary>The reference's recall and precision under the other similarities, each at the same threshold.</summary>
    public required IReadOnlyList<(SimilarityMeasure Measure, double Recall, double Precision)> OtherMeasures { get; init; }
    /// <summary>The motion correction; null without both trajectories.</summary>
    public required MotionDiagnosis? Motion { get; init; }
    /// <summary>Motion RMSE of predicting no motion at all, aligned, px; null without motion.</summary>
    public required double? StillRmse { get; init; }
    /// <summary>Median over found cells of what perfect spatial knowledge gives, of the estimate, and of the ROI mean; NaN where unknown.</summary>
    public required (double Oracle, double Estimate, double Roi) TraceScale { get; init; }

    /// <summary>Counted cells of a verdict.</summary>
    public int Count(TrueVerdict verdict) => Cells.Count(c => c.IsCounted && c.Verdict == verdict);

    /// <summary>How many counted cells that were not found have each main cause.</summary>
    public IReadOnlyList<(MissCause Cause, int Cells)> MainCauses =>
        [.. Enum.GetValues<MissCause>().Select(c => (c, NotFound.Count(o => o.Causes.Count > 0 && o.Causes[0].Cause == c))).Where(p => p.Item2 > 0).OrderByDescending(p => p.Item2)];

    /// <summary>Counted cells that were not found and that nothing measured explains.</summary>
    public int Unexplained => NotFound.Count(o => o.Causes.Count == 0);

    private IEnumerable<CellOutcome> NotFound => Cells.Where(o => o is { IsCounted: true, IsFound: false });

    /// <summary>A page for people.</summary>
    public string Summary()
    {
        var (text, h) = (new StringBuilder(), Headline);
        void Line(string what, FormattableString value) => text.Append(what.PadRight(20)).AppendLine(FormattableString.Invariant(value));
        static string I(ConfidenceInterval i) => double.IsNaN(i.Low) ? "-" : string.Create(CultureInfo.InvariantCulture, $"{i.Low:0.00}–{i.High:0.00}");
        static string N(double v) => double.IsNaN(v) ? "-" : v.ToString("0.000", CultureInfo.InvariantCulture);
        text.AppendLine(Estimate.Format.Length > 0 ? $"{Estimate.Name} ({Estimate.Format})" : Estimate.Name);
        foreach (var finding in Findings) Line("NOTE", $"{finding.Text}");
        Line("found", $"{h.NFound} of {h.NTrue} cells, {h.NEst} estimates{(h.NApart > 0 ? FormattableString.Invariant($", {h.NApart} of cells that do not count") : "")}");
        Line("recall", $"{N(h.Recall)} ({I(Intervals.Recall)}; by chance {h.ChanceRecall:0.00})   precision {N(h.Precision)} ({I(Intervals.Precision)}; by chance {h.ChancePrecision:0.00})   F1 {N(h.F1)} ({I(Intervals.F1)})");
        Line("threshold", $"cosine ≥ {h.Threshold:0.00}: of {h.NFound + h.NApart} pairs {h.ExpectedByChance:0.0} are expected by chance ({h.ChanceDraws} draws; {100 * h.Unrelated:0} % of the estimates are no better than chance)");
        if (h.Border.Cells + h.Undetectable.Cells > 0)
            Line("not counted", $"{h.Border.Cells} border cells, centre outside the field ({h.Border.Found} found); {h.Undetectable.Cells} undetectable ({h.Undetectable.Found} found)");
        if (h.NTraces > 0) Line("trace r", $"{N(h.TraceCorr)} ({I(Intervals.TraceCorr)}; median of the {h.NTraces} found){(double.IsNaN(TraceScale.Oracle) ? "" : FormattableString.Invariant($", between {TraceScale.Roi:0.000} (mean in the true region) and {TraceScale.Oracle:0.000} (least squares with the true footprints)"))}");
        if (!double.IsNaN(h.ActivityCorr)) Line("activity r", $"{N(h.ActivityCorr)} ({I(Intervals.ActivityCorr)})");
        if (Spikes is { } s)
        {
            Line("spikes", $"{string.Join("   ", s.BinnedCorr.Select(b => $"r {N(b.Correlation)} in bins of {b.Frames}"))} frames");
            Line("events", $"recall {N(s.Events.Recall)}   precision {N(s.Events.Precision)} within {s.ToleranceFrames} frames");
        }
        if (PlaceFields is { } p)
        {
            Line("place fields", $"map r {N(p.MapCorr)} (from the true spikes {N(p.MapCorrOfSpikes)}; median of {p.NPlaceCells} found place cells), {N(p.InformationBits)} bits per event (spikes {N(p.InformationBitsOfSpikes)})");
            Line("called place cells", $"{N(p.CalledRight)} of the found place cells, {N(p.CalledWrong)} of the {p.NOtherCells} found others");
        }
        if (Motion is { } motion) Line("motion RMSE", $"{N(motion.RmseReceived)} px; without any correction {N(motion.RmseStill)} px");
        if (h.Shift != (0, 0)) Line("footprint shift", $"({h.Shift.Dy}, {h.Shift.Dx}) px");
        Line("true cells", $"{string.Join(", ", Enum.GetValues<TrueVerdict>().Where(v => Count(v) > 0).Select(v => $"{Count(v)} {v.ToString().ToLowerInvariant()}"))}{Also()}");
        Line("estimates", $"{string.Join(", ", Enum.GetValues<EstimateVerdict>().Where(v => Taxonomy.Count(v) > 0).Select(v => $"{Taxonomy.Count(v)} {v.ToString().ToLowerInvariant()}"))}");
        foreach (var curve in Curves.Where(c => c.Fit is not null).Take(2))
            Line(curve == Curves.First(c => c.Fit is not null) ? "half are found at" : "", $"{curve.Property} {(double.IsNaN(curve.Fit!.X50) ? "-" : curve.Fit.X50.ToString("0.0#", CultureInfo.InvariantCulture))} (AUC {curve.Fit.Auc:0.00}; {curve.Fit.Found} found, {curve.Fit.NotFound} not)");
        if (MainCauses.Count > 0 || Unexplained > 0)
            Line("not found", $"{string.Join(", ", MainCauses.Select(c => $"{c.Cells} {c.Cause.Describe()}").Append($"{Unexplained} unexplained by anything measured"))}");
        foreach (var e in Evidence.Where(e => e.IsOffered))
            Line("", $"{e.Cause.Describe()}: AUC {e.Auc:0.00} ({e.Found} found, median {e.MedianFound:g3}; {e.NotFound} not, {e.MedianNotFound:g3})");
        Line("as the reference", $"{Score.MatchMetric.Name()} ≥ {Score.MatchThreshold}: recall {N(Score.Recall)}, precision {N(Score.Precision)}, F1 {N(Score.F1)} ({Score.NMatched} of {Score.NTrue} cells){string.Concat(OtherMeasures.Select(m => $"; {m.Measure.Name()}: {N(m.Recall)}, {N(m.Precision)}"))}");
        foreach (var note in Score.Notes) Line("note", $"{note}");
        return text.ToString();
    }

    // Found by the numbers, and not cleanly.
    private string Also()
    {
        var also = Cells.Count(c => c is { IsCounted: true, IsFound: true } && c.Verdict != TrueVerdict.Found);
        return also == 0 ? "" : $" (of the split and merged, {also} are among the found)";
    }

    /// <summary>Everything as JSON, as one of <c>estimates</c> in a score file; see <see cref="ScoreJson"/>.</summary>
    public string ToJson() => ScoreJson.OfOne(this);
}

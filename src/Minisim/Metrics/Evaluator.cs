using Minisim.Truth;

namespace Minisim.Metrics;

/// <summary>Evaluates any number of estimates of one recording; what depends on the truth alone is computed once.</summary>
public sealed class Evaluator
{
    private readonly Lazy<TraceBounds?> _bounds;

    /// <summary>For a recording's truth.</summary>
    /// <param name="truth">Ground truth.</param>
    /// <param name="facts">Acquisition and sensor, as far as known.</param>
    /// <param name="movie">The movie, for the bounds on traces; null: no bounds.</param>
    public Evaluator(GroundTruth truth, RecordingFacts? facts = null, Movie? movie = null)
    {
        Truth = truth;
        Facts = facts ?? new RecordingFacts();
        Movie = movie;
        Cells = TrueCells.From(truth);
        CellFacts = Metrics.CellFacts.Of(truth, Cells, Facts);
        _bounds = new(() => movie is null || Cells.C is null ? null : TraceBounds.Of(movie, truth, Cells, Facts));
    }

    /// <summary>Ground truth.</summary>
    public GroundTruth Truth { get; }
    /// <summary>Acquisition and sensor.</summary>
    public RecordingFacts Facts { get; }
    /// <summary>The movie, or null.</summary>
    public Movie? Movie { get; }
    /// <summary>All cells in view, as they are matched.</summary>
    public TrueCells Cells { get; }
    /// <summary>What decides whether each can be found.</summary>
    public IReadOnlyList<CellFacts> CellFacts { get; }
    /// <summary>Bounds on traces; null without a movie. Computed when first asked for.</summary>
    public TraceBounds? Bounds => _bounds.Value;

    /// <summary>Tolerance of events in seconds; two frames where the frame rate is unknown.</summary>
    public const double EventToleranceS = 0.1;

    /// <summary>Evaluates an estimate.</summary>
    /// <exception cref="ArgumentException">The fields of view differ in shape.</exception>
    public Evaluation Evaluate(Estimate estimate, ScoreOptions? options = null)
    {
        options ??= new ScoreOptions();
        var scored = Scoring.Match(estimate, Cells, options);
        var (match, counted, cells) = (scored.Match, scored.Counted, scored.Cells);
        estimate = FieldCheck.Annotate(estimate, cells.Footprints, match.Shift);
        var shifted = estimate.Footprints.Shift(match.Shift.Dy, match.Shift.Dx);
        var hidden = Enumerable.Range(0, Cells.Count).Except(counted).ToArray();
        var taxonomy = Taxonomy.Of(shifted, cells.Footprints, match, options.Threshold, options.EnergyFraction, Cells.Footprints.Take(hidden));

        var pairOf = new int[cells.Count];
        Array.Fill(pairOf, -1);
        for (var p = 0; p < match.Pairs.Count; p++) pairOf[match.Pairs[p].True] = p;
        double Of(double[]? values, int cell) => values is not null && pairOf[cell] >= 0 ? values[pairOf[cell]] : double.NaN;
        var activity = scored.Activity?.Select(a => a.Correlation).ToArray();

        var facts = counted.Select(u => CellFacts[u]).ToArray();
        var foundFacts = Enumerable.Range(0, cells.Count).Where(j => taxonomy.True[j] == TrueVerdict.Found).Select(j => facts[j]).ToArray();
        IReadOnlyList<CellFacts> typical = foundFacts.Length >= 3 ? foundFacts : facts;
        var bounds = Bounds;
        CellOutcome[] outcomes = [.. Enumerable.Range(0, cells.Count).Select(j => new CellOutcome(counted[j], taxonomy.True[j],
            pairOf[j] >= 0 ? match.Pairs[pairOf[j]].Estimate : -1, pairOf[j] >= 0 ? match.Pairs[pairOf[j]].Similarity : 0,
            Of(scored.TraceCorr, j), Of(activity, j), bounds?.OracleCorr[counted[j]] ?? double.NaN, bounds?.RoiCorr[counted[j]] ?? double.NaN, facts[j],
            taxonomy.True[j] == TrueVerdict.Found ? [] : MissCauses.Rank(facts[j], typical)))];

        var isFound = outcomes.Select(o => o.Similarity >= options.Threshold && o.Estimate >= 0).ToArray();
        var traces = outcomes.Select(o => o.TraceCorr).ToArray();
        QualityCurve Curve(string name, string unit, Func<CellFacts, double> value) => QualityCurve.Of(name, unit, [.. facts.Select(value)], isFound, traces);
        var paired = outcomes.Where(o => o.Estimate >= 0).ToArray();
        return new Evaluation
        {
            Estimate = estimate,
            Score = scored.Report,
            Intervals = ScoreIntervals.Bootstrap(match, options.Threshold, scored.TraceCorr, activity),
            Match = match,
            Taxonomy = taxonomy,
            Cells = outcomes,
            Curves =
            [
                Curve("snr", "", f => f.Snr), Curve("depth", "µm", f => f.DepthUm), Curve("neighbour_distance", "µm", f => f.NeighbourDistanceUm),
                Curve("firing_rate", "Hz", f => f.FiringRateHz), Curve("vessel_overlap", "", f => f.VesselOverlap),
            ],
            Spikes = scored.Activity is null ? null : Spikes(estimate.S!, cells.S!, match),
            OtherMeasures = [.. Enum.GetValues<SimilarityMeasure>().Where(m => m != options.Measure).Select(m =>
            {
                var other = CellMatch.Find(shifted, cells.Footprints, m, FootprintShift.None, options.EnergyFraction);
                return (m, other.Recall(options.Threshold), other.Precision(options.Threshold));
            })],
            StillRmse = Cells.Shifts is { } shifts ? MotionScores.ShiftRmse(new Matrix(shifts.Rows, 2), shifts, align: true) : null,
            TraceScale = (TraceScores.MedianIgnoringNaN(paired.Select(o => o.OracleCorr)), scored.Report.TraceCorr, TraceScores.MedianIgnoringNaN(paired.Select(o => o.RoiCorr))),
        };
    }

    private SpikeReport Spikes(Matrix estimate, Matrix truth, CellMatch match)
    {
        int[] widths = [1, 2, 5, 10, 20];
        var tolerance = double.IsNaN(Facts.Fps) ? 2 : Math.Max(1, (int)Math.Round(EventToleranceS * Facts.Fps));
        var events = new EventCounts();
        foreach (var pair in match.Pairs)
        {
            var own = SpikeScores.Events(estimate.Row(pair.Estimate), truth.Row(pair.True), tolerance);
            events = new EventCounts(events.True + own.True, events.Estimated + own.Estimated, events.Matched + own.Matched);
        }
        return new SpikeReport(
            [.. widths.Where(w => truth.Columns / w >= 2).Select(w => (w, TraceScores.MedianIgnoringNaN(match.Pairs.Select(p =>
                SpikeScores.BinnedCorrelation(estimate.Row(p.Estimate), truth.Row(p.True), w)))))],
            events, tolerance);
    }
}

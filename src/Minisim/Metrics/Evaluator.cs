using Minisim.Truth;

namespace Minisim.Metrics;

/// <summary>Evaluates any number of estimates of one recording; what depends on the truth alone is computed once.</summary>
public sealed class Evaluator
{
    private readonly Lazy<TraceBounds?> _bounds;
    private readonly Lazy<double> _saturated;

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
        _saturated = new(() => movie is null || Facts.LargestCount is not { } largest ? double.NaN : Saturation.Share(movie, largest));
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
    /// <summary>Share of the movie's pixels at the sensor's largest count, from frames sampled evenly; NaN without a movie or a sensor.</summary>
    public double SaturatedShare => _saturated.Value;

    /// <summary>Tolerance of events in seconds; two frames where the frame rate is unknown.</summary>
    public const double EventToleranceS = 0.1;

    /// <summary>Evaluates an estimate.</summary>
    /// <exception cref="ArgumentException">The fields of view differ in shape.</exception>
    public Evaluation Evaluate(Estimate estimate, ScoreOptions? options = null)
    {
        options ??= new ScoreOptions();
        var scored = Scoring.Match(estimate, Cells, options);
        var motion = MotionOf(estimate);
        var shift = FindShift(estimate, options.Shift, scored.Match.Shift);
        estimate = FieldCheck.Annotate(estimate, Cells.Footprints, shift);
        var shifted = estimate.Footprints.Shift(shift.Dy, shift.Dx);
        var match = Pairing.Find(shifted, estimate.C, Cells);
        var chance = ChanceLevel.Of(shifted, Cells.Footprints, options.ChanceDraws);
        var unrelated = chance.Unrelated(ChanceLevel.Best(match.Similarity));
        var threshold = options.FoundAt ?? chance.FoundFrom([.. match.Pairs.Select(p => p.Similarity)], unrelated, Headline.LeastThreshold);
        var counted = Enumerable.Range(0, Cells.Count)
            .Select(u => (options.AllCells || Cells.Detectable[u]) && (options.Border == BorderCells.Include || !CellFacts[u].IsBorder)).ToArray();
        var taxonomy = Taxonomy.Of(shifted, Cells.Footprints, match, threshold, options.EnergyFraction).SetApart(u => counted[u] ? null
            : CellFacts[u].IsBorder && options.Border == BorderCells.Exclude ? EstimateVerdict.Border : EstimateVerdict.Undetectable);

        var byReference = new bool?[Cells.Count];
        foreach (var u in scored.Counted) byReference[u] = false;
        foreach (var pair in scored.Match.Pairs)
            if (pair.Similarity >= options.Threshold) byReference[scored.Counted[pair.True]] = true;
        var partner = Partners(match, taxonomy, threshold);
        var outlines = Outlines(shifted, partner, options.EnergyFraction);
        double Trace(Matrix? own, Matrix? truth, int u) => partner[u].Estimate >= 0 && own is not null && truth is not null && own.Columns == truth.Columns
            ? TraceScores.Pearson(own.Row(partner[u].Estimate), truth.Row(u)) : double.NaN;
        var traces = Enumerable.Range(0, Cells.Count).Select(u => Trace(estimate.C, Cells.C, u)).ToArray();
        var activity = Enumerable.Range(0, Cells.Count).Select(u => Trace(estimate.S, Cells.S, u)).ToArray();

        var units = Enumerable.Range(0, Cells.Count).Where(u => counted[u]).ToArray();
        bool[] found = [.. units.Select(u => partner[u].IsMatched)];
        CellFacts[] facts = [.. units.Select(u => CellFacts[u])];
        CauseEvidence[] evidence = [.. Enum.GetValues<MissCause>().Select(c => CauseEvidence.Of(c, [.. units.Select(u => MissCauses.Measure(c, CellFacts[u], outlines[u]))], found))];
        var offered = evidence.Where(e => e.IsOffered).Select(e => e.Cause).ToHashSet();
        var foundFacts = facts.Where((_, k) => found[k]).ToArray();
        IReadOnlyList<CellFacts> typical = foundFacts.Length >= 3 ? foundFacts : facts;
        var bounds = Bounds;
        CellOutcome[] outcomes = [.. Enumerable.Range(0, Cells.Count).Select(u => new CellOutcome
        {
            Unit = u,
            IsCounted = counted[u],
            IsFound = partner[u].IsMatched,
            IsFoundByReference = byReference[u],
            Verdict = taxonomy.True[u],
            Estimate = partner[u].Estimate,
            Similarity = partner[u].Estimate >= 0 ? partner[u].Cosine : 0,
            TraceCorr = traces[u],
            ActivityCorr = activity[u],
            OracleCorr = bounds?.OracleCorr[u] ?? double.NaN,
            RoiCorr = bounds?.RoiCorr[u] ?? double.NaN,
            Facts = CellFacts[u],
            Outline = outlines[u],
            Causes = partner[u].IsMatched ? [] : [.. MissCauses.Rank(CellFacts[u], typical, outlines[u]).Where(c => c.Weight >= MissCauses.Weak && offered.Contains(c.Cause))],
        })];

        var matched = match.Pairs.Where(p => p.Similarity >= threshold && counted[p.True]).ToArray();
        var inFound = outcomes.Where(o => o is { IsCounted: true, IsFound: true }).ToArray();
        var atThreshold = Headline.Point(threshold, match, counted, chance);
        (int, int) Group(Func<int, bool> member) => (Enumerable.Range(0, Cells.Count).Count(u => !counted[u] && member(u)), Enumerable.Range(0, Cells.Count).Count(u => !counted[u] && member(u) && partner[u].IsMatched));
        var headline = new Headline
        {
            Threshold = threshold,
            ChanceP99 = chance.P99,
            Unrelated = unrelated,
            ExpectedByChance = unrelated * chance.Pairs(threshold),
            ChanceDraws = chance.Draws,
            NTrue = units.Length,
            NEst = estimate.Count,
            NFound = matched.Length,
            NApart = match.Pairs.Count(p => p.Similarity >= threshold && !counted[p.True]),
            Border = Group(u => CellFacts[u].IsBorder),
            Undetectable = Group(u => !CellFacts[u].IsBorder),
            MedianSimilarity = TraceScores.MedianIgnoringNaN(inFound.Select(o => o.Similarity)),
            TraceCorr = TraceScores.MedianIgnoringNaN(inFound.Select(o => o.TraceCorr)),
            NTraces = inFound.Count(o => !double.IsNaN(o.TraceCorr)),
            ActivityCorr = TraceScores.MedianIgnoringNaN(inFound.Select(o => o.ActivityCorr)),
            Curve = [.. Headline.Thresholds.Select(t => Headline.Point(t, match, counted, chance))],
            Shift = shift,
            ChanceRecall = atThreshold.ChanceRecall,
            ChancePrecision = atThreshold.ChancePrecision,
        };
        double[] foundTraces = [.. units.Select(u => partner[u].IsMatched ? traces[u] : double.NaN)];
        QualityCurve Curve(string name, string unit, Func<CellFacts, double> value, bool fit = false)
        {
            double[] values = [.. facts.Select(value)];
            return QualityCurve.Of(name, unit, values, found, foundTraces) with { Fit = fit ? LogisticFit.Of(values, found) : null };
        }
        return new Evaluation
        {
            Estimate = estimate,
            Headline = headline,
            Findings = Findings.Of(this, headline, matched, outcomes, shifted, motion),
            Evidence = evidence,
            Score = scored.Report,
            Intervals = ScoreIntervals.Bootstrap(found, estimate.Count - headline.NApart - headline.NFound, foundTraces, [.. units.Select(u => partner[u].IsMatched ? activity[u] : double.NaN)]),
            Match = match,
            Taxonomy = taxonomy,
            Cells = outcomes,
            Curves =
            [
                Curve("detection_snr", "", f => f.DetectionSnr, fit: true), Curve("peak_snr_local", "", f => f.PeakSnrLocal, fit: true), Curve("snr", "", f => f.Snr, fit: true),
                Curve("depth", "µm", f => f.DepthUm), Curve("neighbour_distance", "µm", f => f.NeighbourDistanceUm),
                Curve("firing_rate", "Hz", f => f.FiringRateHz), Curve("vessel_overlap", "", f => f.VesselOverlap),
            ],
            Spikes = estimate.S is not { } s || Cells.S is not { } trueS || s.Columns != trueS.Columns ? null : Spikes(s, trueS, matched),
            PlaceFields = PlaceFieldReport.Of(Truth, estimate, matched, Facts.Fps, Facts.LocomotionThresholdMS),
            OtherMeasures = Others(shifted, scored, options),
            Motion = motion,
            StillRmse = Cells.Shifts is { } shifts ? MotionScores.ShiftRmse(new Matrix(shifts.Rows, 2), shifts, align: true) : null,
            TraceScale = (TraceScores.MedianIgnoringNaN(inFound.Select(o => o.OracleCorr)), headline.TraceCorr, TraceScores.MedianIgnoringNaN(inFound.Select(o => o.RoiCorr))),
        };
    }

    private static (SimilarityMeasure, double, double)[] Others(SparseFootprints shifted, ScoredMatch scored, ScoreOptions options) =>
        [.. Enum.GetValues<SimilarityMeasure>().Where(m => m != options.Measure).Select(m =>
        {
            var other = CellMatch.Find(shifted, scored.Cells.Footprints, m, FootprintShift.None, options.EnergyFraction);
            return (m, other.Recall(options.Threshold), other.Precision(options.Threshold));
        })];

    private MotionDiagnosis? MotionOf(Estimate estimate)
    {
        if (estimate.Shifts is not { } found || Cells.Shifts is not { } applied || found.Rows != applied.Rows || found.Rows == 0) return null;
        foreach (var v in found.Values)
            if (!double.IsFinite(v))
                return null;
        return MotionDiagnosis.Of(found, applied);
    }

    // A correction of the wrong sign names the wrong offset: of no offset, the reference's and the one with the sign turned, that which fits best.
    private (int Dy, int Dx) FindShift(Estimate estimate, FootprintShift asked, (int Dy, int Dx) reference)
    {
        if (!asked.IsAuto) return (asked.Dy, asked.Dx);
        List<(int Dy, int Dx)> candidates = [(0, 0), reference, PhaseCorrelation.Shift(estimate.Footprints, Cells.Footprints)];
        if (MotionOf(estimate) is not null) candidates.Add(MotionScores.GlobalShift(estimate.Shifts!, Cells.Shifts!, correction: false));
        ((int Dy, int Dx) Shift, double Total) best = ((0, 0), -1);
        foreach (var (dy, dx) in candidates.Distinct())
        {
            var total = Pairing.Find(estimate.Footprints.Shift(dy, dx), null, Cells).Pairs.Sum(p => p.Similarity);
            if (total > best.Total) best = ((dy, dx), total);
        }
        return best.Shift;
    }

    private readonly record struct Partner(int Estimate, double Cosine, bool IsMatched);

    // The estimate that a verdict speaks of: its pair, else the one that lies on it or that it was merged into; none for a missed cell.
    private static Partner[] Partners(CellMatch match, Taxonomy taxonomy, double threshold)
    {
        var partners = new Partner[match.NTrue];
        Array.Fill(partners, new Partner(-1, 0, false));
        foreach (var a in taxonomy.Agreement)
        {
            var verdict = taxonomy.True[a.True];
            var belongs = verdict == TrueVerdict.Merged
                ? taxonomy.Estimates[a.Estimate] == EstimateVerdict.Merged && a.OfTrue >= Taxonomy.Covers
                : verdict != TrueVerdict.Missed && taxonomy.Owner[a.Estimate] == a.True;
            if (belongs && a.Cosine > partners[a.True].Cosine) partners[a.True] = new Partner(a.Estimate, a.Cosine, false);
        }
        foreach (var pair in match.Pairs)
            if (pair.Similarity >= threshold)
                partners[pair.True] = new Partner(pair.Estimate, pair.Similarity, true);
        return partners;
    }

    private OutlineFacts[] Outlines(SparseFootprints shifted, Partner[] partners, double energyFraction)
    {
        var (e, t) = (EnergyMask.Of(shifted, energyFraction), EnergyMask.Of(Cells.Footprints, energyFraction));
        return [.. partners.Select((p, u) =>
        {
            if (p.Estimate < 0 || t.Pixels(u).Length == 0) return OutlineFacts.None;
            var (a, b) = (shifted.Centre(p.Estimate), Cells.Footprints.Centre(u));
            return new OutlineFacts((double)e.Pixels(p.Estimate).Length / t.Pixels(u).Length, Math.Sqrt((a.Row - b.Row) * (a.Row - b.Row) + (a.Col - b.Col) * (a.Col - b.Col)), Math.Sqrt(t.Pixels(u).Length / Math.PI));
        })];
    }

    private SpikeReport Spikes(Matrix estimate, Matrix truth, IReadOnlyList<CellPair> pairs)
    {
        int[] widths = [1, 2, 5, 10, 20];
        var tolerance = double.IsNaN(Facts.Fps) ? 2 : Math.Max(1, (int)Math.Round(EventToleranceS * Facts.Fps));
        var events = new EventCounts();
        foreach (var pair in pairs)
        {
            var own = SpikeScores.Events(estimate.Row(pair.Estimate), truth.Row(pair.True), tolerance);
            events = new EventCounts(events.True + own.True, events.Estimated + own.Estimated, events.Matched + own.Matched);
        }
        return new SpikeReport(
            [.. widths.Where(w => truth.Columns / w >= 2).Select(w => (w, TraceScores.MedianIgnoringNaN(pairs.Select(p =>
                SpikeScores.BinnedCorrelation(estimate.Row(p.Estimate), truth.Row(p.True), w)))))],
            events, tolerance);
    }
}

using System.Text.Json;
using Minisim.Metrics;
using Minisim.Truth;

namespace Minisim.Tests.Reference;

/// <summary>One runner per measured function of the metrics.</summary>
public static partial class VectorRunners
{
    public static Dictionary<string, Action<VectorCase>> Metrics { get; } = new()
    {
        ["hungarian_match"] = MatchCase,
        ["hungarian_match(energy_frac)"] = MatchCase,
        ["trace_pearson"] = c => Close.To(VectorCase.ToArray(c.Out).Values,
            TraceScores.TracePearson(Table(c.Array("C_est")), Table(c.Array("C_true")), Pairs(c.Arg("pairing"))), 1e-9),
        ["activity_similarity"] = c =>
        {
            var scores = TraceScores.ActivitySimilarity(Table(c.Array("S_est")), Table(c.Array("S_true")), Pairs(c.Arg("pairing")));
            Close.To(VectorCase.ToArray(c.Out.GetProperty("correlation")).Values, [.. scores.Select(s => s.Correlation)], 1e-9);
            Close.To(VectorCase.ToArray(c.Out.GetProperty("scale")).Values, [.. scores.Select(s => s.Scale)], 1e-9);
            Close.To(VectorCase.ToArray(c.Out.GetProperty("variance_explained")).Values, [.. scores.Select(s => s.VarianceExplained)], 1e-9);
        },
        ["shift_rmse"] = c => Close.To(VectorCase.ToDouble(c.Out),
            MotionScores.ShiftRmse(Table(c.Array("shifts_est")), Table(c.Array("shifts_true")), c.Arg("correction").GetBoolean(), c.Arg("align").GetBoolean()), 1e-9),
        ["global_shift_from_trajectories"] = c =>
            Assert.Equal((c.Out[0].GetInt32(), c.Out[1].GetInt32()), MotionScores.GlobalShift(Table(c.Array("shifts_est")), Table(c.Array("shifts_true")), c.Arg("correction").GetBoolean())),
        ["field_pearson"] = c => Close.To(VectorCase.ToDouble(c.Out), TraceScores.FieldPearson(c.Array("est").Values, c.Array("true").Values), 1e-9),
        ["footprint_mask"] = c =>
        {
            var expected = VectorCase.ToArray(c.Out).Values;
            var mask = RoiBaseline.Mask(Footprints(c.Arg("A")), c.Arg("unit").GetInt32(), c.Number("rel"));
            Assert.Equal(Enumerable.Range(0, expected.Length).Where(i => expected[i] != 0), mask);
        },
        ["footprint_roi_trace"] = c =>
        {
            var movie = c.Array("movie");
            var values = new MemoryMovie(movie.Shape[0], movie.Shape[1], movie.Shape[2], PixelType.Float64);
            values.Write(0, movie.Shape[0], System.Runtime.InteropServices.MemoryMarshal.AsBytes(movie.Values.AsSpan()));
            var zeros = c.Arg("A").GetString() == "zeros";
            var footprints = zeros ? SparseFootprints.FromDense(new double[movie.Shape[1] * movie.Shape[2]], 1, movie.Shape[1], movie.Shape[2]) : Footprints(c.Arg("A"));
            var unit = zeros ? 0 : c.Arg("unit").GetInt32();
            Close.To(VectorCase.ToArray(c.Out).Values, RoiBaseline.Traces(values, footprints, zeros ? 0.18 : c.Number("rel")).Row(unit), 1e-9);
        },
        ["testing.score"] = ScoreCase,
    };

    // The reference stores IoU in single precision: its values carry a relative error of 6e-8.
    private const double SinglePrecision = 1e-7;

    private static void MatchCase(VectorCase c)
    {
        var measure = c.In.TryGetProperty("metric", out var name) ? SimilarityMeasures.Parse(name.GetString()!) : SimilarityMeasure.Iou;
        var energy = c.In.TryGetProperty("energy_frac", out var fraction) ? fraction.GetDouble() : EnergyMask.DefaultFraction;
        var (estimate, truth) = (Footprints(c.Arg("A_est")), Footprints(c.Arg("A_true")));
        var match = CellMatch.Find(estimate, truth, measure, c.In.TryGetProperty("shift", out var shift) ? Shift(shift) : FootprintShift.None, energy);
        var expected = VectorCase.ToArray(c.Out.GetProperty("similarity"));
        if (measure == SimilarityMeasure.Iou)
        {
            AgreesUpToTies(expected.Values, estimate.Shift(match.Shift.Dy, match.Shift.Dx), truth, energy);
            // From here on the reference's own choice among equal pixels, so that the rest is compared exactly.
            match = CellMatch.FromTable(SimilarityTable.FromDense(Table(expected)), match.Shift);
        }
        else
        {
            Close.To(expected.Values, match.Similarity.ToDense().Values, 1e-9, what: "similarity");
        }
        Assert.Equal(Pairs(c.Out.GetProperty("pairing")), match.Pairs.Select(p => (p.Estimate, p.True)));
        if (!c.Out.TryGetProperty("shift", out var found)) return;
        Assert.Equal((found[0].GetInt32(), found[1].GetInt32()), match.Shift);
        Close.To(c.Out.GetProperty("mean_similarity").GetDouble(), match.MeanSimilarity, measure == SimilarityMeasure.Iou ? SinglePrecision : 1e-9);
        Close.To(c.Out.GetProperty("recall_0.5").GetDouble(), match.Recall(), 1e-15);
        Close.To(c.Out.GetProperty("precision_0.5").GetDouble(), match.Precision(), 1e-15);
        Close.To(c.Out.GetProperty("recall_0.8").GetDouble(), match.Recall(0.8), 1e-15);
        Assert.Equal(c.Out.GetProperty("n_est").GetInt32(), match.NEst);
        Assert.Equal(c.Out.GetProperty("n_true").GetInt32(), match.NTrue);
    }

    // The footprints of these cases are symmetric, so that several pixels tie for the last place in an energy mask. The reference sorts
    // with NumPy's unstable sort, whose choice among equals depends on the processor; here the first of them is taken. What does not
    // depend on it: how many pixels each mask has, hence that IoU = I/(|E| + |T| − I) for a whole number I within the bounds
    // that the ties leave. Where nothing ties, the bounds meet.
    private static void AgreesUpToTies(double[] expected, SparseFootprints estimate, SparseFootprints truth, double energy)
    {
        var (e, t) = (MaskBounds(estimate, energy), MaskBounds(truth, energy));
        var own = SimilarityTable.Compute(estimate, truth, SimilarityMeasure.Iou, energy).ToDense();
        for (var i = 0; i < e.Length; i++)
            for (var j = 0; j < t.Length; j++)
            {
                var (low, high) = Overlap(e[i], t[j]);
                var sizes = e[i].Size + t[j].Size;
                var value = expected[i * t.Length + j];
                var common = Math.Round(value * sizes / (1 + value));
                Assert.InRange(common, low, high);
                Close.To(sizes == 0 ? 0 : common / (sizes - common), value, SinglePrecision, $"similarity[{i}, {j}]");
                if (low == high) Close.To(value, own[i, j], SinglePrecision, $"similarity[{i}, {j}]");
                var ownCommon = own[i, j] * sizes / (1 + own[i, j]);
                Assert.InRange(ownCommon, low - 1e-9, high + 1e-9);
            }
    }

    private sealed record MaskWithTies(HashSet<int> Sure, HashSet<int> Tied, int Chosen)
    {
        public int Size => Sure.Count + Chosen;
    }

    private static MaskWithTies[] MaskBounds(SparseFootprints footprints, double fraction) => [.. Enumerable.Range(0, footprints.Count).Select(u =>
    {
        var lit = footprints.Pixels(u).ToArray().Zip(footprints.Weights(u).ToArray()).Where(p => p.Second > 0).OrderByDescending(p => p.Second).ToArray();
        if (lit.Length == 0) return new MaskWithTies([], [], 0);
        double sum = 0, total = lit.Sum(p => p.Second);
        var n = 0;
        while (n < lit.Length && (fraction == 1 || sum < fraction * total)) sum += lit[n++].Second;
        var last = lit[n - 1].Second;
        HashSet<int> sure = [.. lit.Where(p => p.Second > last).Select(p => p.First)];
        return new MaskWithTies(sure, [.. lit.Where(p => p.Second == last).Select(p => p.First)], n - sure.Count);
    })];

    private static (double Low, double High) Overlap(MaskWithTies e, MaskWithTies t)
    {
        var both = e.Sure.Count(t.Sure.Contains);
        var (eInT, tInE) = (e.Tied.Count(t.Sure.Contains), t.Tied.Count(e.Sure.Contains));
        var tied = e.Tied.Count(t.Tied.Contains);
        var low = both + Math.Max(0, e.Chosen - (e.Tied.Count - eInT)) + Math.Max(0, t.Chosen - (t.Tied.Count - tInE));
        // Ties that are all taken are no choice.
        if (e.Chosen == e.Tied.Count && t.Chosen == t.Tied.Count) low += tied;
        var high = both + Math.Min(e.Chosen, eInT) + Math.Min(t.Chosen, tInE) + Math.Min(tied, Math.Min(e.Chosen, t.Chosen));
        return (low, high);
    }

    private static void ScoreCase(VectorCase c)
    {
        var detectable = c.Array("detectable").Values.Select(v => v != 0).ToArray();
        var truth = new TrueCells(Footprints(c.Arg("A_true(observed)")), detectable, Table(c.Array("C_true")), Table(c.Array("S_true")), Table(c.Array("shifts_true")));
        var which = c.Arg("estimate").GetString();
        var estimate = new Estimate(Footprints(c.Arg("A_est")), which == "A only" ? null : Table(c.Array("C_est")),
            which == "full" ? Table(c.Array("S_est")) : null, which == "full" ? Table(c.Array("shifts_est")) : null);
        var options = new ScoreOptions();
        foreach (var option in c.Arg("kwargs").EnumerateObject())
            options = option.Name switch
            {
                "match_metric" => options with { Measure = SimilarityMeasures.Parse(option.Value.GetString()!) },
                "match_threshold" => options with { Threshold = option.Value.GetDouble() },
                "restrict_to_detectable" => options with { AllCells = !option.Value.GetBoolean() },
                "footprint_shift" => options with { Shift = Shift(option.Value) },
                _ => throw new NotSupportedException(option.Name),
            };
        var report = Scoring.Score(estimate, truth, options);
        var iou = options.Measure == SimilarityMeasure.Iou;
        var (lowest, highest) = iou ? PairBounds(estimate, truth, options, report) : ([], []);
        using var json = JsonDocument.Parse(report.ToJson());
        foreach (var expected in c.Out.EnumerateObject())
        {
            var actual = json.RootElement.GetProperty(expected.Name);
            if (expected.Value.ValueKind == JsonValueKind.Null || expected.Value.ValueKind == JsonValueKind.String && expected.Value.GetString() == "NaN")
                Assert.True(actual.ValueKind == JsonValueKind.Null, expected.Name);
            else if (iou && expected.Name is "mean_overlap")
                Assert.InRange(expected.Value.GetDouble(), lowest.Average() - SinglePrecision, highest.Average() + SinglePrecision);
            else if (iou && expected.Name is "n_matched")
                Assert.InRange(expected.Value.GetDouble(), lowest.Count(v => v >= options.Threshold), highest.Count(v => v >= options.Threshold));
            else if (iou && expected.Name is "recall")
                Close.To(expected.Value.GetDouble(), c.Out.GetProperty("n_matched").GetDouble() / report.NTrue, 1e-15);
            else if (iou && expected.Name is "precision")
                Close.To(expected.Value.GetDouble(), c.Out.GetProperty("n_matched").GetDouble() / report.NEst, 1e-15);
            else if (iou && expected.Name is "f1")
                Close.To(expected.Value.GetDouble(), (report with { Recall = c.Out.GetProperty("recall").GetDouble(), Precision = c.Out.GetProperty("precision").GetDouble() }).F1, 1e-12);
            else if (expected.Value.ValueKind == JsonValueKind.Number)
                Close.To(expected.Value.GetDouble(), actual.GetDouble(), 1e-9, expected.Name);
            else
                Assert.Equal(expected.Value.ToString().Replace(" ", ""), actual.ToString().Replace(" ", "").Replace("\n", ""));
        }
    }

    // Least and largest IoU of every pair that ties leave open.
    private static (double[] Lowest, double[] Highest) PairBounds(Estimate estimate, TrueCells truth, ScoreOptions options, ScoreReport report)
    {
        var cells = options.AllCells ? truth : truth.Take([.. Enumerable.Range(0, truth.Count).Where(u => truth.Detectable[u])]);
        var shifted = estimate.Footprints.Shift(report.FootprintShift.Dy, report.FootprintShift.Dx);
        var (e, t) = (MaskBounds(shifted, options.EnergyFraction), MaskBounds(cells.Footprints, options.EnergyFraction));
        var bounds = CellMatch.Find(shifted, cells.Footprints).Pairs.Select(p =>
        {
            var (low, high) = Overlap(e[p.Estimate], t[p.True]);
            var sizes = e[p.Estimate].Size + t[p.True].Size;
            return (Low: low / (sizes - low), High: high / (sizes - high));
        }).ToArray();
        return ([.. bounds.Select(b => b.Low)], [.. bounds.Select(b => b.High)]);
    }

    private static Matrix Table(NpyArray array) => new(array.Shape[0], array.Shape[1], array.Values);

    private static SparseFootprints Footprints(JsonElement e)
    {
        var array = VectorCase.ToArray(e);
        return SparseFootprints.FromDense(array.Values, array.Shape[0], array.Shape[1], array.Shape[2]);
    }

    private static (int Estimate, int True)[] Pairs(JsonElement e) => [.. e.EnumerateArray().Select(p => (p[0].GetInt32(), p[1].GetInt32()))];

    private static FootprintShift Shift(JsonElement e) => e.ValueKind switch
    {
        JsonValueKind.Null => FootprintShift.None,
        JsonValueKind.String => FootprintShift.Auto,
        _ => FootprintShift.Known(e[0].GetInt32(), e[1].GetInt32()),
    };
}

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

    // The reference computes IoU in single precision: its values carry a relative error of 6e-8.
    private static double Tolerance(bool iou) => iou ? 2e-7 : 1e-9;

    private static void MatchCase(VectorCase c)
    {
        var measure = c.In.TryGetProperty("metric", out var name) ? SimilarityMeasures.Parse(name.GetString()!) : SimilarityMeasure.Iou;
        var iou = measure == SimilarityMeasure.Iou;
        var energy = c.In.TryGetProperty("energy_frac", out var fraction) ? fraction.GetDouble() : EnergyMask.DefaultFraction;
        var match = CellMatch.Find(Footprints(c.Arg("A_est")), Footprints(c.Arg("A_true")), measure,
            c.In.TryGetProperty("shift", out var shift) ? Shift(shift) : FootprintShift.None, energy);
        Close.To(VectorCase.ToArray(c.Out.GetProperty("similarity")).Values, match.Similarity.ToDense().Values, Tolerance(iou), what: "similarity");
        Assert.Equal(Pairs(c.Out.GetProperty("pairing")), match.Pairs.Select(p => (p.Estimate, p.True)));
        if (!c.Out.TryGetProperty("shift", out var found)) return;
        Assert.Equal((found[0].GetInt32(), found[1].GetInt32()), match.Shift);
        Close.To(c.Out.GetProperty("mean_similarity").GetDouble(), match.MeanSimilarity, Tolerance(iou));
        Close.To(c.Out.GetProperty("recall_0.5").GetDouble(), match.Recall(), 1e-15);
        Close.To(c.Out.GetProperty("precision_0.5").GetDouble(), match.Precision(), 1e-15);
        Close.To(c.Out.GetProperty("recall_0.8").GetDouble(), match.Recall(0.8), 1e-15);
        Assert.Equal(c.Out.GetProperty("n_est").GetInt32(), match.NEst);
        Assert.Equal(c.Out.GetProperty("n_true").GetInt32(), match.NTrue);
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
        using var json = JsonDocument.Parse(report.ToJson());
        foreach (var expected in c.Out.EnumerateObject())
        {
            var actual = json.RootElement.GetProperty(expected.Name);
            if (expected.Value.ValueKind == JsonValueKind.Null || expected.Value.ValueKind == JsonValueKind.String && expected.Value.GetString() == "NaN")
                Assert.True(actual.ValueKind == JsonValueKind.Null, expected.Name);
            else if (expected.Value.ValueKind == JsonValueKind.Number)
                Close.To(expected.Value.GetDouble(), actual.GetDouble(), Tolerance(expected.Name == "mean_overlap" && report.MatchMetric == SimilarityMeasure.Iou), expected.Name);
            else
                Assert.Equal(expected.Value.ToString().Replace(" ", ""), actual.ToString().Replace(" ", "").Replace("\n", ""));
        }
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

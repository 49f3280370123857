using Minisim.Metrics;

namespace Minisim.Tests.Metrics;

/// <summary>An estimate that lies in another field is noticed, and a poor one is not taken for such.</summary>
public class FieldCheckTests
{
    // Discs at places without symmetry; some overlap.
    private static SparseFootprints Cells(int h, int w, Func<int, int, (int Row, int Column)>? map = null, double radius = 4, int seed = 0)
    {
        var random = new Minisim.Random.Draws(17 + (ulong)seed, Minisim.Random.RandomStream.Placement);
        var builder = new SparseFootprints.Builder(h, w);
        for (var u = 0; u < 40; u++)
        {
            var (y, x) = (random.Uniform((uint)(2 * u)) * h, random.Uniform((uint)(2 * u + 1)) * w);
            var image = new double[h * w];
            for (var r = 0; r < h; r++)
                for (var c = 0; c < w; c++)
                {
                    var d = ((r - y) * (r - y) + (c - x) * (c - x)) / (radius * radius);
                    if (d >= 4) continue;
                    var (row, column) = map?.Invoke(r, c) ?? (r, c);
                    if (row >= 0 && row < h && column >= 0 && column < w) image[row * w + column] = Math.Exp(-d);
                }
            builder.AddDense(image);
        }
        return builder.Build();
    }

    [Fact]
    public void Exchanged_axes_of_a_square_field_are_noticed() =>
        Assert.Contains("rows and columns exchanged", FieldCheck.Find(Cells(96, 96, (r, c) => (c, r)), Cells(96, 96), (0, 0)));

    [Theory]
    [InlineData("mirrored top to bottom")]
    [InlineData("mirrored left to right")]
    [InlineData("turned by 180°")]
    public void Mirrored_fields_are_noticed(string what)
    {
        const int h = 80, w = 110;
        var mirrored = Cells(h, w, (r, c) => (what.Contains("left") ? r : h - 1 - r, what.Contains("top") ? c : w - 1 - c));
        var warning = FieldCheck.Find(mirrored, Cells(h, w), (0, 0));
        Assert.Contains(what[1..], warning);
    }

    [Fact]
    public void A_field_flattened_in_the_other_order_is_noticed()
    {
        const int h = 80, w = 110;
        // Written column by column, taken apart row by row.
        Assert.Contains("flattened in the other order", FieldCheck.Find(Cells(h, w, (r, c) => ((c * h + r) / w, (c * h + r) % w)), Cells(h, w), (0, 0)));
        Assert.Contains("flattened in the other order", FieldCheck.Find(Cells(h, w, (r, c) => ((r * w + c) % h, (r * w + c) / h)), Cells(h, w), (0, 0)));
    }

    [Fact]
    public void A_field_that_was_moved_wrongly_is_noticed() =>
        Assert.Contains("--shift=-9,7", FieldCheck.Find(Cells(90, 120, (r, c) => (r + 9, c - 7)), Cells(90, 120), (0, 0)));

    [Fact]
    public void Good_tight_poor_and_unrelated_estimates_are_left_alone()
    {
        Assert.Null(FieldCheck.Find(Cells(96, 96), Cells(96, 96), (0, 0)));
        Assert.Null(FieldCheck.Find(Cells(96, 96, radius: 2), Cells(96, 96), (0, 0)));
        Assert.Null(FieldCheck.Find(SparseFootprints.Empty(96, 96), Cells(96, 96), (0, 0)));
        for (var seed = 1; seed < 12; seed++) Assert.Null(FieldCheck.Find(Cells(96, 96, seed: seed), Cells(96, 96), (0, 0)));
    }

    [Fact]
    public void The_warning_is_the_first_line_of_the_report()
    {
        var annotated = FieldCheck.Annotate(new Estimate(Cells(96, 96, (r, c) => (c, r))) { Report = new EstimateReport { Layout = "x", Warnings = ["other"] } }, Cells(96, 96), (0, 0));
        Assert.StartsWith("WARNING: this score is of footprints that lie elsewhere.", annotated.Report.Summary());
        Assert.Equal(2, annotated.Report.Warnings.Count);
    }

    [Fact]
    public void Only_finite_frames_are_scored()
    {
        double[] truth = [1, 2, 3, 4, 9, 2], estimate = [2, 4, double.NaN, 8, 18, double.PositiveInfinity];
        Assert.Equal(1, TraceScores.Pearson(estimate, truth), 1e-12);
        Assert.Equal(0.5, TraceScores.Activity(estimate, truth).Scale, 1e-12);
        Assert.Equal(1, TraceScores.Activity(estimate, truth).VarianceExplained, 1e-12);
        Assert.True(double.IsNaN(TraceScores.Pearson([double.NaN, double.NaN], [1, 2])));
        Assert.Equal(new EventCounts(2, 2, 2), SpikeScores.Events([0, 1, 0, double.NaN, 0, 1], [0, 1, 0, 0, 0, 1], 1));
    }
}

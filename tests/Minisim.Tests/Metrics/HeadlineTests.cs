using Minisim.Metrics;
using Minisim.Random;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Tests.Metrics;

/// <summary>The headline of a score: one matching, beside chance.</summary>
public class HeadlineTests
{
    /// <summary>Many cells close together, as in a dense layer.</summary>
    private static HandBuilt Dense(bool motion = false)
    {
        var draws = new Draws(5, RandomStream.Placement);
        return new HandBuilt(centres: [.. Enumerable.Range(0, 60).Select(i => (8 + 80 * draws.Uniform((uint)(2 * i)), 8 + 104 * draws.Uniform((uint)(2 * i + 1))))], motion: motion);
    }

    private static SparseFootprints Tight(SparseFootprints footprints, double share)
    {
        var builder = new SparseFootprints.Builder(footprints.Height, footprints.Width);
        for (var u = 0; u < footprints.Count; u++)
        {
            var image = footprints.Dense(u);
            var peak = footprints.Peak(u);
            for (var p = 0; p < image.Length; p++)
                if (image[p] < share * peak)
                    image[p] = 0;
            builder.AddDense(image);
        }
        return builder.Build();
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.75)]
    public void How_tight_outlines_are_does_not_change_what_is_found_or_whom_it_is_paired_with(double share)
    {
        var world = Dense();
        var cells = TrueCells.From(world.Truth);
        var e = world.Evaluator().Evaluate(new Estimate(Tight(cells.Footprints, share), cells.C));
        Assert.Equal(1, e.Headline.Recall);
        Assert.All(e.Match.Pairs, p => Assert.Equal(p.True, p.Estimate));
        Assert.Equal(1, e.Headline.TraceCorr, 9);
        if (share < 0.75) return;
        Assert.True(e.Score.Recall < 0.5, "the tight outlines of this test should fail by iou");
        Assert.Contains(e.Findings, f => f.Code == "outline_too_tight");
    }

    [Fact]
    public void Traces_decide_between_cells_that_footprints_cannot_tell_apart_and_nothing_else()
    {
        // Two cells in one place: the estimates come in the other order, and only their traces say so.
        var world = new HandBuilt(centres: [(40, 40), (40, 40), (70, 90)]);
        var cells = TrueCells.From(world.Truth);
        var swapped = Pairing.Find(cells.Footprints, cells.C!.Take([1, 0, 2]), cells);
        Assert.Equal([(0, 1), (1, 0), (2, 2)], swapped.Pairs.Select(p => (p.Estimate, p.True)));
        // Far cells with exchanged traces stay where their footprints are.
        var apart = new HandBuilt(centres: [(40, 40), (40, 47), (70, 90)]);
        var far = TrueCells.From(apart.Truth);
        Assert.Equal([(0, 0), (1, 1), (2, 2)], Pairing.Find(far.Footprints, far.C!.Take([1, 0, 2]), far).Pairs.Select(p => (p.Estimate, p.True)));
        Assert.All(swapped.Pairs, p => Assert.Equal(1, p.Similarity, 9));
    }

    [Fact]
    public void A_meaningless_result_scores_what_chance_gives_and_is_called_that()
    {
        var world = Dense();
        var patches = world.Patches();
        // The field turned upside down and moved: cells of the right size and number in the wrong places.
        var turned = patches.Select(p => Mirror(p, 13));
        var wrong = world.Evaluator().Evaluate(new Estimate(SparseFootprints.FromPatches(turned, HandBuilt.Height, HandBuilt.Width)), new ScoreOptions { Shift = FootprintShift.None });
        Assert.True(wrong.Headline.Threshold > 0.5);
        // Of 60 half lie below the median of chance, give or take 4.
        Assert.InRange(wrong.Headline.Unrelated, 0.6, 1);
        Assert.InRange(wrong.Headline.Recall, 0, 0.08);
        Assert.Contains(wrong.Findings, f => f.Code == "chance");
        // At a fixed 0.5 the same result would look like something.
        Assert.True(wrong.Headline.Curve.Single(p => p.Threshold == 0.5).Recall > 0.1);
        var right = world.Evaluator().Evaluate(world.Perfect());
        Assert.Equal(1, right.Headline.Recall);
        Assert.DoesNotContain(right.Findings, f => f.Code == "chance");
        Assert.InRange(right.Headline.Unrelated, 0, 0.05);
        Assert.Equal(Headline.LeastThreshold, right.Headline.Threshold);
        Assert.InRange(right.Headline.ExpectedByChance, 0, 3);
    }

    /// <summary>Every pixel within some pixels of the mask that holds half of the peak, all alike: a generous hand.</summary>
    private static SparseFootprints Loose(SparseFootprints footprints, int by)
    {
        var builder = new SparseFootprints.Builder(footprints.Height, footprints.Width);
        for (var u = 0; u < footprints.Count; u++)
        {
            var (image, peak) = (footprints.Dense(u), footprints.Peak(u));
            var wide = new double[image.Length];
            for (var p = 0; p < image.Length; p++)
                if (image[p] >= 0.5 * peak)
                    for (var r = -by; r <= by; r++)
                        for (var c = -by; c <= by; c++)
                            if (p / footprints.Width + r is var row && p % footprints.Width + c is var col && row >= 0 && col >= 0 && row < footprints.Height && col < footprints.Width && r * r + c * c <= by * by)
                                wide[row * footprints.Width + col] = 1;
            builder.AddDense(wide);
        }
        return builder.Build();
    }

    [Fact]
    public void Loose_outlines_are_found_as_the_true_ones_are()
    {
        var world = Dense();
        var e = world.Evaluator().Evaluate(new Estimate(Loose(TrueCells.From(world.Truth).Footprints, 3)), new ScoreOptions { Shift = FootprintShift.None });
        Assert.InRange(e.Headline.Recall, 0.95, 1);
        Assert.InRange(e.Headline.Precision, 0.95, 1);
        Assert.Contains(e.Findings, f => f.Code == "outline_too_wide");
    }

    [Fact]
    public void Of_two_cells_in_one_outline_one_is_found_at_the_most()
    {
        var world = Dense();
        var cells = TrueCells.From(world.Truth).Footprints;
        var builder = new SparseFootprints.Builder(cells.Height, cells.Width);
        for (var u = 0; u + 1 < cells.Count; u += 2)
        {
            var (a, b) = (cells.Dense(u), cells.Dense(u + 1));
            for (var p = 0; p < a.Length; p++) a[p] += b[p];
            builder.AddDense(a);
        }
        var e = world.Evaluator().Evaluate(new Estimate(builder.Build()), new ScoreOptions { Shift = FootprintShift.None });
        Assert.InRange(e.Headline.Recall, 0.4, 0.5);
    }

    [Theory]
    [InlineData(2, 0.95, 1)]
    [InlineData(3, 0.9, 1)]
    public void Footprints_a_little_off_are_found_and_named(int pixels, double least, double most)
    {
        var world = Dense();
        var e = world.Evaluator().Evaluate(world.With(world.Patches().Select(p => p with { Row = p.Row + pixels }), [.. Enumerable.Range(0, 60)]), new ScoreOptions { Shift = FootprintShift.None });
        Assert.InRange(e.Headline.Recall, least, most);
        Assert.Contains(e.Findings, f => f.Code == "displaced");
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    public void Outlines_of_another_recording_are_chance_however_tight_they_are(double cut)
    {
        // Six other animals: what is right of one is chance in the other.
        double sum = 0;
        for (uint other = 1; other <= 6; other++)
        {
            var draws = new Draws(other, RandomStream.Spikes);
            var elsewhere = TrueCells.From(new HandBuilt(centres: [.. Enumerable.Range(0, 60).Select(i => (8 + 80 * draws.Uniform((uint)(2 * i)), 8 + 104 * draws.Uniform((uint)(2 * i + 1))))]).Truth).Footprints;
            var e = Dense().Evaluator().Evaluate(new Estimate(Tight(elsewhere, cut)), new ScoreOptions { Shift = FootprintShift.None });
            sum += e.Headline.Recall;
            Assert.InRange(e.Headline.Recall, 0, 0.15);
            Assert.InRange(e.Headline.Unrelated, 0.6, 1);
        }
        Assert.InRange(sum / 6, 0, 0.06);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    public void Of_what_is_called_found_in_a_mixture_hardly_any_is_chance(double cut)
    {
        // Two thirds of the cells, and as many outlines of another animal.
        int found = 0, wrong = 0, right = 0;
        for (uint other = 1; other <= 6; other++)
        {
            var draws = new Draws(other, RandomStream.Spikes);
            var elsewhere = TrueCells.From(new HandBuilt(centres: [.. Enumerable.Range(0, 40).Select(i => (8 + 80 * draws.Uniform((uint)(2 * i)), 8 + 104 * draws.Uniform((uint)(2 * i + 1))))]).Truth).Footprints;
            var world = Dense();
            var own = TrueCells.From(world.Truth).Footprints;
            var builder = new SparseFootprints.Builder(own.Height, own.Width);
            for (var u = 0; u < 40; u++) builder.Add(own.Pixels(u), own.Weights(u));
            for (var u = 0; u < 40; u++) builder.Add(elsewhere.Pixels(u), elsewhere.Weights(u));
            var e = world.Evaluator().Evaluate(new Estimate(Tight(builder.Build(), cut)), new ScoreOptions { Shift = FootprintShift.None });
            var pairs = e.Match.Pairs.Where(p => p.Similarity >= e.Headline.Threshold).ToArray();
            found += pairs.Length;
            wrong += pairs.Count(p => p.Estimate >= 40);
            right += pairs.Count(p => p.Estimate < 40 && p.True == p.Estimate);
            Assert.InRange(e.Headline.ExpectedByChance, 0, 0.05 * pairs.Length + 1e-9);
        }
        // Of 240 all but a few; the share of chance that was asked for is 5 %, and 10 % of some 240 is more than three standard deviations beyond it.
        Assert.InRange(right, 200, 240);
        Assert.InRange((double)wrong / found, 0, 0.1);
    }

    private static Footprint Mirror(Footprint p, int down)
    {
        var values = new float[p.Values.Length];
        for (var r = 0; r < p.Height; r++) p.Values.AsSpan(r * p.Width, p.Width).CopyTo(values.AsSpan((p.Height - 1 - r) * p.Width));
        return p with { Row = (HandBuilt.Height - p.Row - p.Height + down) % (HandBuilt.Height - 12), Values = values };
    }

    [Fact]
    public void One_estimate_in_a_hundred_reaches_the_chance_level_and_the_draws_depend_on_their_seed_alone()
    {
        var world = Dense();
        var cells = TrueCells.From(world.Truth);
        var chance = ChanceLevel.Of(cells.Footprints, cells.Footprints, 64);
        Assert.InRange(chance.Pairs(chance.P99 + 1e-12) / 60, 0, 0.01);
        Assert.InRange(chance.Pairs(chance.P99) / 60, 0.009, 0.02);
        Assert.Equal(chance.P99, ChanceLevel.Of(cells.Footprints, cells.Footprints, 64).P99);
        Assert.NotEqual(chance.P99, ChanceLevel.Of(cells.Footprints, cells.Footprints, 64, seed: 1).P99);
        // Far from any cell nothing is met, and without anything there is nothing.
        Assert.Equal(0, ChanceLevel.Of(SparseFootprints.Empty(96, 120), cells.Footprints).P99);
        Assert.True(chance.PairsHigh(0.4) >= chance.Pairs(0.4));
    }

    [Fact]
    public void No_unmirrored_draw_of_chance_leaves_a_cell_where_it_is()
    {
        // One cell: within two diameters it would meet itself in one draw of forty.
        var cell = TrueCells.From(new HandBuilt(centres: [(40, 40)]).Truth).Footprints;
        var met = 0;
        for (ulong seed = 0; seed < 400; seed++)
        {
            // The first of all draws is the one without a mirror.
            Assert.Equal(0, ChanceLevel.Of(cell, cell, 1, seed).Pairs(1e-9));
            if (ChanceLevel.Of(cell, cell, 4, seed).Pairs(1e-9) > 0) met++;
        }
        // Of three mirrored draws each meets it with 2.7 %: 32 of 400 expected, standard deviation 5.4.
        Assert.InRange(met, 12, 55);
    }

    [Fact]
    public void Cells_with_their_centre_outside_stand_apart_unless_included_and_their_estimates_are_not_wrong()
    {
        var world = new HandBuilt(centres: [(48, 20), (48, 60), (48, 100), (20, 60), (-1.5, 40), (60, -2)]);
        var e = world.Evaluator().Evaluate(world.Perfect());
        Assert.Equal((4, 4, 2), (e.Headline.NTrue, e.Headline.NFound, e.Headline.NApart));
        Assert.Equal((2, 2), e.Headline.Border);
        Assert.Equal((1.0, 1.0), (e.Headline.Recall, e.Headline.Precision));
        Assert.Equal(2, e.Taxonomy.Count(EstimateVerdict.Border));
        Assert.Equal([4, 5], e.Cells.Where(c => !c.IsCounted).Select(c => c.Unit));
        // The reference counts them.
        Assert.Equal(6, e.Score.NTrue);
        var included = world.Evaluator().Evaluate(world.Perfect(), new ScoreOptions { Border = BorderCells.Include });
        Assert.Equal((6, 6, 0), (included.Headline.NTrue, included.Headline.NFound, included.Headline.NApart));
        // Without them nothing of the headline is lost.
        var without = world.Evaluator().Evaluate(world.Perfect().Take([0, 1, 2, 3]));
        Assert.Equal((1.0, 1.0), (without.Headline.Recall, without.Headline.Precision));
    }

    [Fact]
    public void Numbers_verdicts_and_pairs_come_from_one_matching()
    {
        var world = Dense();
        var draws = new Draws(9, RandomStream.Placement);
        var patches = world.Patches();
        var estimate = patches.Where((_, i) => i % 3 != 0).Select((p, i) => p with { Row = p.Row + (int)(4 * draws.Uniform((uint)i)), Col = p.Col + (int)(3 * draws.Uniform((uint)(i + 99))) }).ToArray();
        var e = world.Evaluator().Evaluate(new Estimate(SparseFootprints.FromPatches(estimate, HandBuilt.Height, HandBuilt.Width)), new ScoreOptions { Shift = FootprintShift.None });
        var counted = e.Cells.Where(c => c.IsCounted).ToArray();
        Assert.Equal(e.Headline.NFound, counted.Count(c => c.IsFound));
        Assert.Equal(e.Headline.NFound, e.Match.Pairs.Count(p => p.Similarity >= e.Headline.Threshold));
        Assert.Equal(counted.Length, Enum.GetValues<TrueVerdict>().Sum(e.Count));
        Assert.All(counted, c => Assert.Equal(c.Verdict == TrueVerdict.Missed, c.Estimate < 0));
        Assert.All(counted.Where(c => c.Verdict == TrueVerdict.Found), c => Assert.True(c.IsFound));
        Assert.All(counted.Where(c => c.Verdict == TrueVerdict.Inexact), c => Assert.False(c.IsFound));
        Assert.All(counted.Where(c => c.Estimate >= 0), c => Assert.Equal(e.Match.Similarity[c.Estimate, c.Unit], c.Similarity, 9));
        Assert.Equal(e.Headline.Recall, e.Headline.Curve.Select(p => (p.Threshold, p.Recall)).Append((e.Headline.Threshold, e.Headline.Recall)).First(p => p.Item1 == e.Headline.Threshold || Math.Abs(p.Item1 - e.Headline.Threshold) < 1e-15).Item2);
        Assert.Equal(e.Headline.Curve.Select(p => p.Recall).OrderDescending(), e.Headline.Curve.Select(p => p.Recall));
    }

    [Fact]
    public void Displaced_footprints_are_named_with_their_offset()
    {
        var world = Dense();
        var e = world.Evaluator().Evaluate(world.With(world.Patches().Select(p => p with { Row = p.Row + 2 }), [.. Enumerable.Range(0, 60)]), new ScoreOptions { Shift = FootprintShift.None });
        Assert.Contains(e.Findings, f => f.Code == "displaced" && f.Text.Contains("2.0 px below"));
        Assert.DoesNotContain(world.Evaluator().Evaluate(world.Perfect()).Findings, f => f.Code == "displaced");
    }

    [Fact]
    public void A_correction_with_the_sign_turned_in_micrometres_or_with_exchanged_axes_is_recognised()
    {
        var world = Dense(motion: true);
        var applied = TrueCells.From(world.Truth).Shifts!;
        Matrix Of(Func<double, double, (double, double)> map)
        {
            var m = new Matrix(applied.Rows, 2);
            for (var t = 0; t < m.Rows; t++)
            {
                var (y, x) = map(applied[t, 0], applied[t, 1]);
                // A good correction has a little error of its own.
                (m[t, 0], m[t, 1]) = (y + 0.1 * Math.Sin(3.7 * t), x + 0.1 * Math.Cos(2.9 * t));
            }
            return m;
        }
        Assert.Empty(MotionDiagnosis.Of(Of((y, x) => (-y, -x)), applied).Words());
        var turned = MotionDiagnosis.Of(Of((y, x) => (y, x)), applied);
        Assert.True(turned.IsWorseThanNone);
        Assert.Matches(@"worse than no correction \(1\.\d+ px\); with the sign turned 0\.0\d px", turned.Words());
        Assert.Contains("multiplied by 0.5", MotionDiagnosis.Of(Of((y, x) => (-2 * y, -2 * x)), applied).Words());
        Assert.Contains("with the axes exchanged 0.0", MotionDiagnosis.Of(Of((y, x) => (-x, -y)), applied).Words());
        var failed = MotionDiagnosis.Of(Of((y, x) => (3 * Math.Sin(y * 40), 3 * Math.Cos(x * 31))), applied);
        Assert.Contains("registration failed", failed.Words());
        Assert.Equal("", failed.Remedy);
        // The finding heads the score, and a turned sign does not move the footprints.
        var perfect = world.Perfect();
        var e = world.Evaluator().Evaluate(perfect.WithShifts(Of((y, x) => (y, x))));
        Assert.Contains(e.Findings, f => f.Code == "motion" && f.Text.Contains("with the sign turned"));
        Assert.Equal((0, 0), e.Headline.Shift);
        Assert.Equal(1, e.Headline.Recall);
        Assert.Contains("with the sign turned", e.Summary());
    }

    [Fact]
    public void The_fit_finds_the_half_point_and_slope_that_the_cells_were_drawn_from()
    {
        var draws = new Draws(2, RandomStream.Placement);
        double[] x = [.. Enumerable.Range(0, 4000).Select(i => Math.Exp(3 * draws.Normal((uint)i) / 2))];
        bool[] found = [.. x.Select((v, i) => draws.Uniform((uint)(i + 10_000)) < 1 / (1 + Math.Pow(2.5 / v, 1.8)))];
        var fit = LogisticFit.Of(x, found)!;
        Assert.InRange(fit.X50, 2.2, 2.8);
        Assert.InRange(fit.Slope, 1.6, 2.0);
        Assert.Equal((4000, found.Count(f => f)), (fit.Found + fit.NotFound, fit.Found));
        // By hand: of four pairs three are in order and one is a tie.
        Assert.Equal(3.5 / 4, LogisticFit.MannWhitney([2, 5], [1, 2]));
        Assert.Equal(1, LogisticFit.Of([1, 2, 3, 4], [false, false, true, true])!.Auc);
        Assert.InRange(LogisticFit.Of([1, 2, 3, 4], [false, false, true, true])!.X50, 2, 3);
        Assert.Null(LogisticFit.Of([1, 2], [true, true]));
        // What falls with the property has no half point.
        Assert.True(double.IsNaN(LogisticFit.Of([1, 2, 3, 4, 5, 6], [true, true, true, false, false, false])!.X50));
    }

    [Fact]
    public void Saturated_pixels_are_counted_over_frames_taken_evenly()
    {
        var movie = new MemoryMovie(100, 4, 5, PixelType.UInt8);
        for (var t = 0; t < 100; t++)
        {
            var pixels = new byte[20];
            if (t >= 50) pixels.AsSpan(0, 5).Fill(255);
            movie.Write(t, 1, pixels);
        }
        Assert.Equal(0.125, Saturation.Share(movie, 255), 9);
        Assert.Equal(0, Saturation.Share(movie, 256));
    }
}

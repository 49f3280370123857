using Minisim.Metrics;
using Minisim.Scenes;

namespace Minisim.Tests.Metrics;

/// <summary>Known mistakes, each with the verdict that it must get.</summary>
public class ErrorInjectionTests
{
    private static readonly HandBuilt World = new();
    private static readonly Evaluator Judge = World.Evaluator();
    private static readonly int[] All = [.. Enumerable.Range(0, 12)];

    private static Footprint Keep(Footprint f, Func<int, int, bool> keep)
    {
        var values = f.Values.ToArray();
        for (var r = 0; r < f.Height; r++)
            for (var c = 0; c < f.Width; c++)
                if (!keep(f.Row + r, f.Col + c))
                    values[r * f.Width + c] = 0;
        return f with { Values = values };
    }

    private static Footprint Sum(Footprint a, Footprint b)
    {
        var dense = new float[HandBuilt.Height * HandBuilt.Width];
        a.AddTo(dense, HandBuilt.Height, HandBuilt.Width);
        b.AddTo(dense, HandBuilt.Height, HandBuilt.Width);
        return Footprint.FromDense(Array.ConvertAll(dense, v => (double)v), HandBuilt.Height, HandBuilt.Width);
    }

    [Fact]
    public void The_truth_itself_is_perfect()
    {
        var e = Judge.Evaluate(World.Perfect());
        Assert.Equal((1.0, 1.0, 1.0), (e.Score.Recall, e.Score.Precision, e.Score.MeanOverlap));
        Assert.Equal(1, e.Score.TraceCorr, 12);
        Assert.Equal(1, e.Score.ActivityVarianceExplained, 12);
        Assert.All(e.Taxonomy.True, v => Assert.Equal(TrueVerdict.Found, v));
        Assert.All(e.Taxonomy.Estimates, v => Assert.Equal(EstimateVerdict.Found, v));
        Assert.Equal((1.0, 1.0), (e.Spikes!.Events.Recall, e.Spikes.Events.Precision));
        Assert.Empty(e.MainCauses);
    }

    [Fact]
    public void Dropped_cells_are_missed_and_no_cause_is_made_up_for_them()
    {
        var e = Judge.Evaluate(World.Perfect().Take([0, 1, 2, 4, 5, 6, 8, 9, 10]));
        Assert.Equal((0.75, 1.0), (e.Score.Recall, e.Score.Precision));
        Assert.Equal([3, 7, 11], All.Where(i => e.Taxonomy.True[i] == TrueVerdict.Missed));
        // They were dropped by their number: nothing about them differs, and so nothing is offered.
        Assert.All(e.Cells, c => Assert.Empty(c.Causes));
        Assert.Equal((0, 3), (e.MainCauses.Count, e.Unexplained));
        Assert.Equal((12, 9, 9), (e.Headline.NTrue, e.Headline.NFound, e.Headline.NEst));
        Assert.Equal((0.75, 1.0), (e.Headline.Recall, e.Headline.Precision));
        Assert.All(e.Cells.Where(c => c.Verdict == TrueVerdict.Missed), c => Assert.Equal((-1, 0.0), (c.Estimate, c.Similarity)));
    }

    [Fact]
    public void A_cell_in_two_halves_is_split()
    {
        var patches = World.Patches();
        var cut = (int)World.Centres[5].Col;
        Footprint[] halves = [Keep(patches[5], (_, c) => c <= cut), Keep(patches[5], (_, c) => c > cut)];
        var e = Judge.Evaluate(World.With([.. patches[..5], halves[0], .. patches[6..], halves[1]], [.. All, 5]));
        Assert.Equal(TrueVerdict.Split, e.Taxonomy.True[5]);
        Assert.Equal((EstimateVerdict.Fragment, EstimateVerdict.Fragment), (e.Taxonomy.Estimates[5], e.Taxonomy.Estimates[12]));
        Assert.Equal(11, e.Taxonomy.Count(TrueVerdict.Found));
        // Half of it is like enough to count: the number says so, the verdict says how.
        Assert.True(e.Cells[5].IsFound);
        Assert.Equal(12, e.Headline.NFound);
        Assert.Equal((1.0, 12.0 / 13), (e.Headline.Recall, e.Headline.Precision));
    }

    [Theory]
    [InlineData(0.10, TrueVerdict.Found, EstimateVerdict.Found)]
    [InlineData(0.14, TrueVerdict.Found, EstimateVerdict.Found)]
    [InlineData(0.20, TrueVerdict.Split, EstimateVerdict.Fragment)]
    public void A_good_estimate_and_a_crumb_stay_found_below_fifteen_per_cent_of_the_cell(double share, TrueVerdict cell, EstimateVerdict first)
    {
        // The cell's mask holds a whole number of pixels: the crumb takes as many from its left as the share says, the estimate the rest.
        var cells = TrueCells.From(World.Truth);
        int[] mask = [.. EnergyMask.Of(cells.Footprints).Pixels(5).ToArray().OrderBy(p => p % HandBuilt.Width).ThenBy(p => p)];
        var crumb = mask.Take((int)Math.Round(share * mask.Length)).ToArray();
        var whole = cells.Footprints.Dense(5);
        double[] rest = [.. whole.Select((v, p) => crumb.Contains(p) ? 0 : v)], piece = new double[whole.Length];
        foreach (var p in crumb) piece[p] = 1;
        var builder = new SparseFootprints.Builder(HandBuilt.Height, HandBuilt.Width);
        builder.AddDense(rest);
        builder.AddDense(piece);
        var e = Judge.Evaluate(new Estimate(builder.Build()));
        Assert.Equal((cell, first), (e.Taxonomy.True[5], e.Taxonomy.Estimates[0]));
        Assert.Equal(EstimateVerdict.Fragment, e.Taxonomy.Estimates[1]);
        Assert.True(e.Cells[5].IsFound);
    }

    [Fact]
    public void Two_cells_in_one_are_merged()
    {
        var patches = World.Patches();
        var e = Judge.Evaluate(World.With([.. patches[..5], Sum(patches[5], patches[6]), .. patches[7..]], [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11]));
        Assert.Equal((TrueVerdict.Merged, TrueVerdict.Merged), (e.Taxonomy.True[5], e.Taxonomy.True[6]));
        Assert.Equal(EstimateVerdict.Merged, e.Taxonomy.Estimates[5]);
        Assert.Equal(10, e.Taxonomy.Count(TrueVerdict.Found));
        Assert.Equal([5, 6], e.Taxonomy.Agreement.Where(a => a.Estimate == 5).Select(a => a.True));
    }

    [Fact]
    public void A_cell_found_twice_is_a_duplicate()
    {
        var patches = World.Patches();
        var e = Judge.Evaluate(World.With([.. patches, Keep(patches[5], (r, _) => r > World.Centres[5].Row - 3)], [.. All, 5]));
        Assert.Equal(12, e.Taxonomy.Count(TrueVerdict.Found));
        Assert.Equal(EstimateVerdict.Duplicate, e.Taxonomy.Estimates[12]);
        Assert.Equal(5, e.Taxonomy.Owner[12]);
        Assert.Equal((1.0, 12.0 / 13), (e.Score.Recall, e.Score.Precision));
    }

    [Theory]
    [InlineData(0, 0.0, 0.3, EstimateVerdict.Fragment)]
    [InlineData(1, 0.25, 0.45, EstimateVerdict.Fragment)]
    [InlineData(2, 0.5, 0.7, EstimateVerdict.Duplicate)]
    public void Half_of_the_smaller_outline_in_common_makes_a_duplicate_and_less_a_fragment(int columns, double least, double most, EstimateVerdict verdict)
    {
        var patches = World.Patches();
        var middle = (int)World.Centres[5].Col;
        Footprint[] halves = [Keep(patches[5], (_, c) => c <= middle + columns / 2), Keep(patches[5], (_, c) => c > middle - (columns + 1) / 2)];
        int[][] masks = [.. Enumerable.Range(0, 2).Select(i => EnergyMask.Of(SparseFootprints.FromPatches(halves, HandBuilt.Height, HandBuilt.Width)).Pixels(i).ToArray())];
        Assert.InRange((double)masks[0].Intersect(masks[1]).Count() / masks.Min(m => m.Length), least, most);
        var e = Judge.Evaluate(World.With([.. patches[..5], halves[0], .. patches[6..], halves[1]], [.. All, 5]));
        Assert.Contains(verdict, (EstimateVerdict[])[e.Taxonomy.Estimates[5], e.Taxonomy.Estimates[12]]);
        Assert.Equal(verdict == EstimateVerdict.Fragment ? TrueVerdict.Split : TrueVerdict.Found, e.Taxonomy.True[5]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Of_two_outlines_of_a_cell_that_are_not_good_enough_the_more_alike_is_shown(int first)
    {
        var patches = World.Patches();
        var (row, col) = World.Centres[5];
        Footprint[] tight = [.. ((double[])[8, 3]).Select(r2 => Keep(patches[5], (r, c) => (r - row) * (r - row) + (c - col) * (c - col) <= r2))];
        var e = Judge.Evaluate(World.With([.. patches[..5], tight[first], .. patches[6..], tight[1 - first]], [.. All, 5]), new ScoreOptions { FoundAt = 0.95 });
        Assert.Equal(TrueVerdict.Inexact, e.Taxonomy.True[5]);
        Assert.Equal(first == 0 ? 5 : 12, e.Cells[5].Estimate);
        Assert.Equal(e.Match.Similarity[e.Cells[5].Estimate, 5], e.Cells[5].Similarity, 12);
    }

    [Fact]
    public void A_cell_between_two_that_are_merged_and_hide_it_is_missed()
    {
        // What the outline holds of the third is explained by the two already.
        var world = new HandBuilt(centres: [(40, 40), (40, 49), (40, 44.5), (70, 80)]);
        var patches = world.Patches();
        var e = world.Evaluator().Evaluate(world.With([Sum(patches[0], patches[1]), patches[3]], [0, 3]));
        var hidden = e.Taxonomy.Agreement.Single(a => a.Estimate == 0 && a.True == 2);
        Assert.True(hidden.OfTrue >= Taxonomy.Covers && hidden.OfEstimate >= Taxonomy.Contributes);
        Assert.Equal([TrueVerdict.Merged, TrueVerdict.Merged, TrueVerdict.Missed, TrueVerdict.Found], e.Taxonomy.True);
    }

    [Theory]
    [InlineData(5.0, 1)]
    [InlineData(20.0, 2)]
    [InlineData(50.0, 5)]
    [InlineData(double.NaN, 2)]
    public void Events_may_be_a_tenth_of_a_second_apart_whatever_the_frame_rate(double fps, int frames)
    {
        var judge = new Evaluator(World.Truth, double.IsNaN(fps) ? null : new RecordingFacts(new Acquisition { Fps = fps }));
        var cells = TrueCells.From(World.Truth);
        EventCounts Late(int by)
        {
            var (estimate, truth) = (new Matrix(12, HandBuilt.Frames), cells.S!);
            for (var i = 0; i < 12; i++)
                for (var t = by; t < HandBuilt.Frames; t++) estimate[i, t] = truth[i, t - by];
            var report = judge.Evaluate(new Estimate(cells.Footprints, cells.C, estimate)).Spikes!;
            Assert.Equal(frames, report.ToleranceFrames);
            return report.Events;
        }
        Assert.InRange(Late(frames).Precision, 0.99, 1);
        Assert.InRange(Late(frames + 1).Precision, 0, 0.9);
    }

    [Fact]
    public void An_outline_that_is_much_too_tight_fails_by_iou_and_is_found_with_its_size_named()
    {
        var patches = World.Patches();
        var (row, col) = World.Centres[5];
        var e = Judge.Evaluate(World.With([.. patches[..5], Keep(patches[5], (r, c) => (r - row) * (r - row) + (c - col) * (c - col) <= 8), .. patches[6..]], All));
        Assert.Equal((TrueVerdict.Found, EstimateVerdict.Found), (e.Taxonomy.True[5], e.Taxonomy.Estimates[5]));
        Assert.InRange(e.Cells[5].Outline.SizeRatio, 0.2, 0.6);
        Assert.InRange(e.Cells[5].Outline.DisplacementPx, 0, 1);
        Assert.Equal(11.0 / 12, e.Score.Recall);
        Assert.Equal(1, e.OtherMeasures.Single(m => m.Measure == SimilarityMeasure.Cosine).Recall);
    }

    [Fact]
    public void A_little_jitter_and_any_scale_are_forgiven()
    {
        var patches = World.Patches();
        patches[5] = patches[5] with { Row = patches[5].Row + 1 };
        patches[6] = patches[6] with { Values = [.. patches[6].Values.Select(v => 7 * v)] };
        var e = Judge.Evaluate(World.With(patches, All));
        Assert.Equal(12, e.Taxonomy.Count(TrueVerdict.Found));
        Assert.Equal(1, e.Cells[6].Similarity, 12);
        Assert.InRange(e.Cells[5].Similarity, 0.7, 0.95);
    }

    [Fact]
    public void A_uniform_offset_is_found_and_forgiven()
    {
        var e = Judge.Evaluate(World.With(World.Patches().Select(p => p with { Row = p.Row + 3, Col = p.Col - 5 }), All));
        Assert.Equal((-3, 5), e.Score.FootprintShift);
        Assert.Equal(1, e.Score.Recall);
        Assert.Equal(0, Scoring.Score(World.With(World.Patches().Select(p => p with { Row = p.Row + 3, Col = p.Col - 5 }), All), World.Truth, new() { Shift = FootprintShift.None }).Recall);
    }

    [Fact]
    public void The_order_of_cells_does_not_matter()
    {
        var e = Judge.Evaluate(World.Perfect().Take([7, 3, 11, 0, 2, 9, 1, 4, 10, 6, 5, 8]));
        Assert.Equal((1.0, 1.0), (e.Score.Recall, e.Score.Precision));
        Assert.Equal(1, e.Score.TraceCorr, 12);
        Assert.Equal(3, e.Cells[0].Estimate);
    }

    [Fact]
    public void Cells_where_nothing_is_are_false()
    {
        var e = Judge.Evaluate(World.With([.. World.Patches(), HandBuilt.Disc(31, 29, 4), HandBuilt.Disc(61, 59, 4)], [.. All, 0, 1]));
        Assert.Equal((1.0, 12.0 / 14), (e.Score.Recall, e.Score.Precision));
        Assert.Equal([EstimateVerdict.False, EstimateVerdict.False], e.Taxonomy.Estimates.Skip(12));
    }

    [Fact]
    public void Swapped_traces_show_in_exactly_those_cells()
    {
        var e = Judge.Evaluate(World.With(World.Patches(), [0, 1, 2, 4, 3, 5, 6, 7, 8, 9, 10, 11]));
        Assert.Equal([3, 4], e.Cells.Where(c => c.TraceCorr < 0.5).Select(c => c.Unit));
        Assert.Equal(1, e.Score.Recall);
    }

    [Fact]
    public void A_footprint_of_zeros_is_false_and_breaks_nothing()
    {
        var e = Judge.Evaluate(World.With([.. World.Patches(), Footprint.Empty], [.. All, 0]));
        Assert.Equal(EstimateVerdict.False, e.Taxonomy.Estimates[12]);
        Assert.Equal((1.0, 12.0 / 13), (e.Score.Recall, e.Score.Precision));
    }

    [Fact]
    public void No_estimate_at_all_scores_zero_everywhere()
    {
        var e = Judge.Evaluate(new Estimate(SparseFootprints.Empty(HandBuilt.Height, HandBuilt.Width), new Matrix(0, HandBuilt.Frames)));
        Assert.Equal((0.0, 0.0, 0.0, 0.0), (e.Score.Recall, e.Score.Precision, e.Score.F1, e.Score.MeanOverlap));
        Assert.True(double.IsNaN(e.Score.TraceCorr));
        Assert.Equal(12, e.Taxonomy.Count(TrueVerdict.Missed));
        Assert.Equal((12, 0, 12), (e.Headline.NTrue, e.Headline.NFound, e.Unexplained));
        using var _ = System.Text.Json.JsonDocument.Parse(e.ToJson());
    }

    [Fact]
    public void Other_frame_counts_are_said_and_not_guessed()
    {
        var perfect = World.Perfect();
        var e = Judge.Evaluate(new Estimate(perfect.Footprints, new Matrix(12, 299), new Matrix(12, 1)));
        Assert.Equal(1, e.Score.Recall);
        Assert.True(double.IsNaN(e.Score.TraceCorr));
        Assert.Contains(e.Score.Notes, n => n.Contains("299 estimated frames for 300"));
        Assert.Contains(e.Score.Notes, n => n.Contains("1 estimated frames for 300"));
    }

    [Fact]
    public void Weights_that_are_not_numbers_count_as_nothing_and_are_said()
    {
        var dense = TrueCells.From(World.Truth).Footprints;
        var builder = new SparseFootprints.Builder(dense.Height, dense.Width);
        for (var u = 0; u < 12; u++)
        {
            var image = dense.Dense(u);
            image[5] = double.NaN;
            image[7] = -3;
            builder.AddDense(image);
        }
        var e = Judge.Evaluate(new Estimate(builder.Build()));
        Assert.Equal((1.0, 1.0), (e.Score.Recall, e.Score.MeanOverlap));
        Assert.Contains(e.Score.Notes, n => n.StartsWith("12 footprint weights are NaN"));
    }

    [Fact]
    public void An_estimate_of_an_undetectable_cell_is_called_that()
    {
        var cells = TrueCells.From(World.Truth);
        var detectable = All.Select(i => i != 5).ToArray();
        var match = CellMatch.Find(cells.Footprints, cells.Footprints.Take([.. All.Where(i => detectable[i])]));
        var t = Taxonomy.Of(cells.Footprints, cells.Footprints.Take([.. All.Where(i => detectable[i])]), match, 0.5, notCounted: cells.Footprints.Take([5]));
        Assert.Equal(EstimateVerdict.Undetectable, t.Estimates[5]);
        Assert.Equal(11, t.Count(EstimateVerdict.Found));
    }

    [Fact]
    public void A_good_estimate_of_a_cell_that_overlaps_its_neighbour_is_not_merged()
    {
        var world = new HandBuilt(centres: [(40, 40), (40, 45), (70, 80)]);
        var e = world.Evaluator().Evaluate(world.Perfect());
        Assert.All(e.Taxonomy.True, v => Assert.Equal(TrueVerdict.Found, v));
        Assert.All(e.Taxonomy.Estimates, v => Assert.Equal(EstimateVerdict.Found, v));
    }

    [Fact]
    public void Fields_of_other_shape_are_refused()
    {
        var other = new Estimate(SparseFootprints.Empty(HandBuilt.Width, HandBuilt.Height));
        Assert.Contains("120 × 96", Assert.Throws<ArgumentException>(() => Judge.Evaluate(other)).Message);
        Assert.Throws<ArgumentException>(() => new Estimate(SparseFootprints.Empty(3, 3), new Matrix(1, 5)));
    }
}

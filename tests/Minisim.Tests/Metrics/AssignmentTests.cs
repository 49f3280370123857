using CsCheck;
using Minisim.Metrics;
using Minisim.Random;

namespace Minisim.Tests.Metrics;

public class AssignmentTests
{
    private static double Total(Matrix gain, int[] columns) => Enumerable.Range(0, gain.Rows).Where(r => columns[r] >= 0).Sum(r => gain[r, columns[r]]);

    private static double Best(Matrix gain, int row, HashSet<int> taken)
    {
        if (row == gain.Rows) return 0;
        var best = Best(gain, row + 1, taken);
        for (var c = 0; c < gain.Columns; c++)
        {
            if (!taken.Add(c)) continue;
            best = Math.Max(best, gain[row, c] + Best(gain, row + 1, taken));
            taken.Remove(c);
        }
        return best;
    }

    [Fact]
    public void The_assignment_is_the_best_of_all() =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6]).SelectMany((r, c) => Gen.Double[0, 1].Array[r * c].Select(v => new Matrix(r, c, v))).Sample(gain =>
        {
            var columns = Assignment.Maximize(gain);
            Assert.Equal(Best(gain, 0, []), Total(gain, columns), 1e-9);
            var used = columns.Where(c => c >= 0).ToArray();
            Assert.Equal(used.Length, used.Distinct().Count());
        }, iter: 500);

    [Fact]
    public void Sparse_clusters_give_the_same_total_as_the_whole_table() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 12]).SelectMany((r, c) => Gen.Double[-2, 1].Array[r * c].Select(v => new Matrix(r, c, Array.ConvertAll(v, x => Math.Max(x, 0))))).Sample(gain =>
        {
            var pairs = Assignment.Match(SimilarityTable.FromDense(gain));
            Assert.All(pairs, p => Assert.True(gain[p.Estimate, p.True] > 0));
            Assert.Equal(Total(gain, Assignment.Maximize(gain)), pairs.Sum(p => gain[p.Estimate, p.True]), 1e-9);
        }, iter: 500);

    [Fact]
    public void Of_equal_assignments_the_first_is_taken_every_time()
    {
        var gain = new Matrix(4, 6, [.. Enumerable.Repeat(0.5, 24)]);
        Assert.Equal([0, 1, 2, 3], Assignment.Maximize(gain).Order());
        Assert.Equal(Assignment.Maximize(gain), Assignment.Maximize(gain));
    }

    // Greedy takes 0.9 and then 0; the optimum is 1.6.
    [Fact]
    public void Greedy_choices_are_given_up_for_a_larger_total() =>
        Assert.Equal([1, 0], Assignment.Maximize(new Matrix(2, 2, [0.9, 0.8, 0.8, 0])));

    [Fact]
    public void Fifteen_hundred_cells_on_a_million_pixels_stay_small_in_memory()
    {
        const int Side = 1024, Cells = 1500;
        var draws = new Draws(5, RandomStream.Placement);
        Minisim.Scenes.Footprint Cell(int i, double jitter) => HandBuilt.Disc(10 + draws.Uniform((uint)(2 * i)) * (Side - 20) + jitter, 10 + draws.Uniform((uint)(2 * i + 1)) * (Side - 20), 9);
        var truth = SparseFootprints.FromPatches(Enumerable.Range(0, Cells).Select(i => Cell(i, 0)), Side, Side);
        var estimate = SparseFootprints.FromPatches(Enumerable.Range(0, Cells).Select(i => Cell(i, 1)), Side, Side);
        var before = GC.GetTotalAllocatedBytes();
        var match = CellMatch.Find(estimate, truth, SimilarityMeasure.Iou, FootprintShift.Auto);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1L << 30);
        Assert.Equal((-1, 0), match.Shift);
        Assert.InRange(match.Recall(), 0.99, 1);
    }
}

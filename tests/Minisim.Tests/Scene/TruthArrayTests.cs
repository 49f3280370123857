using Minisim.Truth;
using Xunit;

namespace Minisim.Tests.Scene;

public class TruthArrayTests
{
    [Fact]
    public void TracesAreCopiedOnlyForWhoAsks()
    {
        var asked = new List<int[]>();
        double[][] rows = [[1, 2], [3, 4], [5, 6], [7, 8]];
        var traces = new TruthArray("C", ["unit", "frame"], [4, 2], null, TruthElement.Float64, cells =>
        {
            asked.Add(cells);
            return cells.SelectMany(i => rows[i]).ToArray();
        }, "traces");

        var inView = traces.Take([3, 1, 0]);
        var some = inView.Take([0, 2]);
        Assert.Empty(asked);
        Assert.Equal([2, 2], some.Shape);
        Assert.True(some.IsPerCell);
        Assert.Equal(new double[] { 7, 8, 1, 2 }, some.Values);
        Assert.Equal([1.0, 2.0], some.Row<double>(1));
        Assert.Equal([[3, 0]], asked);
        Assert.Equal(new double[] { 7, 8, 3, 4, 1, 2 }, inView.Values);
    }

    [Fact]
    public void TracesAreThereAlsoAfterTheRunsTokenIsCancelled()
    {
        using var stop = new CancellationTokenSource();
        using var scene = Simulator.Compile(SpecJson.Load(Path.Combine(AppContext.BaseDirectory, "specs", "S1.json")), cancellation: stop.Token);
        stop.Cancel();
        var traces = scene.Truth.C!;
        Assert.Equal(traces.Shape[0] * traces.Shape[1], traces.Values.Length);
        Assert.All(traces.ToDoubles(), value => Assert.True(value > 0));
    }
}

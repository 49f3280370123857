using Minisim.Scenes;
using Minisim.Steps;

namespace Minisim.Tests.Steps.Cell;

public class BleachingTests
{
    [Theory]
    [InlineData(0.02, 80)]
    [InlineData(0.0002, 5000)]
    public void Under_constant_light_the_pool_falls_exponentially_to_its_floor(double q, double tau)
    {
        const double Light = 1.5, Emission = 2;
        var pool = new double[500];
        BleachingPool.Trace([.. Enumerable.Repeat(Emission, 500)], q, tau, Light, 1, pool);
        double floor = BleachingPool.Floor(q, Light, Emission, tau), rate = 1 / tau + q * Light * Emission;
        for (var t = 0; t < 500; t++) Assert.Equal(floor + (1 - floor) * Math.Exp(-rate * t), pool[t], 1e-12);
    }

    [Fact]
    public void Sessions_can_be_chained()
    {
        double[] emission = [.. Enumerable.Range(0, 40).Select(t => 1 + t % 7)], whole = new double[40], parts = new double[40];
        BleachingPool.Trace(emission, 0.03, 60, 1, 1, whole);
        var between = BleachingPool.Trace(emission.AsSpan(0, 15), 0.03, 60, 1, 1, parts.AsSpan(0, 15));
        BleachingPool.Trace(emission.AsSpan(15), 0.03, 60, 1, between, parts.AsSpan(15));
        Assert.Equal(whole, parts);
    }

    [Fact]
    public void The_step_does_not_touch_the_traces_and_needs_them()
    {
        var spec = new Spec { Acquisition = new() { DurationS = 10 }, Steps = [new CellActivity(), new Bleaching()] };
        var cells = new PlacedCells([new(0, 0, default, Footprint.Empty)]);
        Assert.Empty(new StepRun(spec, spec.Find<Bleaching>()!, 1, cells).Output.Products);
        var activity = new StepRun(spec, spec.Find<CellActivity>()!, 1, cells).Output.Find<Activity>()!;
        var before = activity.C.Row(0);
        var share = new StepRun(spec, spec.Find<Bleaching>()!, 1, cells, activity).Output.Find<Unbleached>()!.Row(0);
        Assert.Equal(before, activity.C.Row(0));
        Assert.Equal(1, share[0]);
        Assert.True(share[^1] < 1);
    }
}

using Minisim.Steps;

namespace Minisim.Tests.Invariance;

/// <summary>The past before the first frame: long enough that frame 0 is like any other, and no part of what is drawn.</summary>
public class LeadInTests
{
    private static Spec Spec(double tauDecayS, double durationS, int cells = 40)
    {
        var spec = SpecJson.Load(Path.Combine(AppContext.BaseDirectory, "specs", "S1.json"));
        var random = new System.Random(4);
        var places = Enumerable.Range(0, cells).Select(_ => new Position(50, 100 * random.NextDouble() - 50, 100 * random.NextDouble() - 50));
        return spec with
        {
            Acquisition = spec.Acquisition with { DurationS = durationS, Fps = 20 },
            Steps = [new PlaceNeurons { Populations = [new Population { PositionsUm = [.. places] }] }, new CellActivity { TauRiseS = 0.05, TauDecayS = tauDecayS, BrightnessCv = 0 }],
        };
    }

    [Fact]
    public void Another_length_of_the_past_leaves_every_spike_in_its_frame()
    {
        double[]? spikes = null;
        foreach (var tau in (double[])[0.1, 0.33, 0.5, 2, 7])
        {
            using var scene = Simulator.Compile(Spec(tau, 20));
            var these = scene.Truth.S!.ToDoubles();
            Assert.True(these.Sum() > 100);
            Assert.Equal(spikes ??= these, these);
        }
    }

    [Fact]
    public void A_frame_rate_off_by_a_rounding_error_loses_no_bin()
    {
        var spec = Spec(0.5, 10);
        spec = spec with { Steps = [.. spec.Steps.Select(s => s is CellActivity a ? a with { Process = SpikeProcess.Gated } : s)] };
        using var whole = Simulator.Compile(spec);
        using var near = Simulator.Compile(spec with { Acquisition = spec.Acquisition with { Fps = 20.00000001 } });
        double[] one = whole.Truth.C!.ToDoubles(), other = near.Truth.C!.ToDoubles();
        Assert.True(one.Max() > 2, "nobody fires");
        for (var i = 0; i < one.Length; i++) Assert.Equal(one[i], other[i], 1e-5);
    }

    [Fact]
    public void A_longer_recording_begins_with_the_shorter_one()
    {
        using var shorter = Simulator.Compile(Spec(1, 10));
        using var longer = Simulator.Compile(Spec(1, 35));
        foreach (var name in (string[])["C", "S"])
        {
            double[] one = shorter.Truth.Find(name)!.ToDoubles(), other = longer.Truth.Find(name)!.ToDoubles();
            for (var unit = 0; unit < shorter.Truth.NUnits; unit++) Assert.Equal(one.AsSpan(200 * unit, 200), other.AsSpan(700 * unit, 200));
        }
    }

    /// <summary>Means over 3000 cells at frame 0 and at a frame far from it; 5 standard errors of their difference: significance 6e-7.</summary>
    [Fact]
    public void The_first_frame_is_as_bright_as_any_other()
    {
        using var scene = Simulator.Compile(Spec(2, 30, cells: 3000));
        var c = scene.Truth.C!;
        double[] first = new double[c.Shape[0]], late = new double[c.Shape[0]];
        for (var unit = 0; unit < first.Length; unit++) (first[unit], late[unit]) = (c.Row<double>(unit)[0], c.Row<double>(unit)[599]);
        Assert.True(first.Average() > 1.1, "no calcium before the first frame");
        var error = Math.Sqrt((Variance(first) + Variance(late)) / first.Length);
        Assert.InRange(first.Average() - late.Average(), -5 * error, 5 * error);

        static double Variance(double[] v) => v.Sum(x => (x - v.Average()) * (x - v.Average())) / (v.Length - 1);
    }
}

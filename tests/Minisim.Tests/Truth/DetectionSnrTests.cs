using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Tests.Truth;

/// <summary>Scenes whose signal-to-noise can be written down.</summary>
public class DetectionSnrTests
{
    private const int Side = 24, Frames = 400;

    private static readonly SnrConditions Conditions = new() { ElectronsPerUnit = 2, ReadNoiseE = 3, FullScaleE = 1e9, Fps = 20, TauRiseS = 0.05, TauDecayS = 0.5 };

    private static Footprint Square(int row, int col, int side) => new(row, col, side, side, [.. Enumerable.Repeat(1f, side * side)]);

    /// <summary>A world without optics: what is planted is seen.</summary>
    private static GroundTruth World(Footprint[] planted, double[][] c, double[][]? s = null, params TruthArray[] more) => new(new Grid(Side, Side, 0, 1), planted,
    [
        new("C", ["unit", "frame"], [c.Length, Frames], null, c.SelectMany(v => v).ToArray(), ""),
        .. s is null ? Array.Empty<TruthArray>() : [new("S", ["unit", "frame"], [s.Length, Frames], null, s.SelectMany(v => v).ToArray(), "")],
        .. more,
    ], null);

    private static double[] Constant(double level) => [.. Enumerable.Repeat(level, Frames)];

    /// <summary>One event of the indicator's own course, <paramref name="size"/> high, on a level.</summary>
    private static (double[] C, double[] S) Event(double level, double size, int at = 100)
    {
        var (c, s) = (Constant(level), Constant(0));
        var filter = new EventFilter(Conditions, Frames);
        for (var k = 0; k < filter.Length; k++) c[at + k] += size * filter.Kernel[k];
        s[at] = 1;
        return (c, s);
    }

    private static double Mean(double[] v) => v.Average();

    [Fact]
    public void A_lone_cell_on_an_even_level_has_the_snr_of_the_textbook()
    {
        var (c, s) = Event(40, 5);
        var snr = DetectionSnr.Of(World([Square(4, 4, 3)], [c], [s]), Conditions).Single();
        var filter = new EventFilter(Conditions, Frames);
        var noise = 2 * Mean(c) + 9;
        Assert.Equal(2 * 5 * Math.Sqrt(9 * filter.Energy / noise), snr.Detection, 6);
        Assert.Equal(2 * 5 / Math.Sqrt(noise), snr.PeakLocal, 6);
        Assert.Equal(0, snr.Clipped);
    }

    [Fact]
    public void What_has_bleached_is_neither_signal_nor_noise()
    {
        var (c, s) = Event(40, 5);
        var bleached = new TruthArray("bleaching", ["unit", "frame"], [1, Frames], null, Constant(0.5), "");
        var snr = DetectionSnr.Of(World([Square(4, 4, 3)], [c], [s], bleached), Conditions).Single();
        var noise = 2 * 0.5 * Mean(c) + 9;
        Assert.Equal(2 * 0.5 * 5 * Math.Sqrt(9 * new EventFilter(Conditions, Frames).Energy / noise), snr.Detection, 6);
        Assert.Equal(2 * 0.5 * 5 / Math.Sqrt(noise), snr.PeakLocal, 6);
    }

    [Fact]
    public void All_light_of_the_place_is_noise_whoever_it_belongs_to()
    {
        var (c, s) = Event(0, 5);
        TruthArray Field(string name, double value, FieldRole role) => new(name, ["height", "width"], [Side, Side], null, Enumerable.Repeat(value, Side * Side).ToArray(), "") { Role = role };
        // A still neighbour of 30 units under the whole cell, leakage of 10, illumination of a half, vessels that take a fifth.
        var world = World([Square(4, 4, 3), Square(0, 0, 20)], [c, Constant(30)], [s, Constant(0)], Field("illumination", 0.5, FieldRole.SensorFactor), Field("vasculature_mask", 0.8, FieldRole.TissueFactor), Field("leakage", 10, FieldRole.SensorOffset));
        var snr = DetectionSnr.Of(world, Conditions);
        var filter = new EventFilter(Conditions, Frames);
        var noise = 2 * (0.5 * 0.8 * (Mean(c) + 30) + 10) + 9;
        Assert.Equal(2 * 0.4 * 5 * Math.Sqrt(9 * filter.Energy / noise), snr[0].Detection, 6);
        Assert.Equal(2 * 0.4 * 5 / Math.Sqrt(noise), snr[0].PeakLocal, 6);
        Assert.Equal(0, snr[1].Detection);
    }

    // What they share is summed eight columns at a time: fewer, as many, and some over.
    [Theory]
    [InlineData(3, 1)]
    [InlineData(12, 0)]
    [InlineData(12, 1)]
    [InlineData(12, 4)]
    [InlineData(12, 5)]
    public void A_neighbour_that_fluctuates_adds_its_variance_where_it_overlaps(int side, int shift)
    {
        var (c, s) = Event(40, 5);
        var other = new double[Frames];
        for (var t = 0; t < Frames; t++) other[t] = 10 + 8 * Math.Sin(0.4 * t);
        // Some of the pixels are shared; one cell far away is not.
        var world = World([Square(1, 1, side), Square(1, 1 + shift, side), Square(15, 15, 3)], [c, other, other], [s, Constant(0), Constant(0)]);
        var snr = DetectionSnr.Of(world, Conditions)[0];
        var filter = new EventFilter(Conditions, Frames);
        var seen = Filtered(filter, other);
        double alone = 2 * Mean(c) + 9, both = alone + 2 * Mean(other);
        double w1 = 10 / alone, w2 = 10 / both, shared = side * (side - shift), own = side * shift;
        var signal = (own * w1 + shared * w2) * 10 * filter.Energy;
        var noise = (own * w1 * w1 * alone + shared * w2 * w2 * both) * filter.Energy + Math.Pow(shared * w2 * 2, 2) * Variance(seen);
        Assert.Equal(signal / Math.Sqrt(noise), snr.Detection, 5);
    }

    [Fact]
    public void Diffuse_components_add_with_their_covariance()
    {
        var (c, s) = Event(40, 5);
        var envelopes = new double[2 * Frames];
        for (var t = 0; t < Frames; t++)
        {
            envelopes[t] = 2 + Math.Sin(0.5 * t);
            // The second follows the first: their shares add in amplitude, not in power.
            envelopes[Frames + t] = 1 + 0.5 * Math.Sin(0.5 * t);
        }
        var fields = new float[2 * Side * Side];
        Array.Fill(fields, 1f);
        var world = World([Square(4, 4, 3)], [c], [s], new TruthArray("neuropil_spatial", ["component", "height", "width"], [2, Side, Side], null, fields, "") { Role = FieldRole.Background },
            new TruthArray("neuropil_temporal", ["component", "frame"], [2, Frames], null, envelopes, ""));
        var snr = DetectionSnr.Of(world, Conditions with { DiffuseShare = 4 }).Single();
        var filter = new EventFilter(Conditions, Frames);
        var noise = 2 * (Mean(c) + 4 * envelopes.Sum() / Frames) + 9;
        var together = Filtered(filter, [.. Enumerable.Range(0, Frames).Select(t => 4 * (envelopes[t] + envelopes[Frames + t]))]);
        var w = 10 / noise;
        Assert.Equal(9 * w * 10 * filter.Energy / Math.Sqrt(9 * w * w * noise * filter.Energy + Math.Pow(9 * w * 2, 2) * Variance(together)), snr.Detection, 5);
    }

    [Fact]
    public void Full_scale_takes_signal_and_noise_away_and_nothing_is_left_above_it()
    {
        var (c, s) = Event(40, 5);
        var world = World([Square(4, 4, 3)], [c], [s]);
        double At(double fullScale) => DetectionSnr.Of(world, Conditions with { FullScaleE = fullScale }).Single().Detection;
        var free = At(1e9);
        Assert.Equal(free, At(200), 9);
        double[] falling = [At(200), At(100), At(90), At(80), At(60), At(20)];
        Assert.Equal(falling.OrderDescending(), falling);
        Assert.Equal(0, falling[^1]);
        var clipped = DetectionSnr.Of(world, Conditions with { FullScaleE = 20 }).Single();
        Assert.Equal((1.0, 0.0), (clipped.Clipped, clipped.PeakLocal));
        // The single pixel at half of its full scale, by hand.
        var (step, variance, slope) = DetectionSnr.Pixel(100, 1e-3, Conditions with { FullScaleE = 100, ReadNoiseE = 0 });
        Assert.Equal(0.5, slope, 12);
        Assert.Equal(100 * (0.5 - 1 / (2 * Math.PI)), variance, 9);
        // The rise brings its own shot noise, which at the edge costs a little: d/dλ of −√λ·φ(0).
        Assert.Equal(1e-3 * (0.5 - 0.3989422804 / 20), step, 5e-8);
    }

    [Theory]
    [InlineData(100, 10, 120)]
    [InlineData(100, 10, 100)]
    [InlineData(100, 10, 75)]
    [InlineData(100, 10, 45)]
    [InlineData(3, 2, 4)]
    public void Clipped_moments_are_those_of_the_integral(double mean, double sigma, double fullScale)
    {
        double norm = 0, first = 0, second = 0, below = 0;
        for (var k = -40_000; k <= 40_000; k++)
        {
            var z = k / 4000.0;
            double p = Math.Exp(-z * z / 2), x = Math.Min(mean + sigma * z, fullScale) - fullScale;
            (norm, first, second, below) = (norm + p, first + p * x, second + p * x * x, below + (x < 0 ? p : 0));
        }
        Assert.Equal(fullScale + first / norm, FullScale.Mean(mean, sigma, fullScale), 6);
        Assert.Equal(second / norm - first / norm * (first / norm), FullScale.Variance(mean, sigma, fullScale), 5);
        Assert.Equal(below / norm, FullScale.Slope(mean, sigma, fullScale), 3);
    }

    [Theory]
    [InlineData(0.5, 0.6914624612740131)]
    [InlineData(-2.5, 0.006209665325776132)]
    [InlineData(-5, 2.866515718791939e-07)]
    [InlineData(3.5, 0.9997673709209645)]
    public void The_normal_distribution_is_the_tabulated_one(double z, double expected) => Assert.Equal(expected, FullScale.Normal(z), 1e-14);

    [Fact]
    public void The_filter_in_time_is_the_sum_that_defines_it_and_blind_to_a_level()
    {
        var filter = new EventFilter(Conditions, Frames);
        Assert.Equal(50, filter.Length);
        Assert.Equal(1, filter.Kernel.Max());
        Assert.Equal(filter.Kernel[filter.PeakFrame], filter.Kernel.Max());
        Assert.Equal(0.5 / 0.05 / 9 * Math.Log(10) * 0.05 * 20, filter.PeakFrame + 0.5, 1.0);
        var u = new double[Frames];
        for (var t = 0; t < Frames; t++) u[t] = 7 + t * t % 13;
        var fast = filter.Apply(u);
        var slow = Filtered(filter, u);
        Assert.Equal(slow.Length, fast.Length);
        for (var t = 0; t < slow.Length; t++) Assert.Equal(slow[t], fast[t], 9);
        Assert.All(filter.Apply(Constant(12)), y => Assert.Equal(0, y, 9));
        Assert.Empty(filter.Apply(new double[10]));
        Assert.Equal(10, new EventFilter(Conditions, 10).Length);
    }

    [Fact]
    public void Events_are_runs_of_spikes_and_their_rise_is_the_root_mean_square()
    {
        double[] trace = [1, 1, 4, 3, 1, 1, 1, 1, 2, 6, 5, 1], spikes = [0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 0, 0];
        Assert.Equal(Math.Sqrt((9 + 25) / 2.0), DetectionSnr.TypicalRise(trace, spikes, 2, 1), 12);
        // One event when six frames apart still belong together.
        Assert.Equal(5, DetectionSnr.TypicalRise(trace, spikes, 6, 1), 12);
        Assert.Equal(0, DetectionSnr.TypicalRise(trace, new double[12], 2, 1));
    }

    [Fact]
    public void A_recording_carries_both_ratios_whatever_the_threads_and_without_a_sensor_neither()
    {
        var spec = Scene(60);
        var one = Simulator.Compile(spec, new SimulateOptions { Threads = 1 }).Truth;
        var many = Simulator.Compile(spec).Truth;
        foreach (var name in (string[])[SnrArrays.Detection, SnrArrays.PeakLocal])
        {
            Assert.Equal(one.Find(name)!.ToDoubles(), many.Find(name)!.ToDoubles());
            Assert.True(one.Find(name)!.IsPerCell);
            Assert.Contains(one.Find(name)!.ToDoubles(), v => v > 0.1);
        }
        // A subset has the ratios of its cells in the whole scene.
        Assert.Equal(one.Find(SnrArrays.Detection)!.ToDoubles()[5], one.Subset([5]).Find(SnrArrays.Detection)!.ToDoubles()[0]);
        Assert.Null(Simulator.Compile(spec with { Steps = [.. spec.Steps.Where(s => s is not Sensor)] }).Truth.Find(SnrArrays.Detection));
    }

    [Fact]
    public void Twice_the_light_is_never_worse_and_a_longer_recording_is_hardly_other()
    {
        double Median(Spec spec)
        {
            var v = Simulator.Compile(spec).Truth.Find(SnrArrays.Detection)!.ToDoubles().Order().ToArray();
            return v[v.Length / 2];
        }
        var spec = Scene(60);
        Assert.True(Median(spec with { Steps = [.. spec.Steps.Select(s => s is Sensor ? new Sensor { PhotonsPerUnit = 4000 } : s)] }) > Median(spec));
        Assert.InRange(Median(Scene(120)) / Median(spec), 0.75, 1.35);
    }

    private static Spec Scene(double seconds) => new()
    {
        Acquisition = new()
        {
            DurationS = seconds,
            FocalDepthInTissueUm = 120,
            ImageSensor = new() { NPxHeight = 96, NPxWidth = 120, BitDepth = 12 },
        },
        Steps = [new PlaceNeurons { DensityPerMm3 = 60_000, DepthRangeUm = new(80, 150) }, new CellActivity(), new OpticsStep(), new Composite(), new Neuropil(), new Sensor { PhotonsPerUnit = 2000 }],
    };

    private static double[] Filtered(EventFilter filter, double[] u)
    {
        var result = new double[u.Length - filter.Length + 1];
        for (var t = 0; t < result.Length; t++)
            for (var d = 0; d < filter.Length; d++)
                result[t] += (filter.Kernel[d] - filter.Mean) * u[t + d];
        return result;
    }

    private static double Variance(double[] v)
    {
        var mean = v.Average();
        return v.Average(x => (x - mean) * (x - mean));
    }
}

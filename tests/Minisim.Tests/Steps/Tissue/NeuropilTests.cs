using Minisim.Random;
using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Steps;

namespace Minisim.Tests.Steps.Tissue;

public class NeuropilTests
{
    private static readonly ParallelOptions Threads = new() { MaxDegreeOfParallelism = 2 };

    private static Spec SpecOf(params Step[] steps) => new()
    {
        Acquisition = new() { ImageSensor = new() { NPxHeight = 41, NPxWidth = 58, PixelPitchUm = 16 }, DurationS = 2 },
        Steps = [.. steps],
    };

    [Fact]
    public void Fields_are_as_strong_at_the_border_as_in_the_middle()
    {
        // Variance of 600 seeds at the corner, an edge and the centre against (Σ kernel²)², within 4.4 standard errors.
        const int seeds = 600;
        const double sigma = 5;
        var grid = new Grid(48, 48, 3, 1);
        var kernel = GaussianBlur.Kernel(sigma);
        var sums = new double[3];
        var places = new[] { 0, grid.Width / 2, grid.Height / 2 * grid.Width + grid.Width / 2 };
        for (var seed = 0ul; seed < seeds; seed++)
        {
            var field = Neuropil.SmoothNoise(seed, 0, grid, kernel, Threads);
            for (var i = 0; i < 3; i++) sums[i] += field[places[i]] * field[places[i]] / seeds;
        }
        var expected = Math.Pow(kernel.Sum(k => (double)k * k), 2);
        foreach (var variance in sums) Assert.Equal(1, variance / expected, 4.4 * Math.Sqrt(2.0 / seeds));
    }

    [Fact]
    public void A_coarse_lattice_gives_the_field_of_the_pixel_lattice()
    {
        // Both are sums of independent normals under known weights, so their covariance is compared at several distances:
        // 800 seeds, 4.4 standard errors. At σ = 65 px the coarse nodes are 4 px apart.
        const int seeds = 800;
        const double sigma = 65;
        var grid = new Grid(1, 150, 0, 1);
        var covariance = new double[4];
        int[] distances = [0, 33, 65, 130];
        for (var seed = 0ul; seed < seeds; seed++)
        {
            var field = Neuropil.CoarseNoise(seed, 0, grid, sigma, Threads);
            for (var i = 0; i < 4; i++) covariance[i] += field[3] * field[3 + distances[i]] / seeds;
        }
        // Per axis the lattice's variance Σ w² is spacing/(2√π·σ); the normalised covariance exp(−d²/4σ²) does not know the lattice.
        var variance = Math.Pow(4 / (2 * Math.Sqrt(Math.PI) * sigma), 2);
        for (var i = 0; i < 4; i++)
        {
            var expected = Math.Exp(-distances[i] * distances[i] / (4 * sigma * sigma));
            Assert.Equal(expected, covariance[i] / variance, 4.4 * Math.Sqrt((1 + expected * expected) / seeds));
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(1e5)]
    public void A_field_wider_than_the_view_is_smooth_and_cheap(double sigma)
    {
        var fields = new Neuropil { SpatialSigmaUm = sigma }.Fields(8, new Grid(80, 90, 5, 1), Threads);
        foreach (var field in fields)
            for (var i = 0; i + 100 < field.Length; i++)
                Assert.True(Math.Abs(field[i] - field[i + 100]) < 0.2, "neighbouring rows differ");
    }

    [Theory]
    [InlineData(41, 58, 7)]
    [InlineData(40, 33, 7)]
    [InlineData(40, 33, 150)]
    public void Fields_in_view_do_not_depend_on_the_margin_or_the_threads(int height, int width, double sigmaUm)
    {
        var step = new Neuropil { SpatialSigmaUm = sigmaUm };
        var plain = step.Fields(5, new Grid(height, width, 0, 1.5), new ParallelOptions { MaxDegreeOfParallelism = 1 });
        var grid = new Grid(height, width, 11, 1.5);
        var withMargin = step.Fields(5, grid, Threads);
        for (var k = 0; k < plain.Length; k++)
            for (var row = 0; row < height; row++)
                Assert.True(plain[k].AsSpan(row * width, width).SequenceEqual(withMargin[k].AsSpan((row + 11) * grid.Width + 11, width)));
    }

    [Fact]
    public void A_smaller_field_of_view_sees_the_same_noise()
    {
        var kernel = GaussianBlur.Kernel(3);
        var large = Neuropil.SmoothNoise(5, 1, new Grid(60, 60, 0, 1), kernel, Threads);
        var small = Neuropil.SmoothNoise(5, 1, new Grid(40, 40, 0, 1), kernel, Threads);
        for (var row = 0; row < 40; row++)
            Assert.True(large.AsSpan((row + 10) * 60 + 10, 40).SequenceEqual(small.AsSpan(row * 40, 40)));
    }

    [Fact]
    public void Fields_are_not_negative_reach_zero_in_view_and_carry_equal_shares()
    {
        var grid = new Grid(50, 60, 9, 1);
        var fields = new Neuropil { SpatialSigmaUm = 4, NComponents = 4 }.Fields(3, grid, Threads);
        var means = new List<double>();
        foreach (var field in fields)
        {
            Assert.All(field, v => Assert.True(v >= 0));
            var inView = Enumerable.Range(0, 50).SelectMany(r => field.AsSpan((r + 9) * grid.Width + 9, 60).ToArray()).ToArray();
            Assert.Equal(0, inView.Min());
            means.Add(inView.Average(v => (double)v));
        }
        Assert.All(means, m => Assert.Equal(means[0], m, 1e-6));
    }

    [Fact]
    public void A_field_in_a_view_of_one_pixel_is_flat()
    {
        var fields = new Neuropil { SpatialSigmaUm = 3, NComponents = 2 }.Fields(3, new Grid(1, 1, 0, 1), Threads);
        Assert.All(fields, f => Assert.Equal(1f, f.Single()));
    }

    [Fact]
    public void The_free_envelope_is_a_stationary_unit_process_that_forgets_at_its_time_constant()
    {
        // 4000 sequences; 4.4 standard errors.
        const int n = 4000;
        double first = 0, last = 0, product = 0;
        for (var i = 0u; i < n; i++)
        {
            var u = Neuropil.OrnsteinUhlenbeck(new Draws(9, RandomStream.NeuropilEnvelope, i), 40, 20);
            first += u[0] * u[0] / n;
            last += u[39] * u[39] / n;
            product += u[10] * u[30] / n;
        }
        Assert.Equal(1, first, 4.4 * Math.Sqrt(2.0 / n));
        Assert.Equal(1, last, 4.4 * Math.Sqrt(2.0 / n));
        Assert.Equal(Math.Exp(-1), product, 4.4 * Math.Sqrt((1 + Math.Exp(-2)) / n));
    }

    [Fact]
    public void A_silent_population_has_no_envelope_and_leaves_the_shared_part_level()
    {
        Assert.Null(Neuropil.PopulationEnvelope([0, 0, 0], 5));
        var step = new Neuropil { PopulationCoupling = 1, NComponents = 2 };
        var spec = SpecOf(step);
        Minisim.Scenes.Cell[] cells = [new(0, 0, new(0, 0, 0), Footprint.Empty)];
        var scene = new StepRun(spec, step, 2, new PlacedCells(cells), new Activity([new double[spec.Acquisition.NFrames()]], []));
        Assert.Equal(["neuropil_spatial", "neuropil_temporal"], scene.Arrays.Select(a => a.Name));
        Assert.All(scene.Arrays[1].ToDoubles(), v => Assert.Equal(1, v));
    }

    [Fact]
    public void Without_activity_nothing_follows_the_population()
    {
        var step = new Neuropil { PopulationCoupling = 1, NComponents = 2, Amplitude = 0.8 };
        var scene = new StepRun(SpecOf(step), step, 2);
        Assert.Equal(["neuropil_spatial", "neuropil_temporal"], scene.Arrays.Select(a => a.Name));
        var free = scene.Arrays[1].ToDoubles();
        Assert.True(free.Distinct().Count() > 70);
        var group = scene.Output.Find<LightGroup>()!;
        Assert.Equal((float[])scene.Arrays[0].Values, Enumerable.Range(0, 2).SelectMany(k => Pixels(group.Shapes, k)));
        var light = new float[free.Length / 2];
        group.Light.Fill(1, 0, light);
        Assert.Equal(free[light.Length..].Select(v => (float)(0.8 / 2 * v)), light);
    }

    [Fact]
    public void Full_coupling_is_the_population_times_its_mean_bleaching()
    {
        var step = new Neuropil { PopulationCoupling = 1, NComponents = 2 };
        var spec = SpecOf(step, new BrainMotion { MaxShiftUm = 30 });
        var (frames, random) = (spec.Acquisition.NFrames(), new System.Random(4));
        double[][] Random() => [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, frames).Select(_ => random.NextDouble()).ToArray())];
        // The last cell lies in the margin and must not count.
        Minisim.Scenes.Cell[] cells = [new(0, 0, new(0, 0, 0), Footprint.Empty), new(0, 1, new(0, 40, -50), Footprint.Empty), new(0, 2, new(0, 0, 70), Footprint.Empty)];
        var (c, bleaching) = (Random(), Random());
        var scene = new StepRun(spec, step, 2, new PlacedCells(cells), new Activity(c, []), new Unbleached(new KeptTraces(c), bleaching));
        var population = scene.Arrays.Single(a => a.Name == "neuropil_population").ToDoubles();
        Assert.Equal(1, population.Average(), 1e-12);
        var expected = Neuropil.PopulationEnvelope([.. c[0].Zip(c[1], (a, b) => a + b)], 1.5 * 20);
        Assert.Equal(expected, population);
        var temporal = scene.Arrays.Single(a => a.Name == "neuropil_temporal").ToDoubles();
        for (var t = 0; t < scene.Frames; t++)
        {
            Assert.Equal(population[t] * (bleaching[0][t] + bleaching[1][t]) / 2, temporal[t], 1e-12);
            Assert.Equal(temporal[t], temporal[scene.Frames + t]);
        }
    }

    private static float[] Pixels(IFootprints shapes, int source)
    {
        var values = new float[shapes.Bounds(source).Height * shapes.Bounds(source).Width];
        shapes.Fill(source, values);
        return values;
    }
}

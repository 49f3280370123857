using CsCheck;
using Minisim.Random;
using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Tests.Reference;

namespace Minisim.Tests.Steps.Tissue;

public class VasculatureTests
{
    private const double V4PixelUm = 4.8 / 2.9;
    private static readonly ParallelOptions Threads = new() { MaxDegreeOfParallelism = 2 };
    private static readonly VesselLayer Ca1 = new() { DepthUm = 120, NRoots = 3, RootRadiusUm = 14, Opacity = 0.65 };
    private static readonly VesselLayer Cortex = new() { DepthUm = 80, NRoots = 2, RootRadiusUm = 25, Opacity = 0.9, BranchProb = 0.15, TortuosityDeg = 5 };

    [Fact]
    public void Murray_split_conserves_the_cube_sum() =>
        Gen.Select(Gen.Double[0.01, 1000], Gen.Double[0.001, 0.999]).Sample((r, a) =>
        {
            var (main, side) = Vasculature.MurrayChildren(r, a);
            return Math.Abs((main * main * main + side * side * side) / (r * r * r) - 1) < 1e-12 && Math.Abs(main * main * main / (r * r * r) - a) < 1e-12;
        });

    [Fact]
    public void Mask_in_view_does_not_depend_on_the_margin_or_the_threads()
    {
        foreach (var sigma in new[] { 0.3, 4.7 })
            for (var seed = 1ul; seed < 6; seed++)
            {
                const int height = 130, width = 171, margin = 11;
                var plain = LayerMask(Ca1, seed, 1, new Grid(height, width, 0, V4PixelUm), sigma, new ParallelOptions { MaxDegreeOfParallelism = 1 });
                var grid = new Grid(height, width, margin, V4PixelUm);
                var moved = LayerMask(Ca1, seed, 1, grid, sigma, Threads);
                for (var row = 0; row < height; row++)
                    Assert.True(plain.AsSpan(row * width, width).SequenceEqual(moved.AsSpan((row + margin) * grid.Width + margin, width)));
            }
    }

    [Fact]
    public void Trunks_reach_the_border_of_the_canvas()
    {
        // One straight trunk: wherever it enters, the canvas's outermost pixels carry its shadow too.
        var layer = new VesselLayer { NRoots = 1, TortuosityDeg = 0, BranchProb = 0, RootRadiusUm = 10 };
        for (var seed = 0ul; seed < 8; seed++)
        {
            var grid = new Grid(60, 60, 40, 2);
            var mask = LayerMask(layer, seed, 0, grid, 0.1, Threads);
            var border = Enumerable.Range(0, grid.Width).SelectMany(i => new[]
                { mask[i], mask[(grid.Height - 1) * grid.Width + i], mask[i * grid.Width], mask[i * grid.Width + grid.Width - 1] });
            Assert.True(border.Min() < 0.6);
        }
    }

    [Fact]
    public void A_wide_vessel_transmits_one_minus_opacity()
    {
        var layer = new VesselLayer { NRoots = 1, TortuosityDeg = 0, BranchProb = 0, RootRadiusUm = 60, Opacity = 0.8, AbsorptionPerUm = 5 };
        var mask = LayerMask(layer, 3, 0, new Grid(64, 64, 0, 1), 0.5, Threads);
        Assert.Equal(0.2, mask.Min(), 1e-6);
        Assert.True(mask.Max() <= 1);
    }

    [Fact]
    public void Every_branch_hangs_together_and_is_no_thinner_than_allowed()
    {
        var tree = Vasculature.Grow(new Draws(4, RandomStream.Vessels, 1), Ca1, 1000, 1000);
        Assert.InRange(tree.Segments.Count, 2, Vasculature.MaxSegments);
        var ends = new HashSet<(double, double)> { (tree.Entry.Y, tree.Entry.X) };
        foreach (var s in tree.Segments)
        {
            Assert.Contains((s.Y0, s.X0), ends);
            ends.Add((s.Y1, s.X1));
            Assert.InRange(s.RadiusUm, Ca1.MinRadiusUm, Ca1.RootRadiusUm);
            Assert.True(Math.Max(Math.Abs(s.Y0), Math.Abs(s.X0)) <= 500 + Vasculature.ExitUm);
            Assert.Equal(1.5 * s.RadiusUm, Math.Sqrt((s.Y1 - s.Y0) * (s.Y1 - s.Y0) + (s.X1 - s.X0) * (s.X1 - s.X0)), 1e-9);
        }
    }

    [Fact]
    public void Layers_multiply_and_the_overlap_is_the_light_they_take()
    {
        var both = new Vasculature { Enabled = true, Layers = [Ca1, Cortex] };
        var spec = new Spec
        {
            Acquisition = new() { ImageSensor = new() { NPxHeight = 90, NPxWidth = 110, PixelPitchUm = 16 }, FocalDepthInTissueUm = 120, DurationS = 1 },
            Steps = [both, new BrainMotion { MaxShiftUm = 5 }],
        };
        StepRun Compile(Vasculature step) => new(spec, step, 2, new PlacedCells([new(0, 0, default, new Footprint(20, 30, 2, 2, [1, 0.5f, 0, 2]))]));
        static float[]? MaskOf(StepRun run) => run.Output.Find<TissueFactor>()?.Values;
        var scene = Compile(both);
        var first = Compile(both with { Layers = [Ca1] });
        Assert.All(MaskOf(scene)!.Zip(MaskOf(first)!), m => Assert.True(m.First <= m.Second));
        Assert.NotEqual(MaskOf(scene), MaskOf(first));
        var mask = MaskOf(scene)!;
        var w = scene.Grid.Width;
        var passed = (mask[20 * w + 30] + 0.5 * mask[20 * w + 31] + 2 * mask[21 * w + 31]) / 3.5;
        Assert.Equal(1 - passed, scene.Arrays.Single(a => a.Name == "vessel_overlap_fraction").ToDoubles()[0], 1e-7);
        Assert.Equal([90, 110], scene.Arrays.Single(a => a.Name == "vasculature_mask").Shape);

        var off = Compile(both with { Enabled = false });
        Assert.Null(MaskOf(off));
        Assert.Empty(off.Arrays);
    }

    [Fact]
    public void A_root_below_its_smallest_radius_is_an_error()
    {
        var step = new Vasculature { Enabled = true, Layers = [Ca1, Ca1 with { RootRadiusUm = 2 }] };
        var problems = new ProblemList();
        step.Check(new Spec { Steps = [step] }, problems);
        Assert.Equal("steps[0] (vasculature).layers[1].min_radius_um", Assert.Single(problems.Items).Path);
    }

    public static TheoryData<string> Regions => ["ca1", "cortex_l23"];

    // The reference ends branches at the edge of the canvas, here the FOV: 500 roots, means within 10 %.
    [Theory]
    [MemberData(nameof(Regions))]
    public void Trees_have_the_segments_length_and_radius_of_the_reference(string region)
    {
        var layer = region == "ca1" ? Ca1 : Cortex;
        var measured = Enumerable.Range(0, 500).Select(i =>
        {
            var segments = Vasculature.Grow(new Draws((ulong)i, RandomStream.Vessels), layer, 608 * V4PixelUm, 608 * V4PixelUm, exitUm: 0).Segments;
            var length = segments.Sum(s => layer.StepPerRadius * s.RadiusUm);
            return (Count: (double)segments.Count, Length: length, Radius: segments.Sum(s => layer.StepPerRadius * s.RadiusUm * s.RadiusUm) / length);
        }).ToList();
        foreach (var (name, ours) in new[] { ("nseg", measured.Average(m => m.Count)), ("len", measured.Average(m => m.Length)), ("rad", measured.Average(m => m.Radius)) })
        {
            var reference = ReferenceData.Npy("stats", "npy", $"vessels_{region}_{name}.npy").Values.Average();
            Assert.True(Math.Abs(ours / reference - 1) < 0.1, $"{name}: {ours}, reference {reference}");
        }
    }

    // 100 seeds each; means within 10 % plus three standard errors of the comparison.
    [Theory]
    [MemberData(nameof(Regions))]
    public void Masks_cover_as_much_as_the_reference(string region)
    {
        var layer = region == "ca1" ? Ca1 : Cortex;
        var optics = new Optics { Na = 0.3 };
        var acquisition = new Acquisition { Optics = optics };
        var defocus = optics.DefocusSigmaUm(layer.DepthUm, region == "ca1" ? 147 : 130);
        var sigmaPx = Math.Sqrt(acquisition.InFocusVarianceUm2(layer.DepthUm) + defocus * defocus) / V4PixelUm;
        var grid = new Grid(608, 608, 0, V4PixelUm);
        double[] limits = [0.95, 0.9, 0.8, 0.7, 0.5];
        var ours = new double[100][];
        for (var seed = 0; seed < ours.Length; seed++)
        {
            var mask = LayerMask(layer, (ulong)seed, 0, grid, sigmaPx, Threads);
            ours[seed] = [mask.Average(m => (double)m), mask.Min(), .. limits.Select(l => mask.Count(m => m < l) / (double)mask.Length)];
        }
        var reference = ReferenceData.Npy("stats", "npy", $"vessels_{region}.npy");
        var report = new List<string>();
        var failed = false;
        for (var i = 0; i < 7; i++)
        {
            double[] a = [.. Enumerable.Range(0, 100).Select(s => ours[s][i])], b = [.. Enumerable.Range(0, 100).Select(s => reference[s, i])];
            double Variance(double[] v) => v.Sum(x => (x - v.Average()) * (x - v.Average())) / 99;
            var error = Math.Sqrt((Variance(a) + Variance(b)) / 100);
            // Of the light that is taken, not of the little that is missing from 1.
            var (ma, mb) = i == 0 ? (1 - a.Average(), 1 - b.Average()) : (a.Average(), b.Average());
            failed |= Math.Abs(ma - mb) > 0.1 * mb + 3 * error;
            report.Add($"{(i < 2 ? (i == 0 ? "absorbed" : "min") : $"mask < {limits[i - 2]}")}: {ma:0.#####}, reference {mb:0.#####}, ratio {ma / mb:0.###} ± {error / mb:0.###}");
        }
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(Environment.NewLine, report));
        Assert.False(failed, string.Join(Environment.NewLine, report));
    }

    private static float[] LayerMask(VesselLayer layer, ulong seed, uint index, Grid grid, double sigmaPx, ParallelOptions parallelism) =>
        Vasculature.Blur(Vasculature.Draw(layer, seed, index, grid, FootprintOptics.GaussianRadius(sigmaPx) + (int)(seed % 3) * 5, parallelism), grid, sigmaPx, parallelism);
}

using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Tests.Statistics;

namespace Minisim.Tests.Steps.Cell;

/// <summary>Brightness at rest, nuclei, sizes, and light of the tissue itself.</summary>
public class CellPartsTests
{
    private static StepRun Activity(CellActivity step, int cells, Func<int, bool>? isFilled = null, double durationS = 0.1) =>
        new(new Spec { Seed = 1, Acquisition = new() { DurationS = durationS }, Steps = [step] }, step, 2,
            new PlacedCells([.. Enumerable.Range(0, cells).Select(i => new Minisim.Scenes.Cell(0, i, default, Footprint.Empty) { IsFilled = isFilled?.Invoke(i) ?? false })]));

    [Fact]
    public void Gamma_brightness_has_more_dim_cells_and_mean_1()
    {
        const int n = 10_000;
        var a = Activity(new CellActivity { BrightnessDistribution = BrightnessDistribution.Gamma, BrightnessCv = 0.63 }, n).Amplitude;
        var comparisons = new Comparisons(significance: 1e-3);
        comparisons.Z("mean", (a.Average() - 1) / (0.63 / Math.Sqrt(n)));
        foreach (var (what, share, p) in new[] { ("< 0.25", a.Count(v => v < 0.25), 0.0586), ("< 0.5", a.Count(v => v < 0.5), 0.221), ("> 2", a.Count(v => v > 2), 0.074) })
            comparisons.Z(what, (share - n * p) / Math.Sqrt(n * p * (1 - p)));
        // A wide law, of shape below 1.
        var wide = Activity(new CellActivity { BrightnessDistribution = BrightnessDistribution.Gamma, BrightnessCv = 1.5 }, n).Amplitude;
        comparisons.Z("wide mean", (wide.Average() - 1) / (1.5 / Math.Sqrt(n)));
        comparisons.Assert();
        Assert.All(Activity(new CellActivity { BrightnessDistribution = BrightnessDistribution.Gamma, BrightnessCv = 0 }, 5).Amplitude, v => Assert.Equal(1, v));
    }

    [Fact]
    public void Cells_without_indicator_are_dark_and_stay_in_the_truth()
    {
        var run = Activity(new CellActivity { ExpressingFraction = 0.8 }, 5000, durationS: 2);
        var expressing = (bool[])run.Array("expressing").Values;
        var comparisons = new Comparisons(significance: 1e-3);
        comparisons.Z("share", (expressing.Count(e => e) - 4000) / Math.Sqrt(5000 * 0.16));
        comparisons.Assert();
        var all = Activity(new CellActivity(), 5000, durationS: 2);
        for (var i = 0; i < expressing.Length; i++)
        {
            Assert.Equal(all.S[i], run.S[i]);
            if (expressing[i]) Assert.Equal(all.C[i], run.C[i]);
            else Assert.All(run.C[i], c => Assert.Equal(0, c));
        }
        var spec = Minisim.Tests.Invariance.RenderingInvarianceTests.Everything();
        using var scene = Simulator.Compile(spec.With(spec.Find<CellActivity>()! with { ExpressingFraction = 0.5, Indicator = new() { Name = IndicatorName.GCaMP6f } }));
        var lit = (bool[])scene.Truth.Find("expressing")!.Values;
        Assert.Contains(false, lit);
        for (var i = 0; i < lit.Length; i++)
            if (!lit[i])
            {
                Assert.False(scene.Truth.Detectable[i]);
                Assert.All(scene.Truth.Find("dff")!.Row<double>(i).ToArray(), v => Assert.Equal(0, v));
            }
    }

    [Fact]
    public void Filled_cells_are_twice_as_bright_with_weak_and_slow_responses()
    {
        var step = new CellActivity { Indicator = new() { Name = IndicatorName.GCaMP6f } };
        StepRun usual = Activity(step, 20, durationS: 5), filled = Activity(step, 20, i => i % 2 == 0, durationS: 5);
        double[] p = usual.Array("indicator_params").ToDoubles(), q = filled.Array("indicator_params").ToDoubles();
        for (var i = 0; i < 20; i++)
        {
            var (brightness, decay, response) = i % 2 == 0 ? (2, 2, 0.3) : (1, 1, 1);
            Assert.Equal(brightness * usual.Amplitude[i], filled.Amplitude[i], 1e-12);
            Assert.Equal(decay * p[8 * i + 1], q[8 * i + 1], 1e-12);
            Assert.Equal(response * p[8 * i + 7], q[8 * i + 7], 1e-12);
            Assert.Equal(usual.S[i], filled.S[i]);
        }
        StepRun linear = Activity(new CellActivity { BrightnessCv = 0 }, 4, i => i == 0, durationS: 60), plain = Activity(new CellActivity { BrightnessCv = 0 }, 4, durationS: 60);
        Assert.Equal(plain.C[1], linear.C[1]);
        // 0.3 of the response, over twice the time.
        double Mean(double[] c, double rest) => c.Average() / rest - 1;
        Assert.InRange(Mean(linear.C[0], 2) / Mean(plain.C[0], 1), 0.3 * 1.7, 0.3 * 2.3);
    }

    // A soma alone on pixels of 0.1 µm.
    private static (Footprint Planted, double RadiusPx) Soma(double nucleus, double brightness, double irregularity = 0)
    {
        var spec = new Spec
        {
            Acquisition = new() { DurationS = 0.1, Optics = new() { Magnification = 30 }, ImageSensor = new() { NPxHeight = 201, NPxWidth = 201, PixelPitchUm = 3 } },
            Steps = [new PlaceNeurons { PositionsUm = [new(20, 0, 0)], SomaRadiusUm = 7, Irregularity = irregularity, NucleusRadiusFraction = nucleus, NucleusBrightness = brightness }],
        };
        using var scene = Simulator.Compile(spec);
        return (scene.Truth.Planted[0], 70);
    }

    [Fact]
    public void A_donut_s_centre_is_0_65_of_its_rim_and_its_light_that_of_the_shell()
    {
        var (planted, radius) = Soma(0.6, 0.2);
        double At(double u) => planted.Values[planted.Height / 2 * planted.Width + planted.Width / 2 + (int)Math.Round(u * radius)];
        Assert.Equal(0.650, At(0) / planted.Values.Max(), 0.0065);
        Assert.Equal(1, planted.Values.Max(), 0.01);
        Assert.Equal(42, Enumerable.Range(0, 70).MaxBy(d => At(d / radius)));
        // The same scale for the ball without a nucleus: 1/√(1 − 0.36) of its own.
        var ball = Soma(0.6, 0).Planted.Values.Sum(v => (double)v);
        double total = 0;
        for (var y = -70; y <= 70; y++)
            for (var x = -70; x <= 70; x++)
                total += Math.Sqrt(Math.Max(0, 1 - (x * x + y * y) / 4900.0)) / 0.8;
        Assert.Equal(0.8 * 0.216, 1 - planted.Values.Sum(v => (double)v) / total, 0.01 * 0.173);
        Assert.Equal(0.216, 1 - ball / total, 0.003);
    }

    [Fact]
    public void Without_a_nucleus_a_soma_is_the_flat_disk_of_the_reference()
    {
        var (disk, _) = Soma(0, 0);
        Assert.All(disk.Values, v => Assert.True(v is 0 or 1));
        // The outline is that of the same cell with a nucleus, dimmer towards it.
        var (flat, _) = Soma(0, 0, 0.3);
        var (shell, _) = Soma(0.6, 0.2, 0.3);
        Assert.InRange(shell.Values.Count(v => v > 0) / (double)flat.Values.Count(v => v > 0), 0.97, 1);
    }

    [Fact]
    public void Radii_vary_with_their_mean_kept_and_0_changes_nothing()
    {
        static CompiledScene Scene(double cv, double filled = 0) => Simulator.Compile(new Spec
        {
            Acquisition = new() { DurationS = 0.1, ImageSensor = new() { NPxHeight = 600, NPxWidth = 600 } },
            Steps = [new PlaceNeurons { DensityPerMm3 = 100_000, SomaRadiusUm = 5, SomaRadiusCv = cv, FilledNucleusFraction = filled }],
        });
        using var varied = Scene(0.2, 0.03);
        using var plain = Scene(0);
        var radii = varied.Truth.Find("soma_radius_um")!.ToDoubles();
        var filled = (bool[])varied.Truth.Find("filled_nucleus")!.Values;
        var comparisons = new Comparisons(significance: 1e-3);
        comparisons.Z("mean", (radii.Average() / 5 - 1) / (0.2 / Math.Sqrt(radii.Length)));
        var found = Math.Sqrt(radii.Sum(r => (r - radii.Average()) * (r - radii.Average())) / radii.Length) / 5;
        comparisons.Z("variation", (found / 0.2 - 1) / Math.Sqrt(0.66 / radii.Length));
        comparisons.Z("filled", (filled.Count(f => f) - 0.03 * filled.Length) / Math.Sqrt(filled.Length * 0.03 * 0.97));
        comparisons.Assert();
        Assert.Null(plain.Truth.Find("soma_radius_um"));
        // Cells at the rim of the field are in view by their size; those that both show have the same places.
        Assert.InRange(plain.Truth.NUnits / (double)varied.Truth.NUnits, 0.98, 1.02);
    }

    [Theory]
    [InlineData("\"nucleus_radius_fraction\":0.6,\"nucleus_brightness\":0.5", "nucleus_brightness", "must exceed")]
    [InlineData("\"nucleus_radius_fraction\":0.96", "nucleus_radius_fraction", "must be in [0, 0.95]")]
    [InlineData("\"soma_radius_cv\":0.6", "soma_radius_cv", "must be in [0, 0.5]")]
    [InlineData("\"filled_nucleus_fraction\":1.5", "filled_nucleus_fraction", "must be in [0, 1]")]
    [InlineData("\"nucleus_radius_fraction\":0.6,\"populations\":[{}]", "nucleus_radius_fraction", "would be ignored")]
    public void Impossible_cells_are_refused(string fields, string field, string reason)
    {
        var problem = Assert.Single(Assert.Throws<SpecException>(() => SpecJson.Parse($$"""{"steps":[{"kind":"place_neurons",{{fields}}}]}""")).Problems, p => !p.IsWarning);
        Assert.EndsWith(field, problem.Path);
        Assert.Contains(reason, problem.Reason);
    }
}

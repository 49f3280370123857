using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Tests.Steps.Tissue;

/// <summary>The background that real recordings have: fields that follow the cells beneath them, cells of other depths, and a share of the
/// variance.</summary>
public class BackgroundTests
{
    private static readonly ParallelOptions Threads = new() { MaxDegreeOfParallelism = 2 };

    private static Population Cells => new() { DensityPerMm3 = 60000, SomaRadiusUm = 5, DepthRangeUm = new(100, 120) };
    private static Population Deep => new() { DensityPerMm3 = 20000, SomaRadiusUm = 6, DepthRangeUm = new(200, 300), Role = PopulationRole.Background };

    private static Spec SpecOf(double seconds, params Step[] steps) => new()
    {
        Seed = 5,
        Acquisition = new()
        {
            Optics = new() { Na = 0.3, Magnification = 2.9 },
            ImageSensor = new() { NPxHeight = 90, NPxWidth = 110, PixelPitchUm = 4.8 },
            DurationS = seconds,
            Fps = 10,
            FocalDepthInTissueUm = 110,
        },
        Steps = [.. steps],
    };

    private static Spec Tissue(double seconds, Neuropil? neuropil, params Population[] populations) => SpecOf(seconds,
        [new PlaceNeurons { Populations = [.. populations] }, new CellActivity(), new OpticsStep(), new Composite(), .. neuropil is null ? Array.Empty<Step>() : [neuropil]]);

    private static float[][] Movie(Spec spec)
    {
        using var recording = Simulator.Run(spec);
        var movie = new float[recording.Observed.Frames][];
        for (var t = 0; t < movie.Length; t++) recording.Observed.ReadFrame(t, movie[t] = new float[recording.Observed.Height * recording.Observed.Width]);
        return movie;
    }

    private static double[] Variances(Func<int, int, double> light, int frames, int pixels)
    {
        var variance = new double[pixels];
        for (var p = 0; p < pixels; p++)
        {
            double mean = 0, squares = 0;
            for (var t = 0; t < frames; t++) mean += light(t, p) / frames;
            for (var t = 0; t < frames; t++) squares += Math.Pow(light(t, p) - mean, 2);
            variance[p] = squares / frames;
        }
        return variance;
    }

    [Theory]
    [InlineData(0.9, false, NeuropilPopulation.Local)]
    [InlineData(0.6, false, NeuropilPopulation.Global)]
    [InlineData(0.9, true, NeuropilPopulation.Local)]
    public void Background_makes_the_share_of_the_variance_that_is_asked_for(double fraction, bool withDeepCells, NeuropilPopulation model)
    {
        var neuropil = new Neuropil { BackgroundVarianceFraction = fraction, PopulationModel = model, NComponents = 4, SpatialSigmaUm = 25, TemporalTauS = 5 };
        Population[] populations = withDeepCells ? [Cells, Deep] : [Cells];
        var spec = Tissue(60, neuropil, populations);
        float[][] all = Movie(spec), cells = Movie(Tissue(60, null, Cells));
        var pixels = all[0].Length;
        double[] total = Variances((t, p) => all[t][p], all.Length, pixels), background = Variances((t, p) => all[t][p] - cells[t][p], all.Length, pixels);
        Assert.Equal(fraction, background.Sum() / total.Sum(), 0.01);

        using var scene = Simulator.Compile(spec);
        var map = (float[])scene.Truth.Find("background_variance_fraction")!.Values;
        var measured = background.Zip(total, (b, a) => b / a).ToArray();
        for (var p = 0; p < pixels; p += 7) Assert.Equal(measured[p], map[p], 2e-3);
        Array.Sort(measured);
        Assert.True(measured[pixels / 2] > fraction, $"the median pixel has {measured[pixels / 2]}: few pixels have a cell");
        // What is told of the light at a pixel is what is rendered.
        var amplitude = scene.Truth.Find("neuropil_amplitude")!.ToDoubles()[0];
        Assert.NotEqual(0.5, amplitude);
    }

    [Fact]
    public void Background_cells_that_are_more_than_the_share_are_an_error()
    {
        var spec = Tissue(20, new Neuropil { BackgroundVarianceFraction = 0.001 }, Cells, Deep);
        var problem = Assert.Single(Assert.Throws<SpecException>(() => Simulator.Compile(spec)).Problems);
        Assert.Contains("background cells alone", problem.Reason);
        var dark = SpecOf(5, new Neuropil { BackgroundVarianceFraction = 0.5 });
        Assert.Contains(SpecValidator.Check(dark), p => p.Path.EndsWith("background_variance_fraction", StringComparison.Ordinal));
    }

    [Fact]
    public void A_free_envelope_has_the_variance_of_its_lognormal_and_forgets_at_its_time_constant()
    {
        // 64 envelopes of 300 time constants, of known mean: 3 standard errors from their scatter; two comparisons.
        var step = new Neuropil { PopulationCoupling = 0, NComponents = 64, TemporalTauS = 2, SpatialSigmaUm = 200 };
        var scene = new StepRun(SpecOf(600, step), step, 2);
        var temporal = scene.Array("neuropil_temporal").ToDoubles();
        var (frames, lag) = (scene.Frames, 20);
        double[] variance = new double[64], later = new double[64];
        for (var k = 0; k < 64; k++)
        {
            for (var t = 0; t < frames; t++) variance[k] += Math.Pow(temporal[k * frames + t] - 1, 2) / frames;
            for (var t = 0; t + lag < frames; t++) later[k] += (temporal[k * frames + t] - 1) * (temporal[k * frames + t + lag] - 1) / (frames - lag);
        }
        double Error(double[] v) => Math.Sqrt(v.Average(x => Math.Pow(x - v.Average(), 2)) / 63);
        Assert.Equal(Math.Exp(0.16) - 1, variance.Average(), 3 * Error(variance));
        Assert.Equal(0.1735, variance.Average(), 3 * Error(variance));
        Assert.Equal(Math.Exp(0.16 * Math.Exp(-1)) - 1, later.Average(), 3 * Error(later));
    }

    [Fact]
    public void A_local_field_follows_the_cells_where_it_is_bright()
    {
        var neuropil = new Neuropil { PopulationModel = NeuropilPopulation.Local, PopulationTauS = 1e-6, PopulationCoupling = 1, NComponents = 6, SpatialSigmaUm = 15 };
        using var scene = Simulator.Compile(Tissue(30, neuropil, Cells));
        var truth = scene.Truth;
        var (population, spatial, c, centres) = (truth.Find("neuropil_population")!, truth.Find("neuropil_spatial")!.ToDoubles(), truth.C!.ToDoubles(), truth.CentersUm.ToDoubles());
        Assert.Equal(["component", "frame"], population.Axes);
        int frames = scene.Frames, pixels = scene.Height * scene.Width;
        var p = population.ToDoubles();
        for (var k = 0; k < 6; k++)
        {
            var sum = new double[frames];
            for (var i = 0; i < truth.NUnits; i++)
            {
                if (!truth.Grid.InFov(centres[3 * i + 1], centres[3 * i + 2])) continue;
                var weight = spatial[k * pixels + truth.Grid.NearestFovPixel(centres[3 * i + 1], centres[3 * i + 2])];
                for (var t = 0; t < frames; t++) sum[t] += weight * c[i * frames + t];
            }
            Assert.Equal(1, Correlation(sum, p.AsSpan(k * frames, frames).ToArray()), 1e-9);
        }
        // Two pixels' neuropil: the nearer the more alike; with a global population all alike.
        double[] Light(double[] temporal, int pixel) => [.. Enumerable.Range(0, frames).Select(t => Enumerable.Range(0, 6).Sum(k => spatial[k * pixels + pixel] * temporal[k * frames + t]))];
        var local = truth.Find("neuropil_temporal")!.ToDoubles();
        double Mean(double[] temporal, int distance) => Enumerable.Range(0, 60).Average(j =>
        {
            var from = j * 97 % scene.Height * scene.Width + j * 61 % (scene.Width - distance);
            return Correlation(Light(temporal, from), Light(temporal, from + distance));
        });
        double near = Mean(local, 3), middle = Mean(local, 15), far = Mean(local, 50);
        Assert.True(near > middle && middle > far && near > 0.97, $"{near}, {middle}, {far}");
        using var global = Simulator.Compile(Tissue(30, neuropil with { PopulationModel = NeuropilPopulation.Global }, Cells));
        Assert.Equal(1, Mean(global.Truth.Find("neuropil_temporal")!.ToDoubles(), 50), 1e-9);
    }

    private static double Correlation(double[] a, double[] b)
    {
        double ma = a.Average(), mb = b.Average(), ab = 0, aa = 0, bb = 0;
        for (var t = 0; t < a.Length; t++)
        {
            ab += (a[t] - ma) * (b[t] - mb);
            aa += (a[t] - ma) * (a[t] - ma);
            bb += (b[t] - mb) * (b[t] - mb);
        }
        return ab / Math.Sqrt(aa * bb);
    }

    [Theory]
    [InlineData(150, 4)]
    [InlineData(200, 8)]
    [InlineData(400, 16)]
    public void A_background_cell_is_the_gaussian_of_its_blur_with_all_of_its_light(double depthUm, int step)
    {
        var spec = Tissue(2, null, Deep with { PositionsUm = [new(depthUm, 7.3, -4.1)] });
        var acquisition = spec.Acquisition with { ImageSensor = new() { NPxHeight = 480, NPxWidth = 480, PixelPitchUm = 4.8 }, DurationS = 0.4 };
        spec = spec with { Acquisition = acquisition, Output = new() { SaveBackground = true } };
        using var scene = Simulator.Compile(spec);
        Assert.Equal(0, scene.Truth.NUnits);
        var c = scene.Truth.Find("background_cells_c")!.ToDoubles();
        var sigma = scene.Truth.Find("background_cells_sigma_px")!.ToDoubles()[0];
        var optics = acquisition.CellOptics(depthUm, 110);
        var radius = 6 / acquisition.PixelSizeUm();
        Assert.Equal(Math.Sqrt(optics.SigmaPx * optics.SigmaPx + radius * radius / 4), sigma, 1e-9);
        Assert.Equal(step, ((BackgroundShapes)scene.Scene.Lights[1].Shapes).Step(0));
        var light = acquisition.FootprintGain(depthUm) * Math.PI * radius * radius;
        var peak = light * c[1] / (2 * Math.PI * sigma * sigma);
        var frame = new float[scene.Height * scene.Width];
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(scene.Frame(1)).CopyTo(frame);
        double total = 0, worst = 0;
        for (var row = 0; row < scene.Height; row++)
            for (var col = 0; col < scene.Width; col++)
            {
                double dy = row - (scene.Height - 1) / 2.0 - 7.3 / acquisition.PixelSizeUm(), dx = col - (scene.Width - 1) / 2.0 + 4.1 / acquisition.PixelSizeUm();
                worst = Math.Max(worst, Math.Abs(frame[row * scene.Width + col] - peak * Math.Exp(-(dy * dy + dx * dx) / (2 * sigma * sigma))));
                total += frame[row * scene.Width + col];
            }
        Assert.True(worst <= 0.02 * peak, $"{worst / peak}");
        Assert.Equal(1, total / (light * c[1]), 0.001);
    }

    [Fact]
    public void Background_cells_of_all_blurs_add_up_and_a_wider_canvas_changes_no_pixel()
    {
        // From a grid of their own each, and one that takes every pixel.
        var spec = Tissue(2, null, Deep with { PositionsUm = [new(115, -60, 33), new(135, 50, -20), new(150, 7.3, -4.1), new(200, -90, 60), new(260, 30, 80), new(400, -10, -70)] });
        spec = spec with { Acquisition = spec.Acquisition with { ImageSensor = new() { NPxHeight = 240, NPxWidth = 270, PixelPitchUm = 4.8 }, DurationS = 0.4 }, Output = new() { SaveBackground = true } };
        using var scene = Simulator.Compile(spec);
        var shapes = (BackgroundShapes)scene.Scene.Lights[1].Shapes;
        Assert.Equal([1, 4, 8, 16], Enumerable.Range(0, shapes.Count).Select(shapes.Step).Distinct().Order());
        var c = scene.Truth.Find("background_cells_c")!.ToDoubles();
        var frame = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(scene.Frame(1)).ToArray();
        double worst = 0, peak = 0;
        for (var row = 0; row < scene.Height; row++)
            for (var col = 0; col < scene.Width; col++)
            {
                var exact = Enumerable.Range(0, shapes.Count).Sum(i => c[i * scene.Frames + 1] * shapes.At(i, row, col));
                (worst, peak) = (Math.Max(worst, Math.Abs(exact - frame[row * scene.Width + col])), Math.Max(peak, exact));
            }
        Assert.True(worst <= 0.01 * peak, $"{worst / peak}");
        using var wider = Simulator.Compile(spec.With(new BrainMotion { MaxShiftUm = 21, Model = MotionModel.Walk, WalkStepUm = 0 }));
        Assert.True(wider.Scene.Grid.Margin > 4);
        Assert.Equal(scene.Frame(1), wider.Frame(1));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.6, 0.2, 0)]
    [InlineData(0.6, 0.2, 1)]
    public void A_cell_gives_as_much_light_as_background_as_it_does_as_a_unit(double nucleus, double brightness, double filled)
    {
        double Light(PopulationRole role)
        {
            var spec = Tissue(2, null, Deep with { Role = role, SomaRadiusUm = 18, Irregularity = 0, PositionsUm = [new(200, 0, 0)], NucleusRadiusFraction = nucleus, NucleusBrightness = brightness, FilledNucleusFraction = filled });
            spec = spec with { Acquisition = spec.Acquisition with { ImageSensor = new() { NPxHeight = 300, NPxWidth = 300, PixelPitchUm = 4.8 }, DurationS = 0.2 } };
            using var scene = Simulator.Compile(spec);
            return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(scene.Frame(1)).ToArray().Sum(v => (double)v);
        }
        Assert.Equal(1, Light(PopulationRole.Background) / Light(PopulationRole.Cell), 0.03);
    }

    [Fact]
    public void Light_that_is_no_cell_is_noise_whatever_it_comes_from()
    {
        static double[] Snr(params Step[] more)
        {
            var spec = SpecOf(20, [new PlaceNeurons { Populations = [Cells] }, new CellActivity(), new OpticsStep(), new Composite(), new Minisim.Steps.Sensor(), .. more]);
            using var scene = Simulator.Compile(spec with { Steps = [.. spec.Steps.OrderBy(StepCatalog.Order)] });
            return scene.Truth.Find("detection_snr")!.ToDoubles();
        }
        double[] dark = Snr(), tissue = Snr(new Autofluorescence { Level = 2, FieldCv = 0, BleachFraction = 0 }), sensor = Snr(new Leakage { Level = 2, SigmaUm = 1e6 });
        for (var i = 0; i < dark.Length; i++) Assert.Equal(sensor[i], tissue[i], 1e-5 * sensor[i]);
        Assert.True(tissue.Average() < 0.5 * dark.Average());
    }

    [Fact]
    public void Background_cells_are_no_units_and_drive_the_neuropil()
    {
        var neuropil = new Neuropil();
        using CompiledScene with = Simulator.Compile(Tissue(10, neuropil, Cells, Deep)), without = Simulator.Compile(Tissue(10, neuropil, Cells));
        Assert.Equal(without.Truth.NUnits, with.Truth.NUnits);
        Assert.Equal(without.Truth.C!.ToDoubles(), with.Truth.C!.ToDoubles());
        Assert.Equal(without.Truth.Detectable.ToArray(), with.Truth.Detectable.ToArray());
        Assert.NotEqual(without.Truth.Find("neuropil_population")!.ToDoubles(), with.Truth.Find("neuropil_population")!.ToDoubles());
        Assert.Null(with.Truth.Find("background_cells_c"));
        Assert.True(with.Truth.Find("background_cells_centers_um")!.Shape[0] > 20);
        // A margin changes no background cell in view.
        using CompiledScene still = Simulator.Compile(Tissue(2, null, Cells, Deep).With(new BrainMotion { MaxShiftUm = 15, TrajectoryUm = [.. Enumerable.Repeat(new Lateral(0, 0), 20)] })),
            moving = Simulator.Compile(Tissue(2, null, Cells, Deep).With(new BrainMotion { MaxShiftUm = 15, Model = MotionModel.Walk, WalkStepUm = 0 }));
        Assert.Equal(still.Frame(3).Length, moving.Frame(3).Length);
    }

    [Fact]
    public void A_floor_fills_the_holes_of_the_fields_and_texture_roughens_them()
    {
        var grid = new Grid(80, 90, 6, 1.5);
        var plain = new Neuropil().Fields(3, grid, Threads);
        var floored = new Neuropil { Floor = 0.3 }.Fields(3, grid, Threads);
        for (var i = 0; i < plain[0].Length; i++) Assert.Equal(0.3 + 0.7 * plain[0][i], floored[0][i], 1e-6);
        // exp(0.5·n − 0.125) has mean 1 and variance e^0.25 − 1 = 0.284: 3 standard errors of some 1000 patches of noise.
        var rough = new Neuropil { TextureWeight = 1, TextureSigmaUm = 3, SpatialSigmaUm = 400, NComponents = 8 }.Fields(3, grid, Threads);
        var smooth = new Neuropil { SpatialSigmaUm = 400, NComponents = 8 }.Fields(3, grid, Threads);
        var ratios = rough.Zip(smooth, (r, s) => r.Zip(s, (a, b) => (a, b)).Where(v => v.b > 0.05).Select(v => (double)v.a / v.b)).SelectMany(r => r).ToArray();
        Assert.Equal(1, ratios.Average(), 3 * 0.533 / Math.Sqrt(1000));
        Assert.Equal(0.284, ratios.Average(r => Math.Pow(r - 1, 2)), 0.08);
        var half = new Neuropil { TextureWeight = 0.5, TextureSigmaUm = 3, SpatialSigmaUm = 400, NComponents = 8 }.Fields(3, grid, Threads);
        for (var i = 0; i < half[2].Length; i++) Assert.Equal((rough[2][i] + smooth[2][i]) / 2, half[2][i], 1e-5);
    }

    [Fact]
    public void Fields_that_are_at_their_defaults_are_not_written_and_change_nothing()
    {
        var spec = Tissue(5, new Neuropil { PopulationModel = NeuropilPopulation.Global, TextureWeight = 0, Floor = 0, BackgroundVarianceFraction = null, ArousalGain = 0 }, Cells with { Role = PopulationRole.Cell });
        var json = SpecJson.Write(spec);
        foreach (var field in new[] { "population_model", "texture", "floor", "background_variance_fraction", "arousal_gain", "role", "save_background" }) Assert.DoesNotContain(field, json);
        Assert.Equal(Tissue(5, new Neuropil(), Cells).CacheKey(), spec.CacheKey());
    }

    [Fact]
    public void Counted_in_the_tissue_neuropil_changes_with_aperture_indicator_and_expression_as_cells_do()
    {
        var neuropil = new Neuropil { Amplitude = 0.7, BrightnessAt = BrightnessPlace.Tissue };
        var activity = new CellActivity { Indicator = new Indicator { Name = IndicatorName.GCaMP6f } };
        var spec = Tissue(2, neuropil, Cells).With(activity);
        (double Neuropil, double Cell) Light(Spec of)
        {
            using var scene = Simulator.Compile(of);
            double A(string name) => scene.Truth.Find(name)!.ToDoubles()[0];
            return (A("neuropil_amplitude"), A("observed_gain") * A("resting_f0") / A("amplitude_per_cell"));
        }
        Spec At(double na) => spec with { Acquisition = spec.Acquisition with { Optics = spec.Acquisition.Optics with { Na = na } } };
        var usual = Light(spec);
        Assert.Equal(0.7 * 0.09 * 1.07, usual.Neuropil, 1e-12);
        foreach (var other in (Spec[])[At(0.45), spec.With(activity with { Indicator = new Indicator { Name = IndicatorName.JGCaMP7c } }), spec.With(activity with { F0 = 3 }), spec.With(activity with { RestingBrightness = 0.2 })])
        {
            var light = Light(other);
            Assert.NotEqual(usual.Neuropil, light.Neuropil);
            Assert.Equal(light.Cell / usual.Cell, light.Neuropil / usual.Neuropil, 1e-9);
        }
        // Half of the cells carry the indicator: half of the processes do.
        Assert.Equal(0.5, Light(spec.With(activity with { ExpressingFraction = 0.5 })).Neuropil / usual.Neuropil, 1e-12);
        // What is told is what is rendered; an amplitude in the image changes with none of them.
        var image = neuropil with { BrightnessAt = BrightnessPlace.Image, Amplitude = usual.Neuropil };
        using CompiledScene tissue = Simulator.Compile(spec), same = Simulator.Compile(spec.With(image)), wide = Simulator.Compile(At(0.45).With(image)), bare = Simulator.Compile(At(0.45).Without<Neuropil>());
        float[] Frame(CompiledScene scene) => [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(scene.Frame(3))];
        Assert.Equal(Frame(same), Frame(tissue), (a, b) => Math.Abs(a - b) <= 1e-6 * b);
        var sum = Frame(wide).Zip(Frame(bare), (a, b) => (double)a - b).Sum();
        var narrow = Frame(same).Zip(Frame(Simulator.Compile(spec.Without<Neuropil>())), (a, b) => (double)a - b).Sum();
        Assert.Equal(1, sum / narrow, 1e-4);
        Assert.Contains(SpecValidator.Check(spec.With(neuropil with { BackgroundVarianceFraction = 0.5 })), p => !p.IsWarning && p.Path.EndsWith("brightness_at", StringComparison.Ordinal));
    }
}

using Minisim.Scenes;
using Minisim.Steps;

namespace Minisim.Tests.Rendering;

/// <summary>Scenes whose every pixel can be worked out by hand.</summary>
public class SceneTests
{
    private static readonly CellActivity Silent = new() { QuiescentRateHz = 0, ActiveRateHz = 1e-12, BrightnessCv = 0, F0 = 2 };

    private static Acquisition Instrument(int height = 64, int width = 80) => new()
    {
        DurationS = 0.3,
        FocalDepthInTissueUm = 50,
        Optics = new Optics { Na = 0.3, Magnification = 3 },
        ImageSensor = new ImageSensor { NPxHeight = height, NPxWidth = width, PixelPitchUm = 3 },
    };

    private static PlaceNeurons CellsAt(params Position[] positions) => new()
    {
        Populations = [new Population { SomaRadiusUm = 5, Irregularity = 0, PositionsUm = new(positions) }],
    };

    private static float[] Frame(Spec spec, int frame = 0)
    {
        using var recording = Simulator.Run(spec);
        var pixels = new float[recording.Observed.Height * recording.Observed.Width];
        recording.Observed.ReadFrame(frame, pixels);
        return pixels;
    }

    [Fact]
    public void A_sharp_cell_shines_with_its_trace_inside_its_disk_and_nowhere_else()
    {
        var spec = new Spec { Acquisition = Instrument(65, 81), Steps = [CellsAt(new Position(50, 0, 0)), Silent, new Composite()] };
        var frame = Frame(spec);
        for (var r = 0; r < 65; r++)
            for (var c = 0; c < 81; c++)
                Assert.Equal(Math.Sqrt((r - 32) * (r - 32) + (c - 40) * (c - 40)) <= 5 ? 2f : 0f, frame[r * 81 + c]);
    }

    [Fact]
    public void Without_composite_or_activity_the_movie_is_black()
    {
        Assert.All(Frame(new Spec { Acquisition = Instrument(), Steps = [CellsAt(new Position(50, 0, 0)), Silent, new OpticsStep()] }), v => Assert.Equal(0, v));
        Assert.All(Frame(new Spec { Acquisition = Instrument(), Steps = [CellsAt(new Position(50, 0, 0)), new Composite()] }), v => Assert.Equal(0, v));
    }

    [Fact]
    public void Defocus_conserves_light_and_dims_only_by_scattering_and_aperture()
    {
        var acquisition = Instrument(160, 160);
        var sharp = Frame(new Spec { Acquisition = acquisition, Steps = [CellsAt(new Position(50, 0, 0)), Silent, new Composite()] }).Sum(v => (double)v);
        foreach (var focus in new[] { 50.0, 60, 90 })
        {
            var seen = Frame(new Spec { Acquisition = acquisition with { FocalDepthInTissueUm = focus }, Steps = [CellsAt(new Position(50, 0, 0)), Silent, new OpticsStep(), new Composite()] });
            // The kernel is cut at 4σ: 6e-5 of the light of a Gaussian lies beyond, and is shared out again by the unit sum.
            Assert.Equal(sharp * Math.Exp(-50 / acquisition.Tissue.ScatterMfpUm()) * 0.09, seen.Sum(v => (double)v), sharp * 1e-7);
        }
    }

    [Fact]
    public void Sigma_squared_times_brightness_does_not_depend_on_the_focus()
    {
        var a = Instrument();
        var (s0, b0) = a.CellOptics(80, 80);
        foreach (var focus in new[] { 0.0, 40, 79, 200 })
        {
            var (s, b) = a.CellOptics(80, focus);
            Assert.Equal(1, s * s * b / (s0 * s0 * b0), 1e-12);
        }
    }

    [Fact]
    public void A_whole_pixel_shift_moves_the_picture_and_half_a_pixel_averages_neighbours()
    {
        var still = new Spec { Acquisition = Instrument(), Steps = [CellsAt(new Position(50, 3, -4)), Silent, new OpticsStep(), new Composite()] };
        var moved = still.With(new BrainMotion { TrajectoryUm = [new(0, 0), new(3, -2), new(0, 0.5), new(-0.25, 0), new(0, 0), new(0, 0)], MaxShiftUm = 6 });
        float[] zero = Frame(moved), shifted = Frame(moved, 1), halfX = Frame(moved, 2), quarterY = Frame(moved, 3);
        for (var r = 5; r < 58; r++)
            for (var c = 5; c < 74; c++)
            {
                float At(int row, int col) => zero[row * 80 + col];
                Assert.Equal(At(r - 3, c + 2), shifted[r * 80 + c]);
                Assert.Equal((At(r, c - 1) + At(r, c)) / 2, halfX[r * 80 + c], 1e-6);
                Assert.Equal(0.75f * At(r, c) + 0.25f * At(r + 1, c), quarterY[r * 80 + c], 1e-6);
            }
    }

    [Fact]
    public void Real_tissue_moves_into_view_from_the_margin()
    {
        // A cell centred outside the FOV (32 µm up) comes in when the brain moves down by 14 µm.
        var spec = new Spec
        {
            Acquisition = Instrument(),
            Steps = [CellsAt(new Position(50, -40, 0)), Silent, new Composite(), new BrainMotion { TrajectoryUm = [new(0, 0), new(14, 0), new(0, 0), new(0, 0), new(0, 0), new(0, 0)] }],
        };
        using var scene = Simulator.Compile(spec);
        Assert.Equal(0, scene.Truth.NUnits);
        Assert.Equal(0f, Frame(spec).Max());
        Assert.Equal(2f, Frame(spec, 1)[6 * 80 + 40], 1e-6);
    }

    [Fact]
    public void Overlapping_cells_add()
    {
        Spec Of(params Position[] at) => new() { Acquisition = Instrument(), Steps = [CellsAt(at), Silent, new OpticsStep(), new Composite()] };
        float[] a = Frame(Of(new Position(60, 0, 0))), b = Frame(Of(new Position(40, 3, 4))), both = Frame(Of(new Position(60, 0, 0), new Position(40, 3, 4)));
        for (var i = 0; i < both.Length; i++) Assert.Equal(a[i] + b[i], both[i], 1e-7);
    }

    [Fact]
    public void Sensor_counts_of_even_light_have_the_mean_and_variance_of_the_physics()
    {
        // Leakage 0.5 everywhere × 100 photons × 0.7 = 35 e⁻; read noise 2 e⁻; ⌊⌋ takes half a count.
        var spec = new Spec { Acquisition = Instrument() with { DurationS = 5 }, Steps = [new Leakage { Profile = LeakageProfile.Uniform, Level = 0.5 }, new Sensor()] };
        using var recording = Simulator.Run(spec);
        var pixels = new float[64 * 80];
        double n = 0, sum = 0, squares = 0;
        for (var t = 0; t < 100; t++)
        {
            recording.Observed.ReadFrame(t, pixels);
            foreach (var v in pixels)
            {
                n++;
                sum += v;
                squares += (double)v * v;
            }
        }
        double mean = sum / n, variance = squares / n - mean * mean;
        // Standard errors: 6.2/√512000 = 0.009 and 39·√(2/512000) = 0.08; five of them.
        Assert.Equal(34.5, mean, 0.045);
        Assert.Equal(39 + 1.0 / 12, variance, 0.4);
    }

    [Fact]
    public void Until_stops_after_a_stage_by_kind_or_stage_name()
    {
        var spec = new Spec { Acquisition = Instrument(), Steps = [CellsAt(new Position(50, 0, 0)), Silent, new OpticsStep(), new Composite(), new Vignette { Falloff = 0 }, new Leakage(), new Sensor()] };
        float[] byKind, byStage;
        using (var recording = Simulator.Run(spec, new SimulateOptions { Until = "composite" }))
        {
            Assert.Equal(Minisim.Truth.PixelType.Float32, recording.Observed.PixelType);
            recording.Observed.ReadFrame(0, byKind = new float[64 * 80]);
        }
        using (var recording = Simulator.Run(spec, new SimulateOptions { Until = "cells_only" })) recording.Observed.ReadFrame(0, byStage = new float[64 * 80]);
        Assert.Equal(byKind, byStage);
        Assert.Equal(byKind, Frame(spec with { Steps = [.. spec.Steps.Take(4)] }));
        var error = Assert.Throws<SpecException>(() => Simulator.Compile(spec, new SimulateOptions { Until = "neuropil" }));
        Assert.Contains("leakage", error.Message);
    }

    [Fact]
    public void Snapshots_are_the_movies_of_the_chain_stopped_there()
    {
        var spec = new Spec
        {
            Acquisition = Instrument(),
            Output = new Output { SaveIntermediates = true },
            Steps = [CellsAt(new Position(50, 0, 0)), Silent, new OpticsStep(), new Composite(), new Vignette(), new Leakage(), new Sensor()],
        };
        using var recording = Simulator.Run(spec);
        Assert.Equal(["cells_only", "vignette", "leakage"], recording.Snapshots.Keys);
        foreach (var (name, movie) in recording.Snapshots)
        {
            using var stopped = Simulator.Run(spec with { Output = new Output() }, new SimulateOptions { Until = name });
            float[] a = new float[64 * 80], b = new float[64 * 80];
            movie.ReadFrame(3, a);
            stopped.Observed.ReadFrame(3, b);
            Assert.Equal(a, b);
        }
    }

    [Fact]
    public void A_blurred_but_bright_cell_is_detectable_and_a_dim_one_in_focus_is_not()
    {
        // Without spikes ΔF is 0: nothing is detectable. With them, SNR decides, not focus.
        var active = new CellActivity { PQuiescentToActive = 0.5, BrightnessCv = 0 };
        Spec Of(double depth, double photons, CellActivity activity) => new()
        {
            Acquisition = Instrument() with { DurationS = 3 },
            Steps = [CellsAt(new Position(depth, 0, 0)), activity, new OpticsStep(), new Composite(), new Sensor { PhotonsPerUnit = photons }],
        };
        bool[] Flags(Spec s)
        {
            var truth = Simulator.Compile(s).Truth;
            return [truth.InFocus[0], truth.Detectable[0]];
        }
        Assert.Equal([false, true], Flags(Of(20, 1e5, active)));
        Assert.Equal([true, false], Flags(Of(50, 0.5, active)));
        Assert.Equal([true, false], Flags(Of(50, 1e5, Silent)));
    }
}

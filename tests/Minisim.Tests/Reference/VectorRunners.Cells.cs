using System.Text.Json;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Tests.Steps;

namespace Minisim.Tests.Reference;

/// <summary>How each kind of measured call is made here, by function name.</summary>
public static partial class VectorRunners
{
    private const double Tolerance = 1e-9;

    public static Dictionary<string, Action<VectorCase>> Cells { get; } = new()
    {
        ["calcium_kernel"] = c => Equal(c, CalciumKernel.Sample(c.Number("tau_rise_s"), c.Number("tau_decay_s"), c.Number("fps"))),
        ["kernel_timing"] = c =>
        {
            var (peak, fwhm) = CalciumKernel.Timing(c.Number("tau_rise_s"), c.Number("tau_decay_s"));
            Equal(c, peak, fwhm);
        },
        ["tau_from_kernel_timing"] = c =>
        {
            var (rise, decay) = CalciumKernel.FromTiming(c.Number("t_peak_s"), c.Number("fwhm_s"));
            Equal(c, rise, decay);
        },
        ["spike_activity_params"] = c =>
        {
            var gate = ActivityDial.At(c.Number("activity"));
            Equal(c, gate.PQuiescentToActive, gate.PActiveToQuiescent, gate.ActiveRateHz, gate.QuiescentRateHz);
        },
        ["fine_train_to_frames"] = c =>
        {
            var fine = c.Array("fine").Values;
            var bins = (int)c.Number("bins");
            var integrator = new CalciumIntegrator(c.Number("tau_rise_s"), c.Number("tau_decay_s"), c.Number("hr_fps"), bins);
            var state = default(CalciumState);
            var frames = new double[fine.Length / bins];
            for (var t = 0; t < frames.Length; t++)
            {
                frames[t] = integrator.Advance(ref state);
                for (var b = 0; b < bins; b++)
                    for (var n = 0; n < fine[t * bins + b]; n++)
                        frames[t] += integrator.Add(ref state, b);
            }
            Close.To(VectorCase.ToArray(c.Out.GetProperty("frames")).Values, frames, Tolerance, what: c.Function);

            // The same grid, one bin a frame, gives the fine calcium itself.
            var perBin = new CalciumIntegrator(c.Number("tau_rise_s"), c.Number("tau_decay_s"), c.Number("hr_fps"), 1);
            state = default;
            var calcium = new double[fine.Length];
            for (var i = 0; i < fine.Length; i++)
            {
                calcium[i] = perBin.Advance(ref state);
                for (var n = 0; n < fine[i]; n++) calcium[i] += perBin.Add(ref state, 0);
            }
            Close.To(VectorCase.ToArray(c.Out.GetProperty("calcium_fine")).Values, calcium, Tolerance, ofPeak: true, what: "calcium_fine");
        },
        ["bleaching_pool"] = c =>
        {
            var emission = c.Array("emission").Values;
            var pool = new double[emission.Length];
            BleachingPool.Trace(emission, c.Number("q"), c.Number("tau_turn_frames"), c.Number("intensity"), c.Number("b0"), pool);
            Equal(c, pool);
        },
        ["bleaching_floor"] = c => Equal(c, BleachingPool.Floor(c.Number("q"), c.Number("intensity"), c.Number("emission"), c.Number("tau_turn"))),
        ["dark_recovery"] = c => Equal(c, [.. c.Array("t").Values.Select(t => BleachingPool.DarkRecovery(c.Number("b0"), t, c.Number("tau_turn")))]),
        ["BleachingStep"] = c =>
        {
            var step = c.Arg("spec");
            var profile = Falloff(c.Arg("illumination"));
            var spec = new Spec
            {
                Acquisition = AcquisitionOf(c.Arg("acq")),
                Steps =
                [
                    new Bleaching
                    {
                        BleachSusceptibility = step.GetProperty("bleach_susceptibility").GetDouble(),
                        TurnoverTauS = step.GetProperty("turnover_tau_s").GetDouble(),
                        ExcitationIntensity = step.GetProperty("excitation_intensity").GetDouble(),
                    },
                    new IlluminationProfile { Falloff = profile.Falloff, Exponent = profile.Exponent, CenterOffsetUm = profile.Offset },
                ],
            };
            var traces = c.Array("traces");
            Cell[] cells = [.. c.Arg("centers_um").EnumerateArray().Select((p, i) =>
                new Cell(0, i, new Position(p[0].GetDouble(), p[1].GetDouble(), p[2].GetDouble()), Footprint.Empty))];
            var activity = new Activity([.. Enumerable.Range(0, traces.Shape[0]).Select(i => traces.Row(i).ToArray())], []);
            var field = spec.Find<IlluminationProfile>()!.FieldFor(spec.Acquisition);
            Close.To(VectorCase.ToArray(c.Out.GetProperty("dose")).Values,
                [.. cells.Select(cell => field[Compilation.GridOf(spec).NearestFovPixel(cell.Position.Y, cell.Position.X)])], Tolerance, what: "dose");
            var run = new StepRun(spec, spec.Find<Bleaching>()!, 1, new PlacedCells(cells), activity, new Excitation(field));
            Close.To(VectorCase.ToArray(c.Out.GetProperty("bleach")).Values, run.Arrays.Single().ToDoubles(), Tolerance, what: "bleach");
        },
        ["neuron_footprint(irregularity=0)"] = c =>
        {
            int height = c.Arg("shape")[0].GetInt32(), width = c.Arg("shape")[1].GetInt32();
            var grid = new Grid(height, width, 0, 1);
            var center = c.Array("center_px").Values;
            double radius = c.Number("radius_px"), reach = SomaShape.ReachPx(radius, 0);
            var window = new FootprintWindow();
            window.Open(grid, center[0], center[1], reach);
            SomaShape.Draw(window, center[0], center[1], radius, 0, default);
            // The reference lights the border for a soma that lies wholly off its image; here such a soma is not in the picture.
            if (window.IsBlank) window.LightNearest(center[0], center[1]);
            var footprint = window.Close(grid);
            var dense = new float[height * width];
            footprint.AddTo(dense, height, width);
            Assert.Equal(VectorCase.ToArray(c.Out).Floats, dense);
        },
        ["Footprint.from_dense"] = c =>
        {
            var dense = c.Array("dense");
            Same(c.Out, Footprint.FromDense(dense.Values, dense.Shape[0], dense.Shape[1]));
        },
        ["Footprint.crop"] = c =>
        {
            int[] w = [.. c.Arg("window").EnumerateArray().Select(v => v.GetInt32())];
            Same(c.Out, FootprintOf(c.Arg("fp")).Crop(w[0], w[1], w[2], w[3]));
        },
        ["population_count"] = c =>
        {
            var p = c.Arg("population");
            var depth = p.GetProperty("depth_range_um");
            var population = new Population
            {
                DensityPerMm3 = p.GetProperty("density_per_mm3").GetDouble(),
                SomaRadiusUm = p.GetProperty("soma_radius_um").GetDouble(),
                DepthRangeUm = new(depth[0].GetDouble(), depth[1].GetDouble()),
            };
            Equal(c, PlaceNeurons.PopulationCount(population, c.Number("fov_h_um"), c.Number("fov_w_um")));
        },
        ["radial_falloff"] = c =>
        {
            var center = c.Array("center_px").Values;
            Equal(c, RadialFalloff.Field(c.Arg("shape")[0].GetInt32(), c.Arg("shape")[1].GetInt32(), center[0], center[1],
                c.Number("falloff"), c.Number("exponent")));
        },
        ["falloff_center_px"] = c =>
        {
            var offset = c.Array("center_offset_um").Values;
            var (row, col) = AcquisitionOf(c.Arg("acq")).UmToIndex(offset[0], offset[1], c.Arg("shape")[0].GetInt32(), c.Arg("shape")[1].GetInt32());
            Equal(c, row, col);
        },
        ["combined_falloff_field"] = c =>
        {
            var acquisition = AcquisitionOf(c.Arg("acq"));
            var (light, shade) = (Falloff(c.Arg("illumination")), Falloff(c.Arg("vignette")));
            var illumination = new IlluminationProfile { Falloff = light.Falloff, Exponent = light.Exponent, CenterOffsetUm = light.Offset };
            var vignette = new Vignette { Falloff = shade.Falloff, Exponent = shade.Exponent, CenterOffsetUm = shade.Offset };
            Equal(c, [.. illumination.FieldFor(acquisition).Zip(vignette.FieldFor(acquisition), (a, b) => a * b)]);
        },
        ["sample_field_at"] = c =>
        {
            var field = c.Array("field");
            var grid = new Grid(field.Shape[0], field.Shape[1], 0, c.Number("pixel_size_um"));
            Equal(c, field.Values[grid.NearestFovPixel(c.Number("y_um"), c.Number("x_um"))]);
        },
    };

    private static void Equal(VectorCase c, params double[] actual) =>
        Close.To(c.Out.ValueKind == JsonValueKind.Number ? [c.Out.GetDouble()] : VectorCase.ToArray(c.Out).Values, actual, Tolerance, ofPeak: false, what: c.Function);

    private static void Same(JsonElement expected, Footprint actual)
    {
        var patch = VectorCase.ToArray(expected.GetProperty("patch"));
        Assert.Equal(patch.Floats, actual.Values);
        if (patch.Values.Length == 0) return;
        Assert.Equal((expected.GetProperty("offset")[0].GetInt32(), expected.GetProperty("offset")[1].GetInt32()), (actual.Row, actual.Col));
        Assert.Equal((patch.Shape[0], patch.Shape[1]), (actual.Height, actual.Width));
    }

    private static Footprint FootprintOf(JsonElement e)
    {
        var patch = VectorCase.ToArray(e.GetProperty("patch"));
        return new Footprint(e.GetProperty("offset")[0].GetInt32(), e.GetProperty("offset")[1].GetInt32(), patch.Shape[0], patch.Shape[1], patch.Floats);
    }

    private static (double Falloff, double Exponent, Lateral Offset) Falloff(JsonElement e)
    {
        var offset = e.GetProperty("center_offset_um");
        return (e.GetProperty("falloff").GetDouble(), e.GetProperty("exponent").GetDouble(), new(offset[0].GetDouble(), offset[1].GetDouble()));
    }

    private static Acquisition AcquisitionOf(JsonElement e) => new()
    {
        Optics = new() { Magnification = e.GetProperty("optics").GetProperty("magnification").GetDouble() },
        ImageSensor = new()
        {
            NPxHeight = e.GetProperty("image_sensor").GetProperty("n_px_height").GetInt32(),
            NPxWidth = e.GetProperty("image_sensor").GetProperty("n_px_width").GetInt32(),
            PixelPitchUm = e.GetProperty("image_sensor").GetProperty("pixel_pitch_um").GetDouble(),
        },
        Fps = e.GetProperty("fps").GetDouble(),
        DurationS = e.GetProperty("duration_s").GetDouble(),
    };
}

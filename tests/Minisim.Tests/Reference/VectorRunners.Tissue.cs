using System.Text.Json;
using Minisim.Scenes;
using Minisim.Steps;

namespace Minisim.Tests.Reference;

public static partial class VectorRunners
{
    private const double TissueTolerance = 1e-9;

    public static Dictionary<string, Action<VectorCase>> Tissue { get; } = new()
    {
        ["murray_children"] = c =>
        {
            var (main, side) = Vasculature.MurrayChildren(c.Number("r_parent"), c.Number("area_fraction"));
            Close.To(VectorCase.ToArray(c.Out).Values, [main, side], TissueTolerance, what: c.Function);
        },
        ["rasterize_vessels"] = c =>
        {
            var segments = c.Array("segments_um");
            var shape = c.Array("shape_px").Values;
            var length = Vasculature.PathLengthUm(
                [.. Enumerable.Range(0, segments.Shape[0]).Select(i => new VesselSegment(segments[i, 0], segments[i, 1], segments[i, 2], segments[i, 3], segments[i, 4]))],
                (int)shape[0], (int)shape[1], c.Number("pixel_size_um"));
            Close.To(VectorCase.ToArray(c.Out).Values, length, TissueTolerance, ofPeak: true, what: $"{c.Function} {c.Arg("case")}");
        },
        ["vessels_to_mask"] = c => Close.To(VectorCase.ToArray(c.Out).Values,
            Array.ConvertAll(c.Array("path_length_um").Values, l => Vasculature.Transmission(l, c.Number("opacity"), c.Number("absorption_per_um"))),
            TissueTolerance, what: c.Function),
        ["_lowpass"] = c => Close.To(VectorCase.ToArray(c.Out).Values,
            BrainMotion.LowPass(c.Array("white").Values, c.Number("tau_s"), c.Number("dt")), TissueTolerance, ofPeak: true, what: c.Function),
        ["_integrate_dho"] = c =>
        {
            var drive = c.Array("accel");
            var expected = VectorCase.ToArray(c.Out).Values;
            for (var axis = 0; axis < 2; axis++)
                Close.To([.. expected.Where((_, i) => i % 2 == axis)],
                    BrainMotion.Oscillate([.. drive.Values.Where((_, i) => i % 2 == axis)], c.Number("dt"), c.Number("w0"), c.Number("zeta")),
                    TissueTolerance, ofPeak: true, what: c.Function);
        },
        ["_motion_margin_px"] = c =>
        {
            var motion = c.Arg("motion");
            if (motion.ValueKind == JsonValueKind.Null)
            {
                Assert.Equal(c.Out.GetInt32(), Compilation.GridOf(new Spec { Acquisition = FieldOf(c.Arg("acq")) }).Margin);
                return;
            }
            var step = new BrainMotion
            {
                MaxShiftUm = motion.GetProperty("max_shift_um").GetDouble(),
                TrajectoryUm = motion.GetProperty("trajectory_um") is { ValueKind: JsonValueKind.Array } given
                    ? [.. given.EnumerateArray().Select(d => new Lateral(d[0].GetDouble(), d[1].GetDouble()))] : null,
            };
            Assert.Equal(c.Out.GetInt32(), step.MarginPx(FieldOf(c.Arg("acq"))));
        },
        ["population_envelope"] = c =>
        {
            var traces = c.Array("traces");
            var sum = new double[traces.Shape[1]];
            for (var i = 0; i < traces.Shape[0]; i++)
                for (var t = 0; t < sum.Length; t++)
                    sum[t] += traces[i, t];
            var envelope = Neuropil.PopulationEnvelope(sum, c.Number("tau_frames"));
            // Silent traces have none.
            if (c.Out.ValueKind == JsonValueKind.Null) Assert.Null(envelope);
            else Close.To(VectorCase.ToArray(c.Out).Values, envelope!, TissueTolerance, what: c.Function);
        },
        ["leakage_field"] = c =>
        {
            var spec = c.Arg("spec");
            var leakage = new Leakage
            {
                Profile = spec.GetProperty("profile").GetString() == "uniform" ? LeakageProfile.Uniform : LeakageProfile.Gaussian,
                Level = spec.GetProperty("level").GetDouble(),
                SigmaUm = spec.GetProperty("sigma_um") is { ValueKind: JsonValueKind.Number } sigma ? sigma.GetDouble() : null,
            };
            Close.To(VectorCase.ToArray(c.Out).Values, leakage.FieldFor(FieldOf(c.Arg("acq"))), TissueTolerance, what: c.Function);
        },
        ["_vessel_overlap"] = c =>
        {
            var footprint = c.Arg("footprint");
            var patch = VectorCase.ToArray(footprint.GetProperty("patch"));
            var mask = c.Array("mask");
            var overlap = Vasculature.VesselOverlap(
                new Footprint(footprint.GetProperty("offset")[0].GetInt32(), footprint.GetProperty("offset")[1].GetInt32(), patch.Shape[0], patch.Shape[1], patch.Floats),
                mask.Floats, mask.Shape[0], mask.Shape[1]);
            // The mask is single precision here.
            Close.To(c.Out.GetDouble(), overlap, 1e-6, c.Function);
        },
    };

    private static Acquisition FieldOf(JsonElement e) => new()
    {
        Optics = new() { Magnification = e.GetProperty("optics").GetProperty("magnification").GetDouble() },
        ImageSensor = new()
        {
            NPxHeight = e.GetProperty("image_sensor").GetProperty("n_px_height").GetInt32(),
            NPxWidth = e.GetProperty("image_sensor").GetProperty("n_px_width").GetInt32(),
            PixelPitchUm = e.GetProperty("image_sensor").GetProperty("pixel_pitch_um").GetDouble(),
        },
    };
}

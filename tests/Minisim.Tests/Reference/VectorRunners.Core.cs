using System.Runtime.InteropServices;
using System.Text.Json;
using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Tests.Steps;

namespace Minisim.Tests.Reference;

public static partial class VectorRunners
{
    /// <summary>Optics, tissue, acquisition, focus, sensor, shift and optical degradation.</summary>
    public static Dictionary<string, Action<VectorCase>> Core { get; } = new()
    {
        ["Optics.diffraction_sigma_um"] = c => Number(c, OpticsOf(c.In).DiffractionSigmaUm()),
        ["Optics.collection_efficiency"] = c => Number(c, OpticsOf(c.In).CollectionEfficiency()),
        ["Optics.resolved_depth_of_field_um"] = c => Number(c, OpticsOf(c.In).ResolvedDepthOfFieldUm()),
        ["Optics.defocus_sigma_um"] = c => Number(c, OpticsOf(c.Arg("optics")).DefocusSigmaUm(c.Number("z_um"), c.Number("focal_um"))),
        ["Optics.focal_curvature_shift_um"] = c => Number(c, OpticsOf(c.Arg("optics")).FocalCurvatureShiftUm(c.Number("r_um"))),
        ["Tissue.scatter_mfp_um"] = c => Number(c, TissueOf(c.In).ScatterMfpUm()),
        ["Tissue.attenuation"] = c => Number(c, TissueOf(c.Arg("tissue")).Attenuation(c.Number("z_um"))),
        ["Tissue.scatter_sigma_um"] = c => Number(c, TissueOf(c.Arg("tissue")).ScatterSigmaUm(c.Number("z_um"))),
        ["Acquisition.pixel_size_um"] = c => Number(c, AcquisitionFrom(c.In).PixelSizeUm()),
        ["Acquisition.fov_um"] = c => Numbers(c, AcquisitionFrom(c.In).FovUm().Height, AcquisitionFrom(c.In).FovUm().Width),
        ["Acquisition.n_frames"] = c => Number(c, AcquisitionFrom(c.In).NFrames()),
        ["Acquisition.n_frames(round half even)"] = c =>
            Number(c, new Acquisition { DurationS = c.Number("duration_s"), Fps = c.Number("fps") }.NFrames()),
        ["Acquisition.um_to_px"] = c => Number(c, AcquisitionFrom(c.Arg("acq")).UmToPx(c.Number("um"))),
        ["Acquisition.s_to_frame"] = c => Number(c, AcquisitionFrom(c.Arg("acq")).SToFrame(c.Number("s"))),
        ["Acquisition.um_to_index"] = c =>
        {
            var (row, col) = AcquisitionFrom(c.Arg("acq")).UmToIndex(c.Number("y_um"), c.Number("x_um"), c.Arg("shape")[0].GetInt32(), c.Arg("shape")[1].GetInt32());
            Numbers(c, row, col);
        },
        ["Acquisition.cell_optics"] = c =>
        {
            var (sigma, brightness) = AcquisitionFrom(c.Arg("acq")).CellOptics(c.Number("z_um"), c.Number("focal_um"));
            Numbers(c, sigma, brightness);
        },
        ["detection_snr"] = c =>
        {
            double[] peak = c.Array("peak_dF").Values, baseline = c.Array("baseline").Values, gain = c.Array("gain").Values;
            Numbers(c, [.. Enumerable.Range(0, peak.Length).Select(i => Detectability.Snr(peak[i], baseline[i], gain[i], c.Number("read_e")))]);
        },
        ["resolve_focal_plane(numeric)"] = c => Number(c, Focus(new Acquisition { FocalDepthInTissueUm = c.Number("focal") }, [[10, 0, 0]], null, null, false)),
        ["resolve_focal_plane(auto,empty)"] = c => Number(c, Focus(new Acquisition(), [], null, null, false)),
        // Measured without an objective, so without its field curvature.
        ["resolve_focal_plane(auto,no optics)"] = c => Number(c, Focus(c, null, false, flat: true)),
        ["resolve_focal_plane(auto,curvature,no sensor)"] = c => Number(c, Focus(c, null, false)),
        ["resolve_focal_plane(auto,yield)"] = c => Number(c, Focus(c, c.Number("photons_per_unit"), c.Arg("illumination+vignette(default specs)").GetBoolean())),
        ["degrade_footprint"] = c =>
        {
            int height = c.Arg("planted").GetProperty("canvas_shape")[0].GetInt32(), width = c.Arg("planted").GetProperty("canvas_shape")[1].GetInt32();
            var observed = FootprintOptics.Degrade(FootprintOf(c.Arg("planted")), c.Number("sigma_px"), c.Number("gain"), height, width);
            Close.To(Dense(FootprintOf(c.Out), height, width), Dense(observed, height, width), 1e-5, ofPeak: true, what: c.Function);
        },
        ["shift_and_crop"] = c =>
        {
            var canvas = c.Array("canvas");
            int height = canvas.Shape[^2], width = canvas.Shape[^1], fovHeight = c.Arg("fov")[0].GetInt32(), fovWidth = c.Arg("fov")[1].GetInt32();
            var grid = new Grid(fovHeight, fovWidth, (height - fovHeight) / 2, 1);
            Assert.Equal((height, width), (grid.Height, grid.Width));
            var model = new Minisim.Scenes.Scene(grid, new Timeline(1, 20))
            {
                Lights = [new LightGroup(new FieldShapes([canvas.Floats], grid), new EnvelopeEmission([[1f]]))],
                Motion = Motion.Rigid([(c.Arg("shift_px")[0].GetDouble(), c.Arg("shift_px")[1].GetDouble())]),
            };
            using var renderer = new FrameRenderer(model, new ParallelOptions());
            using var workspace = renderer.CreateWorkspace();
            var frame = new float[fovHeight * fovWidth];
            renderer.Render(workspace, 0, 1, MemoryMarshal.AsBytes(frame.AsSpan()));
            Close.To(VectorCase.ToArray(c.Out).Values, Array.ConvertAll(frame, v => (double)v), 1e-5, ofPeak: true, what: c.Function);
        },
    };

    internal static Acquisition AcquisitionFrom(JsonElement e) => SpecJson.Parse($"{{\"acquisition\":{e.GetRawText()}}}").Acquisition;
    private static Optics OpticsOf(JsonElement e) => SpecJson.Parse($"{{\"acquisition\":{{\"optics\":{e.GetRawText()}}}}}").Acquisition.Optics;
    private static Tissue TissueOf(JsonElement e) => SpecJson.Parse($"{{\"acquisition\":{{\"tissue\":{e.GetRawText()}}}}}").Acquisition.Tissue;

    private static void Number(VectorCase c, double actual) => Close.To(VectorCase.ToDouble(c.Out), actual, 1e-9, c.Function);
    private static void Numbers(VectorCase c, params double[] actual) => Close.To(VectorCase.ToArray(c.Out).Values, actual, 1e-9, what: c.Function);

    private static double[] Dense(Footprint footprint, int height, int width)
    {
        var dense = new float[height * width];
        footprint.AddTo(dense, height, width);
        return Array.ConvertAll(dense, v => (double)v);
    }

    private static double Focus(VectorCase c, double? photons, bool fields, bool flat = false)
    {
        var traces = c.Array("traces");
        var acquisition = AcquisitionFrom(c.Arg("acq"));
        if (flat) acquisition = acquisition with { Optics = acquisition.Optics with { FieldCurvatureRadiusUm = null } };
        return Focus(acquisition, [.. Enumerable.Range(0, traces.Shape[0]).Select(i => c.Array("centers_um").Row(i).ToArray())],
            [.. Enumerable.Range(0, traces.Shape[0]).Select(i => traces.Row(i).ToArray())], photons, fields);
    }

    // The optics step itself, on given cells and traces.
    private static double Focus(Acquisition acquisition, double[][] centers, double[][]? traces, double? photons, bool fields)
    {
        var steps = new List<Step> { new OpticsStep() };
        if (photons is { } p) steps.Add(new Sensor { PhotonsPerUnit = p });
        if (fields) steps.AddRange([new IlluminationProfile(), new Vignette()]);
        var spec = new Spec { Acquisition = acquisition, Steps = [.. steps] };
        List<object> given = [new PlacedCells([.. centers.Select((z, i) => new Cell(0, i, new Position(z[0], z[1], z[2]), Footprint.Empty))])];
        if (traces is not null) given.Add(new Activity(traces, []));
        foreach (var step in spec.Steps)
            if (step is not OpticsStep) given.AddRange(new StepRun(spec, step, 1).Output.Products);
        return new StepRun(spec, new OpticsStep(), 1, [.. given]).Output.Find<FocusedCells>()!.FocalDepthUm;
    }
}

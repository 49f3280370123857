using System.Globalization;
using Minisim.Formats.Hdf5;
using Minisim.Formats.Writing;
using Minisim.Rendering;
using Minisim.Truth;
using PureHDF;

namespace Minisim.Formats.Nwb;

/// <summary>Writes an NWB file. Truth goes where its axes say, so that arrays of later steps find their place by themselves.</summary>
/// <remarks>Images are (x, y), movies (frame, x, y), as the schema has them: x is the column. Times count from the first frame;
/// the session starts at the Unix epoch, since nothing was recorded.</remarks>
internal sealed partial class NwbSink(string path, FormatOptions options) : Hdf5Sink(path, options)
{
    public const string SeriesPath = "acquisition/OnePhotonSeries";
    private const string Version = "2.7.0";
    private const string Device = "/general/devices/Microscope", Plane = "/general/optophysiology/ImagingPlane";
    /// <summary>The model has no wavelength of excitation; the schema demands one. The usual LED.</summary>
    private const float NominalExcitationNm = 470;
    private NwbTree _tree = new("");
    private RecordingHeader _header = null!;
    private GroundTruth _truth = null!;

    protected override bool IsTransposed => true;

    private double Fps => _header.Timeline.FramesPerSecond;

    protected override H5File Content(RecordingHeader header, GroundTruth truth, H5Dataset movie)
    {
        (_header, _truth, _tree) = (header, truth, new NwbTree(header.Spec.CacheKey(header.Until)));
        var start = "1970-01-01T00:00:00+00:00";
        var segmentation = Segmentation("Observed footprints of the simulated cells: what was composited, weights in units of light.", truth.ObservedInFov, withColumns: true);
        var planted = Segmentation("Planted footprints of the simulated cells: sharp, peak 1.", truth.PlantedInFov, withColumns: false);
        var ophys = _tree.Group("ProcessingModule", NwbTree.Core, ("description", "Ground truth of the simulation."));
        var segmentations = _tree.Group("ImageSegmentation", NwbTree.Core);
        segmentations["PlaneSegmentation"] = segmentation;
        segmentations["PlantedFootprints"] = planted;
        ophys["ImageSegmentation"] = segmentations;
        AddTruth(ophys, segmentation);

        var scratch = new H5Group { ["spec"] = _tree.Dataset(new H5Dataset(SpecJson.Write(header.Spec)), "ScratchData", NwbTree.Core, ("notes", "The recipe of the recording, as JSON: simulating it again gives the same pixels.")) };
        foreach (var array in truth.Arrays.Where(a => Place(a) == Home.Scratch && !IsEmpty(a)))
            scratch[array.Name] = _tree.Dataset(Values(array), "ScratchData", NwbTree.Core, ("notes", $"{array.Description} Axes: {string.Join(", ", array.Axes)}. Unit: {array.Units ?? "none"}."));

        // For reading the truth back as it was.
        scratch[Hdf5Recording.Truth] = _tree.Dataset(new H5Dataset(StoredTruth.Index(header, truth)), "ScratchData", NwbTree.Core, ("notes", "Which truth arrays there are, as JSON: the places follow from the axes."));
        foreach (var array in StoredTruth.Planted(truth))
            if (array.Values.Length > 0)
                scratch[Hdf5Recording.Planted(array.Name)] = _tree.Dataset(Values(array), "ScratchData", NwbTree.Core, ("notes", array.Description));

        var processing = new H5Group { ["ophys"] = ophys };
        if (Behavior() is { } behavior) processing["behavior"] = behavior;
        var file = new H5File
        {
            ["acquisition"] = new H5Group { ["OnePhotonSeries"] = Series(movie) },
            ["analysis"] = new H5Group(),
            ["general"] = General(),
            ["processing"] = processing,
            ["scratch"] = scratch,
            ["stimulus"] = new H5Group { ["presentation"] = new H5Group(), ["templates"] = new H5Group() },
            ["file_create_date"] = new H5Dataset(new[] { DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture) }),
            ["identifier"] = new H5Dataset(_tree.NewId("identifier")),
            ["session_description"] = new H5Dataset($"Simulated one-photon miniscope recording with ground truth ({Engine.Name} {Engine.Version}, model {Engine.ModelVersion}, spec {header.Spec.CacheKey(header.Until)}). No animal was recorded."),
            ["session_start_time"] = new H5Dataset(new string(start)),
            ["timestamps_reference_time"] = new H5Dataset(new string(start)),
        };
        if (truth.S is { } spikes) file["units"] = Units(spikes);
        file.Attributes["namespace"] = NwbTree.Core;
        file.Attributes["neurodata_type"] = "NWBFile";
        file.Attributes["nwb_version"] = Version;
        file.Attributes["object_id"] = _tree.NewId("file");
        return file;
    }

    private H5Group General()
    {
        var acquisition = _header.Spec.Acquisition;
        var sensor = acquisition.ImageSensor;
        var device = _tree.Group("Device", NwbTree.Core,
            ("description", string.Create(CultureInfo.InvariantCulture, $"Simulated miniscope: NA {acquisition.Optics.Na}, magnification {acquisition.Optics.Magnification}; sensor of {sensor.NPxHeight} x {sensor.NPxWidth} pixels, pitch {sensor.PixelPitchUm} um, quantum efficiency {sensor.QuantumEfficiency}, read noise {sensor.ReadNoiseE} e-, gain {sensor.GainAduPerE} ADU/e-, {sensor.BitDepth} bit.")),
            ("manufacturer", "simulated"));
        var channel = _tree.Group("OpticalChannel", NwbTree.Core);
        channel["description"] = new H5Dataset("Emission of the indicator.");
        channel["emission_lambda"] = new H5Dataset((float)acquisition.Optics.EmissionNm);
        var plane = _tree.Group("ImagingPlane", NwbTree.Core);
        plane["description"] = new H5Dataset(string.Create(CultureInfo.InvariantCulture, $"Simulated field of view. Focal depth on the axis: {(_truth.FocalDepthUm is { } depth ? $"{depth} um" : "none, all in focus")}. The excitation wavelength is nominal: the model has none."));
        plane["excitation_lambda"] = new H5Dataset(NominalExcitationNm);
        plane["imaging_rate"] = new H5Dataset((float)Fps);
        plane["indicator"] = new H5Dataset("simulated calcium indicator");
        plane["location"] = new H5Dataset("simulated tissue");
        var size = (float)(_truth.Grid.PixelSizeUm * 1e-6);
        plane["grid_spacing"] = NwbTree.Plain(new[] { size, size }, ("unit", "meters"));
        plane["optical_channel"] = channel;
        plane["device"] = new H5SoftLink(Device);
        return new H5Group
        {
            ["devices"] = new H5Group { ["Microscope"] = device },
            ["optophysiology"] = new H5Group { ["ImagingPlane"] = plane },
        };
    }

    private H5Group Series(H5Dataset movie)
    {
        var sensor = _header.Spec.Acquisition.ImageSensor;
        var series = _tree.Group("OnePhotonSeries", NwbTree.Core, ("description", "The simulated movie."), ("comments", "Frames are (x, y): x is the column."));
        Describe(movie, _header.Meaning == PixelMeaning.Counts ? "counts" : "a.u.");
        series["data"] = movie;
        series["dimension"] = new H5Dataset(new[] { _header.Width, _header.Height });
        series["format"] = new H5Dataset("raw");
        AddClock(series);
        series["imaging_plane"] = new H5SoftLink(Plane);
        series["device"] = new H5SoftLink(Device);
        series.Attributes["binning"] = (byte)1;
        series.Attributes["intensity"] = float.NaN;
        series.Attributes["pmt_gain"] = (float)sensor.GainAduPerE;
        return series;
    }

    /// <summary>The recording's clock: a rate, or where frames do not follow it a time stamp each.</summary>
    private void AddClock(H5Group series)
    {
        var timeline = _header.Timeline;
        if (timeline.IsRegular) series["starting_time"] = NwbTree.Plain(0.0, ("rate", (float)Fps), ("unit", "seconds"));
        else series["timestamps"] = NwbTree.Plain(timeline.TimesS!.AsSpan().ToArray(), ("interval", 1), ("unit", "seconds"));
    }

    private static void Describe(H5Dataset data, string unit)
    {
        data.Attributes["unit"] = unit;
        data.Attributes["conversion"] = 1f;
        data.Attributes["offset"] = 0f;
        data.Attributes["resolution"] = -1f;
    }
}

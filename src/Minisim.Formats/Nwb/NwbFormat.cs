using Minisim.Formats.Hdf5;
using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Nwb;

/// <summary>Neurodata Without Borders 2.x.</summary>
internal sealed class NwbFormat : IRecordingFormat
{
    public string Name => "nwb";
    public IReadOnlyList<string> Extensions { get; } = [".nwb"];
    public string Description => "NWB 2.7: OnePhotonSeries with device and imaging plane; truth as plane segmentation, ROI responses, units, motion, images; spec.";
    public FormatContents Contents => FormatContents.Movie | FormatContents.Truth | FormatContents.Spec | FormatContents.Metadata;
    public bool CanRead => true;

    public IRecordingSink CreateSink(string path, FormatOptions options) => new NwbSink(path, options);

    public Recording? OpenRecording(string path) => Hdf5Recording.Open(path, "scratch", OpenMovie, NwbRecording.Values);

    public Movie OpenMovie(string path) => Hdf5Movie.Open(path, isTransposed: true, NwbRecording.CheckSeries,
        NwbSink.SeriesPath + "/data", "acquisition/TwoPhotonSeries/data", "acquisition/ImageSeries/data");
}

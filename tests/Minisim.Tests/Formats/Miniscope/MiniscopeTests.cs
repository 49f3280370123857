using System.Text.Json;
using Minisim.Formats;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;

namespace Minisim.Tests.Formats.Miniscope;

public class MiniscopeTests : InTemporaryFolder
{
    [Fact]
    public void A_session_folder_has_what_the_acquisition_software_writes()
    {
        var sample = SampleRecording.Make(2345, 12, 20, units: 1, optional: false);
        sample.Save(PathOf("session ü") + "/", block: 300);
        Assert.Equal(["Miniscope/0.avi", "Miniscope/1.avi", "Miniscope/2.avi", "Miniscope/metaData.json", "Miniscope/timeStamps.csv", "metaData.json", "minisim.json"],
            Directory.EnumerateFiles(PathOf("session ü"), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(PathOf("session ü"), f).Replace('\\', '/')).Order(StringComparer.Ordinal));
        Assert.Equal([PathOf("session ü")], Directory.EnumerateFileSystemEntries(Folder));

        var lines = File.ReadAllLines(PathOf("session ü/Miniscope/timeStamps.csv"));
        Assert.Equal("Frame Number,Time Stamp (ms),Buffer Index", lines[0]);
        Assert.Equal(2346, lines.Length);
        Assert.Equal(("0,0,0", "1,50,0", "2344,117200,0"), (lines[1], lines[2], lines[2345]));
        var device = JsonDocument.Parse(File.ReadAllText(PathOf("session ü/Miniscope/metaData.json"))).RootElement;
        Assert.Equal(("Miniscope", 1000, "20FPS", 12, 20), (device.GetProperty("deviceName").GetString()!, device.GetProperty("framesPerFile").GetInt32(), device.GetProperty("frameRate").GetString()!, device.GetProperty("ROI").GetProperty("height").GetInt32(), device.GetProperty("ROI").GetProperty("width").GetInt32()));
        Assert.Equal("Miniscope", JsonDocument.Parse(File.ReadAllText(PathOf("session ü/metaData.json"))).RootElement.GetProperty("miniscopes")[0].GetString());

        using (var movie = RecordingFormats.OpenMovie(PathOf("session ü"))) sample.AssertMovie(movie);
        using (var movie = RecordingFormats.OpenMovie(PathOf("session ü/Miniscope"))) Assert.Equal(2345, movie.Frames);

        Python.Need("cv2", "numpy");
        var frames = sample.AllFrames();
        for (var i = 0; i < 3; i++)
        {
            var found = Python.Script("read_movie.py", "opencv", PathOf($"session ü/Miniscope/{i}.avi"));
            Assert.Equal(i < 2 ? 1000 : 345, found.GetProperty("shape")[0].GetInt32());
            Assert.Equal(FormatSamples.Sha256(frames[(i * 240_000)..Math.Min(frames.Length, (i + 1) * 240_000)]), found.GetProperty("sha256").GetString());
        }
    }

    [Fact]
    public void Time_stamps_at_30_fps_are_rounded_and_do_not_drift()
    {
        var sample = SampleRecording.Make(301, 6, 8, units: 1, optional: false);
        var spec = sample.Header.Spec;
        sample = new() { Header = new(spec with { Acquisition = spec.Acquisition with { Fps = 30 } }, new(301, 30), 6, 8, sample.Header.PixelType, []), Truth = sample.Truth };
        sample.Save(PathOf("s/"));
        var stamps = File.ReadAllLines(PathOf("s/Miniscope/timeStamps.csv")).Skip(1).Select(l => int.Parse(l.Split(',')[1])).ToArray();
        Assert.Equal([0, 33, 67, 100, 133, 167, 200], stamps[..7]);
        Assert.Equal(10_000, stamps[300]);
    }

    [Fact]
    public void The_older_names_are_counted_from_one()
    {
        var sample = SampleRecording.Make(1001, 6, 8, units: 1, optional: false);
        sample.Save(PathOf("old"), new Minisim.Formats.Miniscope.MiniscopeOptions { MsCamNames = true }, "miniscope");
        Assert.Equal(["metaData.json", "minisim.json", "msCam1.avi", "msCam2.avi", "timeStamps.csv", "timestamp.dat"], Directory.EnumerateFiles(PathOf("old")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
        Assert.Equal("0\t1\t0\t1", File.ReadAllLines(PathOf("old/timestamp.dat"))[1]);
        using var movie = RecordingFormats.OpenMovie(PathOf("old"));
        sample.AssertMovie(movie);
    }

    [Fact]
    public void A_folder_that_was_not_simulated_is_never_replaced()
    {
        Directory.CreateDirectory(PathOf("real/Miniscope"));
        File.WriteAllText(PathOf("real/Miniscope/0.avi"), "a week of work");
        var sample = SampleRecording.Make();
        Assert.Contains("not simulated", Assert.Throws<RecordingFormatException>(() => sample.Save(PathOf("real/"), new() { Overwrite = true })).Message);
        Assert.Equal("a week of work", File.ReadAllText(PathOf("real/Miniscope/0.avi")));

        sample.Save(PathOf("mine/"));
        Assert.Contains("exists", Assert.Throws<RecordingFormatException>(() => sample.Save(PathOf("mine/"))).Message);
        sample.Save(PathOf("mine/"), new() { Overwrite = true });
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(Folder).Count());
    }

    [Fact]
    public void An_unfinished_or_incomplete_folder_is_not_opened()
    {
        var sample = SampleRecording.Make(2100, 4, 4, units: 1, optional: false);
        using (var sink = RecordingFormats.CreateSink(PathOf("a/")))
        {
            sink.Begin(sample.Header, sample.Truth);
            sink.Write(null, 0, 5, sample.Frames(null, 0, 5));
            Assert.False(Directory.Exists(PathOf("a")));
            Assert.Throws<InvalidOperationException>(sink.Complete);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
        sample.Save(PathOf("a/"));
        File.Delete(PathOf("a/Miniscope/1.avi"));
        Assert.Contains("missing", Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf("a"))).Message);
    }
}

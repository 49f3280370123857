using Minisim.Cli;
using Minisim.Formats;
using Minisim.Formats.Estimates;
using Minisim.Formats.Zarr;
using Minisim.Rendering;
using Minisim.Steps;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;
using Minisim.Tests.Invariance;
using Minisim.Truth;

namespace Minisim.Tests.Formats;

/// <summary>One rendering into all formats, and a recording into all formats, are the same.</summary>
public class ExportTests : InTemporaryFolder
{
    private static readonly string[] Movies = ["a.avi", "a.tif", "a.nwb", "a.h5", "a.npy", "a/"];

    private static Spec Spec(int bits)
    {
        var spec = SpecJson.Load(Path.Combine(AppContext.BaseDirectory, "specs", "S1.json"), out _);
        return spec with { Acquisition = spec.Acquisition with { DurationS = 3.65, ImageSensor = spec.Acquisition.ImageSensor with { NPxHeight = 61, NPxWidth = 83, BitDepth = bits } } };
    }

    [Theory]
    [InlineData(8)]
    [InlineData(12)]
    public void One_rendering_feeds_all_and_equals_what_is_exported(int bits)
    {
        string[] names = bits == 8 ? Movies : [.. Movies.Where(n => n is not ("a.avi" or "a/"))];
        var spec = Spec(bits);
        Directory.CreateDirectory(PathOf("direct"));
        var sinks = names.Append("a.zarr").Append("a.npz").Select(n => RecordingFormats.CreateSink(PathOf("direct/" + n))).ToArray();
        Simulator.Run(spec, sinks, new() { Threads = 4 });
        foreach (var sink in sinks) sink.Dispose();

        using var recording = ZarrRecording.Open(PathOf("direct/a.zarr"));
        Assert.Equal(PixelType.Float32, recording.Observed.PixelType);
        Directory.CreateDirectory(PathOf("exported"));
        sinks = [.. names.Append("a.zarr").Append("a.npz").Select(n => RecordingFormats.CreateSink(PathOf("exported/" + n)))];
        RecordingExport.Run(recording, sinks, new() { Threads = 3 });
        foreach (var sink in sinks) sink.Dispose();

        var counts = new byte[73 * 61 * 83 * (bits == 8 ? 1 : 2)];
        var floats = new byte[73 * 61 * 83 * 4];
        recording.Observed.Read(0, 73, floats);
        PixelTypes.Convert(floats, PixelType.Float32, counts, bits == 8 ? PixelType.UInt8 : PixelType.UInt16);
        foreach (var folder in (string[])["direct", "exported"])
            foreach (var name in names)
            {
                using var movie = RecordingFormats.OpenMovie(PathOf($"{folder}/{name}"));
                Assert.Equal((73, 61, 83, bits == 8 ? PixelType.UInt8 : PixelType.UInt16), (movie.Frames, movie.Height, movie.Width, movie.PixelType));
                var pixels = new byte[counts.Length];
                movie.Read(0, 73, pixels);
                Assert.True(counts.AsSpan().SequenceEqual(pixels), $"{folder}/{name} differs");
            }
        // Not NWB, which says when it was made.
        foreach (var name in (string[])["a.tif", "a.h5", "a.npy", "a.npz"]) Assert.True(File.ReadAllBytes(PathOf("direct/" + name)).AsSpan().SequenceEqual(File.ReadAllBytes(PathOf("exported/" + name))), name);
    }

    [Fact]
    public void A_recording_without_sensor_stays_float()
    {
        var spec = Spec(8);
        var sink = RecordingFormats.CreateSink(PathOf("a.zarr"));
        Simulator.Run(spec, [sink], new() { Until = "composite" });
        sink.Dispose();
        using var recording = ZarrRecording.Open(PathOf("a.zarr"));
        using (var tiff = RecordingFormats.CreateSink(PathOf("a.tif"))) RecordingExport.Run(recording, [tiff]);
        using var movie = RecordingFormats.OpenMovie(PathOf("a.tif"));
        Assert.Equal(PixelType.Float32, movie.PixelType);
        var (expected, actual) = (new byte[61 * 83 * 4], new byte[61 * 83 * 4]);
        recording.Observed.Read(17, 1, expected);
        movie.Read(17, 1, actual);
        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData("--range", "0:120", "avi")]
    [InlineData("--mscam", null, "session folders")]
    public async Task An_option_that_no_output_takes_is_an_error(string option, string? value, string names)
    {
        var error = new StringWriter();
        string[] args = ["simulate", Path.Combine(AppContext.BaseDirectory, "specs", "S1.json"), "-o", PathOf("a.npy"), option];
        Assert.Equal(2, await CommandLine.RunAsync(value is null ? args : [.. args, value], new StringWriter(), error));
        Assert.Contains(names, error.ToString());
        Assert.False(File.Exists(PathOf("a.npy")));
    }

    [Fact]
    public void A_stopped_recording_says_so_after_export_too()
    {
        using (var sink = RecordingFormats.CreateSink(PathOf("a.zarr"))) Simulator.Run(Spec(8), [sink], new() { Until = "composite" });
        using (var recording = ZarrRecording.Open(PathOf("a.zarr")))
        {
            Assert.Equal(("composite", PixelMeaning.Intensity, Spec(8).Acquisition.Fps), (recording.Until, recording.Meaning, recording.Timeline.FramesPerSecond));
            using var copy = RecordingFormats.CreateSink(PathOf("b.zarr"));
            RecordingExport.Run(recording, [copy]);
        }
        using var again = ZarrRecording.Open(PathOf("b.zarr"));
        Assert.Equal(("composite", PixelMeaning.Intensity), (again.Until, again.Meaning));
        Assert.Contains(again.Warnings, w => w.Path == "minisim_until");
        Assert.DoesNotContain(again.Warnings, w => w.Path == "spec_cache_key");
    }

    /// <summary>A sink that fails in the middle, while others wait for blocks in order.</summary>
    private sealed class Failing(int at) : IRecordingSink
    {
        public int BlockFrames => 1;
        public void Begin(RecordingHeader header, GroundTruth truth) { }
        public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels)
        {
            if (firstFrame >= at) throw new IOException("the cable was pulled");
        }
        public void Complete() { }
        public void Dispose() { }
    }

    [Fact]
    public async Task When_one_sink_fails_all_end_and_leave_nothing()
    {
        var spec = Spec(8);
        spec = spec with { Acquisition = spec.Acquisition with { DurationS = 30 } };
        foreach (var at in (int[])[0, 100, 200, 300, 500])
        {
            var run = Task.Run(() =>
            {
                IRecordingSink[] sinks = [new Failing(at), RecordingFormats.CreateSink(PathOf("a.npz")), RecordingFormats.CreateSink(PathOf("a.nwb")), RecordingFormats.CreateSink(PathOf("a.avi"))];
                try
                {
                    Assert.Equal("the cable was pulled", Assert.Throws<IOException>(() => Simulator.Run(spec, sinks, new() { Threads = 4 })).Message);
                }
                finally
                {
                    foreach (var sink in sinks) sink.Dispose();
                }
            });
            await run.WaitAsync(TimeSpan.FromMinutes(1));
            Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
        }
    }

    [Fact]
    public async Task The_commands_export_and_list()
    {
        SampleRecording.Make().WriteTo(PathOf("rec ü.zarr"));
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(0, await CommandLine.RunAsync(["export", PathOf("rec ü.zarr"), "-o", PathOf("a ü.tif"), "-o", PathOf("b.h5"), "-o", PathOf("s") + "/"], output, error));
        Assert.Contains("21 frames of 37 × 53 px", output.ToString());
        Assert.Equal("", error.ToString());
        using (var movie = RecordingFormats.OpenMovie(PathOf("a ü.tif"))) SampleRecording.Make().AssertMovie(movie);
        using (var movie = RecordingFormats.OpenMovie(PathOf("s"))) SampleRecording.Make().AssertMovie(movie);

        Assert.Equal(1, await CommandLine.RunAsync(["export", PathOf("rec ü.zarr"), "-o", PathOf("b.h5")], output, error));
        Assert.Contains("exists already. Write to another name, or ask to overwrite (--overwrite).", error.ToString());
        Assert.NotEqual(0, await CommandLine.RunAsync(["export", PathOf("rec ü.zarr"), "-o", PathOf("b.avo")], output, error));
        Assert.Contains("did you mean '.avi'?", error.ToString());
        Assert.Equal(2, await CommandLine.RunAsync(["export", PathOf("rec ü.zarr"), "-o", PathOf("c.avi"), "--range", "5:3"], output, error));

        output = new StringWriter();
        Assert.Equal(0, await CommandLine.RunAsync(["formats"], output, error));
        foreach (var format in RecordingFormats.All) Assert.Contains(format.Description, output.ToString());
    }

    [Fact]
    public async Task Simulate_knows_how_to_write_what_export_does()
    {
        SpecJson.Save(Spec(12), PathOf("deep.json"));
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(0, await CommandLine.RunAsync(["simulate", PathOf("deep.json"), "-o", PathOf("s") + "/", "-o", PathOf("rec.zarr"), "--mscam", "--range", "10:300"], output, error));
        Assert.Equal("", error.ToString());
        Assert.True(File.Exists(PathOf("s/msCam1.avi")));
        Assert.Equal(0, await CommandLine.RunAsync(["export", PathOf("rec.zarr"), "-o", PathOf("e") + "/", "--mscam", "--range", "10:300"], output, error));
        Assert.Equal(File.ReadAllBytes(PathOf("e/msCam1.avi")), File.ReadAllBytes(PathOf("s/msCam1.avi")));
        Assert.Equal(2, await CommandLine.RunAsync(["simulate", PathOf("deep.json"), "-o", PathOf("x.avi"), "--range", "low"], output, error));
        Assert.Equal(2, await CommandLine.RunAsync(["simulate", PathOf("deep.json"), "-o", PathOf("x.h5"), "-o", PathOf("y/../x.h5")], output, error));
        Assert.Contains("given twice", error.ToString());
        Assert.False(File.Exists(PathOf("x.h5")));
    }

    /// <summary>A square field, of which a wrong order of the pixels would not be noticed.</summary>
    [Theory]
    [InlineData("a.npz")]
    [InlineData("a.h5")]
    [InlineData("a.nwb")]
    public void Exported_truth_is_a_perfect_estimate(string name)
    {
        var spec = RenderingInvarianceTests.Everything(64, 64, seconds: 2);
        using (var sink = RecordingFormats.CreateSink(PathOf(name))) Simulator.Run(spec, [sink]);
        using var recording = Simulator.Run(spec);
        var estimate = EstimateFile.Read(PathOf(name), EstimateHints.For(recording));
        Assert.Equal(recording.Truth.NUnits, estimate.Footprints.Count);
        for (var i = 0; i < estimate.Footprints.Count; i++)
        {
            var expected = new float[64 * 64];
            recording.Truth.ObservedInFov(i).AddTo(expected, 64, 64);
            Assert.Equal(expected, estimate.Footprints.Dense(i).Select(v => (float)v));
        }
        if (name == "a.nwb") return;
        Assert.Equal(recording.Truth.C!.ToDoubles(), estimate.C!.Values);
        Assert.Equal(recording.Truth.S!.ToDoubles(), estimate.S!.Values);
        Assert.Equal(recording.Truth.Shifts!.ToDoubles().Select(v => -v), estimate.Shifts!.Values);
    }
}

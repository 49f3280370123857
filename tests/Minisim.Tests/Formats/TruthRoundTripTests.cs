using Minisim.Cli;
using Minisim.Formats;
using Minisim.Tests.Invariance;
using Minisim.Truth;

namespace Minisim.Tests.Formats;

/// <summary>What HDF5 and NWB files give back is what was written: movie, truth, spec.</summary>
public class TruthRoundTripTests : Zarr.InTemporaryFolder
{
    private static Spec Everything => RenderingInvarianceTests.Everything(seconds: 0.5);

    private string Saved(string name, Spec spec)
    {
        using var sink = RecordingFormats.CreateSink(PathOf(name));
        Simulator.Run(spec, [sink]);
        return PathOf(name);
    }

    [Theory]
    [InlineData("a.h5")]
    [InlineData("a.nwb")]
    public void Truth_movie_and_spec_come_back_from_the_file(string name)
    {
        using var memory = Simulator.Run(Everything);
        using var read = RecordingFormats.OpenRecording(Saved(name, Everything));
        Assert.False(read.IsMovieOnly);
        Assert.Equal(memory.Spec, read.Spec);
        var (a, b) = (memory.Truth, read.Truth);
        Assert.Equal((a.Grid, a.FocalDepthUm, a.NUnits), (b.Grid, b.FocalDepthUm, b.NUnits));
        Assert.Equal(a.Arrays.Select(t => (t.Name, t.Units, t.Description)), b.Arrays.Select(t => (t.Name, t.Units, t.Description)));
        foreach (var (x, y) in a.Arrays.Zip(b.Arrays))
        {
            Assert.Equal(x.Axes, y.Axes);
            Assert.Equal(x.Shape, y.Shape);
            Assert.Equal(x.Values.GetType(), y.Values.GetType());
            // Images of NWB are floats.
            if (name.EndsWith("nwb", StringComparison.Ordinal) && x.Axes.Contains("height")) Assert.Equal(x.ToDoubles().Select(v => (float)v), y.ToDoubles().Select(v => (float)v));
            else Assert.Equal(x.ToDoubles(), y.ToDoubles());
        }
        for (var i = 0; i < a.NUnits; i++)
        {
            // Beyond the field of view, too: blurred from there.
            Assert.Equal(a.Planted[i].Values, b.Planted[i].Values);
            Assert.Equal((a.Planted[i].Row, a.Planted[i].Col), (b.Planted[i].Row, b.Planted[i].Col));
            Assert.Equal(a.ObservedInFov(i).Values, b.ObservedInFov(i).Values);
        }
        var (frame, other) = (new float[a.Grid.FovHeight * a.Grid.FovWidth], new float[a.Grid.FovHeight * a.Grid.FovWidth]);
        memory.Observed.ReadFrame(3, frame);
        read.Observed.ReadFrame(3, other);
        Assert.Equal(frame, other);
        Assert.Equal(Everything.Acquisition.Fps, read.Observed.Fps!.Value, 4);
    }

    [Theory]
    [InlineData("a.h5")]
    [InlineData("a.nwb")]
    public void A_recording_without_cells_or_steps_comes_back_too(string name)
    {
        using var read = RecordingFormats.OpenRecording(Saved(name, new Spec { Acquisition = new() { DurationS = 0.2, ImageSensor = new() { NPxHeight = 8, NPxWidth = 9 } } }));
        Assert.Equal((0, 4, 8, 9), (read.Truth.NUnits, read.Observed.Frames, read.Observed.Height, read.Observed.Width));
    }

    [Fact]
    public async Task Commands_read_what_the_product_writes()
    {
        Saved("a.nwb", Everything);
        async Task<(int Code, string Out, string Error)> Run(params string[] args)
        {
            var (output, error) = (new StringWriter(), new StringWriter());
            return (await CommandLine.RunAsync(args, output, error), output.ToString(), error.ToString());
        }
        Assert.Contains("cells in view", (await Run("info", PathOf("a.nwb"))).Out);
        Assert.Equal(0, (await Run("preview", PathOf("a.nwb"), "-o", PathOf("a.png"))).Code);
        Assert.Equal(0, (await Run("export", PathOf("a.nwb"), "-o", PathOf("a.zarr"), "-o", PathOf("a.h5"), "-o", PathOf("a.tif"), "-q")).Code);
        // The truth against itself.
        Assert.Contains("recall 1.000", (await Run("score", PathOf("a.h5"), PathOf("a.h5"), "--no-bounds")).Out);
        using var zarr = RecordingFormats.OpenRecording(PathOf("a.zarr"));
        using var direct = Simulator.Run(Everything);
        Assert.Equal(direct.Truth.C!.ToDoubles(), zarr.Truth.C!.ToDoubles());

        // A movie alone.
        Assert.Equal(0, (await Run("export", PathOf("a.tif"), "-o", PathOf("b.npy"), "-q")).Code);
        var (code, _, error) = await Run("export", PathOf("a.tif"), "-o", PathOf("b.zarr"), "-q");
        Assert.Equal(2, code);
        Assert.Contains("movie alone", error);
        Assert.Contains("no ground truth", (await Run("score", PathOf("a.tif"), PathOf("a.h5"))).Error);
        Assert.Contains("does not exist", (await Run("info", PathOf("none.nwb"))).Error);
    }

    private static void Parse(string text, int frames) => Minisim.Formats.Writing.StoredTruth.Parse("a.h5", text, new Spec(), frames);

    [Fact]
    public void Truth_that_contradicts_itself_is_refused()
    {
        var grid = "\"fov_height\": 4, \"fov_width\": 5, \"margin\": 0, \"units\": 2, \"focal_depth_um\": null";
        string Index(string arrays) => $"{{{grid}, \"arrays\": [{arrays}]}}";
        string One(string shape, string type = "float64", string name = "C") => $$"""{"name": "{{name}}", "axes": ["unit", "frame"], "shape": {{shape}}, "units": null, "type": "{{type}}", "description": ""}""";
        Parse(Index(One("[2, 3]")), 3);
        foreach (var (text, word) in ((string, string)[])
        [
            ("{", "cannot be read"), ("[]", "cannot be read"), (Index("7"), "cannot be read"), (Index(One("[3, 3]")), "unit"), (Index(One("[2, 4]")), "frame"), (Index(One("[2]")), "axes"),
            (Index(One("[2, -1]")), "frame"), (Index(One("[2, 3]", "text")), "type"), (Index(One("[2, 3]") + "," + One("[2, 3]")), "twice"), (Index("").Replace("\"margin\": 0", "\"margin\": -1"), "margin"),
        ])
            Assert.Contains(word, Assert.Throws<RecordingFormatException>(() => Parse(text, 3)).Message);
    }
}

using System.Runtime.InteropServices;
using System.Text.Json;
using Minisim.Formats;
using Minisim.Formats.Nwb;
using Minisim.Scenes;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;
using Minisim.Truth;

namespace Minisim.Tests.Formats.Nwb;

public class NwbTests : InTemporaryFolder
{
    [Theory]
    [InlineData(PixelType.UInt8, 21, 37, 53)]
    [InlineData(PixelType.UInt16, 33, 137, 253)]
    [InlineData(PixelType.Float32, 9, 237, 153)]
    public void Movies_are_read_back(PixelType type, int frames, int height, int width)
    {
        var sample = SampleRecording.Make(frames, height, width, type);
        sample.Save(PathOf("a ü.nwb"));
        using var movie = RecordingFormats.OpenMovie(PathOf("a ü.nwb"));
        sample.AssertMovie(movie);
    }

    [Theory]
    [InlineData(PixelType.UInt8, 7, true)]
    [InlineData(PixelType.UInt16, 1, false)]
    public void Pynwb_accepts_the_file_and_finds_movie_and_truth(PixelType type, int units, bool optional)
    {
        var sample = SampleRecording.Make(45, 137, 153, type, units: units, optional: optional);
        var path = Pynwb.Path("sample.nwb");
        sample.Save(path, new() { Overwrite = true });
        var found = Pynwb.Read(path);
        Assert.True(found.GetProperty("errors").GetArrayLength() == 0, found.GetProperty("errors").GetRawText());

        var pixels = new byte[45 * 137 * 153 * 8];
        PixelTypes.Convert(sample.AllFrames(), type, pixels, PixelType.Float64);
        var movie = found.GetProperty("movie");
        Same(movie, MemoryMarshal.Cast<byte, double>(pixels).ToArray(), 45, 137, 153);
        Assert.Equal((20.0, "gzip"), (movie.GetProperty("rate").GetDouble(), movie.GetProperty("compression").GetString()!));
        Assert.Equal("[153, 137]", movie.GetProperty("dimension").GetRawText());
        var plane = found.GetProperty("plane");
        Assert.Equal((525.0, 20.0, "Microscope"), (plane.GetProperty("emission").GetDouble(), plane.GetProperty("rate").GetDouble(), plane.GetProperty("device").GetString()!));
        Assert.Contains("quantum efficiency 0.7, read noise 2 e-", plane.GetProperty("description").GetString());
        Assert.Equal(sample.Truth.Grid.PixelSizeUm * 1e-6, plane.GetProperty("spacing")[0].GetDouble(), 1e-12);

        var truth = sample.Truth;
        Same(found.GetProperty("A"), Array.ConvertAll(truth.AObserved(), v => (double)v), units, 137, 153);
        Same(found.GetProperty("A_planted"), Array.ConvertAll(truth.APlanted(), v => (double)v), units, 137, 153);
        foreach (var name in (string[])["C", "S"])
        {
            Same(found.GetProperty("responses").GetProperty(name), truth.Find(name)!.ToDoubles(), units, 45);
            Assert.Equal(20, found.GetProperty("responses").GetProperty(name).GetProperty("rate").GetDouble());
        }
        Same(found.GetProperty("responses").GetProperty("fluorescence"), truth.C!.ToDoubles(), units, 45);
        foreach (var array in truth.Arrays.Where(a => a.IsPerCell && a.Axes is not [_, "frame"])) Same(found.GetProperty("columns").GetProperty(array.Name), array.ToDoubles(), array.Shape.AsSpan().ToArray());
        for (var i = 0; i < units; i++)
        {
            var expected = Enumerable.Range(0, 45).SelectMany(f => Enumerable.Repeat(f / 20.0, (int)Math.Max(0, Math.Round(truth.S!.ToDoubles()[i * 45 + f]))));
            Assert.Equal(expected, found.GetProperty("spikes")[i].EnumerateArray().Select(t => t.GetDouble()));
        }
        Assert.Equal(SpecJson.Write(sample.Header.Spec), found.GetProperty("spec").GetString());
        if (!optional) return;
        Same(found.GetProperty("series").GetProperty("shifts"), truth.Shifts!.ToDoubles(), 45, 2);
        Assert.Equal("px", found.GetProperty("series").GetProperty("shifts").GetProperty("unit").GetString());
        Same(found.GetProperty("images").GetProperty("vasculature_mask"), Array.ConvertAll(truth.Find("vasculature_mask")!.ToDoubles(), v => (double)(float)v), 137, 153);
        Same(found.GetProperty("images").GetProperty("something_float_1"), truth.Find("something_float")!.ToDoubles()[(137 * 153)..], 137, 153);
    }

    /// <summary>Traces that are packed in chunks of their own, beside the movie's.</summary>
    [Fact]
    public void Long_traces_and_long_movies_do_not_mix()
    {
        var sample = SampleRecording.Make(3000, 12, 20, PixelType.UInt16, units: 61);
        var path = Pynwb.Path("long.nwb");
        sample.Save(path, new() { Overwrite = true }, block: 700);
        using (var movie = RecordingFormats.OpenMovie(path)) sample.AssertMovie(movie);
        var found = Pynwb.Read(path);
        foreach (var name in (string[])["C", "S"]) Same(found.GetProperty("responses").GetProperty(name), sample.Truth.Find(name)!.ToDoubles(), 61, 3000);
        Same(found.GetProperty("series").GetProperty("shifts"), sample.Truth.Shifts!.ToDoubles(), 3000, 2);
    }

    [Fact]
    public void Pynwb_accepts_a_real_simulation()
    {
        var spec = SpecJson.Load(System.IO.Path.Combine(AppContext.BaseDirectory, "specs", "S1.json"), out _);
        spec = spec with { Acquisition = spec.Acquisition with { DurationS = 2 } };
        var path = Pynwb.Path("simulated.nwb");
        using (var sink = RecordingFormats.CreateSink(path, new() { Overwrite = true })) Simulator.Run(spec, [sink]);
        using var recording = Simulator.Run(spec);
        using (var movie = RecordingFormats.OpenMovie(path))
        {
            var (expected, actual) = (new byte[movie.Frames * movie.Height * movie.Width * movie.PixelType.Bytes()], new byte[movie.Frames * movie.Height * movie.Width * movie.PixelType.Bytes()]);
            recording.Observed.Read(0, movie.Frames, expected);
            movie.Read(0, movie.Frames, actual);
            Assert.True(expected.AsSpan().SequenceEqual(actual));
        }
        var found = Pynwb.Read(path);
        Assert.True(found.GetProperty("errors").GetArrayLength() == 0, found.GetProperty("errors").GetRawText());
        Same(found.GetProperty("A"), Array.ConvertAll(recording.Truth.AObserved(), v => (double)v), recording.Truth.NUnits, recording.Truth.Grid.FovHeight, recording.Truth.Grid.FovWidth);
    }

    [Fact]
    public void Pynwb_finds_the_animal_where_behaviour_belongs_and_what_cells_have_to_do_with_it()
    {
        var spec = Invariance.RenderingInvarianceTests.Everything().With(new Minisim.Steps.Behavior()).With(new Minisim.Steps.CellActivity
        {
            Process = Minisim.Steps.SpikeProcess.Poisson,
            RateMeanHz = 3,
            Tuning = new() { PlaceFraction = 0.5, RemapTimesS = [0.1], HeadDirectionFraction = 0.2, Assemblies = 2, AssemblyRateHz = 5, RippleRateHz = 20 },
        });
        var path = Pynwb.Path("behaviour.nwb");
        using (var sink = RecordingFormats.CreateSink(path, new() { Overwrite = true })) Simulator.Run(spec, [sink]);
        using var recording = Simulator.Run(spec);
        var truth = recording.Truth;
        using (var read = RecordingFormats.OpenRecording(path))
            foreach (var array in truth.Arrays.Where(a => a.Name.StartsWith("behavior_", StringComparison.Ordinal))) Assert.True(array.ToDoubles().AsSpan().SequenceEqual(read.Truth.Find(array.Name)!.ToDoubles()), array.Name);
        var found = Pynwb.Read(path);
        Assert.True(found.GetProperty("errors").GetArrayLength() == 0, found.GetProperty("errors").GetRawText());
        var behavior = found.GetProperty("behavior");
        foreach (var (name, kind, type, unit) in new[]
        {
            ("behavior_position_m", "Position", "SpatialSeries", "meters"), ("behavior_head_direction_rad", "CompassDirection", "SpatialSeries", "radians"),
            ("behavior_speed_m_s", "BehavioralTimeSeries", "TimeSeries", "m/s"), ("behavior_lap", "BehavioralTimeSeries", "TimeSeries", "a.u."),
        })
        {
            var series = behavior.GetProperty(name);
            Assert.Equal((kind, type, unit, 20.0, 0.025), (series.GetProperty("kind").GetString()!, series.GetProperty("type").GetString()!, series.GetProperty("unit").GetString()!, series.GetProperty("rate").GetDouble(), series.GetProperty("start").GetDouble()));
            var array = truth.Find(name)!;
            Same(series, array.ToDoubles(), array.Shape.AsSpan().ToArray());
        }
        // (unit …) is a column of the cells, whatever its rank; events of all cells are no table of them.
        var tuning = truth.Arrays.Where(a => a.Name.StartsWith("tuning_", StringComparison.Ordinal) && a.IsPerCell).ToArray();
        Assert.Equal(7, tuning.Length);
        Assert.Contains(tuning, a => a.Shape.Length == 3);
        foreach (var array in tuning) Same(found.GetProperty("columns").GetProperty(array.Name), array.ToDoubles(), array.Shape.AsSpan().ToArray());
        var scratch = found.GetProperty("scratch").EnumerateArray().Select(e => e.GetString()).ToArray();
        // The animal never rests in so short a time: there is no ripple, and nothing empty in scratch.
        Assert.All((string[])["events_assembly_times_s", "events_assembly_id"], name => Assert.Contains(name, scratch));
        var (times, ends) = (truth.Find("spike_times_s")!.ToDoubles(), truth.Find("spike_times_index")!.ToDoubles());
        for (var i = 0; i < truth.NUnits; i++) Assert.Equal(times[(i == 0 ? 0 : (int)ends[i - 1])..(int)ends[i]], found.GetProperty("spikes")[i].EnumerateArray().Select(t => t.GetDouble()));
    }

    /// <summary>More masks' pixels than a chunk holds.</summary>
    [Fact]
    public void Hdmf_finds_every_value_of_the_recording()
    {
        Python.Need("hdmf", "zarr", "numpy");
        var spec = SpecJson.Load(System.IO.Path.Combine(AppContext.BaseDirectory, "specs", "S4.json"), out _);
        var sensor = spec.Acquisition.ImageSensor with { NPxHeight = 190, NPxWidth = 171 };
        spec = spec with { Acquisition = spec.Acquisition with { DurationS = 4, ImageSensor = sensor } };
        string[] names = ["a ü.zarr", "a ü.nwb"];
        var sinks = names.Select(n => RecordingFormats.CreateSink(PathOf(n))).ToArray();
        Simulator.Run(spec, sinks);
        foreach (var sink in sinks) sink.Dispose();
        using var recording = Minisim.Formats.Zarr.ZarrRecording.Open(PathOf(names[0]));
        var found = Python.Script("read_hdmf.py", PathOf(names[1]), PathOf(names[0]));
        var expected = recording.Truth.Arrays.Select(a => a.Name).Concat(["observed", "planted", "fluorescence"]).Concat(Enumerable.Range(0, recording.Truth.NUnits).Select(i => $"spikes of {i}"));
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.GetProperty("equal").EnumerateArray().Select(e => e.GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal(FormatSamples.Sha256(MemoryMarshal.AsBytes<double>(Array.ConvertAll(recording.Truth.AObserved(), v => (double)v)).ToArray()), found.GetProperty("A").GetString());
        Assert.InRange(found.GetProperty("nonzero").GetInt32(), 3 << 16, int.MaxValue);
    }

    [Fact]
    public void Masks_are_the_same_from_whichever_pixel_on_they_are_written()
    {
        // Cells without pixels at the beginning, in the middle and at the end.
        Footprint[] masks = [Footprint.Empty, new(0, 0, 1, 2, [0, 0]), new(3, 5, 2, 3, [1, 0, 2, 0, 3, 4]), Footprint.Empty, new(7, 1, 1, 1, [5]), new(0, 9, 2, 2, [0, 6, 7, 0]), new(1, 1, 1, 1, [0])];
        uint[] ends = [0, 0, 4, 4, 5, 7, 7];
        (uint, uint, float)[] expected = [(5, 3, 1), (7, 3, 2), (6, 4, 3), (7, 4, 4), (1, 7, 5), (10, 0, 6), (9, 1, 7)];
        for (var first = 0; first < 7; first++)
            for (var count = 1; first + count <= 7; count++)
            {
                var values = new NwbSink.MaskPixel[count];
                NwbSink.FillMasks(masks, ends, first, values);
                Assert.Equal(expected[first..(first + count)], values.Select(v => (v.x, v.y, v.weight)));
            }
    }

    private static void Same(JsonElement item, double[] values, params int[] shape)
    {
        Assert.Equal(shape, item.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32()));
        Assert.Equal(FormatSamples.Sha256(MemoryMarshal.AsBytes<double>(values).ToArray()), item.GetProperty("sha256").GetString());
    }
}

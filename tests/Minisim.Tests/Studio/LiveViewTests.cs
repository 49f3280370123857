using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Minisim.Studio.Views;

namespace Minisim.Tests.Studio;

public class LiveViewTests
{
    [Fact]
    public async Task Frames_over_the_socket_have_the_bytes_that_the_library_renders()
    {
        await using var studio = await TestStudio.Start();
        await using var page = await studio.Connect();
        var spec = TestStudio.SmallSpec;
        var shown = await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 1, ["spec"] = TestStudio.Json(spec) });
        Assert.Equal("shown", (string?)shown["op"]);
        using var recording = Simulator.Run(spec);
        var expected = new byte[96 * 128];
        await page.Send(new JsonObject { ["op"] = "frames", ["id"] = 2, ["first"] = 5, ["count"] = 11 });
        for (var frame = 5; frame < 16; frame++)
        {
            var (_, message) = await page.Receive();
            recording.Observed.Read(frame, 1, expected);
            Assert.Equal(frame, BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(8)));
            Assert.Equal(expected, message[FrameMessage.HeaderBytes..]);
        }
    }

    [Theory]
    [InlineData(12, 2)]
    [InlineData(0, 4)]
    public async Task Frames_of_sixteen_bits_and_of_light_without_a_sensor_keep_their_own_type(int bits, int bytes)
    {
        await using var studio = await TestStudio.Start();
        await using var page = await studio.Connect();
        var spec = bits == 0 ? TestStudio.SmallSpec.Without<Minisim.Steps.Sensor>()
            : TestStudio.SmallSpec with { Acquisition = TestStudio.SmallSpec.Acquisition with { ImageSensor = TestStudio.SmallSpec.Acquisition.ImageSensor with { BitDepth = bits } } };
        await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 1, ["spec"] = TestStudio.Json(spec) });
        var message = await page.AskPixels(new JsonObject { ["op"] = "frames", ["id"] = 2, ["first"] = 7 });
        using var scene = Simulator.Compile(spec);
        Assert.Equal(bytes == 2 ? 1 : 2, BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(20)));
        Assert.Equal(96 * 128 * bytes, message.Length - FrameMessage.HeaderBytes);
        Assert.Equal(scene.Frame(7), message[FrameMessage.HeaderBytes..]);
    }

    [Fact]
    public async Task After_a_step_that_a_chain_has_not_its_movie_is_what_comes_before()
    {
        await using var studio = await TestStudio.Start();
        await using var page = await studio.Connect();
        var spec = TestStudio.SmallSpec.Without<Minisim.Steps.Vasculature>();
        await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 1, ["spec"] = TestStudio.Json(spec) });
        var message = await page.AskPixels(new JsonObject { ["op"] = "frames", ["id"] = 2, ["first"] = 7, ["stage"] = "vasculature" });
        using var scene = Simulator.Compile(spec, new SimulateOptions { Until = "neuropil" });
        Assert.Equal(scene.Frame(7), message[FrameMessage.HeaderBytes..]);
        var refused = await page.Ask(new JsonObject { ["op"] = "frames", ["id"] = 3, ["first"] = 7, ["stage"] = "nothing" });
        Assert.StartsWith("There is no movie after \"nothing\"", (string?)refused["error"]);
    }

    [Fact]
    public async Task Traces_and_the_light_of_the_picture_are_the_library_s()
    {
        await using var studio = await TestStudio.Start();
        await using var page = await studio.Connect();
        await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 1, ["spec"] = TestStudio.Json(TestStudio.SmallSpec) });
        using var scene = Simulator.Compile(TestStudio.SmallSpec);
        var traces = await page.Ask(new JsonObject { ["op"] = "traces", ["id"] = 2, ["units"] = new JsonArray(3, 1) });
        for (var f = 0; f < scene.Frames; f++)
            Assert.Equal((scene.Truth.C!.Row<double>(3)[f], scene.Truth.S!.ToDoubles()[scene.Frames + f]), ((double)traces["c"]![0]![f]!, (double)traces["s"]![1]![f]!), new Near(1e-4));
        var refused = await page.Ask(new JsonObject { ["op"] = "traces", ["id"] = 3, ["units"] = new JsonArray(100_000) });
        Assert.Equal("error", (string?)refused["op"]);

        // The mean over a grid is the mean over the picture, to the spread of what lies between.
        var light = await page.Ask(new JsonObject { ["op"] = "light", ["id"] = 4, ["first"] = 0 });
        using var before = Simulator.Compile(TestStudio.SmallSpec, new SimulateOptions { Until = "leakage" });
        var electrons = scene.Spec.Find<Minisim.Steps.Sensor>()!.PhotonsPerUnit * scene.Spec.Acquisition.ImageSensor.QuantumEfficiency;
        double sum = 0;
        for (var f = 0; f < 32; f++)
            foreach (var v in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(before.Frame(f))) sum += v;
        var mean = electrons * sum / (32 * 96 * 128);
        Assert.InRange((double)light["expected"]!, 0.97 * mean, 1.03 * mean);
        Assert.Equal((double)light["expected"]!, (double)light["cells"]! + (double)light["background"]! + (double)light["leakage"]!, 0.01);
        Assert.Equal(255, (double)light["fullScaleE"]! / (double)light["electronsPerCount"]!, 0.5);
    }

    private sealed class Near(double tolerance) : IEqualityComparer<(double, double)>
    {
        public bool Equals((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) <= tolerance && Math.Abs(a.Item2 - b.Item2) <= tolerance;

        public int GetHashCode((double, double) value) => 0;
    }

    [Theory]
    [InlineData("cells_only")]
    [InlineData("vasculature")]
    [InlineData("brain_motion")]
    [InlineData("leakage")]
    public async Task Frames_after_a_stage_are_those_of_a_chain_that_stops_there(string stage)
    {
        await using var studio = await TestStudio.Start();
        await using var page = await studio.Connect();
        var spec = TestStudio.SmallSpec;
        await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 1, ["spec"] = TestStudio.Json(spec) });
        var message = await page.AskPixels(new JsonObject { ["op"] = "frames", ["id"] = 2, ["first"] = 7, ["stage"] = stage });
        using var scene = Simulator.Compile(spec, new SimulateOptions { Until = stage });
        Assert.Equal(scene.Frame(7), message[FrameMessage.HeaderBytes..]);
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(4000, 39)]
    public async Task The_frame_in_view_follows_a_shown_spec_unasked(int asked, int frame)
    {
        await using var studio = await TestStudio.Start();
        await using var page = await studio.Connect();
        var shown = await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 12, ["spec"] = TestStudio.Json(TestStudio.SmallSpec), ["frame"] = asked });
        Assert.Equal("shown", (string?)shown["op"]);
        var (_, message) = await page.Receive();
        using var scene = Simulator.Compile(TestStudio.SmallSpec);
        Assert.Equal((12, frame, (int)shown["revision"]!), (BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(4)), BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(8)), BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(24))));
        Assert.Equal(scene.Frame(frame), message[FrameMessage.HeaderBytes..]);
    }

    [Fact]
    public async Task A_spec_that_breaks_a_rule_is_answered_with_every_problem_and_the_old_movie_stays()
    {
        await using var studio = await TestStudio.Start();
        await using var page = await studio.Connect();
        await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 1, ["spec"] = TestStudio.Json(TestStudio.SmallSpec) });
        var bad = TestStudio.Json(TestStudio.SmallSpec);
        bad["acquisition"]!["optics"]!["na"] = -1;
        bad["acquisition"]!["fps"] = 0;
        var reply = await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 2, ["spec"] = bad });
        Assert.Equal("error", (string?)reply["op"]);
        Assert.Equal(["acquisition.fps", "acquisition.optics.na"], reply["problems"]!.AsArray().Select(p => (string?)p!["path"]).Order());
        var message = await page.AskPixels(new JsonObject { ["op"] = "frames", ["id"] = 3, ["first"] = 0 });
        using var scene = Simulator.Compile(TestStudio.SmallSpec);
        Assert.Equal(scene.Frame(0), message[FrameMessage.HeaderBytes..]);
    }

    [Fact]
    public async Task Two_slots_of_one_page_keep_apart()
    {
        await using var studio = await TestStudio.Start();
        await using var page = await studio.Connect();
        var (a, b) = (TestStudio.SmallSpec, TestStudio.SmallSpec with { Seed = 4 });
        await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 1, ["slot"] = "a", ["spec"] = TestStudio.Json(a) });
        await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 2, ["slot"] = "b", ["spec"] = TestStudio.Json(b) });
        foreach (var (slot, spec) in new[] { ("a", a), ("b", b) })
        {
            var message = await page.AskPixels(new JsonObject { ["op"] = "frames", ["id"] = 3, ["slot"] = slot, ["first"] = 3 });
            using var scene = Simulator.Compile(spec);
            Assert.Equal(scene.Frame(3), message[FrameMessage.HeaderBytes..]);
        }
    }

    [Fact]
    public async Task Of_specs_that_come_faster_than_they_compile_the_newest_is_shown_last()
    {
        await using var studio = await TestStudio.Start();
        await using var page = await studio.Connect();
        for (var seed = 0; seed < 12; seed++)
            await page.Send(new JsonObject { ["op"] = "show", ["id"] = seed, ["spec"] = TestStudio.Json(TestStudio.SmallSpec with { Seed = seed }) });
        JsonNode? last;
        do last = (await page.Receive()).Text;
        while ((int)last!["id"]! != 11);
        var message = await page.AskPixels(new JsonObject { ["op"] = "frames", ["id"] = 99, ["first"] = 0 });
        using var scene = Simulator.Compile(TestStudio.SmallSpec with { Seed = 11 });
        Assert.Equal(scene.Frame(0), message[FrameMessage.HeaderBytes..]);
    }

    [Fact]
    public async Task The_maximum_and_mean_images_are_those_of_the_frames()
    {
        await using var studio = await TestStudio.Start();
        await using var page = await studio.Connect();
        await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 1, ["spec"] = TestStudio.Json(TestStudio.SmallSpec) });
        using var scene = Simulator.Compile(TestStudio.SmallSpec);
        var frames = Enumerable.Range(0, scene.Frames).Select(scene.Frame).ToArray();
        var max = await page.AskPixels(new JsonObject { ["op"] = "image", ["id"] = 2, ["kind"] = "max" });
        var mean = await page.AskPixels(new JsonObject { ["op"] = "image", ["id"] = 3, ["kind"] = "mean" });
        for (var pixel = 0; pixel < 96 * 128; pixel += 97)
        {
            Assert.Equal(frames.Max(f => f[pixel]), BinaryPrimitives.ReadSingleLittleEndian(max.AsSpan(FrameMessage.HeaderBytes + 4 * pixel)));
            Assert.Equal(frames.Average(f => f[pixel]), BinaryPrimitives.ReadSingleLittleEndian(mean.AsSpan(FrameMessage.HeaderBytes + 4 * pixel)), 1e-3);
        }
    }
}

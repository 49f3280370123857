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

using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Minisim.Studio;
using Minisim.Studio.Stream;

namespace Minisim.Tests.Studio;

public class LiveSourceTests
{
    private static readonly Spec Spec = TestStudio.SmallSpec;

    [Fact]
    public async Task Raw_frames_are_the_movie_s_in_order_with_their_numbers_and_none_is_missing()
    {
        using var source = new LiveSource(Simulator.Compile(Spec), new LiveOptions { AsFastAsPossible = true });
        using var to = new MemoryStream();
        await LiveFormats.WriteRawAsync(source, to, headers: true, fromStart: true, null, CancellationToken.None);
        using var scene = Simulator.Compile(Spec);
        var bytes = to.ToArray();
        var size = LiveFormats.RawHeaderBytes + 96 * 128;
        Assert.Equal(size * Spec.Acquisition.NFrames(), bytes.Length);
        for (var f = 0; f < Spec.Acquisition.NFrames(); f++)
        {
            var message = bytes.AsSpan(f * size, size);
            Assert.Equal(LiveFormats.RawMagic, BinaryPrimitives.ReadUInt32LittleEndian(message));
            Assert.Equal(f, BinaryPrimitives.ReadInt64LittleEndian(message[8..]));
            Assert.Equal(f, BinaryPrimitives.ReadInt32LittleEndian(message[16..]));
            Assert.Equal(96 * 128, BinaryPrimitives.ReadInt32LittleEndian(message[56..]));
            Assert.True(message[LiveFormats.RawHeaderBytes..].SequenceEqual(scene.Frame(f)));
        }
    }

    [Fact]
    public async Task A_reader_that_is_slow_gets_every_frame_late_and_counted()
    {
        using var source = new LiveSource(Simulator.Compile(Spec), new LiveOptions { Fps = 500 });
        List<LiveFrame> frames = [];
        await source.ReadAsync(async (frame, _) =>
        {
            frames.Add(frame);
            if (frame.Number == 3) await Task.Delay(200);
        }, fromStart: true, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (long)i), frames.Select(f => f.Number));
        Assert.All(frames.Zip(frames.Skip(1)), p => Assert.True(p.Second.Sent >= p.First.Sent && p.Second.LateSoFar >= p.First.LateSoFar));
        // Frames 4 to 39 are due within the pause.
        Assert.True(frames[^1].LateSoFar >= 36);
        Assert.Equal(frames[^1].LateSoFar, source.Late);
    }

    [Fact]
    public async Task A_frame_is_never_sent_before_it_is_due_and_a_loop_begins_again()
    {
        using var source = new LiveSource(Simulator.Compile(Spec), new LiveOptions { Fps = 400, Loop = true });
        List<LiveFrame> frames = [];
        using var enough = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => source.ReadAsync((frame, _) =>
        {
            frames.Add(frame);
            if (frames.Count == 90) enough.Cancel();
            return Task.CompletedTask;
        }, fromStart: true, enough.Token));
        Assert.All(frames, f => Assert.True(f.Sent >= f.Scheduled, $"frame {f.Number} was sent {f.Scheduled - f.Sent} s early"));
        Assert.All(frames, f => Assert.Equal(f.Number % 40, f.MovieFrame));
        Assert.Equal(89, frames[^1].Number);
    }

    [Fact]
    public void The_truth_of_a_frame_is_the_recording_s()
    {
        using var scene = Simulator.Compile(Spec);
        using var source = new LiveSource(Simulator.Compile(Spec));
        for (var f = 0; f < scene.Frames; f++)
        {
            var line = JsonNode.Parse(source.TruthLine(new LiveFrame(f + 40, f, 1, 2, 3)))!;
            Assert.Equal(f + 40, (int)line["frame"]!);
            Assert.Equal(f, (int)line["movie_frame"]!);
            var shifts = scene.Truth.Shifts!.ToDoubles();
            Assert.Equal(shifts[2 * f], (double)line["shift_px"]![0]!, 1e-4);
            var s = scene.Truth.S!.ToDoubles();
            var expected = Enumerable.Range(0, scene.Truth.NUnits).Where(u => s[u * scene.Frames + f] > 0).Select(u => $"{u}:{s[u * scene.Frames + f]}");
            Assert.Equal(expected, line["spikes"]!.AsArray().Select(p => $"{p![0]}:{p[1]}"));
            Assert.Equal(scene.Truth.C!.Row<double>(1)[f], (double)line["c"]![1]!, 1e-4);
        }
    }

    [Fact]
    public async Task Programs_read_frames_jpegs_and_truth_over_loopback_with_the_token_in_the_address()
    {
        var source = new LiveSource(Simulator.Compile(Spec), new LiveOptions { Fps = 100, Loop = true });
        await using var server = await StudioServer.StartStreamAsync(source);
        using var http = new HttpClient();
        var addresses = server.StreamAddresses.ToDictionary(a => a.Name, a => a.Address);
        using var scene = Simulator.Compile(Spec);

        await using (var raw = await http.GetStreamAsync(addresses["raw"]))
        {
            long? before = null;
            for (var i = 0; i < 5; i++)
            {
                var message = new byte[LiveFormats.RawHeaderBytes + 96 * 128];
                await raw.ReadExactlyAsync(message);
                var number = BinaryPrimitives.ReadInt64LittleEndian(message.AsSpan(8));
                if (before is { } b) Assert.Equal(b + 1, number);
                before = number;
                Assert.True(message.AsSpan(LiveFormats.RawHeaderBytes).SequenceEqual(scene.Frame((int)(number % 40))));
            }
        }
        await using (var truth = await http.GetStreamAsync(addresses["truth"]))
        {
            using var lines = new StreamReader(truth);
            var first = JsonNode.Parse((await lines.ReadLineAsync())!)!;
            var second = JsonNode.Parse((await lines.ReadLineAsync())!)!;
            Assert.Equal((int)first["frame"]! + 1, (int)second["frame"]!);
        }
        using (var reply = await http.GetAsync(addresses["mjpeg"], HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.Equal("multipart/x-mixed-replace", reply.Content.Headers.ContentType!.MediaType);
            await using var jpeg = await reply.Content.ReadAsStreamAsync();
            var head = new StringBuilder();
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) head.Append((char)jpeg.ReadByte());
            Assert.Contains("X-Frame: ", head.ToString());
            var length = int.Parse(head.ToString().Split("Content-Length: ")[1].Split('\r')[0]);
            var picture = new byte[length];
            await jpeg.ReadExactlyAsync(picture);
            using var bitmap = SkiaSharp.SKBitmap.Decode(picture);
            Assert.Equal((128, 96), (bitmap.Width, bitmap.Height));
            var frame = scene.Frame(int.Parse(head.ToString().Split("X-Movie-Frame: ")[1].Split('\r')[0]));
            var error = Enumerable.Range(0, 96 * 128).Average(i => Math.Abs(bitmap.GetPixel(i % 128, i / 128).Red - frame[i]));
            Assert.True(error < 4, $"JPEG is off by {error} counts on average");
        }
        using var stranger = await http.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/stream/raw"));
        Assert.Equal(401, (int)stranger.StatusCode);
    }

    [Fact]
    public async Task The_studio_s_switch_starts_and_ends_a_stream()
    {
        await using var studio = await TestStudio.Start();
        var (_, state) = await studio.Post("api/stream", new JsonObject { ["spec"] = TestStudio.Json(Spec), ["fps"] = 200, ["loop"] = true });
        Assert.True((bool)state["running"]!);
        using var http = new HttpClient();
        await using (var raw = await http.GetStreamAsync((string)state["addresses"]!["raw"]!))
        {
            await raw.ReadExactlyAsync(new byte[3 * (64 + 96 * 128)]);
            // While somebody reads: the scene goes only when nobody renders it any more.
            (await studio.Http.DeleteAsync("api/stream")).Dispose();
        }
        state = JsonNode.Parse(await studio.Http.GetStringAsync("api/stream"))!;
        Assert.False((bool)state["running"]!);
        using var gone = await studio.Http.GetAsync("stream/raw");
        Assert.Equal(404, (int)gone.StatusCode);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(12)]
    [InlineData(14)]
    public async Task Ffmpeg_reads_the_y4m_of_a_live_source(int bits)
    {
        var spec = Spec with { Acquisition = Spec.Acquisition with { ImageSensor = Spec.Acquisition.ImageSensor with { BitDepth = bits } } };
        using var source = new LiveSource(Simulator.Compile(spec), new LiveOptions { AsFastAsPossible = true });
        var folder = Directory.CreateTempSubdirectory("minisim-y4m").FullName;
        try
        {
            var path = Path.Combine(folder, "live.y4m");
            await using (var to = File.Create(path)) await LiveFormats.WriteY4mAsync(source, to, true, null, CancellationToken.None);
            Assert.SkipUnless(File.Exists("/usr/bin/ffmpeg"), "ffmpeg is not there");
            // As it reads the pixels itself: nothing is scaled.
            var format = bits switch { 8 => "gray", 10 => "gray10le", 12 => "gray12le", _ => "gray16le" };
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/usr/bin/ffmpeg", ["-loglevel", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", format, Path.Combine(folder, "out.raw")]) { RedirectStandardError = true })!;
            var errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, errors);
            using var scene = Simulator.Compile(spec);
            var raw = File.ReadAllBytes(Path.Combine(folder, "out.raw"));
            Assert.Equal(40 * scene.FrameBytes, raw.Length);
            for (var f = 0; f < 40; f++) Assert.True(raw.AsSpan(f * scene.FrameBytes, scene.FrameBytes).SequenceEqual(scene.Frame(f)), $"frame {f}");
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}

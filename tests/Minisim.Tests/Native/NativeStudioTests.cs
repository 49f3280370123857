using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Minisim.Tests.Studio;

namespace Minisim.Tests.Native;

/// <summary>The studio and the live source in the native command.</summary>
[Collection(nameof(NativeCommand))]
public class NativeStudioTests(NativeCommand command)
{
    [Fact]
    public async Task The_native_studio_sends_the_library_s_bytes_over_its_socket_and_writes_and_explains()
    {
        var root = Directory.CreateTempSubdirectory("minisim-native-studio").FullName;
        using var process = Process.Start(new ProcessStartInfo(command.Path, ["studio", "--no-browser", "--port", "0", "--root", root]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.SkipWhen(line is null && (await process.StandardError.ReadToEndAsync()).Contains("Node.js", StringComparison.Ordinal), "built without Node");
            var address = new Uri(line!);
            var token = address.Query["?token=".Length..];
            using var http = new HttpClient { BaseAddress = new Uri(address.GetLeftPart(UriPartial.Authority)) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            Assert.Contains("<div id=\"app\">", await http.GetStringAsync("/"));
            Assert.Equal(SpecSchema.Write(), JsonNode.Parse(await http.GetStringAsync("api/schema"))!.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
            Assert.Equal(6, JsonNode.Parse(await http.GetStringAsync("api/lessons"))!["lessons"]!.AsArray().Count);

            var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
            await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{address.Port}/api/socket"), CancellationToken.None);
            await using var page = new TestSocket(socket);
            var shown = await page.Ask(new JsonObject { ["op"] = "show", ["id"] = 1, ["spec"] = TestStudio.Json(TestStudio.SmallSpec) });
            Assert.Equal("shown", (string?)shown["op"]);
            using var scene = Simulator.Compile(TestStudio.SmallSpec);
            var frame = await page.AskPixels(new JsonObject { ["op"] = "frames", ["id"] = 2, ["first"] = 13 });
            Assert.Equal(scene.Frame(13), frame[32..]);
            Assert.Equal(scene.Truth.NUnits, (await page.Ask(new JsonObject { ["op"] = "cells", ["id"] = 3 }))["snr"]!.AsArray().Count);
            Assert.Equal(scene.Frames, (await page.Ask(new JsonObject { ["op"] = "pixel", ["id"] = 4, ["row"] = 9, ["col"] = 9 }))["cells"]!.AsArray().Count);
            Assert.NotNull((await page.Ask(new JsonObject { ["op"] = "cell", ["id"] = 5, ["unit"] = 0 }))["c"]);

            using var job = await http.PostAsync("api/jobs", new StringContent(new JsonObject { ["spec"] = TestStudio.Json(TestStudio.SmallSpec), ["outputs"] = new JsonArray("a.avi") }.ToJsonString(), Encoding.UTF8, "application/json"));
            Assert.True(job.IsSuccessStatusCode, await job.Content.ReadAsStringAsync());
            for (var i = 0; i < 300 && !File.Exists(Path.Combine(root, "a.avi")); i++) await Task.Delay(100);
            Assert.True(File.Exists(Path.Combine(root, "a.avi")));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            Directory.Delete(root, true);
        }
    }

    [Fact]
    public async Task The_native_stream_writes_every_frame_to_standard_output_with_its_truth_beside_it()
    {
        var folder = Directory.CreateTempSubdirectory("minisim-native-stream").FullName;
        try
        {
            var (spec, truth) = (Path.Combine(folder, "spec.json"), Path.Combine(folder, "truth.jsonl"));
            SpecJson.Save(TestStudio.SmallSpec, spec);
            using var process = Process.Start(new ProcessStartInfo(command.Path, ["stream", spec, "--as-fast-as-possible", "--to", "raw", "--truth", truth]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            using var frames = new MemoryStream();
            await process.StandardOutput.BaseStream.CopyToAsync(frames);
            await process.WaitForExitAsync();
            Assert.Contains("40 frames sent, 0 late", await process.StandardError.ReadToEndAsync());
            using var scene = Simulator.Compile(TestStudio.SmallSpec);
            Assert.Equal(Enumerable.Range(0, 40).SelectMany(scene.Frame), frames.ToArray());
            Assert.Equal(40, File.ReadAllLines(truth).Length);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}

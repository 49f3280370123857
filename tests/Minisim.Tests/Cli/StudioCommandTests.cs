using Minisim.Cli;
using Minisim.Studio;
using Minisim.Tests.Studio;

namespace Minisim.Tests.Cli;

public class StudioCommandTests
{
    private static async Task<(int Code, string Out, string Error)> Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task What_cannot_be_served_is_said_in_one_line()
    {
        Assert.SkipUnless(StudioServer.HasPage, "built without Node");
        var folder = Directory.CreateTempSubdirectory("minisim-studio-cli").FullName;
        try
        {
            foreach (var (args, text) in new[]
            {
                (new[] { "--port", "70000" }, "--port 70000: must be from 0 (any) to 65535."),
                (["--root", Path.Combine(folder, "nowhere")], "nowhere is no folder. Name one that exists with --root."),
                ([Path.Combine(folder, "none.json"), "--root", folder], "none.json: there is no such file or folder."),
                ([Path.Combine(folder, "..", "x.json"), "--root", folder], "x.json lies outside "),
            })
            {
                var (code, _, error) = await Run(["studio", "--no-browser", .. args]);
                Assert.NotEqual(0, code);
                Assert.Contains(text, error);
                Assert.Single(error.Trim().Split('\n'));
            }
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public async Task The_studio_prints_its_address_first_and_ends_when_told()
    {
        Assert.SkipUnless(StudioServer.HasPage, "built without Node");
        var folder = Directory.CreateTempSubdirectory("minisim-studio-cli").FullName;
        try
        {
            using var stop = new CancellationTokenSource();
            var output = new StringWriter();
            var running = CommandLine.RunAsync(["studio", "--no-browser", "--port", "0", "--root", folder], output, new StringWriter(), stop.Token);
            for (var i = 0; i < 300 && !output.ToString().Contains('\n'); i++) await Task.Delay(50);
            Assert.Matches(@"^http://127\.0\.0\.1:\d+/\?token=[0-9a-f]{32}\s*$", output.ToString());
            using var http = new HttpClient();
            Assert.Contains("id=\"app\"", await http.GetStringAsync(output.ToString().Trim()));
            await stop.CancelAsync();
            Assert.Equal(0, await running.WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public async Task A_stream_that_makes_no_sense_is_refused()
    {
        var spec = Path.GetTempFileName();
        try
        {
            SpecJson.Save(TestStudio.SmallSpec, spec);
            foreach (var (args, text) in new[]
            {
                (new[] { "--fps", "0" }, "--fps 0: must be above 0."),
                (["--truth", "x.jsonl"], "--truth goes with --to raw or y4m"),
                (["--to", "raw", "--truth", spec], "exists. Name another file."),
                (["--port", "-1"], "--port -1: must be from 0 (any) to 65535."),
            })
            {
                var (code, _, error) = await Run(["stream", spec, .. args]);
                Assert.Equal(2, code);
                Assert.Contains(text, error);
            }
        }
        finally
        {
            File.Delete(spec);
        }
    }

    [Fact]
    public async Task A_stream_prints_its_addresses_plays_at_the_asked_rate_begins_again_and_says_what_it_sent()
    {
        var spec = Path.GetTempFileName();
        try
        {
            SpecJson.Save(TestStudio.SmallSpec, spec);
            using var stop = new CancellationTokenSource();
            var (output, error) = (new StringWriter(), new StringWriter());
            var running = CommandLine.RunAsync(["stream", spec, "--fps", "100", "--loop", "--port", "0"], output, error, stop.Token);
            for (var i = 0; i < 300 && output.ToString().Split('\n').Length < 4; i++) await Task.Delay(50);
            var addresses = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(l => l[0], l => l[1]);
            Assert.Equal(["mjpeg", "raw", "truth"], addresses.Keys.Order());
            using var http = new HttpClient();
            List<System.Text.Json.Nodes.JsonNode> lines = [];
            await using (var truth = await http.GetStreamAsync(new Uri(addresses["truth"])))
            {
                using var reader = new StreamReader(truth);
                // Two seconds of 20 frames each are 40: a hundred go round twice.
                while (lines.Count < 100) lines.Add(System.Text.Json.Nodes.JsonNode.Parse((await reader.ReadLineAsync())!)!);
            }
            for (var i = 0; i < lines.Count; i++)
            {
                var number = (long)lines[0]["frame"]! + i;
                Assert.Equal(number, (long)lines[i]["frame"]!);
                Assert.Equal(number % 40, (long)lines[i]["movie_frame"]!);
                Assert.Equal(number / 100.0, (double)lines[i]["scheduled_s"]!, 1e-6);
            }
            await stop.CancelAsync();
            Assert.Equal(0, await running.WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.Matches(@"\d+ frames sent, \d+ late by more than a frame; delay [\d.]+ ms \(median\), [\d.]+ ms \(99 %\)", error.ToString());
        }
        finally
        {
            File.Delete(spec);
        }
    }
}

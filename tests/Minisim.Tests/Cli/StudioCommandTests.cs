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
}

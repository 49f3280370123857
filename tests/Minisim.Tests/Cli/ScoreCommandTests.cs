using System.Text.Json;
using System.Text.RegularExpressions;
using Minisim.Cli;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Reference;

namespace Minisim.Tests.Cli;

public class ScoreCommandTests : InTemporaryFolder
{
    private static readonly string Recording = EstimateData.Path("..", "recordings", "bench_ca1.zarr")!;
    private static readonly string Suite2p = EstimateData.Path("suite2p_0.14")!;

    private static async Task<(int Code, string Out, string Error)> Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task A_real_result_gives_summary_json_and_page()
    {
        var (code, output, error) = await Run("score", Recording, Suite2p, "--metric", "cosine", "--no-bounds", "--json", PathOf("s.json"), "--html", PathOf("s.html"));
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("75 planted in view, 75 detectable, 75 counted; 55 estimated, 53 matched (cosine ≥ 0.5)", output);
        Assert.Contains("motion RMSE         0.605 px", output);
        Assert.Contains("by iou: recall 0.000", output);
        Assert.Contains("not found because", output);

        using var json = JsonDocument.Parse(File.ReadAllText(PathOf("s.json")));
        Assert.Equal(53, json.RootElement.GetProperty("n_matched").GetInt32());
        Assert.Equal([3, -3], json.RootElement.GetProperty("footprint_shift").EnumerateArray().Select(v => v.GetInt32()));
        Assert.Equal(75, json.RootElement.GetProperty("cells").GetArrayLength());
        Assert.Equal(55, json.RootElement.GetProperty("estimates").GetArrayLength());
        Assert.All(json.RootElement.GetProperty("cells").EnumerateArray().Where(c => c.GetProperty("verdict").GetString() != "found"),
            c => Assert.NotEmpty(c.GetProperty("causes").EnumerateObject()));

        var page = File.ReadAllText(PathOf("s.html"));
        // Nothing is fetched: every address is inline data.
        Assert.All(Regex.Matches(page, "(?:src|href)=\"([^\"]*)\"").Select(m => m.Groups[1].Value), a => Assert.StartsWith("data:image/png;base64,", a));
        Assert.DoesNotContain("url(", page);
        Assert.DoesNotContain("NaN", Regex.Replace(page, "data:image/png;base64,[^\"]*", ""));
        Assert.Equal(75, Regex.Count(page, "<path class=\"(found|missed|other)\""));
        foreach (Match svg in Regex.Matches(page, "<svg.*?</svg>")) System.Xml.Linq.XElement.Parse(svg.Value);
    }

    [Fact]
    public async Task Several_estimates_are_compared()
    {
        var (code, output, _) = await Run("score", Recording, Suite2p, Suite2p + "/plane0", "--no-bounds", "--accepted", "--json", PathOf("s.json"), "--html", PathOf("s.html"));
        Assert.Equal(0, code);
        Assert.Equal(2, Regex.Count(output, "footprint shift"));
        Assert.Matches(@"estimate      cells  recall .*\r?\nsuite2p_0.14 .*\r?\nplane0 ", output);
        using var json = JsonDocument.Parse(File.ReadAllText(PathOf("s.json")));
        Assert.Equal(2, json.RootElement.GetArrayLength());
        Assert.Contains("<h2>Comparison</h2>", File.ReadAllText(PathOf("s.html")));
    }

    [Theory]
    [InlineData("--shift=-3,2", 0, "(-3, 2) px")]
    [InlineData("--shift=none", 0, "95 % intervals")]
    [InlineData("--shift=left", 2, "must be auto, none or dy,dx")]
    [InlineData("--threshold=0", 2, "must be in (0, 1]")]
    [InlineData("--metric=dice", 2, "dice")]
    [InlineData("--shifts=absent.npy", 1, "absent.npy")]
    public async Task Options_do_what_they_say(string option, int code, string text)
    {
        var result = await Run("score", Recording, Suite2p, "--no-bounds", option);
        Assert.Equal(code, result.Code);
        Assert.Contains(text, result.Out + result.Error);
    }

    [Fact]
    public async Task Estimates_that_cannot_be_read_are_named()
    {
        File.WriteAllText(PathOf("notes.txt"), "x");
        var (code, _, error) = await Run("score", Recording, PathOf("notes.txt"));
        Assert.Equal(1, code);
        Assert.Contains("notes.txt: is no result file of a known layout. Known are: suite2p", error);
    }
}

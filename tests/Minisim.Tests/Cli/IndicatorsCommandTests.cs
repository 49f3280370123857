using System.Text.Json;
using Minisim.Cli;

namespace Minisim.Tests.Cli;

public sealed class IndicatorsCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minisim-indicators").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<(int Code, string Output, string Error)> Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(args, output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task Every_indicator_is_listed_with_its_responses_and_evidence()
    {
        var (code, output, _) = await Run("indicators");
        Assert.Equal(0, code);
        var line = output.Split('\n').Single(l => l.StartsWith("GCaMP6f ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("19", line[1]);
        Assert.Equal(14, Minisim.Steps.IndicatorPresets.All.Count(p => output.Contains('\n' + p.Text + ' ')));
        Assert.Contains("Chen 2013", output);
        Assert.Contains("Zhang 2023", output);
        var culture = (await Run("indicators", "--culture")).Output;
        Assert.DoesNotContain("GCaMP6m", culture);
        Assert.Contains("jGCaMP8s", culture);
    }

    [Fact]
    public async Task The_json_has_the_numbers_from_which_a_spec_of_one_s_own_is_made()
    {
        using var json = JsonDocument.Parse((await Run("indicators", "--json")).Output);
        Assert.Equal(14, json.RootElement.GetArrayLength());
        foreach (var item in json.RootElement.EnumerateArray())
        {
            var p = item.GetProperty("in_vivo");
            var fields = string.Join(",", p.EnumerateObject().TakeWhile(f => f.Name != "dff_3ap").Select(f => $"\"{f.Name}\":{f.Value.GetRawText()}"));
            var spec = SpecJson.Parse("{\"steps\":[{\"kind\":\"place_neurons\"},{\"kind\":\"cell_activity\",\"indicator\":{" + fields + "}}]}");
            var named = SpecJson.Parse("{\"steps\":[{\"kind\":\"place_neurons\"},{\"kind\":\"cell_activity\",\"indicator\":" + item.GetProperty("name").GetRawText() + "}]}");
            var (own, preset) = (spec.Find<Minisim.Steps.CellActivity>()!.Indicator!.Resolve(), named.Find<Minisim.Steps.CellActivity>()!.Indicator!.Resolve());
            Assert.Equal(preset with { RelativeF0 = 1 }, own);
        }
    }

    [Theory]
    [InlineData("png")]
    [InlineData("svg")]
    [InlineData("pdf")]
    public async Task The_picture_is_drawn(string ending)
    {
        var path = Path.Combine(_folder, "indicators." + ending);
        Assert.Equal(0, (await Run("indicators", "-o", path)).Code);
        Assert.True(new FileInfo(path).Length > 10_000);
        Assert.Equal(0, (await Run("indicators", "-o", path, "--overwrite")).Code);
        var (again, _, error) = await Run("indicators", "-o", path);
        Assert.Equal(ExitCode.BadInput, again);
        Assert.Contains("--overwrite", error);
        Assert.Equal(ExitCode.BadInput, (await Run("indicators", "-o", Path.Combine(_folder, "x.jpg"))).Code);
    }
}

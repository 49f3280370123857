using System.Text.Json;
using Minisim.Cli;

namespace Minisim.Tests.Studies;

/// <summary><c>minisim study</c>, <c>minisim cache</c> and <c>simulate --cached</c>.</summary>
public class StudyCommandTests : StudyTest
{
    private static async Task<(int Code, string Out, string Error)> Command(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task A_study_is_checked_run_and_looked_at()
    {
        Over("""{"oracle": {"builtin": "oracle"}, "bad": {"command": ["sh", "-c", "echo why; exit 4"]}}""");
        var (code, output, error) = await Command("study", "validate", PathOf("study.json"));
        Assert.Equal((0, ""), (code, error.Replace("warning: pipelines.bad.command: does not use {movie}. It is also in the environment as MINISIM_MOVIE." + Environment.NewLine, "")));
        Assert.Contains("is valid: 2 recordings, 2 pipelines, 4 units of work.", output);
        (code, output, error) = await Command("study", "run", PathOf("study.json"), "-o", PathOf("out"), "--cache", SharedCache);
        Assert.Equal(1, code);
        Assert.Contains("2 of 4 units done, 2 failed", output);
        Assert.Contains("failed: bad on seed=1: ended with exit code 4: why", error);
        (code, output, _) = await Command("study", "status", PathOf("out"));
        Assert.Equal(0, code);
        Assert.Contains("2 of 4 units done, 2 failed, 0 running, 0 waiting; 0 workers at work", output);
        Assert.Contains("    why", output);
        Assert.Contains("--retry", output);
        (code, output, _) = await Command("study", "work", PathOf("out"), "--cache", SharedCache);
        Assert.Equal(1, code);
        Assert.Contains("0 of them now", output);
    }

    [Fact]
    public async Task Problems_come_all_at_once_as_text_and_as_json()
    {
        Write("bad.json", """{"base": {"scope": "miniscope_v4", "region": "ca1"}, "pipelines": {"a": {"builtin": "orakel"}}, "keep": "x"}""");
        var (code, _, error) = await Command("study", "validate", PathOf("bad.json"));
        Assert.Equal(2, code);
        Assert.StartsWith("error: 2 problems in the study:", error);
        (code, var output, _) = await Command("study", "validate", PathOf("bad.json"), "--json");
        Assert.Equal(2, code);
        using var json = JsonDocument.Parse(output);
        Assert.False(json.RootElement.GetProperty("valid").GetBoolean());
        Assert.Equal(2, json.RootElement.GetProperty("problems").GetArrayLength());
        (code, output, _) = await Command("study", "schema");
        Assert.Equal(0, code);
        JsonDocument.Parse(output).Dispose();
        (code, _, error) = await Command("study", "runn");
        Assert.Equal(2, code);
        Assert.Contains("did you mean 'run'?", error);
        Assert.Contains("minisim study --help", error);
    }

    [Fact]
    public async Task A_cached_recording_is_simulated_once_and_written_in_any_format()
    {
        var cache = PathOf("cache");
        var (code, output, error) = await Command("simulate", SpecFile, "--cached", "--cache", cache, "-o", PathOf("a.npy"));
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("simulated, and kept in the cache", output);
        (code, output, _) = await Command("simulate", SpecFile, "--cached", "--cache", cache, "-o", PathOf("b.npy"));
        Assert.Contains("from the cache", output);
        (code, _, _) = await Command("simulate", SpecFile, "-o", PathOf("c.npy"));
        Assert.Equal(File.ReadAllBytes(PathOf("c.npy")), File.ReadAllBytes(PathOf("a.npy")));
        Assert.Equal(File.ReadAllBytes(PathOf("c.npy")), File.ReadAllBytes(PathOf("b.npy")));
        (_, output, _) = await Command("simulate", SpecFile, "--cached", "--cache", cache);
        Assert.Contains($"{Small.CacheKey()}.zarr", output);
        (code, _, error) = await Command("simulate", SpecFile);
        Assert.Equal(2, code);
        Assert.Contains("-o is missing", error);
        (_, output, _) = await Command("cache", "list", "--cache", cache);
        Assert.StartsWith(Small.CacheKey(), output);
        (_, output, _) = await Command("cache", "size", "--cache", cache);
        Assert.Contains("in 1 recordings", output);
        (code, _, error) = await Command("cache", "prune", "--cache", cache);
        Assert.Equal(2, code);
        (code, output, _) = await Command("cache", "prune", "--cache", cache, "--max-size", "0", "--older-than", "30d");
        Assert.Contains("freed", output);
        (_, output, _) = await Command("cache", "list", "--cache", cache);
        Assert.Equal("", output);
    }
}

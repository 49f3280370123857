using Minisim.Cli;
using Minisim.Formats.Zarr;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Invariance;

namespace Minisim.Tests.Cli;

public sealed class PreviewCommandTests : InTemporaryFolder
{
    private static async Task<(int Code, string Out, string Error)> Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private string Recorded()
    {
        var path = PathOf("rec one.zarr");
        using var sink = new ZarrRecordingSink(path);
        Simulator.Run(RenderingInvarianceTests.Everything(seconds: 0.5), [sink]);
        return path;
    }

    [Fact]
    public async Task Preview_writes_beside_the_recording_and_replaces_only_when_told_to()
    {
        var recording = Recorded();
        Assert.Equal((0, $"Wrote {PathOf("rec one.png")}.{Environment.NewLine}", ""), await Run("preview", recording + "/"));
        Assert.Equal(0, (await Run("preview", recording, "--figure", "contact", "--scale", "0.5")).Code);
        Assert.True(File.Exists(PathOf("rec one.contact.png")));
        var (code, _, error) = await Run("preview", recording);
        Assert.Equal(2, code);
        Assert.Contains("--overwrite", error);
        Assert.Equal(0, (await Run("preview", recording, "--overwrite")).Code);
        Assert.Equal(0, (await Run("preview", recording, "--figure", "traces", "-o", PathOf("t.png"))).Code);
        Assert.True(File.Exists(PathOf("t.png")));
    }

    [Theory]
    [InlineData("--figure contct", "did you mean contact")]
    [InlineData("--figure 1", "there are overview, contact, projection, footprints, traces")]
    [InlineData("--scale 9", "[0.25, 8]")]
    [InlineData("-o picture.jpg", "PNG")]
    public async Task Wrong_use_says_what_to_do(string options, string words)
    {
        var (code, output, error) = await Run(["preview", PathOf("none.zarr"), .. options.Split(' ')]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(words, error);
    }

    [Fact]
    public async Task A_missing_recording_is_one_message()
    {
        var (code, _, error) = await Run("preview", PathOf("none.zarr"));
        Assert.Equal(1, code);
        Assert.Contains("does not exist", error);
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }
}

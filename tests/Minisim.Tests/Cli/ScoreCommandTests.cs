using System.Text.Json;
using System.Text.RegularExpressions;
using Minisim.Cli;
using Minisim.Metrics;
using Minisim.Steps;
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
        Assert.Contains(" of 61 cells, 55 estimates", output);
        Assert.Contains("14 border cells, centre outside the field", output);
        Assert.Contains("by chance", output);
        Assert.Contains("motion RMSE         0.605 px", output);
        Assert.Contains("as the reference    cosine ≥ 0.5: recall 0.707, precision 0.964, F1 0.815 (53 of 75 cells); iou: 0.000", output);
        Assert.Contains("half are found at   detection_snr", output);
        Assert.Contains("unexplained by anything measured", output);

        using var json = JsonDocument.Parse(File.ReadAllText(PathOf("s.json")));
        Assert.Equal(ScoreJson.Version, json.RootElement.GetProperty("minisim_score").GetInt32());
        Assert.StartsWith("minisim score ", json.RootElement.GetProperty("command").GetString());
        var one = json.RootElement.GetProperty("estimates").EnumerateArray().Single();
        // The reference's names and numbers, as ever.
        var reference = one.GetProperty("reference");
        Assert.Equal(53, reference.GetProperty("n_matched").GetInt32());
        Assert.Equal([3, -3], reference.GetProperty("footprint_shift").EnumerateArray().Select(v => v.GetInt32()));
        Assert.Equal(75, one.GetProperty("cells").GetArrayLength());
        Assert.Equal(55, one.GetProperty("units").GetArrayLength());
        // One matching: what is found, paired and counted is the same everywhere.
        var headline = one.GetProperty("headline");
        var cells = one.GetProperty("cells").EnumerateArray().ToArray();
        Assert.Equal(headline.GetProperty("n_found").GetInt32(), cells.Count(c => c.GetProperty("found").GetBoolean() && c.GetProperty("counted").GetBoolean()));
        Assert.All(cells, c => Assert.Equal(c.GetProperty("verdict").GetString() == "missed", c.GetProperty("estimate").ValueKind == JsonValueKind.Null));
        Assert.All(cells.Where(c => c.GetProperty("found").GetBoolean()), c => Assert.True(c.GetProperty("similarity").GetDouble() >= headline.GetProperty("threshold").GetDouble()));

        var page = File.ReadAllText(PathOf("s.html"));
        // Nothing is fetched: every address is inline data.
        Assert.All(Regex.Matches(page, "(?:src|href)=\"([^\"]*)\"").Select(m => m.Groups[1].Value), a => Assert.StartsWith("data:image/png;base64,", a));
        Assert.DoesNotContain("url(", page);
        Assert.Contains("default-src 'none'", page);
        Assert.DoesNotContain("NaN", Regex.Replace(page, "data:image/png;base64,[^\"]*|<script.*?</script>", "", RegexOptions.Singleline));
        Assert.Equal(75, Regex.Count(page, "<path class=\"(found|missed|other|apart)\""));
        foreach (Match svg in Regex.Matches(page, "<svg.*?</svg>", RegexOptions.Singleline)) System.Xml.Linq.XElement.Parse(svg.Value);
        foreach (Match data in Regex.Matches(page, "<script type=\"application/json\"[^>]*>(.*?)</script>", RegexOptions.Singleline)) JsonDocument.Parse(data.Groups[1].Value).Dispose();
        // Every plot has axes with names: a drawing without a text says nothing.
        Assert.All(Regex.Matches(page, "<svg class=\"plot\".*?</svg>", RegexOptions.Singleline), svg => Assert.Contains("<text", svg.Value));
    }

    [Fact]
    public async Task Several_estimates_are_compared_and_the_file_has_the_same_shape()
    {
        var (code, output, _) = await Run("score", Recording, Suite2p, Suite2p + "/plane0", "--no-bounds", "--accepted", "--json", PathOf("s.json"), "--html", PathOf("s.html"));
        Assert.Equal(0, code);
        Assert.Equal(2, Regex.Count(output, "footprint shift"));
        Assert.Matches(@"estimate      units  found  recall .*\r?\nsuite2p_0.14 .*\r?\nplane0 ", output);
        using var json = JsonDocument.Parse(File.ReadAllText(PathOf("s.json")));
        Assert.Equal(2, json.RootElement.GetProperty("estimates").GetArrayLength());
        Assert.Contains("<h2>Comparison</h2>", File.ReadAllText(PathOf("s.html")));
    }

    [Fact]
    public async Task A_recording_stopped_before_the_sensor_is_scored_only_by_force()
    {
        var spec = new Spec
        {
            Acquisition = new() { DurationS = 3, Optics = new() { Magnification = 2 }, ImageSensor = new() { NPxHeight = 48, NPxWidth = 60 } },
            Steps = [new PlaceNeurons { DensityPerMm3 = 60_000, DepthRangeUm = new(40, 60) }, new CellActivity(), new OpticsStep(), new Composite(), new Sensor()],
        };
        SpecJson.Save(spec, PathOf("s.spec.json"));
        Assert.Equal(0, (await Run("simulate", PathOf("s.spec.json"), "-o", PathOf("still.zarr"), "--until", "composite", "--quiet")).Code);
        var cells = TrueCells.From(Simulator.Compile(spec).Truth);
        var dense = Enumerable.Range(0, cells.Count).SelectMany(cells.Footprints.Dense).Select(v => (float)v).ToArray();
        File.WriteAllBytes(PathOf("e.npz"), NpzOf("A", dense, cells.Count, 48, 60));
        var (code, _, error) = await Run("score", PathOf("still.zarr"), PathOf("e.npz"), "--no-bounds", "--all-cells");
        Assert.Equal(1, code);
        Assert.Contains("was stopped after composite, before the sensor", error);
        Assert.Contains("--force", error);
        var forced = await Run("score", PathOf("still.zarr"), PathOf("e.npz"), "--no-bounds", "--all-cells", "--force");
        Assert.Equal(0, forced.Code);
        Assert.Contains("before the sensor", forced.Error);
        Assert.Contains("recall              1.000", forced.Out);
    }

    [Fact]
    public async Task Much_saturation_is_said_by_every_command_that_sees_the_movie()
    {
        var spec = new Spec
        {
            Acquisition = new() { DurationS = 3, Optics = new() { Magnification = 2 }, ImageSensor = new() { NPxHeight = 48, NPxWidth = 60 } },
            Steps = [new PlaceNeurons { DensityPerMm3 = 60_000, DepthRangeUm = new(40, 60) }, new CellActivity(), new OpticsStep(), new Composite(), new Leakage { Level = 1, Profile = LeakageProfile.Uniform }, new Sensor { PhotonsPerUnit = 1000 }],
        };
        SpecJson.Save(spec, PathOf("bright.json"));
        const string words = "100 % of the pixels are saturated";
        Assert.Contains(words, (await Run("simulate", PathOf("bright.json"), "-o", PathOf("bright.zarr"), "--quiet")).Error);
        Assert.Contains(words, (await Run("info", PathOf("bright.json"))).Error);
        Assert.Contains(words, (await Run("info", PathOf("bright.zarr"))).Error);
        Assert.Contains(words, (await Run("preview", PathOf("bright.zarr"), "-o", PathOf("b.png"))).Error);
        var cells = TrueCells.From(Simulator.Compile(spec).Truth);
        File.WriteAllBytes(PathOf("e.npz"), NpzOf("A", [.. Enumerable.Range(0, cells.Count).SelectMany(cells.Footprints.Dense).Select(v => (float)v)], cells.Count, 48, 60));
        var score = await Run("score", PathOf("bright.zarr"), PathOf("e.npz"));
        Assert.Contains(words, score.Error);
        Assert.Contains(words, score.Out);
        // An ordinary one says nothing.
        SpecJson.Save(spec.Without<Leakage>().With(new Sensor { PhotonsPerUnit = 100 }), PathOf("dim.json"));
        Assert.DoesNotContain("saturated", (await Run("info", PathOf("dim.json"))).Error);
    }

    private static byte[] NpzOf(string name, float[] values, params int[] shape)
    {
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}), }}";
        header = header.PadRight((header.Length + 11 + 63) / 64 * 64 - 11) + "\n";
        using var stream = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(stream, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = zip.CreateEntry(name + ".npy").Open())
        {
            entry.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, (byte)header.Length, (byte)(header.Length >> 8)]);
            entry.Write(System.Text.Encoding.ASCII.GetBytes(header));
            entry.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        }
        return stream.ToArray();
    }

    [Theory]
    [InlineData("--shift=-3,2", 0, "(-3, 2) px")]
    [InlineData("--shift=none", 0, "as the reference")]
    [InlineData("--border=include", 0, " of 75 cells, 55 estimates")]
    [InlineData("--border=some", 2, "some")]
    [InlineData("--found-at=0.8", 0, "cosine ≥ 0.80")]
    [InlineData("--found-at=1.5", 2, "--found-at 1.5: must be in (0, 1]")]
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

using System.Text.RegularExpressions;
using Minisim.Cli;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Reference;

namespace Minisim.Tests.Cli;

/// <summary>Result files that were read wrong, or not, or that this program died of: each is scored right, or refused with the reason.</summary>
public class EstimateCaseTests : InTemporaryFolder
{
    private static readonly ShippedArchive Cases = new("cases.zip");

    private static string PathOfCase(string name) => Path.Combine(Cases.Root, "cases", name);

    private static async Task<(int Code, string Out)> Score(string recording, string estimate, string options)
    {
        string[] more = options.Length == 0 ? [] : options.Split(' ');
        return await Run(["score", PathOfCase($"00-recordings/{recording}.zarr"), PathOfCase(estimate), "--no-bounds", .. more]);
    }

    /// <summary>Nothing in the archive is forgotten here: every folder is named in a test of this class.</summary>
    [Fact]
    public void Every_folder_of_the_cases_is_tried()
    {
        var cases = new[] { nameof(Whole_estimates_score_whole), nameof(What_cannot_be_read_says_why), nameof(A_spec_that_is_too_much_is_told_so) }
            .SelectMany(m => typeof(EstimateCaseTests).GetMethod(m)!.GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>())
            .SelectMany(d => d.Data).OfType<string>().Where(t => t.Contains('/', StringComparison.Ordinal)).Select(t => t.Split('/')[0])
            .Concat(["00-recordings", "seeds", "12-caiman-traces-of-another-number", "25-zarr-meta"]);
        Assert.Equal(Directory.GetDirectories(PathOfCase("")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal), cases.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(Directory.GetDirectories(PathOfCase("25-zarr-meta/changes")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal),
            typeof(EstimateCaseTests).GetMethod(nameof(Metadata_that_no_checksum_covers_is_never_read_as_other_numbers))!.GetCustomAttributes(typeof(InlineDataAttribute), false)
                .Select(d => (string)((InlineDataAttribute)d).Data[0]!).Order(StringComparer.Ordinal));
    }

    /// <summary>A recording whose checksums are of the chunks alone, with one file of metadata changed in each case: refused, or read as it was with the
    /// warning that says why nothing would be noticed.</summary>
    [Theory]
    [InlineData("C-i", "holds <i8")]
    [InlineData("shifts-i", "holds <i8")]
    [InlineData("mask-i", "holds <i4")]
    [InlineData("mask-F", "order is F")]
    [InlineData("obs-F", "order is F")]
    [InlineData("obs-i4", "a movie of <i4 is not read here")]
    [InlineData("obs-u4", "a movie of <u4 is not read here")]
    [InlineData("obs-shape59", "observed has 59 frames")]
    [InlineData("id", "0.0.0: cannot be unpacked")]
    [InlineData("planted-i", "is not a list of floats")]
    [InlineData("shape16", "not a list of at most 16 lengths")]
    [InlineData("zf", "zarr_format is \"2\"")]
    [InlineData("zfarr", "zarr_format is [2]")]
    [InlineData("zfnull", "zarr_format is null")]
    [InlineData("offs-u", null)]
    [InlineData("fdepth", null)]
    public async Task Metadata_that_no_checksum_covers_is_never_read_as_other_numbers(string change, string? refusal)
    {
        var recording = PathOf("a.zarr");
        Copy(PathOfCase("25-zarr-meta/unchanged.zarr"));
        var unchanged = await Said("--no-bounds");
        Assert.Equal(0, unchanged.Code);
        Copy(PathOfCase("25-zarr-meta/changes/" + change));
        var (code, output) = await Said("--no-bounds");
        Assert.Contains("does not cover the metadata", output + unchanged.Output);
        if (refusal is null)
        {
            Assert.Equal(unchanged, (code, output));
            return;
        }
        // Frames are read by export alone.
        if (change == "id") (code, output) = await Run("export", recording, "-o", PathOf("a.npy"));
        Assert.Equal(1, code);
        Assert.Contains(refusal, output);

        Task<(int Code, string Output)> Said(string option) => Run("score", recording, PathOfCase("25-zarr-meta/o.npz"), option);

        void Copy(string from)
        {
            foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            {
                var target = Path.Combine(recording, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target, overwrite: true);
            }
        }
    }

    [Theory]
    [InlineData("24-slow-spec/334.json", 0, "2465.6 for each pixel")]
    [InlineData("27-sim-overflow/150.json", 2, "layers[0].depth_um = 120: these optics blur")]
    [InlineData("27-sim-overflow/397.json", 2, "layers[0].depth_um = 120: these optics blur")]
    [InlineData("27-sim-overflow/496.json", 2, "layers[0].depth_um = 80: these optics blur")]
    public async Task A_spec_that_is_too_much_is_told_so(string spec, int expected, string said)
    {
        var (code, output) = await Run("validate", PathOfCase(spec));
        Assert.Equal(expected, code);
        Assert.Contains(said, output);
        if (expected == 0) return;
        foreach (var command in (string[][])[["simulate", "-o", PathOf("a.zarr")], ["preview", "-o", PathOf("a.png")], ["info"], ["bench"]])
        {
            (code, output) = await Run([command[0], PathOfCase(spec), .. command[1..]]);
            Assert.Equal(expected, code);
            Assert.Contains(said, output);
        }
    }

    private static async Task<(int Code, string Output)> Run(params string[] words)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(words, output, error);
        return (code, output + error.ToString());
    }

    /// <summary>Recall 1 and trace r 1: what every whole estimate of these recordings has.</summary>
    [Theory]
    [InlineData("01-nwb-pixel-mask-rows-first/pm_suite2p.nwb", "", "only so it fits the field")]
    [InlineData("01-nwb-pixel-mask-rows-first/pm_suite2p.nwb", "--axes yx", "")]
    [InlineData("02-nwb-background-series/caiman_bg.nwb", "", "2 rows of PlaneSegmentation are background")]
    [InlineData("03-nwb-two-plane-segmentations/neuroconv_bg.nwb", "", "PlaneSegmentation is read")]
    [InlineData("03-nwb-two-plane-segmentations/neuroconv_bg.nwb", "--table PlaneSegmentation", "")]
    [InlineData("06-suite2p-path-of-python-3.13/s_path", "", "")]
    [InlineData("07-minian-nonrigid-motion/m_nonrigid", "", "mean over the grid")]
    [InlineData("08-minian-downsampled-space/m_space", "", "downsampled by 2 × 2")]
    [InlineData("11-traces-not-finite/nanC.npz", "", "NaN or infinite in 20 of 200 frames of 57 units")]
    [InlineData("11-traces-not-finite/infC.npz", "", "NaN or infinite in 1 of 200 frames")]
    [InlineData("11-traces-not-finite/c_nan.hdf5", "", "NaN or infinite in 20 of 200 frames")]
    [InlineData("14-hdf5-virtual-dataset/plain.h5", "", "")]
    [InlineData("14-hdf5-virtual-dataset/vds.h5", "--follow-links", "")]
    [InlineData("14-hdf5-virtual-dataset/vds_rows.h5", "--follow-links", "")]
    [InlineData("15-matlab-layouts/neuron_results.mat", "", "neuron_results.A")]
    [InlineData("15-matlab-layouts/neuron_results_v5.mat", "", "neuron_results.A")]
    [InlineData("15-matlab-layouts/Fall.mat", "", "suite2p")]
    public async Task Whole_estimates_score_whole(string file, string options, string said)
    {
        var (code, output) = await Score("rec", file, options);
        Assert.True(code == 0, output);
        Assert.Contains(said, output);
        Assert.Contains("footprints        used: 57 on 120 × 152 px", output);
        Assert.Matches(@"recall +1\.000", output);
        Assert.Matches(@"trace r +1\.000", output);
    }

    [Theory]
    [InlineData("rec", "14-hdf5-virtual-dataset/vds.h5", "", "--follow-links")]
    [InlineData("rec", "14-hdf5-virtual-dataset/vds_rows.h5", "", "--follow-links")]
    [InlineData("sq", "01-nwb-pixel-mask-rows-first/sq_pm_suite2p.nwb", "", "--axes xy (x is the column) or --axes yx (x is the row)")]
    [InlineData("rec", "04-h5-cycle/c.nwb", "", "no result file of a known layout")]
    [InlineData("rec", "05-h5-huge/h.h5", "", "does not fit a field of 120 × 152")]
    [InlineData("rec", "07-h5-external/x.h5", "", "--follow-links")]
    [InlineData("rec", "07-h5-external/x.h5", "--follow-links", "without end")]
    [InlineData("rec", "07-h5-external/s.h5", "", "leads in a circle")]
    [InlineData("rec", "07-h5-external/l.h5", "", "--follow-links")]
    [InlineData("rec", "20-npz-flip/f.npz", "", "checksum")]
    public async Task What_cannot_be_read_says_why(string recording, string file, string options, string reason)
    {
        var (code, output) = await Score(recording, file, options);
        Assert.True(code == 1, output);
        Assert.Contains(reason, output);
        // The recordings are of the third model, and as old as that.
        Assert.Single(output.Trim().Split('\n'), line => !line.StartsWith("warning: checksums.json", StringComparison.Ordinal) && !line.StartsWith("warning: minisim_engine.model_version = 3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Traces_of_another_number_than_footprints_are_said_to_be_left_out()
    {
        var (code, output) = await Score("rec", "12-caiman-traces-of-another-number/c_ab.hdf5", "");
        Assert.Equal(0, code);
        Assert.Contains("traces            left out: estimates/C (57, 200): it has 57 rows and there are 59 footprints", output);
        Assert.Contains("activity          left out: estimates/S (57, 200)", output);
        Assert.Matches(@"recall +1\.000", output);
    }

    [Fact]
    public async Task A_square_field_read_the_wrong_way_round_is_the_first_thing_said()
    {
        const string file = "01-nwb-pixel-mask-rows-first/sq_pm_suite2p.nwb";
        var (code, output) = await Score("sq", file, "--axes yx");
        Assert.Equal(0, code);
        Assert.Matches(@"recall +1\.000", output);
        Assert.DoesNotContain("WARNING", output);
        (code, output) = await Score("sq", file, "--axes xy");
        Assert.Equal(0, code);
        Assert.StartsWith("WARNING: this score is of footprints that lie elsewhere. With rows and columns exchanged", output);
    }

    [Fact]
    public async Task Json_holds_the_report_of_what_was_read()
    {
        var (_, output) = await Score("rec", "12-caiman-traces-of-another-number/c_ab.hdf5", $"--json {PathOf("s.json")}");
        Assert.Contains("wrote", output);
        Assert.Matches(new Regex("\"name\": \"traces\",\\s*\"use\": \"left_out\",\\s*\"text\": \"estimates/C"), File.ReadAllText(PathOf("s.json")));
    }
}

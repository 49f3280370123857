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
        var (output, error) = (new StringWriter(), new StringWriter());
        string[] more = options.Length == 0 ? [] : options.Split(' ');
        var code = await CommandLine.RunAsync(["score", PathOfCase($"00-recordings/{recording}.zarr"), PathOfCase(estimate), "--no-bounds", .. more], output, error);
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
        Assert.Single(output.Trim().Split('\n'), line => !line.StartsWith("warning: checksums.json", StringComparison.Ordinal));
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

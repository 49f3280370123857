using System.Text.RegularExpressions;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;
using Minisim.Tests.Reference;

namespace Minisim.Tests.Native;

/// <summary>The native command reads the results of pipelines as the library does.</summary>
public class NativeEstimateTests(NativeCommand command) : NativeTests(command)
{
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["CaImAn"] = EstimateScripts.Caiman,
        ["suite2p"] = EstimateScripts.Suite2p(protocol: 4),
        ["minian"] = EstimateScripts.Minian,
        ["EXTRACT and CNMF-E"] = EstimateScripts.Matlab,
        ["NWB"] = EstimateScripts.Nwb,
        ["plain arrays"] = EstimateScripts.Plain,
        ["MATLAB of every version"] = OddEstimateScripts.Matlab,
        ["NWB with references"] = OddEstimateScripts.Nwb,
        ["minian and Zarr 3"] = OddEstimateScripts.Minian,
        ["ImageJ"] = EstimateScripts.ImageJ,
    };

    public static TheoryData<string> Layouts => [.. Scripts.Keys];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Native_command_scores_results_of_every_layout_as_the_library_does(string layout)
    {
        var written = Directory.CreateDirectory(PathOf("written")).FullName;
        EstimateScripts.Run(written, Scripts[layout]);
        Assert.Contains(0, ScoreAll(Directory.GetFileSystemEntries(written)));
    }

    [Fact]
    public void Native_command_reads_hdf5_of_every_type_as_the_library_does()
    {
        var written = Directory.CreateDirectory(PathOf("written")).FullName;
        EstimateScripts.Run(written, EstimateScripts.Hdf5Types);
        Assert.All(ScoreAll(Directory.GetFiles(written)), code => Assert.Equal(0, code));
        Assert.All(ScoreAll(Directory.GetFiles(Path.Combine(written, "unreadable"))), code => Assert.Equal(1, code));
    }

    [Theory]
    [InlineData("caiman/caiman_results.hdf5", "--shifts", "caiman/caiman_shifts.npy")]
    [InlineData("suite2p_0.14")]
    [InlineData("minian")]
    public void Native_command_scores_real_results_as_the_library_does(params string[] files)
    {
        string[] args = [.. files.Select(f => f.StartsWith('-') ? f : EstimateData.Path(f.Split('/')) ?? "")];
        Assert.SkipWhen(args.Contains(""), $"{files[0]} is not shipped; set MINISIM_REFERENCE to test it");
        Assert.Equal(0, Both(["score", EstimateData.Path("..", "recordings", "bench_ca1.zarr")!, .. args, "--json", "@/s.json", "--html", "@/s.html"]).Code);
        foreach (var report in (string[])["s.json", "s.html"]) Assert.True(Timeless(File.ReadAllText(Path.Combine(Theirs, report))) == Timeless(File.ReadAllText(Path.Combine(Ours, report))), $"{report} differs");
    }

    // When it was made is all that may differ.
    private static string Timeless(string report) => Regex.Replace(report, "\"created\": \"[^\"]*\"|<dt>made</dt><dd>[^<]*", "");

    private List<int> ScoreAll(string[] estimates)
    {
        if (!Directory.Exists(PathOf("rec.zarr"))) SampleRecording.Make(15, 20, 30, units: 3).WriteTo(PathOf("rec.zarr"));
        var codes = new List<int>();
        foreach (var estimate in estimates.Order(StringComparer.Ordinal))
        {
            var (expected, actual) = (Score(Library), Score(Native));
            Assert.True(expected == actual, $"{estimate}: the native command gives {actual}, the library {expected}");
            codes.Add(expected.Code);

            (int Code, string Said, string Json) Score(Func<string[], (int Code, string Out, string Error)> run)
            {
                var (code, output, error) = run(["score", PathOf("rec.zarr"), estimate, "--no-bounds", "--json", "@/s.json"]);
                var json = Path.Combine(run == Library ? Theirs : Ours, "s.json");
                var report = File.Exists(json) ? Timeless(File.ReadAllText(json)) : "";
                File.Delete(json);
                return (code, output + error, report);
            }
        }
        return codes;
    }
}

using System.Globalization;
using Minisim.Studies;
using Minisim.Tests.Interop;

namespace Minisim.Tests.Studies;

/// <summary>The studies of samples/studies, at small size.</summary>
public class SampleStudyTests : StudyTest
{
    private static Study Sample(string name) => Study.Load(Path.Combine(ArchitectureTests.Root(), "samples", "studies", name));

    private static Study Shorter(Study study, double seconds) => study with { Base = study.Base with { Acquisition = study.Base.Acquisition with { DurationS = seconds } }, Pages = false };

    private static double Number(Dictionary<string, string> row, string column) => double.Parse(row[column], CultureInfo.InvariantCulture);

    [Fact]
    public void Recall_falls_with_distance_from_the_focus_and_the_oracle_bounds_the_detector()
    {
        var study = Shorter(Sample("depth_na.json"), 10);
        study = study with { Axes = [.. study.Axes.Select(a => a.Path == "seed" ? new StudyAxis("seed", [1]) : a.Path == "acquisition.optics.na" ? new StudyAxis(a.Path, [0.35]) : a)] };
        Assert.Equal((12, 0), (Run(study).Done, StudyStatus.Of(PathOf("out")).Failed));
        double Recall(string pipeline, string depth) => Number(Table().Single(r => r["pipeline"] == pipeline && r["steps.place_neurons.depth_range_um"] == depth), "recall");
        Assert.Equal(1, Recall("oracle", "[50,70]"));
        Assert.True(Recall("oracle", "[130,150]") < 0.5);
        Assert.True(Recall("local_correlation", "[50,70]") > 0.7);
        Assert.True(Recall("local_correlation", "[50,70]") > Recall("local_correlation", "[130,150]"));
    }

    [Fact]
    public void Two_settings_of_a_python_pipeline_are_compared_on_the_same_recordings()
    {
        Python.Need("numpy", "scipy");
        var study = Shorter(Sample("two_settings.json"), 8);
        study = study with { Axes = [new StudyAxis("seed", [1, 2, 3])] };
        Assert.Equal((6, 0), (Run(study).Done, StudyStatus.Of(PathOf("out")).Failed));
        using var results = StudyResults.Open(PathOf("out"));
        var pair = Assert.Single(new StudyAnalysis(results).Pairs);
        Assert.Equal(("peaks sigma_px=2", "peaks sigma_px=6", 3), (pair.A, pair.B, pair.Recordings));
        Assert.True(pair.Differences["recall"].Value > 0);
        Assert.All(Table(), r => Assert.True(Number(r, "peak_memory_mb") > 20));
    }

    [Fact]
    public void Traces_of_two_cells_are_one_where_they_coincide_and_independent_from_30_um_on()
    {
        var study = Shorter(Sample("crosstalk.json"), 40);
        study = study with { Axes = [study.Axes[0], new StudyAxis(study.Axes[1].Path, [85, 105, 125])] };
        Assert.Equal((18, 0), (Run(study).Done, StudyStatus.Of(PathOf("out")).Failed));
        foreach (var row in Table())
        {
            var positions = row["steps.place_neurons.positions_um"];
            var separation = 2 * double.Parse(positions[(positions.LastIndexOf(',') + 1)..].TrimEnd(']'), CultureInfo.InvariantCulture);
            var r = Number(row, "neighbour_corr");
            if (separation == 0) Assert.Equal(1, r, 6);
            if (separation >= 30) Assert.InRange(r, -0.3, 0.3);
            if (separation == 10) Assert.InRange(r, 0.5, 0.999);
        }
    }
}

using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using Minisim.Studies;

namespace Minisim.Tests.Studies;

/// <summary>What a study says: analysis, page, figures, Parquet.</summary>
public class StudyReportTests : StudyTest
{
    private StudyResults Small3()
    {
        File.WriteAllBytes(PathOf("est.npz"), Estimates.OneCell(128, 128));
        Run(Over("""{"oracle": {"builtin": "oracle"}, "lc": {"builtin": "local_correlation", "params": {"min_pnr": [5, 60]}}, "</script><b>": {"builtin": "none"}, "bad": {"command": ["sh", "-c", "echo the <reason>; exit 1"]}}""".Replace("</script><b>", "none"),
            "\"axes\": {\"seed\": [1, 2, 3], \"acquisition.optics.na\": [0.3, 0.45]}, \"score\": {\"metric\": \"cosine\"}, \"name\": \"a </script> study\""));
        return StudyResults.Open(PathOf("out"));
    }

    [Fact]
    public void Means_differences_and_the_cost_of_wrong_parameters_are_those_of_the_table()
    {
        using var results = Small3();
        var analysis = new StudyAnalysis(results);
        Assert.Equal("oracle", analysis.Ranking[0].Entrant);
        Assert.Equal(1, analysis.Ranking[0].Scores["f1"].Value);
        Assert.Equal((1, 1), (analysis.Ranking[0].Scores["f1"].Low, analysis.Ranking[0].Scores["f1"].High));
        Assert.Equal(6, analysis.Ranking[0].Recordings);
        double Mean(string entrant) => results.Rows().Where(r => r.Unit.Entrant == entrant).Average(r => r["f1"]);
        var pair = Assert.Single(analysis.Pairs, p => p.A == "oracle" && p.B == "lc min_pnr=5");
        Assert.Equal(1 - Mean("lc min_pnr=5"), pair.Differences["f1"].Value, 12);
        Assert.InRange(pair.Differences["f1"].Value, pair.Differences["f1"].Low, pair.Differences["f1"].High);
        Assert.True(pair.Differences["f1"].Low > 0);
        var choices = Assert.Single(analysis.Choices);
        Assert.Equal(2, choices.Count);
        Assert.Equal(Math.Max(Mean("lc min_pnr=5"), Mean("lc min_pnr=60")), choices[0].Mean, 12);
        Assert.Equal(choices[0].Mean - choices[1].Mean, choices[1].Loss.Value, 12);
        Assert.Equal(results.Rows().Where(r => r.Unit.Entrant == "oracle").Sum(r => r["n_true"]), analysis.Snr.Single(s => s.Entrant == "oracle").Bins.Sum(b => b.Cells));
    }

    [Fact]
    public void The_logistic_fit_finds_the_snr_at_which_half_is_found()
    {
        // Expected counts of a curve with its middle at SNR 10^0.7 and slope 4.
        (double, int, int)[] bins = [.. Enumerable.Range(-4, 24).Select(i => (i / 8.0, 1000, (int)Math.Round(1000 / (1 + Math.Exp(-4 * (i / 8.0 - 0.7))))))];
        var (a, b, half) = StudyAnalysis.Logistic(bins);
        Assert.Equal(4, b, 0.05);
        Assert.Equal(-2.8, a, 0.05);
        Assert.Equal(Math.Pow(10, 0.7), half.Value, 0.05);
        Assert.True(half.Low < half.Value && half.Value < half.High && half.High / half.Low < 1.2);
        Assert.True(double.IsNaN(StudyAnalysis.Logistic([(0, 10, 10), (1, 10, 10), (2, 10, 10)]).B));
    }

    [Fact]
    public void The_interval_of_a_share_has_the_width_of_the_binomial()
    {
        var random = new SmallRandom(3);
        double[] Draw(Func<double> one) => [.. Enumerable.Range(0, 20_000).Select(_ => one())];
        var binomial = Draw(() => random.Binomial(40, 0.3));
        // Mean 12 and variance 8.4, within 5 standard errors.
        Assert.Equal(12, binomial.Average(), 5 * Math.Sqrt(8.4 / 20_000));
        Assert.Equal(8.4, binomial.Sum(v => (v - 12) * (v - 12)) / 20_000, 5 * 8.4 * Math.Sqrt(2.0 / 20_000));
        var large = Draw(() => random.Binomial(900, 0.9));
        Assert.Equal(81, large.Sum(v => (v - 810) * (v - 810)) / 20_000, 5 * 81 * Math.Sqrt(2.0 / 20_000));
        var poisson = Draw(() => random.Poisson(4));
        Assert.Equal(4, poisson.Average(), 5 * Math.Sqrt(4.0 / 20_000));
    }

    [Fact]
    public void The_page_is_self_contained_and_no_name_breaks_out_of_it()
    {
        using var results = Small3();
        StudyPage.Save(results, PathOf("report.html"));
        var page = File.ReadAllText(PathOf("report.html"));
        Assert.DoesNotMatch("(src|href)=\"(?!#|data:)", page);
        Assert.DoesNotContain("@import", page);
        Assert.Equal(2, Regex.Count(page, "</script>"));
        Assert.Contains("the &lt;reason&gt;", page);
        Assert.Contains("Paired differences", page);
        Assert.Contains("Best parameters of lc", page);
        Assert.Contains("6 units failed", page);
        Assert.Contains("acquisition.optics.na", page);
        Assert.Contains("Recall against SNR", page);
        Assert.Contains("nothing that was measured", page);
    }

    [Fact]
    public void Figures_are_drawn_for_each_axis_and_each_pair_of_them()
    {
        using var results = Small3();
        var files = StudyFigures.Save(results, PathOf("figures"));
        Assert.Equal(["along_acquisition.optics.na.png", "along_seed.png", "recall_against_snr.png"], files.Select(f => Path.GetFileName(f)).Order());
        Assert.All(files, f => Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(f)[..4]));
    }

    [Fact]
    public void Another_program_reads_the_same_table_and_every_cell_from_parquet()
    {
        using var results = Small3();
        using var database = new DuckDBConnection("DataSource=:memory:");
        database.Open();
        object? One(string sql)
        {
            using var command = database.CreateCommand();
            command.CommandText = sql;
            return command.ExecuteScalar();
        }
        var (csv, parquet, cells) = (PathOf("out/results.csv"), PathOf("out/results.parquet"), PathOf("out/cells.parquet"));
        var table = Table();
        Assert.Equal((long)table.Count, One($"select count(*) from '{parquet}'"));
        Assert.Equal((long)table[0].Count, One($"select count(*) from (describe select * from '{parquet}')"));
        Assert.Equal(string.Join(",", table[0].Keys), One($"select string_agg(column_name, ',') from (describe select * from '{parquet}')"));
        // Every value, times and all, is that of the CSV file.
        Assert.Equal(0L, One($"select count(*) from (select * from '{parquet}' except select * from read_csv('{csv}', nullstr=''))"));
        Assert.Equal("DOUBLE", One($"select typeof(recall) from '{parquet}' limit 1"));
        Assert.Equal("DOUBLE", One($"select typeof(\"acquisition.optics.na\") from '{parquet}' limit 1"));
        Assert.Equal((long)results.Rows().Where(r => !double.IsNaN(r["n_true"])).Sum(r => r["n_true"]), One($"select count(*) from '{cells}'"));
        Assert.Equal(results.Rows().Where(r => r.Unit.Pipeline == "oracle").Sum(r => r["n_matched"]), Convert.ToDouble(One($"select count(*) from '{cells}' where pipeline = 'oracle' and verdict = 'found'")));
        Assert.Equal(true, One($"select min(snr) > 0 and max(depth_um) <= 200 from '{cells}'"));
    }

    [Fact]
    public void A_variant_is_compared_with_another_on_recordings_that_are_equal_else()
    {
        Run(Over("""{"lc": {"builtin": "local_correlation"}}""", "\"axes\": {\"seed\": [1, 2, 3]}, \"variants\": {\"bright\": {}, \"dark\": {\"sensor.photons_per_unit\": 2}}, \"pairs\": [[\"variant:bright\", \"variant:dark\"]]"));
        using var results = StudyResults.Open(PathOf("out"));
        var pair = Assert.Single(new StudyAnalysis(results).Pairs);
        Assert.Equal(3, pair.Recordings);
        double Mean(string variant) => results.Rows().Where(r => r.Unit.Recording.Variant == variant).Average(r => r["recall"]);
        Assert.Equal(Mean("bright") - Mean("dark"), pair.Differences["recall"].Value, 12);
    }

    [Fact]
    public void Long_values_are_labelled_by_what_tells_them_apart()
    {
        Assert.Equal(["…-5],[110,0,5…", "…-10],[110,0,10…"], StudyFigures.Labels(["[[100,0,-5],[110,0,5]]", "[[100,0,-10],[110,0,10]]"]));
        Assert.Equal(["[10,30]", "[10,40]"], StudyFigures.Labels(["[10,30]", "[10,40]"]));
        Assert.Equal(["…125…", "…25…"], StudyFigures.Labels(["\"focus at 125 um\"", "\"focus at 25 um\""]));
        Assert.Equal(["a rather long value"], StudyFigures.Labels(["\"a rather long value\""]));
    }
}

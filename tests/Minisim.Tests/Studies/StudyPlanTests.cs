using CsCheck;
using Minisim.Studies;

namespace Minisim.Tests.Studies;

/// <summary>The plan is a pure function of the study.</summary>
public class StudyPlanTests : StudyTest
{
    private static readonly string[] Paths = ["seed", "acquisition.fps", "acquisition.duration_s", "acquisition.optics.na"];

    // Axes over plain values that every spec takes, some zipped, under some variants.
    private static readonly Gen<(int[] Counts, bool Zip, int Variants)> Shapes = Gen.Select(Gen.Int[1, 3].Array[2, 4], Gen.Bool, Gen.Int[0, 3]);

    private static Study Make(int[] counts, bool zip, int variants, bool reversed = false)
    {
        if (zip) counts = [counts[0], counts[0], .. counts[2..]];
        StudyAxis[] axes = [.. counts.Select((n, i) => new StudyAxis(Paths[i], Enumerable.Range(1, n).Select(v => i == 3 ? 0.1 + 0.1 * v : v + 20.0)))];
        return new Study
        {
            Base = Small,
            Axes = reversed ? [.. axes.Reverse()] : axes,
            Zip = zip ? [reversed ? [Paths[1], Paths[0]] : [Paths[0], Paths[1]]] : [],
            Variants = [.. Enumerable.Range(0, variants).Select(v => new StudyVariant($"v{v}", [new("sensor.photons_per_unit", $"{10 + v}")]))],
            Pipelines = [new StudyPipeline { Name = "oracle", Builtin = "oracle" }, new StudyPipeline { Name = "none", Builtin = "none" }],
        };
    }

    [Fact]
    public void Units_are_the_product_of_axes_zips_variants_and_pipelines() => Shapes.Sample(shape =>
    {
        var study = Make(shape.Counts, shape.Zip, shape.Variants);
        var plan = study.Plan();
        var recordings = study.Axes.Select((a, i) => shape.Zip && i == 1 ? 1 : a.Values.Count).Aggregate(1, (n, c) => n * c) * Math.Max(1, shape.Variants);
        Assert.Equal(recordings, plan.Recordings.Count);
        Assert.Equal(2 * recordings, plan.Units.Count);
        Assert.Equal(recordings, plan.Recordings.Select(r => r.Key).Distinct().Count());
        Assert.Equal(2 * recordings, plan.Units.Select(u => u.Key).Distinct().Count());
        if (shape.Zip)
            Assert.All(plan.Recordings, r => Assert.Equal(study.Axes[0].Values.ToList().IndexOf(r.Values[0].Value), study.Axes[1].Values.ToList().IndexOf(r.Values[1].Value)));
        Assert.All(plan.Recordings, r => Assert.Equal(r.Key, plan.SpecOf(r).CacheKey()));
    }, iter: 30);

    [Fact]
    public void Keys_do_not_depend_on_the_order_in_which_axes_are_listed() => Shapes.Sample(shape =>
        Assert.Equal(Make(shape.Counts, shape.Zip, shape.Variants).Plan().Units.Select(u => u.Key).Order(), Make(shape.Counts, shape.Zip, shape.Variants, reversed: true).Plan().Units.Select(u => u.Key).Order()), iter: 20);

    [Fact]
    public void The_same_study_has_the_same_keys_on_every_machine()
    {
        var a = Over("""{"m": {"command": ["python3", "x.py", "{movie}"], "params": {"g": [3]}}}""").Plan();
        var elsewhere = Study.Parse($$"""{"base": {{File.ReadAllText(SpecFile)}}, "axes": {"seed": [1, 2]}, "pipelines": {"m": {"command": ["python3", "x.py", "{movie}"], "params": {"g": [3]} } } }""", Path.GetTempPath()).Plan();
        Assert.Equal(a.Units.Select(u => u.Key), elsewhere.Units.Select(u => u.Key));
        Assert.All(a.Units, u => Assert.Matches("^[0-9a-f]{20}$", u.Key));
    }

    [Fact]
    public void Changing_one_pipeline_changes_its_keys_alone_and_changing_the_score_all_that_is_scored()
    {
        Write("mine.sh", "echo 1");
        const string Pipelines = """{"none": {"builtin": "none"}, "oracle": {"builtin": "oracle"}, "mine": {"command": ["sh", "mine.sh", "{out}"], "params": {"a": [1, 2]}}}""";
        string[] Changed(Study before, Study after)
        {
            var old = before.Plan().Units.Select(u => u.Key).ToHashSet();
            return [.. after.Plan().Units.Where(u => !old.Contains(u.Key)).Select(u => u.Entrant).Distinct().Order()];
        }
        var first = Over(Pipelines);
        var keys = first.Plan();
        Assert.Equal(["mine a=1", "mine a=2"], Changed(first, Over(Pipelines.Replace("\"{out}\"]", "\"{out}\", \"-v\"]"))));
        Assert.Equal(["mine a=3"], Changed(first, Over(Pipelines.Replace("[1, 2]", "[1, 3]"))));
        Assert.Equal(["mine a=1", "mine a=2", "oracle"], Changed(first, Over(Pipelines, "\"axes\": {\"seed\": [1, 2]}, \"score\": {\"threshold\": 0.6}")));
        // A file that the command names is watched.
        Write("mine.sh", "echo 2");
        Assert.Equal(["mine a=1", "mine a=2"], Over(Pipelines).Plan().Units.Where(u => keys.Units.All(k => k.Key != u.Key)).Select(u => u.Entrant).Distinct().Order());
        // And one that it names in "watch", also in a folder.
        Directory.CreateDirectory(PathOf("lib"));
        Write("lib/a.txt", "1");
        var watching = Over(Pipelines.Replace("\"params\"", "\"watch\": [\"lib\"], \"params\""));
        var old = watching.Plan().Units.Select(u => u.Key).ToHashSet();
        Write("lib/a.txt", "2");
        Assert.Equal(["mine a=1", "mine a=2"], watching.Plan().Units.Where(u => !old.Contains(u.Key)).Select(u => u.Entrant).Distinct().Order());
    }

    [Fact]
    public void A_sweep_hands_out_validated_specs_with_their_values_or_says_everything_wrong_at_once()
    {
        var points = Sweep.Over(Small, new StudyAxis("seed", [7, 8]), new StudyAxis("acquisition.optics.na", [0.2, 0.5]));
        Assert.Equal(["seed=7, acquisition.optics.na=0.2", "seed=7, acquisition.optics.na=0.5", "seed=8, acquisition.optics.na=0.2", "seed=8, acquisition.optics.na=0.5"], points.Select(p => p.ToString()));
        Assert.All(points, p => Assert.Equal((p.Number("seed"), p.Number("acquisition.optics.na")), (p.Spec.Seed, p.Spec.Acquisition.Optics.Na)));
        Assert.Equal(2, Assert.Throws<StudyException>(() => Sweep.Over(Small, new StudyAxis("seed", [1, 2]), new StudyAxis("acquisition.optics.na", [0.2, -9]))).Problems.Count(p => !p.IsWarning));
    }
}

using System.Text.Json;
using Minisim.Metrics;
using Minisim.Studies;

namespace Minisim.Tests.Studies;

/// <summary>Study files, good, bad and hostile.</summary>
public class StudyFileTests : StudyTest
{
    private StudyException Refused(string json) => Assert.Throws<StudyException>(() => Study.Parse(json, Folder));

    [Fact]
    public void The_fixed_form_of_a_study_is_read()
    {
        Write("mine.py", "pass");
        File.Copy(SpecFile, PathOf("ca1.json"));
        var study = Study.Parse("""
            {"base": "ca1.json", "axes": {"seed": [1, 2], "acquisition.optics.na": {"linspace": [0.2, 0.5, 4]}, "acquisition.fps": [20, 30], "acquisition.duration_s": [2, 1.5]},
             "zip": [["acquisition.fps", "acquisition.duration_s"]], "variants": {"plain": {}, "dim": {"sensor.photons_per_unit": 50, "steps.optics": null}},
             "pipelines": {"oracle": {"builtin": "oracle"}, "mine": {"command": ["python3", "mine.py", "{movie}", "{out}"], "movie": "npy", "params": {"gSig": [3, 4]}, "timeout_s": 600}},
             "score": {"metric": "cosine"}, "keep": "scores"}
            """, Folder);
        Assert.Equal(["0.2", "0.3", "0.4", "0.5"], study.Axes[1].Values);
        Assert.Equal(SimilarityMeasure.Cosine, study.Score.Options.Measure);
        Assert.Equal(StudyKeep.Scores, study.Keep);
        Assert.Equal(600, study.Pipelines[1].TimeoutS);
        var plan = study.Plan();
        Assert.Equal(2 * 4 * 2 * 2, plan.Recordings.Count);
        Assert.Equal(plan.Recordings.Count * 3, plan.Units.Count);
        Assert.Equal("mine gSig=4", plan.Units[2].Entrant);
        Assert.Null(plan.SpecOf(plan.Recordings[^1]).Find<Minisim.Steps.OpticsStep>());
        Assert.Equal(30, plan.SpecOf(plan.Recordings[1]).Acquisition.Fps);
        Assert.Equal(1.5, plan.SpecOf(plan.Recordings[1]).Acquisition.DurationS);
    }

    [Fact]
    public void A_scope_over_a_region_is_a_base_and_so_is_a_spec_itself()
    {
        var preset = Study.Parse("""{"base": {"scope": "miniscope_v4", "region": "ca1", "duration_s": 5, "motion": true, "set": {"seed": 9, "steps.vasculature": null}}, "pipelines": {"n": {"builtin": "none"}}}""", Folder);
        Assert.Equal((9, 5.0), (preset.Base.Seed, preset.Base.Acquisition.DurationS));
        Assert.NotNull(preset.Base.Find<Minisim.Steps.BrainMotion>());
        Assert.Null(preset.Base.Find<Minisim.Steps.Vasculature>());
        var inline = Study.Parse($$"""{"base": {{File.ReadAllText(SpecFile)}}, "pipelines": {"n": {"builtin": "none"} } }""", Folder);
        Assert.Equal(Small, inline.Base);
        Assert.Single(inline.Plan().Units);
    }

    [Theory]
    [InlineData("""{"linspace": [0, 1, 3]}""", "0 0.5 1")]
    [InlineData("""{"linspace": [0.1, 0.3, 3]}""", "0.1 0.2 0.3")]
    [InlineData("""{"logspace": [1, 100, 3]}""", "1 10 100")]
    [InlineData("""{"range": [3]}""", "0 1 2")]
    [InlineData("""{"range": [0, 50, 10]}""", "0 10 20 30 40")]
    [InlineData("""{"range": [0.1, 0.4, 0.1]}""", "0.1 0.2 0.3")]
    [InlineData("""{"range": [5, 2, -1]}""", "5 4 3")]
    [InlineData("""[1.50, 2e1, 9007199254740993]""", "1.5 20 9007199254740993")]
    public void Axes_by_rule_have_the_numbers_that_a_person_would_write(string rule, string values) =>
        Assert.Equal(values, string.Join(' ', Study.Parse($$"""{"base": {{File.ReadAllText(SpecFile)}}, "axes": {"seed": {{rule}} }, "pipelines": {"n": {"builtin": "none"} } }""", Folder).Axes[0].Values));

    [Fact]
    public void Yaml_says_the_same_as_json()
    {
        File.Copy(SpecFile, PathOf("S1.json"));
        var yaml = Study.Load(Write("a.yaml", """
            base: S1.json            # a comment
            axes:
              seed: [1, 2]
              acquisition.optics.na: {linspace: [0.2, 0.5, 4]}
            variants: {plain: {}, still: {steps.brain_motion: null}}
            pipelines:
              mine:
                command: [sh, -c, "echo 1"]
                params: {mode: [fast, '3', 4.50, true]}
            keep: all
            """));
        var json = Study.Load(Write("a.json", """
            {"base": "S1.json", "axes": {"seed": [1, 2], "acquisition.optics.na": {"linspace": [0.2, 0.5, 4]}}, "variants": {"plain": {}, "still": {"steps.brain_motion": null}},
             "pipelines": {"mine": {"command": ["sh", "-c", "echo 1"], "params": {"mode": ["fast", "3", 4.5, true]}}}, "keep": "all"}
            """));
        Assert.Equal(json.Plan().Units.Select(u => u.Key), yaml.Plan().Units.Select(u => u.Key));
        Assert.Equal("a", yaml.Name);
    }

    [Fact]
    public void All_problems_are_reported_together_with_place_value_and_remedy()
    {
        var problems = Refused("""
            {"base": {"scope": "miniscop_v4", "region": "ca1"}, "axis": {}, "axes": {"seed": [], "acquisition.fps": {"linspace": [1, 2]}}, "zip": [["seed", "sead"]],
             "variants": {"b ad": {}}, "pipelines": {"p": {"command": ["x", "{move}", "{truth}"], "movie": "avy", "timeout_s": 0}, "q": {}, "r": {"builtin": "roi_mean", "params": {"radius": [1]}}},
             "score": {"metric": "dice", "threshold": 2}, "keep": "none"}
            """).Problems;
        (string Path, string Remedy)[] expected =
        [
            ("axis", "Did you mean \"axes\"?"), ("base.scope", "Did you mean \"miniscope_v4\"?"), ("axes.seed", ""), ("axes.acquisition.fps.linspace", ""), ("zip[0][1]", "Did you mean \"seed\"?"),
            ("variants.b ad", ""), ("pipelines.p.command[1]", "Did you mean \"movie\"?"), ("pipelines.p.command[2]", "allow_truth"), ("pipelines.p.movie", "Did you mean \"avi\"?"),
            ("pipelines.p.timeout_s", ""), ("pipelines.q", "oracle"), ("pipelines.r.params.radius", "diameter_um"), ("score.metric", ""), ("score.threshold", ""), ("keep", ""),
        ];
        foreach (var (path, remedy) in expected)
            Assert.Contains(problems, p => p.Path == path && p.ToString().Contains(remedy, StringComparison.Ordinal));
        Assert.All(problems, p => Assert.NotEmpty(p.Reason));
    }

    [Fact]
    public void An_axis_value_that_breaks_a_spec_is_reported_for_every_combination()
    {
        var study = Over("""{"n": {"builtin": "none"}}""", "\"axes\": {\"seed\": [1, 2], \"acquisition.optics.na\": [0.3, -1]}, \"variants\": {\"a\": {}, \"b\": {\"acquisition.fpz\": 3}}");
        var problems = Assert.Throws<StudyException>(study.Plan).Problems;
        Assert.Equal(2, problems.Count(p => p.Path.StartsWith("seed=1, acquisition.optics.na=-1, ", StringComparison.Ordinal) && p.Path.EndsWith("optics.na", StringComparison.Ordinal)));
        Assert.Equal(4, problems.Count(p => p.Path.EndsWith("acquisition.fpz", StringComparison.Ordinal)));
        Assert.DoesNotContain(problems, p => p.Path.StartsWith("seed=1, acquisition.optics.na=0.3, a", StringComparison.Ordinal));
    }

    [Fact]
    public void Absurd_products_are_refused_with_their_number_before_memory_goes()
    {
        string axes = string.Join(", ", Enumerable.Range(0, 3).Select(i => $$"""{{(i == 0 ? "\"seed\"" : $"\"steps.place_neurons.x{i}\"")}}: {"range": [1000]}"""));
        var study = Study.Parse($$"""{"base": {{File.ReadAllText(SpecFile)}}, "axes": { {{axes}} }, "pipelines": {"n": {"builtin": "none"} } }""", Folder);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var e = Assert.Throws<StudyException>(study.Plan);
        Assert.Contains("1,000,000,000 units", e.Message);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);
        Assert.Contains("1000000", Refused("""{"base": {"scope": "miniscope_v4", "region": "ca1"}, "axes": {"seed": {"linspace": [0, 1, 1e12]}}, "pipelines": {"n": {"builtin": "none"}}}""").Message);
        Assert.Contains("at most 1000000", Refused("""{"base": {"scope": "miniscope_v4", "region": "ca1"}, "axes": {"seed": {"range": [0, 1e300, 1e-300]}}, "pipelines": {"n": {"builtin": "none"}}}""").Message);
    }

    [Theory]
    [InlineData("a.json", "", "empty")]
    [InlineData("a.json", "[1]", "not an object")]
    [InlineData("a.json", "{\"base\": \"x.json\", \"base\": 1}", "is not JSON")]
    [InlineData("a.json", "{\"base\": ", "is not JSON")]
    [InlineData("a.json", "{\"base\": {\"spec\": {\"spec\": {\"spec\": 3}}}}", "base")]
    [InlineData("a.json", "\0\0", "binary")]
    [InlineData("a.yaml", "base: &a [1]\naxes: *a", "alias")]
    [InlineData("a.yaml", "base: {a: 1, a: 2}", "twice")]
    [InlineData("a.yaml", "base: [", "is not YAML")]
    [InlineData("a.yaml", "a:\n  p: {g: [3, 5]\n  speed: 3}\n", "after line 2")]
    [InlineData("a.yaml", "a: 1\n---\nb: 2", "several documents")]
    [InlineData("a.json", "{\"base\": {\"scope\": 3, \"region\": null, \"size_px\": \"x\"}, \"pipelines\": 3, \"axes\": [], \"zip\": 1, \"variants\": [], \"score\": [], \"pairs\": 4, \"pages\": 7, \"name\": []}", "problem")]
    public void Hostile_files_end_in_clear_messages(string name, string text, string part)
    {
        var e = Assert.Throws<StudyException>(() => Study.Load(Write(name, text)));
        if (part != "problem") Assert.Contains(part, e.Message);
        Assert.DoesNotContain("Exception", e.Message);
        Assert.DoesNotContain("System.", e.Message);
    }

    [Fact]
    public void A_deeply_nested_file_and_a_missing_one_are_refused()
    {
        Assert.Contains("is not JSON", Assert.Throws<StudyException>(() => Study.Load(Write("d.json", new string('[', 100_000)))).Message);
        Assert.Contains("nested", Assert.Throws<StudyException>(() => Study.Load(Write("d.yaml", new string('[', 100) + new string(']', 100)))).Message);
        Assert.Contains("no such file", Assert.Throws<StudyException>(() => Study.Load(PathOf("none.json"))).Message);
        Assert.Contains("is a folder", Assert.Throws<StudyException>(() => Study.Load(Folder)).Message);
    }

    [Fact]
    public void The_schema_has_the_fields_that_the_reader_knows()
    {
        using var schema = JsonDocument.Parse(StudySchema.Write());
        var fields = schema.RootElement.GetProperty("properties").EnumerateObject().Select(p => p.Name).ToArray();
        var all = Refused($$"""{ {{string.Join(", ", fields.Append("nonsense").Select(f => $"\"{f}\": 1e5"))}} }""").Problems;
        Assert.Equal(["nonsense"], all.Where(p => p.Reason == "unknown field.").Select(p => p.Path));
        var defs = schema.RootElement.GetProperty("$defs");
        var program = defs.GetProperty("pipeline").GetProperty("anyOf")[0].GetProperty("properties").EnumerateObject().Select(p => p.Name);
        var pipeline = Refused($$"""{"base": "x", "pipelines": {"p": { {{string.Join(", ", program.Append("nonsense").Select(f => $"\"{f}\": 1e5"))}} } } }""").Problems;
        Assert.Equal(["pipelines.p.nonsense"], pipeline.Where(p => p.Reason == "unknown field.").Select(p => p.Path));
        Assert.True(defs.GetProperty("spec").GetProperty("properties").TryGetProperty("acquisition", out _));
    }

    [Fact]
    public void A_study_written_for_workers_is_the_same_study()
    {
        var study = Over("""{"o": {"builtin": "oracle"}, "m": {"command": ["sh", "-c", "x {param.a}"], "params": {"a": [1, "b"]}, "movie": "tiff", "jobs": 2, "memory_mb": 100, "env": {"A": "1"}, "allow_truth": true}}""",
            "\"axes\": {\"seed\": [1, 2], \"acquisition.fps\": [20, 25]}, \"zip\": [[\"seed\", \"acquisition.fps\"]], \"variants\": {\"v\": {\"output.store_dtype\": \"auto\"}}, \"score\": {\"shift\": [1, -2], \"bounds\": true}, \"keep\": \"estimates\", \"pairs\": [[\"o\", \"m a=b\"]]");
        var again = StudyWriter.Read(StudyWriter.Write(study));
        Assert.Equal(study.Plan().Units.Select(u => u.Key), again.Plan().Units.Select(u => u.Key));
        Assert.Equal(StudyWriter.Write(study), StudyWriter.Write(again));
        Assert.Equal(PlanFile.Of(study.Plan()).Text(), PlanFile.Of(again.Plan()).Text());
    }
}

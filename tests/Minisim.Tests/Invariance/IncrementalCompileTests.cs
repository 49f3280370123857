using System.Globalization;
using System.Text.Json.Nodes;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Tests.Invariance;

/// <summary>A scene compiled from a similar one is the scene compiled afresh, and makes only what an edit changes.</summary>
public class IncrementalCompileTests
{
    /// <summary>Every kind, small.</summary>
    internal static Spec Everything()
    {
        var spec = RenderingInvarianceTests.Everything();
        return spec with { Acquisition = spec.Acquisition with { DurationS = 2, FocalDepthInTissueUm = 110 } };
    }

    // Every number, flag, text and null of the spec's JSON that an edit may reach, as a path of SpecJson.With.
    private static List<(string Path, string[] Values)> Edits(Spec spec)
    {
        var edits = new List<(string, string[])>();
        void Walk(JsonNode? node, string path)
        {
            switch (node)
            {
                case JsonObject o:
                    foreach (var (name, value) in o)
                        if (name != "kind") Walk(value, path.Length == 0 ? name : $"{path}.{name}");
                    break;
                case JsonArray a when path == "steps":
                    foreach (var step in a) Walk(step, $"steps.{(string)step!["kind"]!}");
                    break;
                case JsonArray a:
                    for (var i = 0; i < a.Count; i++) Walk(a[i], $"{path}[{i}]");
                    break;
                case JsonValue v when v.TryGetValue(out bool flag):
                    edits.Add((path, [flag ? "false" : "true"]));
                    break;
                case JsonValue v when v.TryGetValue(out double number):
                    string N(double x) => (v.TryGetValue(out long _) ? Math.Round(x) : x).ToString("R", CultureInfo.InvariantCulture);
                    edits.Add((path, [N(number * 0.93), N(number * 1.07 + (number == 0 ? 0.1 : 0)), N(number + 1)]));
                    break;
            }
        }
        Walk(JsonNode.Parse(SpecJson.Write(spec)), "");
        return edits;
    }

    // The same with cells that follow the animal, whose spikes an edit of the indicator leaves as they are.
    private static Spec Tuned() => Everything() with
    {
        Steps = [.. Everything().Steps.Select(s => s is not CellActivity ? s : new CellActivity
        {
            Process = SpikeProcess.Bursty, RateMeanHz = 2, RateSigmaLn = 1, SilentFraction = 0.3, Indicator = new() { Name = IndicatorName.GCaMP6f }, Tuning = new Tuning { Assemblies = 2, RippleRateHz = 0.3 },
        })],
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_walk_of_edits_compiled_one_from_another_gives_the_bytes_of_fresh_compiles(bool isTuned)
    {
        var steps = TestSettings.Full ? 200 : 60;
        var random = new System.Random(11);
        var spec = isTuned ? Tuned() : Everything();
        var scene = Simulator.Compile(spec);
        scene.Frame(0);
        var (taken, reused) = (0, 0);
        var touched = new HashSet<string>();
        for (var i = 0; i < steps * 20 && taken < steps; i++)
        {
            var edited = spec;
            string path;
            try
            {
                if (random.Next(8) == 0)
                {
                    // Now and then a whole step goes or comes back.
                    var kind = StepCatalog.Kinds[random.Next(StepCatalog.Kinds.Count)];
                    path = $"steps.{kind.Kind}";
                    edited = SpecJson.With(spec, path, spec.Steps.Any(s => StepCatalog.Of(s) == kind) ? "null" : "{}");
                }
                else
                {
                    var edits = Edits(spec);
                    (path, var values) = edits[random.Next(edits.Count)];
                    edited = SpecJson.With(spec, path, values[random.Next(values.Length)]);
                }
            }
            catch (SpecException)
            {
                continue;
            }
            // What is drawn must stay small.
            if (edited == spec || SpecSize.Of(edited).TotalCells > 400 || SpecSize.Of(edited).CanvasPixels > 60_000 || edited.Acquisition.NFrames() is < 20 or > 90) continue;
            var next = Simulator.Compile(edited, previous: scene);
            scene.Dispose();
            using (var fresh = Simulator.Compile(edited)) AssertSame(fresh, next, $"edit {taken} of {path}");
            reused += next.Steps.Reached.Count - next.Steps.Compiled.Count;
            touched.Add(path.Split('.')[0] == "steps" ? string.Join('.', path.Split('.')[..2]) : path);
            (spec, scene) = (edited, next);
            taken++;
        }
        scene.Dispose();
        Assert.Equal(steps, taken);
        Assert.True(reused > 4 * taken, $"{reused} steps taken over in {taken} edits");
        Assert.True(touched.Count > 15, string.Join(", ", touched));
    }

    private static void AssertSame(CompiledScene expected, CompiledScene actual, string what)
    {
        Assert.True(expected.PixelType == actual.PixelType && expected.FrameBytes == actual.FrameBytes && expected.Frames == actual.Frames, what);
        foreach (var frame in new[] { 0, expected.Frames / 2, expected.Frames - 1 })
            Assert.True(expected.Frame(frame).AsSpan().SequenceEqual(actual.Frame(frame)), $"{what}: frame {frame}");
        Assert.Equal(expected.Truth.Arrays.Select(a => a.Name), actual.Truth.Arrays.Select(a => a.Name));
        foreach (var (a, b) in expected.Truth.Arrays.Zip(actual.Truth.Arrays))
            Assert.True(a.Shape.AsSpan().SequenceEqual(b.Shape.AsSpan()) && a.Bytes.SequenceEqual(b.Bytes), $"{what}: {a.Name}");
        Assert.Equal(expected.Truth.FocalDepthUm, actual.Truth.FocalDepthUm);
    }

    // What an edit makes anew; everything else is taken over.
    [Theory]
    [InlineData("steps.sensor.photons_per_unit", "90", "sensor hot_pixels optics")]
    [InlineData("acquisition.image_sensor.read_noise_e", "4", "sensor hot_pixels optics")]
    [InlineData("steps.vignette.falloff", "0.31", "vignette optics")]
    [InlineData("steps.leakage.level", "0.4", "leakage")]
    [InlineData("steps.brain_motion.damping_ratio", "0.7", "brain_motion")]
    [InlineData("acquisition.focal_depth_in_tissue_um", "120", "optics composite neuropil vasculature hemodynamics")]
    [InlineData("steps.neuropil.temporal_tau_s", "5", "neuropil")]
    [InlineData("steps.cell_activity.f0", "1.5", "cell_activity bleaching optics composite neuropil")]
    [InlineData("steps.place_neurons.populations[0].irregularity", "0.2", "place_neurons bleaching optics composite neuropil vasculature hemodynamics")]
    [InlineData("acquisition.optics.na", "0.31", "optics composite neuropil autofluorescence vasculature hemodynamics")]
    [InlineData("output.store_dtype", "\"auto\"", "")]
    public void An_edit_makes_anew_only_what_depends_on_it(string path, string value, string compiled)
    {
        var spec = Everything();
        using var scene = Simulator.Compile(spec);
        scene.Frame(0);
        using var edited = Simulator.Compile(SpecJson.With(spec, path, value), previous: scene);
        using var fresh = Simulator.Compile(edited.Spec);
        AssertSame(fresh, edited, path);
        Assert.Equal(compiled.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), edited.Steps.Compiled.Select(k => k.Kind).Order());
    }

    [Fact]
    public void A_brighter_exposure_reaches_fields_that_stay_as_they_are()
    {
        // Hot pixels would change with the sensor.
        var spec = Everything().Without<HotPixels>();
        using var scene = Simulator.Compile(spec);
        scene.Frame(0);
        using var edited = Simulator.Compile(SpecJson.With(spec, "steps.sensor.photons_per_unit", "90"), previous: scene);
        using var fresh = Simulator.Compile(edited.Spec);
        AssertSame(fresh, edited, "photons_per_unit");
    }

    // Traces of the same cells that are the very same memory in a scene and in one edited from it.
    private static (int Kept, int Common) TracesKept(CompiledScene scene, CompiledScene edited)
    {
        ITraces before = scene.Steps.Find<Activity>()!.C, after = edited.Steps.Find<Activity>()!.C;
        CellRoster.Entry[] cells = scene.Steps.Find<PlacedCells>()!.Roster.Cells, now = edited.Steps.Find<PlacedCells>()!.Roster.Cells;
        var common = cells.Index().Where(c => now.Contains(c.Item)).ToArray();
        return (common.Count(c => ReferenceEquals(before.Kept(c.Index), after.Kept(Array.IndexOf(now, c.Item)))), common.Length);
    }

    [Theory]
    // Other cells.
    [InlineData("steps.place_neurons.populations[0].density_per_mm3", "36000", 1.0)]
    [InlineData("steps.brain_motion.max_shift_um", "14", 1.0)]
    // Silent cells and those of places, some of which are nowhere near.
    [InlineData("steps.cell_activity.rate_mean_hz", "2.5", 0.5)]
    // Silent cells alone.
    [InlineData("steps.cell_activity.burst_probability", "0.6", 0.25)]
    // None: the light of each changes.
    [InlineData("steps.cell_activity.f0", "1.5", 0.0)]
    [InlineData("acquisition.fps", "19", 0.0)]
    public void Cells_that_do_the_same_after_an_edit_keep_their_traces(string path, string value, double least)
    {
        var spec = Tuned();
        using var scene = Simulator.Compile(spec);
        using var edited = Simulator.Compile(SpecJson.With(spec, path, value), previous: scene);
        var (kept, common) = TracesKept(scene, edited);
        Assert.True(common > 50, $"{common} cells");
        Assert.InRange(kept, least * common, least == 0 ? 0 : common);
    }

    [Fact]
    public void Both_scenes_outlive_each_other()
    {
        var spec = Everything();
        var first = Simulator.Compile(spec);
        var before = first.Frame(3);
        var second = Simulator.Compile(SpecJson.With(spec, "steps.leakage.level", "0.4"), previous: first);
        first.Dispose();
        var third = Simulator.Compile(spec, previous: second);
        second.Dispose();
        Assert.True(before.AsSpan().SequenceEqual(third.Frame(3)));
        third.Dispose();
    }

    [Fact]
    public void A_step_reads_only_what_its_catalogue_line_declares()
    {
        // Reading an undeclared input throws: this compiles every kind, with and without each of the others.
        var spec = Everything();
        foreach (var kind in StepCatalog.Kinds)
        {
            Assert.Contains(spec.Steps, s => StepCatalog.Of(s) == kind);
            using var scene = Simulator.Compile(spec with { Steps = [.. spec.Steps.Where(s => StepCatalog.Of(s) != kind)] });
            Assert.NotNull(scene.Truth);
        }
        var error = Assert.Throws<InvalidOperationException>(() => new StepInputs(StepCatalog.Find("leakage")!, new Dictionary<Type, object[]>(), new ParallelOptions()).Find<Activity>());
        Assert.Contains("leakage reads Activity", error.Message);
    }

    [Fact]
    public void Streams_of_draws_have_numbers_of_their_own()
    {
        var all = StepCatalog.Kinds.SelectMany(k => k.Streams).Append(Minisim.Random.RandomStream.Bootstrap).ToArray();
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void The_key_of_a_stage_knows_what_the_stage_depends_on_and_nothing_else()
    {
        var spec = Everything();
        string Key(string stage, string path, string value) => SpecJson.With(spec, path, value).StageKey(stage);
        Assert.Equal(64, spec.StageKey("sensor").Length);
        Assert.Equal(spec.StageKey("composite"), spec.StageKey("cells_only"));
        // Later steps, what is kept and what is only recorded change no earlier stage.
        foreach (var (path, value) in new[] { ("steps.leakage.level", "0.4"), ("output.store_dtype", "\"auto\""), ("acquisition.front_working_distance_um", "300"), ("steps.vasculature", "null") })
            Assert.Equal(spec.StageKey("composite"), Key("composite", path, value));
        Assert.Equal(spec.StageKey("sensor"), Key("sensor", "output.save_intermediates", "true"));
        foreach (var (path, value) in new[] { ("seed", "9"), ("acquisition.fps", "25"), ("acquisition.optics.na", "0.4"), ("steps.cell_activity.f0", "2"), ("steps.brain_motion.max_shift_um", "14") })
            Assert.NotEqual(spec.StageKey("composite"), Key("composite", path, value));
        // The illumination comes later, but bleaches; the sensor decides what can be detected.
        Assert.NotEqual(spec.StageKey("composite"), Key("composite", "steps.illumination_profile.falloff", "0.2"));
        Assert.NotEqual(spec.StageKey("composite"), Key("composite", "steps.sensor.photons_per_unit", "99"));
        Assert.NotEqual(spec.StageKey("composite"), spec.StageKey("neuropil"));
        Assert.Throws<ArgumentException>(() => spec.Without<Leakage>().StageKey("leakage"));
    }

    [Fact]
    public void A_stopped_recording_has_another_key_than_the_whole()
    {
        var spec = Everything();
        Assert.NotEqual(spec.CacheKey(), spec.CacheKey("composite"));
        Assert.Equal(spec.CacheKey("composite"), spec.CacheKey("cells_only"));
        Assert.NotEqual(spec.CacheKey(), (spec with { Output = spec.Output with { SaveIntermediates = !spec.Output.SaveIntermediates } }).CacheKey());
    }

    [Fact]
    public void A_cell_keeps_its_identity_with_another_margin_and_further_populations()
    {
        var spec = Everything();
        GroundTruth a = Simulator.Compile(spec).Truth, b = Simulator.Compile(SpecJson.With(spec, "steps.brain_motion.max_shift_um", "14")).Truth;
        Dictionary<(double, double), (double Z, double Y, double X)> Centres(GroundTruth truth)
        {
            double[] population = truth.Find("population")!.ToDoubles(), index = truth.Find("index_in_population")!.ToDoubles(), centres = truth.CentersUm.ToDoubles();
            return Enumerable.Range(0, truth.NUnits).ToDictionary(i => (population[i], index[i]), i => (centres[3 * i], centres[3 * i + 1], centres[3 * i + 2]));
        }
        var (first, second) = (Centres(a), Centres(b));
        var inFov = first.Where(c => a.Grid.InFov(c.Value.Y, c.Value.X)).ToArray();
        Assert.True(inFov.Length > 25);
        Assert.All(inFov, c => Assert.Equal(c.Value, second[c.Key]));
    }
}

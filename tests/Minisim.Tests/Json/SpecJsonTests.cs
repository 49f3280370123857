using System.Text.Json;
using System.Text.Json.Nodes;
using Minisim.Steps;

namespace Minisim.Tests.Json;

public class SpecJsonTests
{
    public static TheoryData<string> Samples => ["S1", "S2", "S3", "S4", "S5"];

    private static string SamplePath(string name) => Path.Combine(AppContext.BaseDirectory, "specs", name + ".json");

    [Theory, MemberData(nameof(Samples))]
    public void Specs_of_the_reference_come_back_as_they_were(string name)
    {
        var text = File.ReadAllText(SamplePath(name));
        Assert.Equal(Canonical(JsonNode.Parse(text)), Canonical(JsonNode.Parse(SpecJson.Write(SpecJson.Parse(text)))));
        Assert.DoesNotContain(SpecValidator.Check(SpecJson.Parse(text)), p => !p.IsWarning);
    }

    /// <summary>Keys sorted, numbers as doubles or, where the text has no point, integers: what may differ between writers is gone,
    /// what a Python reader would see as another type is not.</summary>
    private static string Canonical(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject o => "{" + string.Join(",", o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Key + ":" + Canonical(p.Value))) + "}",
        JsonArray a => "[" + string.Join(",", a.Select(Canonical)) + "]",
        _ when node.GetValueKind() == JsonValueKind.Number => node.ToJsonString() is var t && t.AsSpan().ContainsAny('.', 'e', 'E') ? $"real {node.GetValue<double>():r}" : "int " + t,
        _ => node.ToJsonString(),
    };

    [Fact]
    public void Writing_twice_gives_the_same_text_and_reading_back_the_same_spec()
    {
        var spec = SpecJson.Load(SamplePath("S4"));
        Assert.Equal(SpecJson.Write(spec), SpecJson.Write(SpecJson.Parse(SpecJson.Write(spec))));
        Assert.Equal(spec, SpecJson.Parse(SpecJson.Write(spec, indented: false)));
    }

    [Fact]
    public void The_order_of_listing_matters_neither_for_equality_nor_for_the_hash()
    {
        var node = JsonNode.Parse(File.ReadAllText(SamplePath("S4")))!.AsObject();
        var steps = node["steps"]!.AsArray();
        var reversed = new JsonArray([.. steps.Reverse().Select(s => s!.DeepClone())]);
        node["steps"] = reversed;
        var (a, b) = (SpecJson.Load(SamplePath("S4")), SpecJson.Parse(node.ToJsonString()));
        Assert.Equal(a, b);
        Assert.Equal(a.CacheKey(), b.CacheKey());
    }

    [Fact]
    public void Numbers_written_differently_and_negative_zero_do_not_change_the_hash()
    {
        var a = SpecJson.Parse("""{"acquisition":{"fps":20},"steps":[{"kind":"vignette","center_offset_um":[0,-0.0]}]}""");
        var b = SpecJson.Parse("""{"steps":[{"center_offset_um":[0.0,0],"kind":"vignette"}],"acquisition":{"fps":2e1}}""");
        Assert.Equal(a, b);
        Assert.Equal(a.CacheKey(), b.CacheKey());
        Assert.NotEqual(a.CacheKey(), (a with { Seed = 43 }).CacheKey());
    }

    /// <summary>A red test here means that recordings made before would no longer be recognised as those of their spec: re-pin only
    /// together with <see cref="Engine.ModelVersion"/>, or when the records gain fields that are not extensions.</summary>
    [Fact]
    public void Hashes_of_the_sample_specs_are_what_they_have_always_been() =>
        Assert.Equal("S1 28d451092d198109 S2 b2939d6ce170f2ee S3 8ce69829f5f380c8 S4 217f43a6df8e3b4c S5 1a89ff93b6406987",
            string.Join(" ", Samples.Select(s => $"{s.Data} {SpecJson.Load(SamplePath(s.Data)).CacheKey()[..16]}")));

    [Theory]
    [InlineData(8, "8.0")]
    [InlineData(6.3e-6, "6.3e-6")]
    [InlineData(1e300, "1e300")]
    [InlineData(-0.0, "0.0")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(123456789012345678, "1.2345678901234568e17")]
    public void Numbers_keep_every_digit_and_read_as_real(double value, string text)
    {
        Assert.Equal(text, SpecWriter.Number(value));
        Assert.Equal(value, double.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Missing_fields_take_their_defaults()
    {
        Assert.Equal(new Spec(), SpecJson.Parse("{}"));
        Assert.Equal(new Spec().With(new CellActivity()), SpecJson.Parse("""{"steps":[{"kind":"cell_activity"}]}"""));
    }

    [Fact]
    public void Whole_numbers_may_be_written_as_real_ones_and_the_other_way_round()
    {
        var spec = SpecJson.Parse("""{"seed":3.0,"acquisition":{"fps":30,"image_sensor":{"n_px_height":1e2}}}""");
        Assert.Equal((3L, 30.0, 100), (spec.Seed, spec.Acquisition.Fps, spec.Acquisition.ImageSensor.NPxHeight));
        Assert.Equal(long.MaxValue - 1, SpecJson.Parse("""{"seed":9223372036854775806}""").Seed);
        Assert.Equal(spec, SpecJson.Parse("\ufeff" + SpecJson.Write(spec)));
    }

    [Fact]
    public void Positions_and_populations_come_back()
    {
        var spec = new Spec().With(new PlaceNeurons { Populations = [new Population { PositionsUm = [new(1, 2, 3), new(4, -5, 6.5)] }, new Population { SomaRadiusUm = 9 }] })
            .With(new BrainMotion { TrajectoryUm = new ValueList<Lateral>([.. Enumerable.Range(0, 3000).Select(i => new Lateral(i % 3, 0.1))]) });
        Assert.Equal(spec, SpecJson.Parse(SpecJson.Write(spec)));
        Assert.Contains("[4.0, -5.0, 6.5]", SpecJson.Write(spec));
    }

    /// <summary>A record with a field beyond the reference.</summary>
    public sealed record WithExtension
    {
        public double Plain { get; init; } = 1;
        [Extension] public double Beyond { get; init; } = 2;
    }

    [Fact]
    public void Extensions_beyond_the_reference_are_written_only_when_used()
    {
        static string Write(WithExtension record)
        {
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer)) new SpecWriter(json, indented: false).Record(record);
            return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
        }
        Assert.Equal("""{"plain":1.0}""", Write(new()));
        Assert.Equal("""{"plain":1.0,"beyond":3.0}""", Write(new() { Beyond = 3 }));
    }

    [Fact]
    public void Members_of_enumerations_are_written_in_snake_case_and_read_back()
    {
        foreach (var model in Enum.GetValues<MotionModel>())
            foreach (var axis in Enum.GetValues<LateralAxis>())
                foreach (var dtype in Enum.GetValues<StoreDtype>())
                {
                    var spec = new Spec { Output = new() { StoreDtype = dtype } }.With(new BrainMotion { Model = model, LocomotionAxis = axis });
                    Assert.Equal(spec, SpecJson.Parse(SpecJson.Write(spec)));
                }
        var text = SpecJson.Write(new Spec { Output = new() { StoreDtype = StoreDtype.Float64 } }
            .With(new PlaceNeurons { Morphology = Morphology.Cytosolic }).With(new Leakage { Profile = LeakageProfile.Uniform }), indented: false);
        Assert.Contains("\"store_dtype\":\"float64\"", text);
        Assert.Contains("\"morphology\":\"cytosolic\"", text);
        Assert.Contains("\"profile\":\"uniform\"", text);
        Assert.Equal("\"y\", \"x\" or \"diagonal_axis\"", ChoiceNames.Of(typeof(ThreeAxes)).Describe());
    }

    private enum ThreeAxes { Y, X, DiagonalAxis }

    [Fact]
    public void Nested_places_are_set_by_their_indices()
    {
        var spec = SpecJson.With(SpecJson.Load(SamplePath("S1")), "place_neurons.populations[0].positions_um[2][0]", "77");
        Assert.Equal(77, spec.Find<PlaceNeurons>()!.ResolvedPopulations()[0].PositionsUm![2].Z);
    }

    [Fact]
    public void Files_are_replaced_as_a_whole()
    {
        var folder = Directory.CreateTempSubdirectory("minisim");
        var path = Path.Combine(folder.FullName, "a.json");
        SpecJson.Save(new Spec(), path);
        SpecJson.Save(new Spec { Seed = 5 }, path);
        Assert.Equal(5, SpecJson.Load(path).Seed);
        Assert.Equal([path], Directory.GetFiles(folder.FullName));
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("acquisition.fps", "30")]
    [InlineData("seed", "3")]
    [InlineData("fps", "30")]
    [InlineData("FPS", "30")]
    [InlineData("duration", "2.5")]
    [InlineData("duration_s", "2.5")]
    [InlineData("steps.cell_activity.tau_decay_s", "0.4")]
    [InlineData("cell_activity.tau_decay_s", "0.4")]
    [InlineData("steps[1] (cell_activity).tau_decay_s", "0.4")]
    [InlineData("steps.vasculature.layers[0].opacity", "0.5")]
    [InlineData("steps.vasculature.layers[1]", "{\"depth_um\": 10}")]
    [InlineData("steps.vasculature.layers[1].depth_um", "10")]
    [InlineData("steps.brain_motion.model", "walk")]
    [InlineData("steps.brain_motion", "{}")]
    [InlineData("acquisition.focal_depth_in_tissue_um", "150")]
    [InlineData("place_neurons.populations[0].depth_range_um", "[120, 150]")]
    [InlineData("place_neurons.populations[0].depth_range_um[0]", "120")]
    [InlineData("place_neurons.populations[0].positions_um[0]", "[1, 2, 3.25]")]
    public void A_value_is_set_by_its_path(string path, string value)
    {
        var before = SpecJson.Load(SamplePath("S3"));
        var after = SpecJson.With(before, path, value);
        Assert.NotEqual(before, after);
        Assert.Contains(value.Trim('{', '}').Split(':', ',')[^1].Trim(' ', ']'), SpecJson.Write(after));
    }

    [Theory]
    [InlineData("64x96")]
    [InlineData("\"64 × 96\"")]
    public void Words_of_the_command_s_flags_are_the_fields_that_the_flags_set(string size)
    {
        var acquisition = SpecJson.With(SpecJson.Load(SamplePath("S3")), [new("size", size), new("fps", "30"), new("duration", "2.5")]).Acquisition;
        Assert.Equal((64, 96, 30, 2.5), (acquisition.ImageSensor.NPxHeight, acquisition.ImageSensor.NPxWidth, acquisition.Fps, acquisition.DurationS));
    }

    [Fact]
    public void A_step_set_to_null_is_removed_and_setting_auto_undoes_a_number()
    {
        var spec = SpecJson.Load(SamplePath("S4"));
        Assert.Equal(spec.Without<BrainMotion>(), SpecJson.With(spec, "steps.brain_motion", "null"));
        Assert.Equal(spec, SpecJson.With(SpecJson.With(spec, "acquisition.focal_depth_in_tissue_um", "150"), "acquisition.focal_depth_in_tissue_um", "auto"));
    }

    [Fact]
    public void Values_set_together_are_judged_together() =>
        Assert.Equal(40, SpecJson.With(SpecJson.Load(SamplePath("S4")),
            [new("brain_motion.motion_amplitude_um", "30"), new("brain_motion.max_shift_um", "40")]).Find<BrainMotion>()!.MaxShiftUm);

    [Theory]
    [InlineData("acquisition.fsp", "3", "acquisition.fsp", "\"fps\"")]
    [InlineData("na", "0.3", "na", "belongs to acquisition.optics")]
    [InlineData("bit_dept", "8", "bit_dept", "Did you mean \"bit_depth\"? It belongs to acquisition.image_sensor.")]
    [InlineData("size", "608", "size", "rows x columns")]
    [InlineData("size", "0x5", "acquisition.image_sensor.n_px_height", "0")]
    [InlineData("steps.cell_activty.f0", "1", "steps[10].kind", "cell_activity")]
    [InlineData("cell_activity.tau_decay", "1", "steps[1] (cell_activity).tau_decay", "tau_decay_s")]
    [InlineData("acquisition.fps.x", "1", "acquisition.fps.x", "plain value")]
    [InlineData("vasculature.layers[7].opacity", "1", "vasculature.layers[7].opacity", "1 elements")]
    [InlineData("vasculature.layers.opacity", "1", "vasculature.layers.opacity", "index")]
    [InlineData("acquisition[0]", "1", "acquisition[0]", "list")]
    [InlineData("", "1", "", "path")]
    [InlineData("a..b", "1", "a..b", "path")]
    [InlineData("steps.sensor", "5", "steps.sensor", "object")]
    [InlineData("acquisition.fps", "fast", "acquisition.fps", "number")]
    [InlineData("acquisition.fps", "-1", "acquisition.fps", "> 0")]
    [InlineData("acquisition.fps", "NaN", "acquisition.fps", "number")]
    [InlineData("acquisition", "{\"fps\":1,\"fps\":2}", "acquisition", "object")]
    [InlineData("steps[99].x", "1", "steps[99].x", "elements")]
    [InlineData("steps", "3", "steps", "list")]
    public void A_path_that_names_nothing_is_refused(string path, string value, string where, string word)
    {
        var e = Assert.Throws<SpecException>(() => SpecJson.With(SpecJson.Load(SamplePath("S3")), path, value));
        Assert.Contains(e.Problems, p => p.Path == where && p.ToString().Contains(word));
    }
}

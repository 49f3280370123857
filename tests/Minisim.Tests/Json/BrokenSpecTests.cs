using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim.Tests.Json;

public class BrokenSpecTests
{
    /// <summary>A field somewhere in a spec that has every step, a population, a position and a vessel layer.</summary>
    private sealed record Place(SpecField Field, string Path, Func<JsonNode, JsonObject> Owner)
    {
        /// <summary>The text of that spec with another value there.</summary>
        public string With(string value)
        {
            var root = JsonNode.Parse(BaseText)!;
            Owner(root)[Field.Name] = "@@";
            return root.ToJsonString().Replace("\"@@\"", value);
        }
    }

    private static readonly string BaseText = MakeBase();
    private static readonly Place[] Places = [.. FindPlaces()];

    private static string MakeBase()
    {
        var spec = StepCatalog.Kinds.Where(k => Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1).Steps.All(s => s.GetType() != k.Type))
            .Aggregate(Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1), (s, k) => s.With((Step)Activator.CreateInstance(k.Type)!));
        return SpecJson.Write(spec);
    }

    private static IEnumerable<Place> FindPlaces()
    {
        return Visit(RecordShape.Of(typeof(Spec)), "", n => n.AsObject());

        static IEnumerable<Place> Visit(RecordShape shape, string path, Func<JsonNode, JsonObject> owner)
        {
            foreach (var field in shape.Fields)
            {
                var here = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
                yield return new Place(field, here, owner);
                if (field.Shape.Kind == ValueKind.Record)
                    // What is optional is added, empty.
                    foreach (var p in Visit(field.Shape.Record, here, n => (owner(n)[field.Name] ??= new JsonObject()).AsObject()))
                        yield return p;
                else if (field.Shape.Element?.Kind == ValueKind.Step)
                    foreach (var (kind, index) in StepCatalog.Kinds.Select((k, i) => (k, i)))
                        foreach (var p in Visit(RecordShape.Of(kind.Type), $"steps[{index}] ({kind.Kind})", n => owner(n)[field.Name]![index]!.AsObject()))
                            yield return p;
                else if (field.Shape.Element?.Kind == ValueKind.Record)
                    foreach (var p in Visit(field.Shape.Element.Record, here + "[0]", n => owner(n)[field.Name]![0]!.AsObject()))
                        yield return p;
            }
        }
    }

    /// <summary>Every text must be refused with a problem at the place of the change (or inside it) that says
    /// <paramref name="word"/>. Returns how many there were.</summary>
    private static int AllRefused(IEnumerable<(Place Place, string Value, string Word)> cases)
    {
        var wrong = new List<string>();
        var count = 0;
        foreach (var (place, value, word) in cases)
        {
            count++;
            try
            {
                SpecJson.Parse(place.With(value));
                wrong.Add($"{place.Path} = {value} was accepted");
            }
            catch (SpecException e)
            {
                if (!e.Problems.Any(p => p.Path.StartsWith(place.Path, StringComparison.Ordinal) && p.ToString().Contains(word)))
                    wrong.Add($"{place.Path} = {value}: no \"{word}\" there in: {e.Message}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        return count;
    }

    private static string Json(double value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void The_spec_that_is_broken_below_is_whole() => SpecJson.Parse(BaseText);

    [Fact]
    public void Every_number_beyond_either_end_of_its_range_is_refused()
    {
        var count = AllRefused(
            from p in Places
            where p.Field.Range is not null && p.Field.Shape.Kind is ValueKind.Number or ValueKind.Integer
            let r = p.Field.Range
            from value in new[] { r.MinOpen ? r.Min : r.Min - 1, r.Min - 1e6, r.MaxOpen ? r.Max : r.Max + 1 }
            where double.IsFinite(value)
            select (p, Json(value), "must be"));
        Assert.True(count > 100, $"only {count} fields with a range were found");
    }

    [Fact]
    public void Every_number_that_is_not_finite_is_refused_with_its_place()
    {
        var count = AllRefused(
            from p in Places
            where p.Field.Shape.Kind is ValueKind.Number or ValueKind.Integer
            from c in new[] { ("NaN", "finite"), ("Infinity", "finite"), ("-Infinity", "finite"), ("1e999", "too large"), ("-1e999", "too large") }
            select (p, c.Item1, c.Item2));
        Assert.True(count > 200);
    }

    [Fact]
    public void Every_field_of_the_wrong_type_is_refused() =>
        Assert.True(200 < AllRefused(
            from p in Places
            from value in new[] { "\"?\"", "\"0.5\"", "7", "true", "{}", "[]", "[true]", "[[1]]", "null" }
            where !Fits(p.Field, value)
            select (p, value, "must")));

    private static bool Fits(SpecField field, string value) => field.Shape.Kind switch
    {
        _ when value == "null" => field.Shape.IsNullable && !field.IsAuto,
        ValueKind.Number or ValueKind.Integer => value == "7",
        ValueKind.Flag => value == "true",
        ValueKind.Text => value.StartsWith('"'),
        ValueKind.List => value == "[]",
        ValueKind.Record => value == "{}",
        _ => false,
    };

    [Fact]
    public void Every_fraction_in_place_of_a_whole_number_is_refused() =>
        Assert.True(5 < AllRefused(from p in Places where p.Field.Shape.Kind == ValueKind.Integer from v in new[] { "20.5", "1e-3", "1e300", "99999999999999999999" } select (p, v, "whole")));

    [Fact]
    public void Every_tuple_of_another_length_is_refused() =>
        Assert.True(20 < AllRefused(
            from p in Places
            let shape = p.Field.Shape.Kind == ValueKind.List ? p.Field.Shape.Element! : p.Field.Shape
            where shape.Kind == ValueKind.Tuple
            from c in new[]
            {
                ("[]", "not 0"), ("[1]", "not 1"), ("[1,2,3,4]", "not 4"), ("[" + string.Join(",", Enumerable.Repeat("null", shape.Components.Count)) + "]", "number"),
                ("[" + string.Join(",", Enumerable.Repeat("NaN", shape.Components.Count)) + "]", "finite"),
            }
            select (p, shape == p.Field.Shape ? c.Item1 : $"[{c.Item1}]", c.Item2)));

    [Fact]
    public void Every_unknown_field_is_refused_and_the_near_one_suggested()
    {
        foreach (var place in Places)
        {
            var root = JsonNode.Parse(BaseText)!;
            var owner = place.Owner(root);
            var wrong = place.Field.Name + "x";
            owner[wrong] = 1;
            var problem = Assert.Single(Assert.Throws<SpecException>(() => SpecJson.Parse(root.ToJsonString())).Problems, p => !p.IsWarning);
            Assert.Equal(place.Path + "x", problem.Path);
            Assert.Contains($"\"{place.Field.Name}\"", problem.Remedy);
        }
    }

    public static TheoryData<string, string, string> Texts => new()
    {
        { "", "spec", "empty" },
        { " \n ", "spec", "empty" },
        { "[]", "spec", "object" },
        { "3", "spec", "object" },
        { "\"x\"", "spec", "object" },
        { "null", "spec", "object" },
        { "NaN", "spec", "object" },
        { "{", "spec (line 1, column 2)", "JSON" },
        { "{\n  \"seed\": 1,\n  \"seed2\" 3\n}", "spec (line 3, column 11)", "JSON" },
        { "{\"seed\": 1,}", "spec (line 1, column 12)", "comma" },
        { "{\"seed\": 01}", "spec (line 1, column 11)", "JSON" },
        { "{\"seed\": +1}", "spec (line 1, column 10)", "JSON" },
        { "{\"seed\": 0x1F}", "spec (line 1, column 11)", "JSON" },
        { "{\"seed\": 1NaN}", "spec (line 1, column 11)", "JSON" },
        { "{seed: 1}", "spec (line 1, column 2)", "JSON" },
        { "{'seed': 1}", "spec (line 1, column 2)", "JSON" },
        { "{\"seed\": 1} {}", "spec (line 1, column 13)", "JSON" },
        { "// hello\n{}", "spec (line 1, column 1)", "JSON" },
        { "{\"seed\": \"\u0001\"}", "spec (line 1, column 11)", "JSON" },
        { "\0\0\0\0", "spec", "binary" },
        { "seed = 3", "spec (line 1, column 1)", "JSON" },
        { "<spec/>", "spec (line 1, column 1)", "JSON" },
        { "{\"sede\": 1}", "sede", "\"seed\"" },
        { "{\"fps\": 1}", "fps", "acquisition" },
        { "{\"photons_per_unit\": 1}", "photons_per_unit", "sensor" },
        { "{\"completely_different\": 1}", "completely_different", "Known fields" },
        { "{\"seed\": 1, \"seed\": 2}", "seed", "more than once" },
        { "{\"seed\": -1}", "seed", "≥ 0" },
        { "{\"seed\": 9223372036854775808}", "seed", "too large" },
        { "{\"steps\": {}}", "steps", "list" },
        { "{\"steps\": [3]}", "steps[0]", "object" },
        { "{\"steps\": [null]}", "steps[0]", "null" },
        { "{\"steps\": [{}]}", "steps[0].kind", "missing" },
        { "{\"steps\": [{\"kind\": 3}]}", "steps[0].kind", "text" },
        { "{\"steps\": [{\"kind\": null}]}", "steps[0].kind", "text" },
        { "{\"steps\": [{\"kind\": \"sensors\"}]}", "steps[0].kind", "\"sensor\"" },
        { "{\"steps\": [{\"kind\": \"Sensor\"}]}", "steps[0].kind", "\"sensor\"" },
        { "{\"steps\": [{\"kind\": \"fluorescent_jellyfish\"}]}", "steps[0].kind", "Known kinds" },
        { "{\"steps\": [{\"kind\": \"sensor\"}, {\"kind\": \"optics\"}, {\"kind\": \"sensor\"}]}", "steps[2].kind", "steps[0]" },
        { "{\"steps\": [{\"kind\": \"optics\", \"kind\": \"sensor\"}]}", "steps[0] (optics).kind", "more than once" },
        { "{\"steps\": [{\"kind\": \"optics\", \"na\": 0.3}]}", "steps[0] (optics).na", "acquisition.optics" },
        { "{\"steps\": [{\"kind\": \"sensor\"}, {\"f0\": -1, \"kind\": \"cell_activity\"}]}", "steps[1] (cell_activity).f0", "[0," },
        { "{\"steps\": [{\"kind\": \"place_neurons\", \"depth_range_um\": [5, 1]}]}", "steps[0] (place_neurons).depth_range_um", "min" },
        { "{\"steps\": [{\"kind\": \"place_neurons\", \"positions_um\": [[1,2,3],[1,2]]}]}", "steps[0] (place_neurons).positions_um[1]", "3 numbers" },
        { "{\"steps\": [{\"kind\": \"place_neurons\", \"positions_um\": [1,2,3]}]}", "steps[0] (place_neurons).positions_um[0]", "[z, y, x]" },
        { "{\"steps\": [{\"kind\": \"place_neurons\", \"positions_um\": [[1,2,NaN]]}]}", "steps[0] (place_neurons).positions_um[0][2]", "finite" },
        { "{\"steps\": [{\"kind\": \"place_neurons\", \"positions_um\": [[1,2,\"3\"]]}]}", "steps[0] (place_neurons).positions_um[0][2]", "number" },
        { "{\"acquisition\": {\"duration_s\": 0.001}}", "acquisition.duration_s", "less than one" },
        { "{\"acquisition\": {\"duration_s\": 1e15}}", "acquisition.duration_s", "more than" },
        { "{\"acquisition\": {\"duration_s\": 1e300, \"fps\": 1e300}}", "acquisition.duration_s", "more than" },
        { "{\"acquisition\": {\"image_sensor\": {\"n_px_height\": 99999999}}}", "acquisition.image_sensor.n_px_height", "16384" },
        { "{\"steps\": [{\"kind\": \"brain_motion\", \"max_shift_um\": 1e300}]}", "acquisition.image_sensor", "margin" },
        { "{\"steps\": [{\"kind\": \"brain_motion\", \"max_shift_um\": 1e4}]}", "acquisition.image_sensor", "margin" },
        { "{\"steps\": [{\"kind\": \"place_neurons\", \"density_per_mm3\": 1e300}]}", "steps", "cells" },
        { "{\"steps\": [{\"kind\": \"place_neurons\", \"density_per_mm3\": 1e11}]}", "steps", "cells" },
        { "{\"output\": {\"store_dtype\": \"float\"}}", "output.store_dtype", "must be \"float32\", \"float64\" or \"auto\". Did you mean" },
        { "{\"output\": {\"store_dtype\": \"Float64\"}}", "output.store_dtype", "Did you mean \"float64\"?" },
        { "{\"output\": {\"store_dtype\": 0}}", "output.store_dtype", "must be \"float32\", \"float64\" or \"auto\", not a number." },
        { "{\"steps\": [{\"kind\": \"brain_motion\", \"model\": \"phsyical\"}]}", "steps[0] (brain_motion).model", "Did you mean \"physical\"?" },
        { "{\"steps\": [{\"kind\": \"brain_motion\", \"locomotion_axis\": \"z\"}]}", "steps[0] (brain_motion).locomotion_axis", "must be \"y\" or \"x\"." },
        { "{\"output\": {\"store_dtype\": NaN}}", "output.store_dtype", "= NaN" },
        { "{\"output\": {\"save_intermediates\": 1}}", "output.save_intermediates", "true or false" },
        { "{\"output\": {\"save_intermediates\": \"true\"}}", "output.save_intermediates", "quotes" },
        { "{\"acquisition\": {\"focal_depth_in_tissue_um\": \"Auto\"}}", "acquisition.focal_depth_in_tissue_um", "\"auto\"" },
        { "{\"acquisition\": {\"fps\": \"auto\"}}", "acquisition.fps", "number" },
        { "{\"acquisition\": {\"\\ud800\": 1}}", "acquisition.\\ud800", "unknown" },
        { "{\"acquisition\": {\"optics\": null}}", "acquisition.optics", "object" },
    };

    [Theory, MemberData(nameof(Texts))]
    public void Broken_texts_are_refused_with_place_and_reason(string text, string path, string word)
    {
        var e = Assert.Throws<SpecException>(() => SpecJson.Parse(text));
        Assert.True(e.Problems.Any(p => p.Path == path && p.ToString().Contains(word)), e.Message);
    }

    [Theory]
    [InlineData("tau_decay", "tau_decay_s")]
    [InlineData("tua_rise_s", "tau_rise_s")]
    [InlineData("TauRiseS", "tau_rise_s")]
    [InlineData("f1", "f0")]
    [InlineData("fx", "f0")]
    [InlineData("zz", null)]
    [InlineData("brightness", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_suggested_and_none_that_is_far(string text, string? expected) =>
        Assert.Equal(expected, NearMiss.Find(text, ["tau_rise_s", "tau_decay_s", "f0", "trace_noise"]));

    [Fact]
    public void All_problems_of_a_file_are_reported_together()
    {
        var e = Assert.Throws<SpecException>(() => SpecJson.Parse("""
            { "sede": 1, "acquisition": { "fps": -1, "optics": { "na": NaN, "magnification": "8" } },
              "steps": [ { "kind": "sensr" }, { "kind": "cell_activity", "tau_decay": 1, "f0": -2 }, { "kind": "sensor", "photons_per_unit": 0 } ] }
            """));
        Assert.Equal(["acquisition.fps", "acquisition.optics.magnification", "acquisition.optics.na", "sede", "steps[0].kind",
            "steps[1] (cell_activity).f0", "steps[1] (cell_activity).tau_decay", "steps[2] (sensor).photons_per_unit"],
            e.Problems.Select(p => p.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Messages_stay_short_whatever_the_file_holds()
    {
        var e = Assert.Throws<SpecException>(() => SpecJson.Parse($"{{\"{new string('n', 100_000)}\": \"{new string('v', 100_000)}\", \"\\u001b[31m\": [{string.Join(",", Enumerable.Range(0, 99999))}]}}"));
        Assert.True(e.Message.Length < 1000, e.Message);
        Assert.DoesNotContain('\x1b', e.Message);
        var many = Assert.Throws<SpecException>(() => SpecJson.Parse($"{{\"steps\": [{string.Join(",", Enumerable.Repeat("[1]", 100_000))}]}}"));
        Assert.Equal(SpecException.MaxDescribed + 1, many.Message.Split('\n').Length);
        Assert.Contains("more", many.Message);
    }

    [Fact]
    public void Deep_nesting_is_refused_whatever_the_depth()
    {
        foreach (var depth in new[] { 40, 1000, 1_000_000 })
            foreach (var (open, close) in new[] { ("[", "]"), ("{\"a\":", "}") })
            {
                var text = new StringBuilder("{\"steps\":").Insert(9, open, depth).Append(close == "]" ? "" : "1").Insert(9 + open.Length * depth + (close == "]" ? 0 : 1), close, depth).Append('}').ToString();
                Assert.Contains("nested", Assert.Throws<SpecException>(() => SpecJson.Parse(text)).Message);
            }
    }

    [Fact]
    public void Files_that_are_no_spec_are_refused_at_once()
    {
        var folder = Directory.CreateTempSubdirectory("minisim").FullName;
        string File(string name, byte[] bytes)
        {
            var path = Path.Combine(folder, name);
            System.IO.File.WriteAllBytes(path, bytes);
            return path;
        }
        var zeros = Path.Combine(folder, "zeros.json");
        using (var stream = System.IO.File.Create(zeros))
        {
            stream.Write("{\"steps\":[{\"kind\":\"place_neurons\",\"positions_um\":["u8);
            stream.SetLength(2L << 30);
        }
        (string Path, string Word)[] cases =
        [
            (zeros, "too large"), (File("empty.json", []), "empty"), (File("blank.json", " \n"u8.ToArray()), "empty"),
            (File("bin.json", [0x7f, 0x45, 0x4c, 0x46, 0, 0, 0]), "binary"), (File("latin1.json", [0x7b, 0x22, 0xe9, 0x22, 0x7d]), "UTF-8"),
            (File("utf16.json", [0xff, 0xfe, 0x7b, 0, 0x7d, 0]), "UTF-16"), (folder, "folder"), (Path.Combine(folder, "none.json"), "no such file"),
            (Path.Combine(folder, "no", "none.json"), "no such file"), (Path.Combine(folder, "empty.json", "x.json"), ""), ("\0", ""), ("", ""),
        ];
        if (OperatingSystem.IsLinux()) cases = [.. cases, ("/dev/zero", "too large"), ("/dev/null", "empty"), ("/proc/self/mem", "")];
        foreach (var (path, word) in cases)
        {
            var watch = Stopwatch.StartNew();
            var e = Assert.Throws<SpecException>(() => SpecJson.Load(path));
            Assert.Contains(word, e.Message);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{path} took {watch.Elapsed}");
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Millions_of_positions_are_read_and_those_beyond_reason_refused()
    {
        string Text(int count, string one) => $"{{\"steps\":[{{\"kind\":\"place_neurons\",\"positions_um\":[{string.Join(",", Enumerable.Repeat(one, count))}]}}]}}";
        Assert.Equal(300_000, SpecJson.Parse(Text(300_000, "[1,2,3]")).Find<PlaceNeurons>()!.PositionsUm!.Count);
        var many = new Spec().With(new PlaceNeurons { PositionsUm = new ValueList<Position>(new Position[SpecValidator.MaxCells + 1]) });
        Assert.Contains("cells", Assert.Throws<SpecException>(many.Validated).Message);
        Assert.Equal(ProblemList.Capacity, Assert.Throws<SpecException>(() => SpecJson.Parse(Text(300_000, "[0,NaN,0]"))).Problems.Count);
    }

    [Fact]
    public void An_hour_of_29000_cells_is_allowed_and_one_of_30000_is_refused_with_what_it_would_take()
    {
        static Spec Of(int cells) => new Spec { Acquisition = new() { Fps = 20, DurationS = 3600 } }
            .With(new PlaceNeurons { PositionsUm = new ValueList<Position>(new Position[cells]) }).With(new CellActivity());
        Assert.DoesNotContain(SpecValidator.Check(Of(29_000)), p => !p.IsWarning);
        var problem = Assert.Single(SpecValidator.Check(Of(30_000)), p => !p.IsWarning);
        Assert.Equal("acquisition.duration_s", problem.Path);
        Assert.Equal("about 2.16e+09 trace values (cells × frames), 17 GB of each kind in a file, are more than one array holds (2147483591).", problem.Reason);
    }

    [Fact]
    public void Specs_built_in_code_meet_the_same_rules()
    {
        var spec = new Spec { Acquisition = new() { Fps = double.NaN }, Seed = -4 }.With(new Sensor { PhotonsPerUnit = 0 }).With(new BrainMotion { Model = (MotionModel)7 });
        var problems = SpecValidator.Check(spec);
        Assert.Equal(["acquisition.fps", "seed", "steps[0] (brain_motion).model", "steps[1] (sensor).photons_per_unit"], problems.Select(p => p.Path));
        Assert.Equal("steps[0] (brain_motion).model = 7: must be \"physical\" or \"walk\". The default is \"physical\".", problems[2].ToString());
        Assert.Equal(problems, Assert.Throws<SpecException>(spec.Validated).Problems);
        Assert.Throws<SpecException>(() => SpecJson.Write(spec));
        Assert.Contains("once", Assert.Single(SpecValidator.Check(new Spec { Steps = [new Sensor(), new Sensor()] })).Reason);
        Assert.Contains("object", SpecValidator.Check(new Spec { Acquisition = null! })[0].Reason);
        Assert.NotEmpty(SpecValidator.Check(new Spec { Output = new() { StoreDtype = (StoreDtype)(-1) } }));
    }

    [Fact]
    public void A_focal_plane_away_from_every_population_is_a_warning_only()
    {
        var spec = Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1);
        Spec At(double focal) => spec with { Acquisition = spec.Acquisition with { FocalDepthInTissueUm = focal } };
        var warning = Assert.Single(SpecValidator.Check(At(100)));
        Assert.True(warning.IsWarning && warning.Path == "acquisition.focal_depth_in_tissue_um");
        Assert.Same(At(150).Acquisition.Optics, At(150).Validated().Acquisition.Optics);
        Assert.Empty(SpecValidator.Check(At(150)));
    }

    [Fact]
    public void A_message_says_where_what_why_and_what_to_do() =>
        Assert.Equal("steps[0] (cell_activity).tau_decay_s = -1.0: must be > 0. The default is 0.5 s.",
            Assert.Throws<SpecException>(() => SpecJson.Parse("""{"steps":[{"kind":"cell_activity","tau_decay_s":-1}]}""")).Message);

    [Fact]
    public void Problems_are_handed_to_programs_as_JSON()
    {
        var spec = new Spec { Acquisition = new() { Fps = -1, FocalDepthInTissueUm = 900 } }.With(new PlaceNeurons());
        var problems = SpecValidator.Check(spec with { Acquisition = spec.Acquisition with { Fps = 20 } }).Concat(SpecValidator.Check(spec)).ToArray();
        var written = JsonNode.Parse(ProblemJson.Write(problems))!.AsArray();
        Assert.Equal(["warning", "error"], written.Select(p => p!["severity"]!.GetValue<string>()));
        Assert.Equal(problems, written.Select(p => new Problem(p!["path"]!.GetValue<string>(), p["value"]?.GetValue<string>(), p["reason"]!.GetValue<string>(),
            p["remedy"]!.GetValue<string>(), p["severity"]!.GetValue<string>() == "warning")));
        Assert.Equal("""[{"severity":"error","path":"acquisition.fps","value":"-1.0","reason":"must be > 0.","remedy":"The default is 20.0 Hz."}]""", ProblemJson.Write(problems.Where(p => !p.IsWarning)));
        Assert.Equal("""[{"severity":"error","path":"a","value":null,"reason":"r","remedy":""}]""", ProblemJson.Write([new Problem("a", null, "r", "")]));
    }

    [Fact]
    public void Whatever_happens_to_a_file_only_a_SpecException_comes_out()
    {
        var samples = new[] { "S1", "S4", "S5" }.Select(s => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "specs", s + ".json"))).ToArray();
        byte[][] pieces = [.. new[] { "NaN", "-Infinity", "null", "{}", "[]", "[[", "}", "\"", "1e999", "-1", "0.5", "\\", "\"kind\":", "auto", "\u00e9", ",", ":", "\"steps\": [", "true", "1" }.Select(Encoding.UTF8.GetBytes)];
        var change = Gen.Select(Gen.Double[0, 1], Gen.Int[0, 3], Gen.Int[0, 40], Gen.Int[0, pieces.Length - 1]);
        Gen.Select(Gen.Int[0, samples.Length - 1], change.Array[1, 6]).Sample((sample, changes) =>
        {
            var bytes = samples[sample].ToList();
            foreach (var (at, what, length, piece) in changes)
            {
                var place = (int)(at * (bytes.Count - 1));
                if (what == 0) bytes.RemoveRange(place, Math.Min(length, bytes.Count - place));
                if (what == 1) bytes.InsertRange(place, pieces[piece]);
                if (what == 2 && place < bytes.Count) bytes[place] = (byte)(length * 6);
                if (what == 3) bytes.InsertRange(place, bytes.GetRange(place, Math.Min(length * 4, bytes.Count - place)));
                if (bytes.Count == 0) break;
            }
            try
            {
                SpecJson.Write(SpecReader.Read(SpecText.Check([.. bytes], "spec"), null, out _));
            }
            catch (SpecException e)
            {
                return e.Problems.Count > 0 && e.Message.Length > 0;
            }
            return true;
        }, iter: 5000);
    }

    private static readonly string[] Values = ["NaN", "null", "1e308", "-1e308", "5e-324", "1", "0", "-1", "0.5", "2147483647", "9223372036854775807", "\"auto\"", "\"\"", "[]", "[0,0]", "[1e308,1e308]", "[[0,0]]", "[[1e308,1e308,1e308]]", "{}", "[{}]", "true"];

    [Fact]
    public void Whatever_value_is_set_anywhere_only_a_SpecException_comes_out() =>
        Gen.Select(Gen.Int[0, Places.Length - 1], Gen.Int[0, Values.Length - 1])
            .Sample((place, value) =>
            {
                try
                {
                    SpecValidator.Check(SpecJson.Parse(Places[place].With(Values[value])));
                }
                catch (SpecException)
                {
                }
            }, iter: 2000);
}

using System.Text.Json.Nodes;
using Minisim.Formats;
using Minisim.Formats.Writing;
using Minisim.Formats.Zarr;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Tests.Formats.Zarr;

/// <summary>Every broken file ends in one kind of error that names it.</summary>
public class ZarrDamageTests : InTemporaryFolder
{
    private static readonly Dictionary<string, (string File, Action<string> Damage, string Reason)> Table = new()
    {
        ["no .zattrs"] = (".zattrs", File.Delete, "not a recording"),
        [".zattrs empty"] = (".zattrs", f => File.WriteAllText(f, ""), "not JSON"),
        [".zattrs garbage"] = (".zattrs", f => File.WriteAllBytes(f, [0xFF, 0, 7, 0x80]), "not JSON"),
        [".zattrs half"] = (".zattrs", f => File.WriteAllText(f, File.ReadAllText(f)[..100]), "not JSON"),
        [".zattrs a list"] = (".zattrs", f => File.WriteAllText(f, "[1]"), "not a recording"),
        [".zattrs deep"] = (".zattrs", f => File.WriteAllText(f, new string('[', 100_000)), "not JSON"),
        ["format newer"] = (".zattrs", f => Edit(f, j => j["format_version"] = 3), "known here is 2"),
        ["format older"] = (".zattrs", f => Edit(f, j => j["format_version"] = 1), "known here is 2"),
        ["format text"] = (".zattrs", f => Edit(f, j => j["format_version"] = "2b"), "known here is 2"),
        ["format absent"] = (".zattrs", f => Edit(f, j => j.Remove("format_version")), "no format_version"),
        ["fewer frames"] = (".zattrs", f => Edit(f, j => j["n_frames_written"] = 20), "n_frames_written"),
        ["truth names number"] = (".zattrs", f => Edit(f, j => j["minisim_truth"] = 3), "not a list of names"),
        ["truth names outside"] = (".zattrs", f => Edit(f, j => j["minisim_truth"] = new JsonArray("../../C")), "not a list of names"),
        ["truth names absolute"] = (".zattrs", f => Edit(f, j => j["minisim_truth"] = new JsonArray("/etc")), "not a list of names"),
        ["truth names more"] = (".zattrs", f => Edit(f, j => j["minisim_truth"] = new JsonArray("C", "D")), "is missing"),
        ["snapshot unknown"] = (".zattrs", f => Edit(f, j => j["snapshot_names"] = new JsonArray("gone")), "is missing"),
        ["no spec"] = ("spec.json", File.Delete, "missing"),
        ["spec garbage"] = ("spec.json", f => File.WriteAllText(f, "{\"acquisition\": 3"), "no valid spec"),
        ["checksums garbage"] = ("checksums.json", f => File.WriteAllText(f, "{\"files\": {\"observed/0.0.0\": 12}}"), "no list of checksums"),
        ["no .zarray"] = ("observed/.zarray", File.Delete, "missing"),
        [".zarray empty"] = ("observed/.zarray", f => File.WriteAllText(f, ""), "not JSON"),
        [".zarray number"] = ("observed/.zarray", f => File.WriteAllText(f, "12"), "not a JSON object"),
        ["zarr 3"] = ("observed/.zarray", f => Edit(f, j => j["zarr_format"] = 3), "zarr_format is 3"),
        ["no shape"] = ("observed/.zarray", f => Edit(f, j => j.Remove("shape")), "shape is missing"),
        ["negative shape"] = ("observed/.zarray", f => Edit(f, j => j["shape"] = new JsonArray(-21, 37, 53)), "shape holds -21"),
        ["fractional shape"] = ("observed/.zarray", f => Edit(f, j => j["shape"] = new JsonArray(21.5, 37, 53)), "shape holds 21.5"),
        ["huge shape"] = ("observed/.zarray", f => Edit(f, j => j["shape"] = new JsonArray(21, 1L << 40, 1L << 40)), "beyond 1 PB"),
        ["shape beyond long"] = ("observed/.zarray", f => Edit(f, j => j["shape"] = new JsonArray(21, 1e30, 53)), "shape holds"),
        ["text shape"] = ("observed/.zarray", f => Edit(f, j => j["shape"] = new JsonArray("21", 37, 53)), "shape holds"),
        ["two axes"] = ("observed/.zarray", f => Edit(f, j => { j["shape"] = new JsonArray(21, 37); j["chunks"] = new JsonArray(21, 37); }), "three: frame, height, width"),
        ["shape and chunks differ"] = ("observed/.zarray", f => Edit(f, j => j["shape"] = new JsonArray(21, 37)), "shape has 2 axes and chunks 3"),
        ["zero chunks"] = ("observed/.zarray", f => Edit(f, j => j["chunks"] = new JsonArray(0, 37, 53)), "chunks holds 0"),
        ["negative chunks"] = ("observed/.zarray", f => Edit(f, j => j["chunks"] = new JsonArray(-1, 37, 53)), "chunks holds -1"),
        ["huge chunks"] = ("observed/.zarray", f => Edit(f, j => j["chunks"] = new JsonArray(2000000000, 2000000000, 2000000000)), "at most 1 GiB"),
        ["900 MB chunks"] = ("observed/.zarray", f => Edit(f, j => j["chunks"] = new JsonArray(900, 1000, 1000)), "bytes"),
        ["other frames"] = ("observed/.zarray", f => Edit(f, j => j["shape"] = new JsonArray(20, 37, 53)), "n_frames_written"),
        ["other height"] = ("observed/.zarray", f => Edit(f, j => j["shape"] = new JsonArray(21, 38, 53)), "38 x 53"),
        ["big-endian"] = ("observed/.zarray", f => Edit(f, j => j["dtype"] = ">u2"), "big-endian"),
        ["complex"] = ("observed/.zarray", f => Edit(f, j => j["dtype"] = "<c8"), "not known"),
        ["structured"] = ("observed/.zarray", f => Edit(f, j => j["dtype"] = new JsonArray(new JsonArray("a", "<f4"))), "dtype"),
        ["other dtype"] = ("observed/.zarray", f => Edit(f, j => j["dtype"] = "<i4"), "a movie of <i4"),
        ["wider dtype"] = ("observed/.zarray", f => Edit(f, j => j["dtype"] = "<f8"), "bytes"),
        ["fill garbage"] = ("observed/.zarray", f => Edit(f, j => j["fill_value"] = "often"), "fill_value"),
        ["filters"] = ("observed/.zarray", f => Edit(f, j => j["filters"] = new JsonArray(new JsonObject { ["id"] = "delta" })), "filters"),
        ["compressor unknown"] = ("observed/.zarray", f => Edit(f, j => j["compressor"] = new JsonObject { ["id"] = "bz2" }), "\"bz2\""),
        ["compressor without id"] = ("observed/.zarray", f => Edit(f, j => j["compressor"] = new JsonObject()), "no id"),
        ["compressor none"] = ("observed/.zarray", f => Edit(f, j => j["compressor"] = null), "bytes"),
        ["compressor other"] = ("observed/.zarray", f => Edit(f, j => j["compressor"] = new JsonObject { ["id"] = "zlib" }), "unpacked"),
        ["order"] = ("observed/.zarray", f => Edit(f, j => j["order"] = "K"), "order"),
        ["separator"] = ("observed/.zarray", f => Edit(f, j => j["dimension_separator"] = "-"), "dimension_separator"),
        ["chunk missing"] = ("observed/0.0.0", File.Delete, "missing"),
        ["chunk empty"] = ("observed/0.0.0", f => File.WriteAllBytes(f, []), "checksum"),
        ["chunk truncated"] = ("observed/0.0.0", f => File.WriteAllBytes(f, File.ReadAllBytes(f)[..^1]), "checksum"),
        ["chunk longer"] = ("observed/0.0.0", f => File.WriteAllBytes(f, [.. File.ReadAllBytes(f), 0]), "checksum"),
        ["chunk much longer"] = ("observed/0.0.0", f => File.WriteAllBytes(f, new byte[10_000_000]), "more than a chunk"),
        ["chunk one bit"] = ("observed/0.0.0", f => Flip(f, 5000), "checksum"),
        ["truth one bit"] = ("ground_truth/C/0.0", f => Flip(f, 100), "checksum"),
        ["truth missing"] = ("ground_truth/C/0.0", File.Delete, "missing"),
        ["truth array missing"] = ("ground_truth/S/.zarray", File.Delete, "missing"),
        ["truth of fewer units"] = ("ground_truth/C/.zarray", f => Edit(f, j => j["shape"] = new JsonArray(4, 21)), "axis unit has 4"),
        ["truth of more frames"] = ("ground_truth/C/.zarray", f => Edit(f, j => j["shape"] = new JsonArray(5, 2100000)), "axis frame has 2100000"),
        ["truth of text"] = ("ground_truth/C/.zarray", f => Edit(f, j => { j["dtype"] = "<U2"; j["fill_value"] = ""; }), "text"),
        ["truth of another rank"] = ("ground_truth/C/.zarray", f => Edit(f, j => { j["shape"] = new JsonArray(5, 21, 1); j["chunks"] = new JsonArray(5, 21, 1); }), "3 axes"),
        ["no planted"] = ("ground_truth/planted/.zattrs", File.Delete, "missing"),
        ["canvas text"] = ("ground_truth/planted/.zattrs", f => Edit(f, j => j["canvas_shape"] = "big"), "canvas_shape"),
        ["canvas huge"] = ("ground_truth/planted/.zattrs", f => Edit(f, j => j["canvas_shape"] = new JsonArray(1 << 30, 1 << 30)), "canvas_shape"),
        ["fov not centred"] = ("ground_truth/planted/.zattrs", f => Edit(f, j => j["fov_offset"] = new JsonArray(3, 4)), "not the centre"),
        ["fov of another size"] = ("ground_truth/planted/.zattrs", f => Edit(f, j => { j["fov_shape"] = new JsonArray(47, 63); j["canvas_shape"] = new JsonArray(53, 69); }), "frames are 37 x 53"),
        ["fewer shapes"] = ("ground_truth/planted/shapes/.zarray", f => Edit(f, j => j["shape"] = new JsonArray(4, 2)), "has 4 patches"),
        ["shapes of floats"] = ("ground_truth/planted/shapes/.zarray", f => Edit(f, j => j["dtype"] = "<f4"), "integers"),
        ["fewer pixels"] = ("ground_truth/planted/data/.zarray", f => Edit(f, j => j["shape"] = new JsonArray(10)), "does not fit"),
        ["more pixels"] = ("ground_truth/planted/data/.zarray", f => Edit(f, j => j["shape"] = new JsonArray(100)), "has 100 pixels"),
        ["endless pixels"] = ("ground_truth/planted/data/.zarray", f => Edit(f, j => j["shape"] = new JsonArray(500_000_000)), "claims"),
        ["focal depth text"] = ("ground_truth/.zattrs", f => Edit(f, j => j["focal_depth_um"] = "deep"), "focal_depth_um"),
    };

    public static TheoryData<string> Damages() => [.. Table.Keys];

    private static void Edit(string file, Action<JsonObject> edit)
    {
        var json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        edit(json);
        File.WriteAllText(file, json.ToJsonString());
    }

    private static void Flip(string file, int at)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[at] ^= 4;
        File.WriteAllBytes(file, bytes);
    }

    private static void ReadWhole(string path)
    {
        using var recording = ZarrRecording.Open(path);
        foreach (var movie in recording.Snapshots.Values.Append(recording.Observed))
        {
            var frame = new byte[movie.Height * movie.Width * movie.PixelType.Bytes()];
            for (var f = 0; f < movie.Frames; f++) movie.Read(f, 1, frame);
        }
        foreach (var array in recording.Truth.Arrays) _ = array.Values.Length;
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_recording_ends_in_an_error_that_names_the_file(string name)
    {
        var (file, damage, reason) = Table[name];
        var path = PathOf("a.zarr");
        SampleRecording.Make().WriteTo(path);
        damage(Path.Combine(path, file));
        // Metadata with its checksum, so that it is read and not merely compared.
        if (Path.GetFileName(file)[0] == '.' && File.Exists(Path.Combine(path, file)))
            Edit(Path.Combine(path, "checksums.json"), j => j["files"]![file] = ZarrFiles.Crc32C(File.ReadAllBytes(Path.Combine(path, file))).ToString("x8"));
        var error = Assert.Throws<RecordingFormatException>(() => ReadWhole(path));
        Assert.Contains(reason, error.Message);
        Assert.StartsWith(path, error.Path);
        Assert.DoesNotContain("   at ", error.Message);
    }

    [Theory]
    [InlineData("observed", "dtype", "\"<i2\"")]
    [InlineData("observed", "order", "\"F\"")]
    [InlineData("ground_truth/C", "dtype", "\"<i8\"")]
    [InlineData("ground_truth/C", "order", "\"F\"")]
    [InlineData("ground_truth/vasculature_mask", "dtype", "\"<i8\"")]
    [InlineData("ground_truth/planted/offsets", "dtype", "\"<u4\"")]
    [InlineData("ground_truth/planted/shapes", "chunks", "[1, 2]")]
    public void Metadata_that_would_be_read_as_other_numbers_is_noticed(string array, string field, string value)
    {
        var path = PathOf("a.zarr");
        SampleRecording.Make().WriteTo(path);
        Edit(Path.Combine(path, array, ".zarray"), j => j[field] = JsonNode.Parse(value));
        var error = Assert.Throws<RecordingFormatException>(() => ReadWhole(path));
        Assert.Contains("checksum", error.Reason);
        Assert.Equal(Path.Combine(path, array, ".zarray"), error.Path);
    }

    [Theory]
    [InlineData("ground_truth/.zattrs", "focal_depth_um", "12.5")]
    [InlineData("ground_truth/planted/.zattrs", "fov_shape", "[37, 53, 1]")]
    [InlineData("ground_truth/C/.zattrs", "units", "\"volts\"")]
    public void Altered_attributes_of_the_truth_are_noticed(string file, string field, string value)
    {
        var path = PathOf("a.zarr");
        SampleRecording.Make().WriteTo(path);
        Edit(Path.Combine(path, file), j => j[field] = JsonNode.Parse(value));
        Assert.Contains("checksum", Assert.Throws<RecordingFormatException>(() => ReadWhole(path)).Reason);
    }

    [Fact]
    public void Checksums_cover_every_file_and_their_want_is_a_warning_on_every_read()
    {
        var path = PathOf("a.zarr");
        SampleRecording.Make().WriteTo(path);
        var covered = JsonNode.Parse(File.ReadAllText(Path.Combine(path, "checksums.json")))!["files"]!.AsObject().Select(f => f.Key).Order(StringComparer.Ordinal);
        Assert.Equal(Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(path, f)).Where(f => f != "checksums.json").Order(StringComparer.Ordinal), covered);
        // A note of somebody's in the attributes of the whole costs a warning, not the recording.
        Edit(Path.Combine(path, ".zattrs"), j => j["lab"] = "ours");
        using (var recording = ZarrRecording.Open(path)) Assert.Equal(".zattrs", Assert.Single(recording.Warnings).Path);
        Edit(Path.Combine(path, ".zattrs"), j => j.Remove("lab"));
        Edit(Path.Combine(path, "checksums.json"), j => j["files"]!.AsObject().Remove("observed/.zarray"));
        using (var recording = ZarrRecording.Open(path)) Assert.Contains(recording.Warnings, w => w.Path == "checksums.json" && w.Reason.Contains("does not cover the metadata"));
        File.Delete(Path.Combine(path, "checksums.json"));
        using (var recording = ZarrRecording.Open(path)) Assert.Contains("unchecked", Assert.Single(recording.Warnings).Reason);
    }

    [Fact]
    public void Json_has_one_kind_of_line_end_on_every_system()
    {
        var path = PathOf("a.zarr");
        SampleRecording.Make().WriteTo(path);
        Assert.All(Directory.EnumerateFiles(path, "*.json", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(path, ".z*", SearchOption.AllDirectories)),
            f => Assert.DoesNotContain('\r', File.ReadAllText(f)));
    }

    [Fact]
    public void Without_checksums_a_chunk_of_another_size_is_noticed_all_the_same()
    {
        foreach (var compression in Enum.GetValues<ZarrCompression>())
            foreach (var damage in (Func<byte[], byte[]>[])[b => [], b => b[..1], b => b[..(b.Length / 2)], b => b[..^1], b => [.. b, 0]])
            {
                var path = PathOf($"{compression}.zarr");
                SampleRecording.Make().WriteTo(path, new() { Compression = compression, Overwrite = true });
                File.Delete(Path.Combine(path, "checksums.json"));
                ReadWhole(path);
                var chunk = Path.Combine(path, "observed", "0.0.0");
                File.WriteAllBytes(chunk, damage(File.ReadAllBytes(chunk)));
                Assert.Equal(chunk, Assert.Throws<RecordingFormatException>(() => ReadWhole(path)).Path);
            }
    }

    [Fact]
    public void Random_alterations_of_metadata_end_in_the_typed_error_or_in_a_reading()
    {
        var path = PathOf("a.zarr");
        SampleRecording.Make(frames: 4, height: 9, width: 9).WriteTo(path);
        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("spec.json")).Order().ToArray();
        var random = new System.Random(11);
        var refused = 0;
        for (var i = 0; i < 1500; i++)
        {
            var file = files[random.Next(files.Length)];
            var whole = File.ReadAllBytes(file);
            var altered = whole.ToArray();
            if (altered.Length == 0) continue;
            for (var k = 0; k < 1 + i % 3; k++) altered[random.Next(altered.Length)] = i % 2 == 0 ? (byte)random.Next(256) : (byte)"0123456789-[]{}\",:e."[random.Next(20)];
            File.WriteAllBytes(file, altered);
            try
            {
                ReadWhole(path);
            }
            catch (RecordingFormatException)
            {
                refused++;
            }
            File.WriteAllBytes(file, whole);
        }
        ReadWhole(path);
        Assert.True(refused > 500, $"only {refused} alterations were noticed");
    }

    /// <summary>Values of every kind of JSON, where another kind is expected.</summary>
    private static readonly string[] Kinds = ["null", "true", "\"2\"", "\"\"", "[2]", "[]", "[null, \"a\"]", "{}", "{\"a\": 1}", "-1", "1.5", "2", "9e18", "1e400", "99999999999999999999"];

    /// <summary>Ways to put a value at every place of a text of JSON.</summary>
    private static IEnumerable<Action<JsonNode, JsonNode?>> Places(JsonNode? node, Func<JsonNode, JsonNode?> at)
    {
        if (node is JsonObject fields)
            foreach (var (name, child) in fields)
            {
                yield return (root, value) => at(root)![name] = value;
                foreach (var deeper in Places(child, root => at(root)![name])) yield return deeper;
            }
        else if (node is JsonArray items)
            for (var i = 0; i < items.Count; i++)
            {
                var k = i;
                yield return (root, value) => at(root)![k] = value;
            }
    }

    [Fact]
    public void A_value_of_another_kind_anywhere_in_unchecked_metadata_ends_in_the_typed_error_or_in_a_reading()
    {
        var path = PathOf("a.zarr");
        SampleRecording.Make(frames: 4, height: 9, width: 9).WriteTo(path);
        File.Delete(Path.Combine(path, "checksums.json"));
        var wrong = new List<string>();
        var (tried, refused) = (0, 0);
        // Arrays of the same type are read by the same code.
        var files = Directory.EnumerateFiles(path, ".z*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .DistinctBy(f => Path.GetFileName(f) == ".zarray" ? JsonNode.Parse(File.ReadAllText(f))!["dtype"]!.ToString() : string.Join(',', JsonNode.Parse(File.ReadAllText(f))!.AsObject().Select(p => p.Key))).ToArray();
        foreach (var file in files)
        {
            var whole = File.ReadAllText(file);
            var places = Places(JsonNode.Parse(whole), root => root).ToArray();
            foreach (var kind in Kinds)
                for (var p = 0; p < places.Length; p++)
                {
                    var json = JsonNode.Parse(whole)!;
                    places[p](json, JsonNode.Parse(kind));
                    File.WriteAllText(file, json.ToJsonString());
                    tried++;
                    try
                    {
                        ReadWhole(path);
                    }
                    catch (RecordingFormatException)
                    {
                        refused++;
                    }
                    catch (Exception e)
                    {
                        wrong.Add($"{Path.GetRelativePath(path, file)}, place {p}, {kind}: {e.GetType().Name}: {e.Message}");
                    }
                }
            File.WriteAllText(file, whole);
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(10)));
        Assert.True(refused > tried / 4 && refused < tried, $"{refused} of {tried} were refused");
    }

    [Fact]
    public void An_edited_spec_is_a_warning_and_so_is_another_model()
    {
        var path = PathOf("a.zarr");
        SampleRecording.Make().WriteTo(path);
        Edit(Path.Combine(path, ".zattrs"), j => j["spec_cache_key"] = "0123456789abcdef");
        using (var recording = ZarrRecording.Open(path))
        {
            var warning = Assert.Single(recording.Warnings);
            Assert.True(warning.IsWarning);
            Assert.Equal("spec_cache_key", warning.Path);
        }
        Edit(Path.Combine(path, ".zattrs"), j => j["minisim_engine"]!["model_version"] = 999);
        using (var recording = ZarrRecording.Open(path)) Assert.Contains("other pixels", Assert.Single(recording.Warnings).Reason);
    }

    [Theory]
    [InlineData(300, null, false)]
    [InlineData(600, null, true)]
    [InlineData(300, "sensor", true)]
    [InlineData(300, "neuropil", true)]
    public void A_recording_of_an_earlier_model_is_warned_of_only_where_its_pixels_have_changed(double binsHz, string? kind, bool isChanged)
    {
        var path = PathOf("a.zarr");
        var spec = new Spec { Acquisition = new() { ImageSensor = new() { NPxHeight = 40, NPxWidth = 50 }, DurationS = 1 } }
            .With(new PlaceNeurons()).With(new CellActivity { Process = SpikeProcess.Bursty, RateMeanHz = 1, SpikeSimHz = binsHz });
        if (kind is not null) spec = spec.With(kind == "sensor" ? new Sensor() : new Neuropil());
        using (var scene = Simulator.Compile(spec))
        using (var sink = new ZarrRecordingSink(path))
            scene.RenderTo([sink]);
        Edit(Path.Combine(path, ".zattrs"), j =>
        {
            j["minisim_engine"]!["model_version"] = 3;
            j["spec_cache_key"] = spec.CacheKey(null, 3);
        });
        using (var recording = ZarrRecording.Open(path)) Assert.Equal(isChanged, recording.Warnings.Any(w => w.Path == "minisim_engine.model_version"));
        // An edited spec is seen all the same.
        Edit(Path.Combine(path, ".zattrs"), j => j["spec_cache_key"] = spec.CacheKey());
        using (var recording = ZarrRecording.Open(path)) Assert.Contains(recording.Warnings, w => w.Path == "spec_cache_key");
    }

    [Fact]
    public void What_is_not_there_or_is_no_folder_is_said()
    {
        File.WriteAllText(PathOf("file.zarr"), "");
        Directory.CreateDirectory(PathOf("empty.zarr"));
        Directory.CreateDirectory(PathOf("v3.zarr"));
        File.WriteAllText(PathOf("v3.zarr/zarr.json"), "{}");
        Assert.Contains("does not exist", Assert.Throws<RecordingFormatException>(() => ZarrRecording.Open(PathOf("none.zarr"))).Reason);
        Assert.Contains("is a file", Assert.Throws<RecordingFormatException>(() => ZarrRecording.Open(PathOf("file.zarr"))).Reason);
        Assert.Contains("not a recording", Assert.Throws<RecordingFormatException>(() => ZarrRecording.Open(PathOf("empty.zarr"))).Reason);
        Assert.Contains("version 3", Assert.Throws<RecordingFormatException>(() => ZarrRecording.Open(PathOf("v3.zarr"))).Reason);
    }
}

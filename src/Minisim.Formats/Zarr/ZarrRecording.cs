using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Minisim.Formats.Writing;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Formats.Zarr;

/// <summary>Opens recordings written by <see cref="ZarrRecordingSink"/> or by the reference package (its format version
/// 2).</summary>
public static class ZarrRecording
{
    /// <summary>Opens a recording: the truth is read, the movies are read when asked for frames.</summary>
    /// <param name="path">The folder <c>NAME.zarr</c>.</param>
    /// <returns>The recording; what is odd but readable is in <see cref="Recording.Warnings"/>.</returns>
    /// <exception cref="RecordingFormatException">Missing, unfinished, foreign, newer, truncated or altered. Chunks of movies are
    /// checked when they are read.</exception>
    public static Recording Open(string path)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var attributes = OpenRoot(root);
        var warnings = new List<Problem>();
        var specFile = Path.Combine(root, RecordingLayout.Spec);
        var spec = ReadSpec(specFile);
        var isOurs = CheckEngine(attributes, spec, warnings);
        if (attributes.TryGetProperty("minisim_until", out var until) && until.ValueKind == JsonValueKind.String)
            warnings.Add(new("minisim_until", until.GetRawText(), "the movie was stopped after this stage; spec.json goes on.", "", true));
        var checksums = RecordingChecksums.Read(root, isOurs, warnings);
        // Another key or model says it already.
        var isEdited = warnings.Exists(w => w.Path is "spec_cache_key" or "minisim_engine.model_version");
        if (!isEdited) checksums.WarnIfAltered(".zattrs", "attributes of the recording were edited.", warnings);
        if (!isEdited) checksums.WarnIfAltered(RecordingLayout.Spec, "it was edited without changing what it says.", warnings);

        var observed = new ZarrMovie(OpenArray(root, RecordingLayout.Observed, checksums));
        if (attributes.TryGetProperty("n_frames_written", out var written) && written.ValueKind == JsonValueKind.Number && written.GetDouble() != observed.Frames)
            throw Contradiction(Path.Combine(root, ".zattrs"), $"n_frames_written is {written.GetRawText()} and observed has {observed.Frames} frames.");
        var truth = ReadTruth(root, attributes, spec, observed, checksums);
        var snapshots = new Dictionary<string, Movie>();
        foreach (var name in Names(attributes, "snapshot_names", root))
            snapshots[name] = new ZarrMovie(OpenArray(root, $"{RecordingLayout.Snapshots}/{name}", checksums));
        var timeline = TimelineJson.Read(attributes, spec, observed.Frames, Path.Combine(root, ".zattrs"));
        return new Recording(spec, observed, truth, snapshots)
        {
            Until = until.ValueKind == JsonValueKind.String ? until.GetString() : null,
            Timeline = timeline,
            Meaning = observed.Meaning ?? (until.ValueKind == JsonValueKind.String || spec.Find<Sensor>() is null ? PixelMeaning.Intensity : PixelMeaning.Counts),
            Warnings = warnings,
        };
    }

    private static JsonElement OpenRoot(string root)
    {
        const string goOn = "Run the same simulation to the same name again: it goes on from the finished chunks. Or delete the .partial folder.";
        if (root.EndsWith(RecordingLayout.Partial, StringComparison.Ordinal) && Directory.Exists(root))
            throw new RecordingFormatException(root, "is an unfinished recording.", goOn);
        if (!Directory.Exists(root))
        {
            if (Directory.Exists(root + RecordingLayout.Partial)) throw new RecordingFormatException(root, "does not exist, but was begun: " + root + RecordingLayout.Partial + " is unfinished.", goOn);
            if (File.Exists(root)) throw new RecordingFormatException(root, "is a file; a recording is a folder NAME.zarr.", "Unpack it if it is an archive.");
            throw new RecordingFormatException(root, "does not exist.", "Check the name.");
        }
        var file = Path.Combine(root, ".zattrs");
        if (!File.Exists(file))
        {
            if (File.Exists(Path.Combine(root, RecordingLayout.Unfinished))) throw new RecordingFormatException(root, "is an unfinished recording that was renamed.", "Simulate it again.");
            var zarr3 = File.Exists(Path.Combine(root, "zarr.json"));
            throw new RecordingFormatException(root, zarr3 ? "is a Zarr version 3 folder, not a recording." : "is not a recording: it has no .zattrs.", "A recording is the folder NAME.zarr with spec.json in it.");
        }
        var attributes = ZarrFiles.ReadJson(file);
        if (attributes.ValueKind != JsonValueKind.Object || !attributes.TryGetProperty("format_version", out var version))
            throw new RecordingFormatException(root, "is a Zarr folder but not a recording: its attributes have no format_version.", "A recording is the folder NAME.zarr with spec.json in it.");
        if (version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != RecordingLayout.FormatVersion)
            throw new RecordingFormatException(file, $"format_version is {version.GetRawText()}; known here is {RecordingLayout.FormatVersion}.", "Open it with the program that wrote it, or a newer version of this one.");
        return attributes;
    }

    private static Spec ReadSpec(string file)
    {
        var text = Encoding.UTF8.GetString(ZarrFiles.ReadSmall(file));
        try
        {
            return SpecJson.Parse(text);
        }
        catch (SpecException e)
        {
            throw new RecordingFormatException(file, $"holds no valid spec: {e.Message}", "The file is damaged, or from a newer version.", e);
        }
    }

    /// <summary>The key is a hash over the engine's own JSON, so it says something about our own files only.</summary>
    /// <returns>Whether this program wrote the recording.</returns>
    private static bool CheckEngine(JsonElement attributes, Spec spec, List<Problem> warnings)
    {
        if (!attributes.TryGetProperty("minisim_engine", out var engine) || engine.ValueKind != JsonValueKind.Object) return false;
        if (!engine.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String || name.GetString() != Engine.Name) return false;
        if (!engine.TryGetProperty("model_version", out var model) || model.ValueKind != JsonValueKind.Number || !model.TryGetInt32(out var version)) return true;
        if (!Engine.IsUnchangedSince(version, spec))
            warnings.Add(new("minisim_engine.model_version", model.GetRawText(), $"this version has model {Engine.ModelVersion}: simulating the spec again gives other pixels.", "", true));
        // What keys others gave is not known here.
        if (version is < Engine.OldestKnownModel or > Engine.ModelVersion) return true;
        var key = attributes.TryGetProperty("spec_cache_key", out var k) && k.ValueKind == JsonValueKind.String ? k.GetString() : null;
        var until = attributes.TryGetProperty("minisim_until", out var u) && u.ValueKind == JsonValueKind.String ? u.GetString() : null;
        // The first versions wrote 16 digits, and did not tell where the chain stopped.
        var expected = key?.Length == 16 ? spec.CacheKey(null, version)[..16] : spec.CacheKey(until, version);
        if (key != expected)
            warnings.Add(new("spec_cache_key", key, $"spec.json has the key {expected}: it was edited after the recording was made.", "Do not trust spec.json to describe this recording.", true));
        return true;
    }

    private static ZarrArray OpenArray(string root, string name, RecordingChecksums checksums)
    {
        var array = ZarrArray.Open(Path.Combine(root, name), checksums.OfArray(name));
        // Of early recordings the checksums do not cover this word, and with the other one pixels change places.
        if (array.Metadata.FortranOrder && array.Shape.Count > 1) throw Contradiction(array.Path, "order is F, and recordings are written in order C.");
        return array;
    }

    private static IEnumerable<string> Names(JsonElement attributes, string property, string root)
    {
        if (!attributes.TryGetProperty(property, out var list)) yield break;
        if (list.ValueKind != JsonValueKind.Array) throw Bad();
        foreach (var item in list.EnumerateArray())
        {
            // A name is one folder: nothing outside the recording is ever opened.
            var name = item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Bad();
            if (name.Length == 0 || name.StartsWith('.') || name.IndexOfAny(['/', '\\', ':', '\0']) >= 0) throw Bad();
            yield return name;
        }

        RecordingFormatException Bad() => new(Path.Combine(root, ".zattrs"), $"{property} is not a list of names.", "The file is damaged.");
    }

    private static GroundTruth ReadTruth(string root, JsonElement attributes, Spec spec, ZarrMovie observed, RecordingChecksums checksums)
    {
        var plantedFile = Path.Combine(root, RecordingLayout.Planted, ".zattrs");
        var grid = ReadGrid(plantedFile, checksums.ReadJson(RecordingLayout.Planted + "/.zattrs"), spec);
        var isFov = observed.Height == grid.FovHeight && observed.Width == grid.FovWidth;
        var isCanvas = observed.Height == grid.Height && observed.Width == grid.Width;
        if (!isFov && !isCanvas)
            throw Contradiction(plantedFile, $"frames are {observed.Height} x {observed.Width}, the FOV {grid.FovHeight} x {grid.FovWidth} and the canvas {grid.Height} x {grid.Width}.");
        var planted = ReadPlanted(root, checksums);

        var ours = attributes.TryGetProperty("minisim_truth", out _);
        var names = ours ? Names(attributes, "minisim_truth", root) : RecordingLayout.Always.Concat(Names(attributes, "gt_present", root));
        var arrays = new List<TruthArray>();
        foreach (var name in names.Distinct())
        {
            var array = OpenArray(root, $"{RecordingLayout.GroundTruth}/{name}", checksums);
            if (!Flag(array.Attributes, RecordingLayout.Absent)) arrays.Add(ReadTruthArray(name, array, planted.Length, observed.Frames, grid));
        }
        return new GroundTruth(grid, planted, arrays, ReadFocalDepth(Path.Combine(root, RecordingLayout.GroundTruth, ".zattrs"), checksums.ReadJson(RecordingLayout.GroundTruth + "/.zattrs"))) { LeftOut = ReadLeftOut(attributes) };
    }

    private static Dictionary<string, string> ReadLeftOut(JsonElement attributes) =>
        attributes.TryGetProperty(RecordingLayout.LeftOut, out var list) && list.ValueKind == JsonValueKind.Object
            ? list.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String).DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Value.GetString()!)
            : [];

    private static bool Flag(JsonElement attributes, string name) => attributes.ValueKind == JsonValueKind.Object && attributes.TryGetProperty(name, out var e) && e.ValueKind == JsonValueKind.True;

    private static TruthArray ReadTruthArray(string name, ZarrArray array, int units, int frames, Grid grid)
    {
        var (axes, unit, description) = RecordingLayout.Known(name, array.Shape.Count);
        string? role = null;
        if (array.Attributes.ValueKind == JsonValueKind.Object)
        {
            if (array.Attributes.TryGetProperty("_ARRAY_DIMENSIONS", out var dimensions) && dimensions.ValueKind == JsonValueKind.Array && dimensions.EnumerateArray().All(d => d.ValueKind == JsonValueKind.String))
                axes = [.. dimensions.EnumerateArray().Select(d => d.GetString()!)];
            if (array.Attributes.TryGetProperty(RecordingLayout.Role, out var r) && r.ValueKind == JsonValueKind.String) role = r.GetString();
            if (array.Attributes.TryGetProperty("units", out var u) && u.ValueKind == JsonValueKind.String) unit = u.GetString();
            if (array.Attributes.TryGetProperty(RecordingLayout.Description, out var d2) && d2.ValueKind == JsonValueKind.String) description = d2.GetString()!;
        }
        if (axes.Length != array.Shape.Count) throw Contradiction(array.Path, $"has {array.Shape.Count} axes, and {axes.Length} names for them ({string.Join(", ", axes)}).");
        for (var a = 0; a < axes.Length; a++)
        {
            long? expected = axes[a] switch { "unit" => units, "frame" => frames, "height" => grid.FovHeight, "width" => grid.FovWidth, "axis" => 3, "shift" => 2, _ => null };
            if (expected is { } length && array.Shape[a] != length)
                throw Contradiction(array.Path, $"axis {axes[a]} has {array.Shape[a]} entries, and the recording {length}.");
        }
        // Whole numbers in the place of fractions are the bytes of fractions, read as something else.
        if (RecordingLayout.KindOf(name) is { } kind && array.DataType.Kind != kind && array.DataType.Kind != 'U')
            throw Contradiction(array.Path, $"holds {array.DataType.Code}, and {name} is {(kind == 'b' ? "yes or no" : "of floats")} in every recording.");
        if (array.Length > Array.MaxLength) throw Contradiction(array.Path, $"shape [{string.Join(", ", array.Shape)}] is beyond what memory holds.");
        // Traces of which no span can hold the bytes: they are read, and checked, when somebody asks for them.
        if (axes is ["unit", "frame"] && array is { DataType.Kind: 'f', DataType.Bytes: 4 or 8 } && array.Length * array.DataType.Bytes > Array.MaxLength)
        {
            ImmutableArray<int> lengths = [(int)array.Shape[0], (int)array.Shape[1]];
            return array.DataType.Bytes == 4 ? new TruthArray(name, axes, lengths, unit, TruthElement.Float32, array.ReadRows<float>, description)
                : new TruthArray(name, axes, lengths, unit, TruthElement.Float64, array.ReadRows<double>, description);
        }
        return new TruthArray(name, axes, [.. array.Shape.Select(s => (int)s)], unit, array.ReadTruth(), description) { Role = RecordingLayout.RoleOf(name, role) };
    }

    private static Grid ReadGrid(string file, JsonElement json, Spec spec)
    {
        var (canvas, offset, fov) = (Pair("canvas_shape"), Pair("fov_offset"), Pair("fov_shape"));
        var margin = offset.Row;
        if (fov.Row < 1 || fov.Col < 1 || margin < 0 || offset.Col != margin || canvas.Row != fov.Row + 2 * margin || canvas.Col != fov.Col + 2 * margin)
            throw Contradiction(file, $"a FOV of {fov.Row} x {fov.Col} at ({offset.Row}, {offset.Col}) is not the centre of a canvas of {canvas.Row} x {canvas.Col}.");
        return new Grid(fov.Row, fov.Col, margin, spec.Acquisition.PixelSizeUm());

        (int Row, int Col) Pair(string name) =>
            json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var e) && e.ValueKind == JsonValueKind.Array && e.GetArrayLength() == 2
            && e[0].ValueKind == JsonValueKind.Number && e[1].ValueKind == JsonValueKind.Number && e[0].TryGetInt32(out var r) && e[1].TryGetInt32(out var c) && r is >= 0 and <= 1 << 20 && c is >= 0 and <= 1 << 20
                ? (r, c)
                : throw new RecordingFormatException(file, $"{name} is missing or not two lengths.", "The file is damaged.");
    }

    private static Footprint[] ReadPlanted(string root, RecordingChecksums checksums)
    {
        var offsets = OpenArray(root, RecordingLayout.Planted + "/offsets", checksums);
        var shapes = OpenArray(root, RecordingLayout.Planted + "/shapes", checksums);
        var data = OpenArray(root, RecordingLayout.Planted + "/data", checksums);
        foreach (var pairs in (ZarrArray[])[offsets, shapes])
            if (pairs.Shape.Count != 2 || pairs.Shape[1] != 2 || pairs.DataType.Kind is not ('i' or 'u'))
                throw Contradiction(pairs.Path, $"shape [{string.Join(", ", pairs.Shape)}] of {pairs.DataType.Code} is not (unit, 2) integers.");
        if (offsets.Shape[0] != shapes.Shape[0]) throw Contradiction(shapes.Path, $"has {shapes.Shape[0]} patches, and offsets has {offsets.Shape[0]}.");
        if (data.Shape.Count != 1 || data.DataType.Kind != 'f') throw Contradiction(data.Path, $"shape [{string.Join(", ", data.Shape)}] of {data.DataType.Code} is not a list of floats.");
        double[] corners = offsets.ReadDoubles(), sizes = shapes.ReadDoubles();
        var pixels = data.DataType.Bytes == 4 ? data.ReadAll<float>() : Array.ConvertAll(data.ReadDoubles(), v => (float)v);
        return StoredTruth.Patches(shapes.Path, corners, sizes, pixels);
    }

    private static double? ReadFocalDepth(string file, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("focal_depth_um", out var e) || e.ValueKind == JsonValueKind.Null) return null;
        return e.ValueKind == JsonValueKind.Number ? e.GetDouble() : throw new RecordingFormatException(file, $"focal_depth_um is {e.GetRawText()}, not a number.", "The file is damaged.");
    }

    private static RecordingFormatException Contradiction(string path, string reason) => new(path, reason, "The recording contradicts itself: it is damaged or altered.");
}

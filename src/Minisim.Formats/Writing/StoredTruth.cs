using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Minisim.Formats.Zarr;
using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Formats.Writing;

/// <summary>What a format that keeps truth arrays in places of its own needs beside them to give the truth back: which there are, their
/// axes and types, the canvas, and the planted footprints, which reach beyond the field of view.</summary>
/// <param name="Grid">Canvas and field of view.</param>
/// <param name="FocalDepthUm">Focal depth on the axis, or null.</param>
/// <param name="Arrays">The arrays, in the order of the truth.</param>
internal sealed record StoredTruth(Grid Grid, double? FocalDepthUm, IReadOnlyList<StoredArray> Arrays)
{
    /// <summary>Largest text that is read.</summary>
    public const int MaxIndexBytes = 4 << 20;
    private const string NotOurs = "It was not written by this program, or is damaged.";

    /// <summary>The index of a truth, as JSON, and the clock of its movie.</summary>
    public static string Index(RecordingHeader header, GroundTruth truth)
    {
        using var buffer = new MemoryStream();
        using (var w = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            w.WriteStartObject();
            w.WriteString("until", header.Until);
            w.WritePropertyName("minisim_timeline");
            TimelineJson.Write(header.Timeline).WriteTo(w);
            w.WriteNumber("fov_height", truth.Grid.FovHeight);
            w.WriteNumber("fov_width", truth.Grid.FovWidth);
            w.WriteNumber("margin", truth.Grid.Margin);
            w.WriteNumber("units", truth.NUnits);
            if (truth.FocalDepthUm is { } focal) w.WriteNumber("focal_depth_um", focal);
            else w.WriteNull("focal_depth_um");
            w.WriteStartArray("arrays");
            foreach (var array in truth.Arrays)
            {
                w.WriteStartObject();
                w.WriteString("name", array.Name);
                w.WriteStartArray("axes");
                foreach (var axis in array.Axes) w.WriteStringValue(axis);
                w.WriteEndArray();
                w.WriteStartArray("shape");
                foreach (var length in array.Shape) w.WriteNumberValue(length);
                w.WriteEndArray();
                w.WriteString("units", array.Units);
                w.WriteString("type", TypeOf(array));
                w.WriteString("description", array.Description);
                w.WriteEndObject();
            }
            w.WriteEndArray();
            if (truth.LeftOut.Count > 0)
            {
                w.WriteStartObject("left_out");
                foreach (var (name, reason) in truth.LeftOut) w.WriteString(name, reason);
                w.WriteEndObject();
            }
            w.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string TypeOf(TruthArray array) => array.Element switch { TruthElement.Bool => "bool", TruthElement.Int32 => "int32", TruthElement.Float32 => "float32", _ => "float64" };

    /// <summary>The index in a text.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="text">What <see cref="Index"/> gave.</param>
    /// <param name="spec">The recipe, for the scale.</param>
    /// <param name="frames">Frames of the movie.</param>
    /// <exception cref="RecordingFormatException">It is no such text, or contradicts itself.</exception>
    public static StoredTruth Parse(string path, string text, Spec spec, int frames)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            var (height, width, margin, units) = (Int(root, "fov_height", 1), Int(root, "fov_width", 1), Int(root, "margin", 0), Int(root, "units", 0));
            var grid = new Grid(height, width, margin, spec.Acquisition.PixelSizeUm());
            var arrays = new List<StoredArray>();
            foreach (var item in root.GetProperty("arrays").EnumerateArray())
            {
                var array = new StoredArray(item.GetProperty("name").GetString()!, [.. item.GetProperty("axes").EnumerateArray().Select(a => a.GetString()!)],
                    [.. item.GetProperty("shape").EnumerateArray().Select(l => l.GetInt32())], item.GetProperty("units").GetString(), item.GetProperty("type").GetString()!, item.GetProperty("description").GetString() ?? "");
                array.Check(path, units, frames, grid);
                if (arrays.Exists(a => a.Name == array.Name)) throw new RecordingFormatException(path, $"lists the truth array {array.Name} twice.", NotOurs);
                arrays.Add(array);
            }
            return new StoredTruth(grid, root.GetProperty("focal_depth_um") is { ValueKind: JsonValueKind.Number } focal ? focal.GetDouble() : null, arrays)
            {
                Units = units,
                Timeline = TimelineJson.Read(root, spec, frames, path),
                LeftOut = root.TryGetProperty("left_out", out var left) && left.ValueKind == JsonValueKind.Object
                    ? left.EnumerateObject().DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Value.GetString() ?? "") : [],
                Until = root.TryGetProperty("until", out var until) ? until.GetString() : null,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new RecordingFormatException(path, "has a list of its truth that cannot be read.", NotOurs, e);
        }

        int Int(JsonElement root, string name, int least) =>
            root.GetProperty(name).GetInt32() is var value && value >= least && value <= 1 << 20 ? value : throw new RecordingFormatException(path, $"has a list of its truth with {name} = {value}.", NotOurs);
    }

    /// <summary>Cells in view.</summary>
    public int Units { get; private init; }
    /// <summary>Frames and clock of the movie.</summary>
    public required Timeline Timeline { get; init; }
    /// <summary>Truth that was left out, with the reason.</summary>
    public Dictionary<string, string> LeftOut { get; private init; } = [];
    /// <summary>The step after which the chain was stopped, or null.</summary>
    public string? Until { get; private init; }

    /// <summary>The planted footprints as three arrays: places and sizes of the patches, and all their pixels.</summary>
    public static IEnumerable<TruthArray> Planted(GroundTruth truth) => Patches(truth.NUnits, i => truth.Planted[i] is var f ? new Patch(f.Row, f.Col, f.Height, f.Width) : default,
        (i, _, values) => truth.Planted[i].Values.CopyTo(values), "Planted footprints, peak 1: patches row-major, one after another.");

    /// <summary>The observed footprints on the canvas, in the same three arrays.</summary>
    public static IEnumerable<TruthArray> Observed(GroundTruth truth)
    {
        double[]? sigma = truth.ObservedSigmaPx?.ToDoubles(), gain = truth.ObservedGain?.ToDoubles();
        return Patches(truth.NUnits, i => FootprintOptics.Bounds(truth.Planted[i], sigma?[i] ?? 0, truth.Grid.Height, truth.Grid.Width), (i, patch, values) =>
        {
            if (sigma is null || gain is null) truth.Planted[i].Values.CopyTo(values);
            else FootprintOptics.Degrade(truth.Planted[i], sigma[i], gain[i], patch, values);
        }, "Observed footprints, light on the sensor at rest per unit of the trace: patches row-major, one after another.");
    }

    /// <summary>Whether the arrays of <see cref="Observed"/> can be: their pixels are counted in 31 bits.</summary>
    public static bool CanHoldObserved(GroundTruth truth)
    {
        var (sigma, pixels) = (truth.ObservedSigmaPx?.ToDoubles(), 0L);
        for (var i = 0; i < truth.NUnits; i++)
            pixels += FootprintOptics.Bounds(truth.Planted[i], sigma?[i] ?? 0, truth.Grid.Height, truth.Grid.Width) is var patch ? (long)patch.Height * patch.Width : 0;
        return pixels <= Array.MaxLength / sizeof(float);
    }

    private delegate void FillPatch(int unit, Patch patch, Span<float> values);

    private static IEnumerable<TruthArray> Patches(int n, Func<int, Patch> bounds, FillPatch fill, string description)
    {
        int[] offsets = new int[2 * n], shapes = new int[2 * n], first = new int[n + 1];
        var patches = new Patch[n];
        for (var i = 0; i < n; i++)
        {
            var (row, col, height, width) = patches[i] = bounds(i);
            (offsets[2 * i], offsets[2 * i + 1]) = (row, col);
            (shapes[2 * i], shapes[2 * i + 1]) = (height, width);
            first[i + 1] = checked(first[i] + height * width);
        }
        // Each at its place: they are many, and none is needed by itself.
        var data = GC.AllocateUninitializedArray<float>(first[n]);
        Parallel.For(0, n, i => fill(i, patches[i], data.AsSpan(first[i]..first[i + 1])));
        yield return new("offsets", ["unit", "yx"], [n, 2], "px", offsets, "Canvas place of each patch's first pixel: row, column.");
        yield return new("shapes", ["unit", "yx"], [n, 2], "px", shapes, "Rows and columns of each patch.");
        yield return new("data", ["pixel"], [data.Length], null, data, description);
    }

    /// <summary>The patches of <see cref="Planted"/>.</summary>
    /// <exception cref="RecordingFormatException">They do not fit together.</exception>
    public static Footprint[] Patches(string path, double[] corners, double[] sizes, float[] pixels)
    {
        if (corners.Length != sizes.Length) throw new RecordingFormatException(path, $"has {sizes.Length / 2} patches, and {corners.Length / 2} places for them.", "The file is damaged.");
        var planted = new Footprint[sizes.Length / 2];
        long at = 0;
        for (var i = 0; i < planted.Length; i++)
        {
            var (row, col, height, width) = (corners[2 * i], corners[2 * i + 1], sizes[2 * i], sizes[2 * i + 1]);
            if (!(Math.Abs(row) <= 1 << 24 && Math.Abs(col) <= 1 << 24 && height >= 0 && width >= 0 && height * width <= pixels.Length - at))
                throw new RecordingFormatException(path, $"has patch {i} ({height} x {width} at {row}, {col}), which does not fit the {pixels.Length} pixels that are there.", "The file is damaged.");
            var count = (int)(height * width);
            planted[i] = new Footprint((int)row, (int)col, (int)height, (int)width, pixels.AsSpan((int)at, count).ToArray());
            at += count;
        }
        if (at != pixels.Length) throw new RecordingFormatException(path, $"has {pixels.Length} pixels of footprints, and the patches have {at}.", "The file is damaged.");
        return planted;
    }

    /// <summary>The truth, from the values of its arrays.</summary>
    public GroundTruth ToTruth(string path, Footprint[] planted, Func<StoredArray, double[]> values)
    {
        if (planted.Length != Units) throw new RecordingFormatException(path, $"has footprints of {planted.Length} cells and truth of {Units}.", "The file is damaged.");
        return new GroundTruth(Grid, planted, [.. Arrays.Select(a => a.With(path, a.Length == 0 ? [] : values(a)))], FocalDepthUm) { LeftOut = LeftOut };
    }
}

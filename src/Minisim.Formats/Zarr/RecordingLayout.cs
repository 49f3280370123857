using Minisim.Formats.Writing;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Formats.Zarr;

/// <summary>Names of the recording file, in one place for writer and reader.</summary>
internal static class RecordingLayout
{
    public const int FormatVersion = 2;
    public const string Partial = StagedName.Partial;
    public const string Spec = "spec.json", Checksums = "checksums.json", Unfinished = "unfinished.json", Journal = "journal.txt", Replacing = "replacing.json";
    /// <summary>Tables for other programs.</summary>
    public const string Behavior = "behavior.csv", Tuning = "tuning.csv";
    public const string Observed = "observed", GroundTruth = "ground_truth", Planted = "ground_truth/planted", ObservedFootprints = "ground_truth/observed_footprints", Snapshots = "snapshots";
    public const string Description = "description";

    /// <summary>Arrays that every recording has; one without the step behind it is stored as zeros, marked by
    /// <see cref="Absent"/>.</summary>
    public static readonly string[] Always = ["C", "S", "centers_um", "amplitude_per_cell", "in_focus", "detectable"];

    /// <summary>Attribute of an array that is only there because a reader may insist on it.</summary>
    public const string Absent = "minisim_absent";

    /// <summary>Attribute of the recording with the truth that was left out, and why.</summary>
    public const string LeftOut = "minisim_left_out";

    /// <summary>Whether the reference package knows an array of that name: its reader is told of no other.</summary>
    public static bool IsKnownToReference(string name) => Known(name, 0).Axes.Length > 0;

    /// <summary>Axes, unit and meaning of arrays in files that do not say so themselves.</summary>
    public static (string[] Axes, string? Units, string Description) Known(string name, int rank) => name switch
    {
        "C" => (["unit", "frame"], null, "Clean fluorescence."),
        "S" => (["unit", "frame"], null, "Spikes per frame."),
        "centers_um" => (["unit", "axis"], "µm", "Cell centres: z, y, x."),
        "amplitude_per_cell" => (["unit"], null, "Brightness of each cell."),
        "in_focus" => (["unit"], null, "Within the depth of field."),
        "detectable" => (["unit"], null, "SNR reaches the threshold."),
        "observed_sigma_px" => (["unit"], "px", "Blur, Gaussian sigma."),
        "observed_gain" => (["unit"], null, "Light gain of the footprint."),
        "vessel_overlap_fraction" => (["unit"], null, "Share of the footprint's light that vessels absorb."),
        "bleaching" => (["unit", "frame"], null, "Fluorophore left."),
        "shifts" => (["frame", "shift"], "px", "Applied shifts: dy, dx."),
        "illumination" or "vignette" or "leakage" or "vasculature_mask" => (["height", "width"], null, "Field over the sensor."),
        "neuropil_spatial" => (["component", "height", "width"], null, "Neuropil fields."),
        "neuropil_temporal" => (["component", "frame"], null, "Neuropil envelopes."),
        "neuropil_population" => (["frame"], null, "Population activity behind the neuropil."),
        _ => ([.. Enumerable.Range(0, rank).Select(i => $"axis_{i}")], null, ""),
    };

    /// <summary>Kind of the elements (as in a dtype) of the arrays above; null where writers are free.</summary>
    public static char? KindOf(string name) => name is "in_focus" or "detectable" ? 'b' : IsKnownToReference(name) ? 'f' : null;

    /// <summary>Attribute that says what a field does to the light.</summary>
    public const string Role = "minisim_role";

    /// <summary>A role as it is written.</summary>
    public static string NameOf(FieldRole role) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(role.ToString());

    /// <summary>The role of an array: as its attribute says, or in files without it by its name there.</summary>
    public static FieldRole? RoleOf(string name, string? attribute) => attribute is not null
        ? Enum.GetValues<FieldRole>().Where(r => NameOf(r) == attribute).Select(r => (FieldRole?)r).FirstOrDefault()
        : name switch
        {
            "illumination" or "vignette" => FieldRole.SensorFactor,
            "leakage" => FieldRole.SensorOffset,
            "vasculature_mask" => FieldRole.TissueFactor,
            "neuropil_spatial" => FieldRole.Background,
            _ => null,
        };

    /// <summary>Chunk of a truth array: whole last axes as far as 4 MiB go.</summary>
    public static int[] TruthChunks(IReadOnlyList<int> shape, int elementBytes)
    {
        long room = (4 << 20) / elementBytes;
        var chunks = new int[shape.Count];
        for (var a = shape.Count - 1; a >= 0; a--)
        {
            chunks[a] = (int)Math.Clamp(shape[a], 1, Math.Max(room, 1));
            room /= chunks[a];
        }
        return chunks;
    }

    public static ZarrDataType TypeOf(PixelType type) => type switch
    {
        PixelType.UInt8 => ZarrDataType.UInt8,
        PixelType.UInt16 => ZarrDataType.UInt16,
        PixelType.Float32 => ZarrDataType.Float32,
        _ => ZarrDataType.Float64,
    };

    /// <summary>How one movie is cut: blocks of frames, tiled in space.</summary>
    /// <remarks>Several frames in a chunk make one pixel's trace bearable to read, and small tiles more so; whole blocks are held
    /// by the renderer, which bounds their size: 12 MiB, or eight frames where those are less than 64 MiB. Tiles are near
    /// 2 MiB. At least 16 blocks, if that leaves chunks of 256 KiB, so that several threads have something to do.</remarks>
    public static int BlockFrames(int frames, long frameBytes)
    {
        const long block = 12 << 20, most = 64 << 20, small = 256 << 10;
        var count = Math.Max(block / frameBytes, Math.Min(8, most / frameBytes));
        count = Math.Min(count, Math.Max(frames / 16, small / frameBytes));
        return (int)Math.Clamp(count, 1, Math.Max(frames, 1));
    }

    /// <summary>Rows and columns of a tile.</summary>
    public static (int Height, int Width) Tile(int blockFrames, int height, int width, int pixelBytes)
    {
        const long tile = 2 << 20;
        var tiles = Math.Max(1, (long)Math.Round((double)blockFrames * height * width * pixelBytes / tile));
        // As square as the frame allows: a cell then touches few tiles.
        var across = (int)Math.Clamp(Math.Round(Math.Sqrt(tiles * (double)width / height)), 1, Math.Min(tiles, width));
        var down = (int)Math.Clamp((tiles + across - 1) / across, 1, height);
        return ((height + down - 1) / down, (width + across - 1) / across);
    }
}

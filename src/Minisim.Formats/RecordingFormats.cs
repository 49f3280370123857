using Minisim.Formats.Avi;
using Minisim.Formats.Hdf5;
using Minisim.Formats.Miniscope;
using Minisim.Formats.Numpy;
using Minisim.Formats.Nwb;
using Minisim.Formats.Tiff;
using Minisim.Formats.Video;
using Minisim.Formats.Zarr;
using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Formats;

/// <summary>The catalogue of formats: the only list of them.</summary>
public static class RecordingFormats
{
    /// <summary>All formats.</summary>
    public static IReadOnlyList<IRecordingFormat> All { get; } =
    [
        new ZarrFormat(),
        new AviFormat(),
        new NwbFormat(),
        new TiffFormat(),
        VideoFormat.Ffv1,
        new MiniscopeFormat(),
        new PlainHdf5Format(),
        new NpyFormat(),
        new NpzFormat(),
        VideoFormat.Mp4,
        VideoFormat.WebM,
        VideoFormat.Gif,
    ];

    /// <summary>The format for a file: by name if one is given, else by the ending of <paramref name="path"/>. A path that ends in a
    /// slash is a session folder.</summary>
    /// <exception cref="RecordingFormatException">There is none; says which is near.</exception>
    public static IRecordingFormat Find(string path, string? format = null)
    {
        if (format is not null)
        {
            return All.FirstOrDefault(f => f.Name.Equals(format, StringComparison.OrdinalIgnoreCase))
                ?? throw new RecordingFormatException(path, $"no format is called '{format}'{Suggest(format, All.Select(f => f.Name))}", $"There are {string.Join(", ", All.Select(f => f.Name))}.");
        }
        var isFolder = Path.EndsInDirectorySeparator(path);
        var name = Path.TrimEndingDirectorySeparator(path);
        var found = All.SelectMany(f => f.Extensions, (f, e) => (Format: f, Extension: e))
            .Where(c => name.EndsWith(c.Extension, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(c => c.Extension.Length)
            .Select(c => c.Format).FirstOrDefault()
            ?? (isFolder || Path.GetExtension(name).Length == 0 && Directory.Exists(name) ? All.FirstOrDefault(f => f.Name == SessionFolder) : null);
        if (found is not null) return found;
        var extension = Path.GetExtension(name);
        var known = All.SelectMany(f => f.Extensions).ToArray();
        throw new RecordingFormatException(path,
            extension.Length == 0 ? "the name has no ending that would say in which format to write." : $"no format has the ending {extension}{Suggest(extension, known)}",
            $"Known endings: {string.Join(" ", known)}; or name the format: {string.Join(", ", All.Select(f => f.Name))}.");
    }

    /// <summary>A sink that writes to a file, in the format that its name or <paramref name="format"/> says.</summary>
    /// <exception cref="RecordingFormatException">There is no such format.</exception>
    public static IRecordingSink CreateSink(string path, FormatOptions? options = null, string? format = null) =>
        Find(path, format).CreateSink(path, options ?? new());

    /// <summary>Opens the movie of a file in any format that is read back.</summary>
    /// <exception cref="RecordingFormatException">No such format, or the file is missing, truncated, altered or foreign.</exception>
    public static Movie OpenMovie(string path, string? format = null)
    {
        var found = Find(path, format);
        return found.OpenMovie(path)
            ?? throw new RecordingFormatException(path, $"movies in {found.Name} are not read back.", $"These are: {string.Join(", ", All.Where(f => f.CanRead).Select(f => f.Name))}.");
    }

    /// <summary>Opens a recording in any format that is read back: movie, truth and spec where the format keeps them, else the movie
    /// alone (<see cref="Recording.IsMovieOnly"/>).</summary>
    /// <exception cref="RecordingFormatException">No such format, or the file is missing, truncated, altered or foreign.</exception>
    public static Recording OpenRecording(string path, string? format = null)
    {
        // A recording is one under any name, and what was never written to its end says so itself.
        var name = Path.TrimEndingDirectorySeparator(path);
        if (format is null && Directory.Exists(name) && (File.Exists(Path.Combine(name, ".zattrs")) || File.Exists(Path.Combine(name, RecordingLayout.Unfinished)))) return ZarrRecording.Open(path);
        if (format is null && !name.EndsWith(".zarr", StringComparison.OrdinalIgnoreCase) && !File.Exists(name) && !Directory.Exists(name))
            throw new RecordingFormatException(path, "does not exist.", "Check the name.");
        return Find(path, format).OpenRecording(path) ?? MovieOnly(OpenMovie(path, format));
    }

    /// <summary>A movie of which nothing else is known, as a recording without cells.</summary>
    private static Recording MovieOnly(Movie movie)
    {
        // No scale is known: a pixel of 1 µm, so that lengths are in pixels.
        var sensor = new ImageSensor { NPxHeight = movie.Height, NPxWidth = movie.Width, PixelPitchUm = 1, BitDepth = movie.PixelType == PixelType.UInt16 ? 16 : 8 };
        var fps = movie.Fps ?? new Acquisition().Fps;
        var spec = new Spec { Acquisition = new Acquisition { Optics = new Optics { Magnification = 1 }, ImageSensor = sensor, Fps = fps, DurationS = movie.Frames / fps } };
        TruthArray[] arrays =
        [
            new("centers_um", ["unit", "axis"], [0, 3], "µm", Array.Empty<double>(), "No cells are known."),
            new("in_focus", ["unit"], [0], null, Array.Empty<bool>(), "No cells are known."),
            new("detectable", ["unit"], [0], null, Array.Empty<bool>(), "No cells are known."),
        ];
        var truth = new GroundTruth(new Grid(movie.Height, movie.Width, 0, 1), [], arrays, null);
        return new Recording(spec, movie, truth, new Dictionary<string, Movie>()) { IsMovieOnly = true };
    }

    private const string SessionFolder = "miniscope";

    private static string Suggest(string text, IEnumerable<string> candidates) => NearMiss.Find(text, candidates) is { } near ? $", did you mean '{near}'?" : ".";
}

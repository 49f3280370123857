using System.Text;
using Minisim.Formats.Hdf5.Reading;
using Minisim.Formats.Writing;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Formats.Hdf5;

/// <summary>Movie, truth and spec of a file that this program wrote as HDF5 or NWB.</summary>
internal static class Hdf5Recording
{
    /// <summary>Name of the index of the truth.</summary>
    public const string Truth = "truth";
    /// <summary>Names of the planted footprints' arrays, by the names that <see cref="StoredTruth.Planted"/> gives them.</summary>
    public static string Planted(string name) => $"planted_{name}";

    /// <summary>Opens a file, or returns null where it holds no truth of ours: then its movie is all there is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="extras">Group of the spec, the index and the planted footprints; empty for the root.</param>
    /// <param name="movie">Opens its movie.</param>
    /// <param name="values">The values of a truth array, row-major.</param>
    /// <exception cref="RecordingFormatException">It is damaged, or contradicts itself.</exception>
    public static Recording? Open(string path, string extras, Func<string, Movie> movie, Func<Hdf5Group, StoredArray, double[]> values)
    {
        var observed = movie(path);
        try
        {
            path = Path.GetFullPath(path);
            using var opened = Hdf5Movie.OpenFile(path);
            var file = opened.Root;
            var group = extras.Length == 0 ? file : file.FindGroup(extras);
            if (group?.FindDataset(Truth) is not { } index || group.FindDataset("spec") is not { } recipe)
            {
                observed.Dispose();
                return null;
            }
            var spec = ReadSpec(path, Text(path, "spec", recipe));
            var stored = StoredTruth.Parse(path, Text(path, Truth, index), spec, observed.Frames);
            // Of no cells there are none, and NWB keeps nothing that is empty.
            double[] Numbers(string name) => group.FindDataset(Planted(name))?.Doubles() ?? (stored.Units == 0 ? [] : throw new RecordingFormatException(path, $"has no dataset {Planted(name)}.", "The file is damaged."));
            var planted = StoredTruth.Patches(path, Numbers("offsets"), Numbers("shapes"), Array.ConvertAll(Numbers("data"), v => (float)v));
            var truth = stored.ToTruth(path, planted, a => values(file, a));
            var grid = truth.Grid;
            if ((observed.Height, observed.Width) != (grid.FovHeight, grid.FovWidth) && (observed.Height, observed.Width) != (grid.Height, grid.Width))
                throw new RecordingFormatException(path, $"has frames of {observed.Height} x {observed.Width}, and truth of {grid.FovHeight} x {grid.FovWidth}.", "The file is damaged.");
            return new Recording(spec, observed, truth, new Dictionary<string, Movie>())
            {
                Until = stored.Until,
                Timeline = stored.Timeline,
                Meaning = observed.PixelType is PixelType.UInt8 or PixelType.UInt16 ? PixelMeaning.Counts : PixelMeaning.Intensity,
            };
        }
        catch (Exception e)
        {
            observed.Dispose();
            if (e is RecordingFormatException or OutOfMemoryException) throw;
            throw Hdf5Movie.Refused(path, "has ground truth that cannot be read", e);
        }
    }

    /// <summary>The numbers of a dataset.</summary>
    /// <exception cref="RecordingFormatException">It is missing.</exception>
    public static double[] Values(this Hdf5Group file, string path, StoredArray array) =>
        file.FindDataset(path)?.Doubles() ?? throw new InvalidDataException($"there is no dataset {path} for the truth array {array.Name}");

    private static string Text(string path, string name, Hdf5Dataset dataset)
    {
        if (dataset.Lengths.Any(d => d != 1) || dataset.Texts() is not [var text]) throw new RecordingFormatException(path, $"has a list where {name} should be one text.", "The file is damaged.");
        return Encoding.UTF8.GetByteCount(text) <= StoredTruth.MaxIndexBytes ? text : throw new RecordingFormatException(path, $"has a text of more than {StoredTruth.MaxIndexBytes:N0} bytes in {name}.", "The file is damaged.");
    }

    private static Spec ReadSpec(string path, string text)
    {
        try
        {
            return SpecJson.Parse(text);
        }
        catch (SpecException e)
        {
            throw new RecordingFormatException(path, $"holds no valid spec: {e.Message}", "The file is damaged, or from a newer version.", e);
        }
    }
}

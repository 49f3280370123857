using Minisim.Formats.Numpy;
using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>One layout of result files.</summary>
internal abstract class EstimateFormat
{
    /// <summary>Name of the layout in reports.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a file or folder has this layout, judged by what is in it.</summary>
    public abstract bool Recognizes(EstimateSource source);

    /// <summary>Reads it.</summary>
    public abstract Estimate Read(EstimateSource source, EstimateHints hints);
}

/// <summary>Opens whatever a pipeline left behind.</summary>
public static class EstimateFile
{
    private static readonly EstimateFormat[] Formats =
    [
        new Suite2pEstimate(),
        new MinianEstimate(),
        new ImageJRoiSet(),
        new CaimanEstimate(),
        new NwbEstimate(),
        new ExtractEstimate(),
        new CnmfeEstimate(),
        new PlainEstimate(),
    ];

    /// <summary>Names of the layouts that are known.</summary>
    public static IReadOnlyList<string> KnownFormats => [.. Formats.Select(f => f.Name)];

    /// <summary>Reads an estimate; its layout is found by looking at the file.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="hints">What is known of the recording; an estimate of another field of view is refused.</param>
    /// <exception cref="EstimateFormatException">No known layout, damaged, another field of view, or ambiguous.</exception>
    public static Estimate Read(string path, EstimateHints? hints = null)
    {
        hints ??= new EstimateHints();
        if (!File.Exists(path) && !Directory.Exists(path)) throw new EstimateFormatException(path, "does not exist.", "Check the name.");
        try
        {
            using var source = new EstimateSource(path);
            var format = Array.Find(Formats, f => f.Recognizes(source))
                ?? throw new EstimateFormatException(path, "is no result file of a known layout.", $"Known are: {string.Join(", ", KnownFormats)}.");
            var estimate = format.Read(source, hints);
            if (hints.Height > 0 && (estimate.Footprints.Height != hints.Height || estimate.Footprints.Width != hints.Width))
                throw new EstimateFormatException(path, $"has footprints of {estimate.Footprints.Height} × {estimate.Footprints.Width} pixels, the recording is {hints.Height} × {hints.Width}.",
                    "It belongs to another recording, or was computed on a cropped or downsampled movie.");
            if (hints.ShiftsPath is { } shifts) estimate = estimate.WithShifts(ReadShifts(shifts));
            return new Estimate(estimate.Footprints, estimate.C, estimate.S, estimate.Shifts)
            {
                Accepted = estimate.Accepted,
                Notes = estimate.Notes,
                Format = format.Name,
                Name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path))),
            };
        }
        // Also OutOfMemoryException: a damaged file may claim any size.
        catch (Exception e) when (e is not EstimateFormatException)
        {
            throw new EstimateFormatException(path, $"cannot be read: {e.Message.TrimEnd('.')}.", "The file is damaged or was not written to its end.", e);
        }
    }

    /// <summary>Reads a motion correction (frame, 2) from a <c>.npy</c> file.</summary>
    /// <exception cref="EstimateFormatException">It cannot be read, or has another shape.</exception>
    public static Matrix ReadShifts(string path)
    {
        try
        {
            var array = NpyFile.Load(path);
            if (array.Shape is not [_, 2]) throw new EstimateFormatException(path, $"has shape ({string.Join(", ", array.Shape)}), not (frame, 2).");
            return new Matrix(array.Shape[0], 2, array.Numbers);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OverflowException)
        {
            throw new EstimateFormatException(path, $"cannot be read: {e.Message}", "", e);
        }
    }
}

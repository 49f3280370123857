using Minisim.Formats.Numpy;
using Minisim.Formats.Reading;
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
    public abstract Estimate Read(EstimateSource source, EstimateReading reading);
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

    /// <summary>Reads an estimate; its layout is found by looking at the file. What was found, used and left out is in
    /// <see cref="Estimate.Report"/>.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="hints">What is known of the recording; an estimate of another field of view is refused.</param>
    /// <exception cref="EstimateFormatException">No known layout, damaged, another field of view, ambiguous, or beyond the memory allowed (<see cref="MemoryBudget"/>).</exception>
    public static Estimate Read(string path, EstimateHints? hints = null)
    {
        hints ??= new EstimateHints();
        if (!File.Exists(path) && !Directory.Exists(path)) throw new EstimateFormatException(path, "does not exist.", "Check the name.");
        try
        {
            var limits = new ReadLimits(hints.FollowLinks);
            using var source = new EstimateSource(path, limits);
            var format = Array.Find(Formats, f => f.Recognizes(source))
                ?? throw new EstimateFormatException(path, $"is no result file of a known layout.{source.Contents()}", $"Known are: {string.Join(", ", KnownFormats)}.");
            var reading = new EstimateReading(path, hints, limits);
            var estimate = format.Read(source, reading);
            if (hints.Height > 0 && (estimate.Footprints.Height != hints.Height || estimate.Footprints.Width != hints.Width))
                throw new EstimateFormatException(path, $"has footprints of {estimate.Footprints.Height} × {estimate.Footprints.Width} pixels, the recording is {hints.Height} × {hints.Width}.",
                    "It belongs to another recording, or was computed on a cropped or downsampled movie.");
            if (hints.ShiftsPath is { } shifts)
            {
                var read = ReadShifts(shifts, limits);
                var parts = estimate.Report.Parts.Where(p => p.Name != EstimateReading.Motion).ToList();
                parts.Add(new EstimatePart(EstimateReading.Motion, PartUse.Used, $"{System.IO.Path.GetFileName(shifts)} ({read.Rows} frames), given with --shifts"));
                estimate = estimate.WithShifts(read).WithReport(estimate.Report with { Parts = [.. parts] });
            }
            return new Estimate(estimate.Footprints, estimate.C, estimate.S, estimate.Shifts)
            {
                Accepted = estimate.Accepted,
                Notes = estimate.Notes,
                Report = estimate.Report,
                Format = format.Name,
                Name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path))),
            };
        }
        catch (NotReadException e)
        {
            throw new EstimateFormatException(path, $"cannot be read: {e.Message.TrimEnd('.')}.", e.Remedy, e);
        }
        catch (RecordingFormatException e)
        {
            throw new EstimateFormatException(e.Path, e.Reason, e.Remedy, e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new EstimateFormatException(path, $"cannot be read: {e.Message.TrimEnd('.')}.", "Give access to it.", e);
        }
        catch (OutOfMemoryException e)
        {
            throw new EstimateFormatException(path, "cannot be read: there is not enough memory for it.", "Close other programs, or use a machine with more.", e);
        }
        // Whatever else a file can cause, since every reader checks what it takes from one.
        catch (Exception e) when (e is not EstimateFormatException)
        {
            throw new EstimateFormatException(path, $"cannot be read: {EstimateReading.Reason(e)}", "The file is damaged or was not written to its end.", e);
        }
    }

    /// <summary>Reads a motion correction (frame, 2) from a <c>.npy</c> file.</summary>
    /// <exception cref="EstimateFormatException">It cannot be read, or has another shape.</exception>
    public static Matrix ReadShifts(string path) => ReadShifts(path, new ReadLimits());

    private static Matrix ReadShifts(string path, ReadLimits limits)
    {
        try
        {
            var array = NpyFile.Load(path, limits);
            if (array.Shape is not [_, 2]) throw new EstimateFormatException(path, $"has shape ({string.Join(", ", array.Shape)}), not (frame, 2).");
            return new Matrix(array.Shape[0], 2, array.Numbers);
        }
        catch (Exception e) when (e is not EstimateFormatException && EstimateReading.IsOfFile(e))
        {
            throw new EstimateFormatException(path, $"cannot be read: {EstimateReading.Reason(e)}", "", e);
        }
    }
}

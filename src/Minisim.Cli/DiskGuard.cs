using Minisim.Formats;
using Minisim.Steps;

namespace Minisim.Cli;

/// <summary>Says how much a run will write when that is a lot, and asks whoever is at the terminal before it begins.</summary>
internal static class DiskGuard
{
    /// <summary>Bytes from which a run asks.</summary>
    public const double ManyBytes = 20e9;

    /// <summary>Bytes that a run writes, about: pixels as the sensor gives them (packed floats of counts need no more), and traces where a
    /// format keeps them.</summary>
    public static double Bytes(Spec spec, IEnumerable<IRecordingFormat> formats)
    {
        var a = spec.Acquisition;
        var pixel = spec.Find<Sensor>() is null ? 4 : a.ImageSensor.BitDepth > 8 ? 2 : 1;
        var movie = (double)a.NFrames() * a.ImageSensor.NPxHeight * a.ImageSensor.NPxWidth * pixel;
        var truth = spec.Find<CellActivity>() is null ? 0 : 2.0 * sizeof(double) * SpecSize.Of(spec).TotalCells * a.NFrames();
        return formats.Sum(f => movie + (f.Contents.HasFlag(FormatContents.Truth) ? truth : 0));
    }

    /// <summary>Whether a run may begin.</summary>
    /// <param name="bytes">What it will write.</param>
    /// <param name="freeBytes">What the device has free; null where that is not known.</param>
    /// <param name="writer">Where it is said.</param>
    /// <param name="ask">Reads an answer; null where nobody is there to ask: then it is said, and the run begins.</param>
    public static bool MayBegin(double bytes, double? freeBytes, TextWriter writer, Func<string?>? ask)
    {
        if (bytes <= ManyBytes && !(bytes > freeBytes / 2)) return true;
        var free = freeBytes is { } f ? $", and {MemoryBudget.Size(f)} are free there" : "";
        Terminal.WriteLabel(writer, "warning:", isError: false);
        writer.WriteLine($" this run writes about {MemoryBudget.Size(bytes)}{free}.");
        if (ask is null) return true;
        writer.Write("Go on? [y/N] ");
        writer.Flush();
        return ask()?.Trim() is { } answer && (answer.Equals("y", StringComparison.OrdinalIgnoreCase) || answer.Equals("yes", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Free bytes of the device that a file will be on; null where that is not known.</summary>
    public static double? Free(string path)
    {
        try
        {
            var folder = Path.GetFullPath(path);
            while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent) folder = parent;
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}

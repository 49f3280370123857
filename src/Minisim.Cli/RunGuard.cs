using System.Globalization;
using Minisim.Formats;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Cli;

/// <summary>What a run will take, about.</summary>
/// <param name="Seconds">Time.</param>
/// <param name="MemoryBytes">Memory at the peak.</param>
/// <param name="DiskBytes">What it writes: pixels as the sensor gives them (packed formats need less), and traces where a format keeps them.</param>
/// <param name="Threads">Threads that share the work.</param>
/// <param name="Crowd">What is odd about it, a sentence; or empty.</param>
internal sealed record RunNeeds(double Seconds, double MemoryBytes, double DiskBytes, int Threads, string Crowd = "")
{
    /// <summary>Of a simulation.</summary>
    /// <param name="spec">What is to be run.</param>
    /// <param name="formats">What it is written as.</param>
    /// <param name="threads">Threads; 0 for one per processor.</param>
    public static RunNeeds Of(Spec spec, IEnumerable<IRecordingFormat> formats, int threads)
    {
        var (a, work, size) = (spec.Acquisition, WorkEstimate.Of(spec), SpecSize.Of(spec));
        var pixel = spec.Find<Sensor>() is null ? 4 : a.ImageSensor.BitDepth > 8 ? 2 : 1;
        var movie = (double)a.NFrames() * a.ImageSensor.NPxHeight * a.ImageSensor.NPxWidth * pixel;
        var truth = spec.Find<CellActivity>() is null ? 0 : 2.0 * sizeof(double) * size.TotalCells * a.NFrames();
        var shared = threads > 0 ? Math.Min(threads, Environment.ProcessorCount) : Environment.ProcessorCount;
        return new(work.CpuSeconds / shared, work.MemoryBytes, Bytes(formats, movie, truth), threads > 0 ? threads : Environment.ProcessorCount,
            work.CellsPerPixel > 1 ? string.Create(CultureInfo.InvariantCulture, $" There are {size.TotalCells:#,0} cells, {work.CellsPerPixel:0.#} for each pixel, of which none can be told apart.") : "");
    }

    /// <summary>Of writing a recording in other formats.</summary>
    public static RunNeeds Of(Recording recording, IEnumerable<IRecordingFormat> formats, int threads)
    {
        // Packing and unpacking: deflate, the slowest of the codecs, takes 105 MB/s on one core of an Intel Xeon at 2.5 GHz.
        const double bytesPerSecond = 1e8;
        var movie = recording.Observed;
        var pixels = (double)movie.Frames * movie.Height * movie.Width * movie.PixelType.Bytes();
        var truth = recording.Truth.Arrays.Sum(a => a.Shape.Aggregate(8.0, (n, length) => n * length));
        var shared = threads > 0 ? Math.Min(threads, Environment.ProcessorCount) : Environment.ProcessorCount;
        var all = formats.ToArray();
        return new(pixels * Math.Max(1, all.Length) / bytesPerSecond / shared, 2 * truth + 1e8, Bytes(all, pixels, truth), threads > 0 ? threads : Environment.ProcessorCount);
    }

    private static double Bytes(IEnumerable<IRecordingFormat> formats, double movie, double truth) => formats.Sum(f => movie + (f.Contents.HasFlag(FormatContents.Truth) ? truth : 0));
}

/// <summary>Says in one line what a long or large run will take before it begins; asks whoever is at the terminal about a large one, and does not begin what
/// the machine cannot hold.</summary>
internal static class RunGuard
{
    /// <summary>Bytes on disk from which a run asks.</summary>
    public const double ManyBytes = 20e9;
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    /// <summary>Whether a run may begin.</summary>
    /// <param name="needs">What it takes.</param>
    /// <param name="freeBytes">What the device has free; null where that is not known.</param>
    /// <param name="isForced">Whether the user insists.</param>
    /// <param name="force">The option by which to insist.</param>
    /// <param name="writer">Where it is said.</param>
    /// <param name="ask">Reads an answer; null where nobody is there to ask.</param>
    /// <param name="machineBytes">Memory that the machine has; null asks it.</param>
    /// <exception cref="UsageException">More memory than there is, or more disk and nobody to ask, and not forced.</exception>
    public static bool MayBegin(RunNeeds needs, double? freeBytes, bool isForced, string force, TextWriter writer, Func<string?>? ask, long? machineBytes = null)
    {
        var memory = (double)(machineBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        var isLarge = needs.DiskBytes > ManyBytes || needs.DiskBytes > freeBytes / 2;
        var free = freeBytes is { } f ? $" ({MemoryBudget.Size(f)} are free there)" : "";
        var takes = $"this run takes about {Duration(needs.Seconds)} on {needs.Threads} threads, {MemoryBudget.Size(needs.MemoryBytes)} of memory and {MemoryBudget.Size(needs.DiskBytes)} of disk{free}";
        if (needs.MemoryBytes > memory && !isForced)
            throw new UsageException($"{takes}, and the machine has {MemoryBudget.Size(memory)} of memory. Place fewer cells (density_per_mm3, depth_range_um), use fewer pixels or frames, or go on with {force}.");
        if (needs.DiskBytes > freeBytes && ask is null && !isForced)
            throw new UsageException($"{takes}. Make room, write elsewhere, or go on with {force} (formats that pack need less).");
        if (!isLarge && needs.MemoryBytes <= memory / 2 && needs.Seconds <= Long.TotalSeconds && needs.Crowd.Length == 0) return true;
        Terminal.WriteLabel(writer, "warning:", isError: false);
        writer.WriteLine($" {takes}.{needs.Crowd}{(isLarge && ask is not null ? "" : " Ctrl-C stops it.")}");
        if (!isLarge || ask is null) return true;
        writer.Write("Go on? [y/N] ");
        writer.Flush();
        return ask()?.Trim() is { } answer && (answer.Equals("y", StringComparison.OrdinalIgnoreCase) || answer.Equals("yes", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>What is said of a spec with more cells than pixels by commands that do not ask before they begin.</summary>
    public static IEnumerable<Problem> Crowd(Spec spec)
    {
        if (RunNeeds.Of(spec, [], 0) is not { Crowd: { Length: > 0 } crowd } needs) yield break;
        var at = spec.Steps.ToList().FindIndex(s => s is PlaceNeurons);
        yield return new($"steps[{at}] (place_neurons)", null, $"{char.ToLowerInvariant(crowd.Trim()[0])}{crowd.Trim()[1..]} A run takes about {Duration(needs.Seconds)} on {needs.Threads} threads and {MemoryBudget.Size(needs.MemoryBytes)} of memory.",
            "Place fewer cells (density_per_mm3, depth_range_um).", IsWarning: true);
    }

    private static string Duration(double seconds) => seconds > 1e9 ? "decades" : RunProgress.Span(TimeSpan.FromSeconds(Math.Max(1, seconds)));

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

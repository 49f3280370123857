using System.Globalization;
using Minisim.Formats;

namespace Minisim.Cli;

/// <summary>Says what a run will take when that is a lot, and does not begin one that the machine cannot hold unless told to.</summary>
internal static class WorkGuard
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    /// <summary>Warns or refuses.</summary>
    /// <param name="spec">What is to be run.</param>
    /// <param name="threads">Threads; 0 for one per processor.</param>
    /// <param name="isForced">Whether the user insists.</param>
    /// <param name="writer">Where warnings go.</param>
    /// <param name="machineBytes">Memory that the machine has; null asks it.</param>
    /// <exception cref="UsageException">More memory than there is, and not forced.</exception>
    public static void Check(Spec spec, int threads, bool isForced, TextWriter writer, long? machineBytes = null)
    {
        var estimate = WorkEstimate.Of(spec);
        var memory = (double)(machineBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        var seconds = estimate.CpuSeconds / (threads > 0 ? Math.Min(threads, Environment.ProcessorCount) : Environment.ProcessorCount);
        var needs = $"about {MemoryBudget.Size(estimate.MemoryBytes)} of memory and {Duration(seconds)} on {(threads > 0 ? threads : Environment.ProcessorCount)} threads";
        if (estimate.MemoryBytes > memory && !isForced)
            throw new UsageException($"this run needs {needs}, and the machine has {MemoryBudget.Size(memory)}. Place fewer cells (density_per_mm3, depth_range_um), use fewer pixels or frames, or go on with --force.");
        if (estimate.MemoryBytes <= memory / 2 && seconds <= Long.TotalSeconds && estimate.CellsPerPixel <= 1) return;
        Terminal.WriteLabel(writer, "warning:", isError: false);
        var crowd = estimate.CellsPerPixel > 1 ? string.Create(CultureInfo.InvariantCulture, $" There are {SpecSize.Of(spec).TotalCells:#,0} cells, {estimate.CellsPerPixel:0.#} for each pixel, of which none can be told apart.") : "";
        writer.WriteLine($" this run needs {needs}.{crowd} Ctrl-C stops it.");
    }

    private static string Duration(double seconds) => seconds > 1e9 ? "decades" : RunProgress.Span(TimeSpan.FromSeconds(Math.Max(1, seconds)));
}

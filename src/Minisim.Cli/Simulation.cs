using System.Diagnostics;
using Minisim.Rendering;

namespace Minisim.Cli;

/// <summary>A simulation with progress and a closing summary, as <c>simulate</c> and <c>demo</c> run it.</summary>
internal static class Simulation
{
    /// <summary>Renders a spec into sinks and returns the closing summary.</summary>
    public static string Run(Spec spec, IReadOnlyList<IRecordingSink> sinks, SimulateOptions options, RunProgress progress, Func<long> bytesWritten, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            using var scene = Simulator.Compile(spec, options, cancellation: cancellation);
            progress.Start();
            var counter = sinks.Count > 0 ? new SaturationCounter(sinks[0]) : null;
            scene.RenderTo(counter is null ? sinks : [counter, .. sinks.Skip(1)], options with { Progress = progress }, cancellation);
            progress.End();
            progress.Warn(SaturationWarning.Of(counter?.Share ?? double.NaN));
            var seconds = clock.Elapsed.TotalSeconds;
            var detectable = 0;
            foreach (var d in scene.Truth.Detectable) detectable += d ? 1 : 0;
            return FormattableString.Invariant($"{scene.PlantedCells} cells planted, {scene.Truth.NUnits} in view, {detectable} detectable; {scene.Frames} frames of {scene.Height} × {scene.Width} px, {Size(bytesWritten())}, in {seconds:0.0} s ({scene.Frames / spec.Acquisition.Fps / seconds:0.0} × real time)");
        }
        finally
        {
            progress.End();
        }
    }

    /// <summary>Bytes of a file, or of all files in a folder.</summary>
    public static long BytesOf(string path) => File.Exists(path) ? new FileInfo(path).Length
        : Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length)
        : 0;

    private static string Size(long bytes) => bytes >= 1 << 30 ? FormattableString.Invariant($"{bytes / (double)(1 << 30):0.00} GiB") : FormattableString.Invariant($"{bytes / (double)(1 << 20):0.0} MiB");
}

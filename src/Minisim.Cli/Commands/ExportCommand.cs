using System.CommandLine;
using Minisim.Formats;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim export</c>: a recording into other formats.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("REC") { Description = "Recording in any format that is read back." };
        var outputs = new OutputOptions();
        var force = new Option<bool>("--force") { Description = "Begin even if the machine has less memory or disk than the export is estimated to need." };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask before a large export." };
        var command = new ExampleCommand("export", "Write a recording in other formats.",
            "minisim export ca1.zarr -o ca1.nwb",
            "minisim export ca1.zarr -o ca1.tif -o ca1.h5",
            "minisim export ca1.nwb -o ca1.zarr",
            "minisim export ca1.zarr -o session/ --mscam",
            "minisim export ca1.zarr -o ca1.mp4 --range 0:120",
            "minisim export ca1.zarr -o ca1.mp4 --side-by-side truth")
        {
            path, force, yes,
        };
        outputs.AddTo(command);
        command.SetLongAction((result, cancellation) =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var threads = outputs.Threads(result);
            var isQuiet = outputs.IsQuiet(result);
            var sinks = outputs.Sinks(result);
            using var recording = RecordingInput.Open(result.GetRequiredValue(path));
            Terminal.Warn(stderr, recording.Warnings);
            if (recording.IsMovieOnly && outputs.Formats(result).FirstOrDefault(f => f.Format.Contents.HasFlag(FormatContents.Truth)) is { Target: { } whole })
                throw new UsageException($"{result.GetRequiredValue(path)} is a movie alone, and {whole} would need its ground truth: write one of {string.Join(", ", RecordingFormats.All.Where(f => !f.Contents.HasFlag(FormatContents.Truth)).Select(f => f.Name))}.");
            if (!RunGuard.MayBegin(RunNeeds.Of(recording, outputs.Formats(result).Select(f => f.Format), threads), outputs.Targets(result).Min(RunGuard.Free), result.GetValue(force), "--force", stderr, OutputOptions.Asks(result.GetValue(yes) || isQuiet, stderr)))
            {
                foreach (var sink in sinks) sink.Dispose();
                stderr.WriteLine("not begun.");
                return ExitCode.Interrupted;
            }
            var progress = new RunProgress(stderr, isQuiet);
            try
            {
                RecordingExport.Run(recording, sinks, new() { Threads = threads, Progress = progress }, cancellation);
                progress.End();
                if (!isQuiet)
                    foreach (var target in outputs.Targets(result)) stdout.WriteLine(FormattableString.Invariant($"{target}: {recording.Observed.Frames} frames of {recording.Observed.Height} × {recording.Observed.Width} px, {Simulation.BytesOf(target):N0} bytes"));
                return ExitCode.Ok;
            }
            finally
            {
                progress.End();
                foreach (var sink in sinks) sink.Dispose();
            }
        });
        return command;
    }
}

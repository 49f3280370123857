using System.CommandLine;
using Minisim.Formats;
using Minisim.Formats.Zarr;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim export</c>: a recording into other formats.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("REC.zarr") { Description = "Recording." };
        var outputs = new OutputOptions();
        var command = new ExampleCommand("export", "Write a recording in other formats.",
            "minisim export ca1.zarr -o ca1.nwb",
            "minisim export ca1.zarr -o ca1.tif -o ca1.h5",
            "minisim export ca1.zarr -o session/ --mscam",
            "minisim export ca1.zarr -o ca1.mp4 --range 0:120")
        {
            path,
        };
        outputs.AddTo(command);
        command.SetLongAction((result, cancellation) =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var threads = outputs.Threads(result);
            var isQuiet = outputs.IsQuiet(result);
            var sinks = outputs.Sinks(result);
            using var recording = ZarrRecording.Open(result.GetRequiredValue(path));
            Terminal.Warn(stderr, recording.Warnings);
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

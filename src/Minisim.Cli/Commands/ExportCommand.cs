using System.CommandLine;
using System.Globalization;
using Minisim.Formats;
using Minisim.Formats.Zarr;
using Minisim.Rendering;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim export</c>: a recording into other formats.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("REC.zarr") { Description = "Recording." };
        var output = new Option<string[]>("--output", "-o") { Description = "What to write; the ending chooses the format (see 'minisim formats'), a slash at the end a Miniscope session folder. Repeatable: one reading feeds all.", HelpName = "OUT", Required = true };
        var format = new Option<string?>("--format") { Description = "Format instead of the one that the ending says.", HelpName = "name" };
        var range = new Option<string?>("--range") { Description = "Brightness that becomes 0 and 255 in 8-bit formats. Default: 8-bit counts stay as they are.", HelpName = "LOW:HIGH" };
        var msCam = new Option<bool>("--mscam") { Description = "Session folder with the older names: msCam1.avi, …" };
        var threads = new Option<int>("--threads") { Description = "Threads. Default: one per processor.", HelpName = "N" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace what exists." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "No progress and no summary." };
        var command = new ExampleCommand("export", "Write a recording in other formats.",
            "minisim export ca1.zarr -o ca1.nwb",
            "minisim export ca1.zarr -o ca1.tif -o ca1.h5",
            "minisim export ca1.zarr -o session/ --mscam",
            "minisim export ca1.zarr -o ca1.mp4 --range 0:120")
        {
            path, output, format, range, msCam, threads, overwrite, quiet,
        };
        command.SetLongAction((result, cancellation) =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            if (result.GetValue(threads) < 0) throw new UsageException($"--threads {result.GetValue(threads)}: must be 0 (one per processor) or more.");
            var options = new FormatOptions { Overwrite = result.GetValue(overwrite), Range = Range(result.GetValue(range)), MsCamNames = result.GetValue(msCam) };
            var targets = result.GetRequiredValue(output);
            var isQuiet = result.GetValue(quiet);
            using var recording = ZarrRecording.Open(result.GetRequiredValue(path));
            Terminal.Warn(stderr, recording.Warnings);
            IRecordingSink[] sinks = [.. targets.Select(t => RecordingFormats.CreateSink(t, options, result.GetValue(format)))];
            var progress = new RunProgress(stderr, isQuiet);
            try
            {
                RecordingExport.Run(recording, sinks, new() { Threads = result.GetValue(threads), Cancellation = cancellation, Progress = progress });
                progress.End();
                if (!isQuiet)
                    foreach (var target in targets) stdout.WriteLine(FormattableString.Invariant($"{target}: {recording.Observed.Frames} frames of {recording.Observed.Height} × {recording.Observed.Width} px, {Simulation.BytesOf(target):N0} bytes"));
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

    private static DisplayRange? Range(string? text)
    {
        if (text is null) return null;
        return text.Split(':') is [var low, var high]
            && double.TryParse(low, NumberStyles.Float, CultureInfo.InvariantCulture, out var l)
            && double.TryParse(high, NumberStyles.Float, CultureInfo.InvariantCulture, out var h) && l < h
            ? new(l, h)
            : throw new UsageException($"--range {text}: write the lowest and the highest brightness, e.g. 0:120.");
    }
}

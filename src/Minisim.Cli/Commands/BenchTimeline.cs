using Minisim.Benchmarks;
using Minisim.Formats;
using Minisim.Formats.Pictures;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim bench --timeline</c>: one run into a file that does not stay, and what its threads did.</summary>
internal static class BenchTimeline
{
    public static Sheet Run(Spec spec, string picture, IRecordingFormat format, bool overwrite, SimulateOptions options, RunProgress progress, CancellationToken cancellation)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(picture))!;
        Directory.CreateDirectory(folder);
        // A format without an ending is a folder.
        var recording = Path.Combine(folder, $"timeline-{Guid.NewGuid():N}{(format.Extensions is [var ending, ..] ? ending : "/")}");
        long bytes = 0;
        RunTimeline timeline;
        try
        {
            timeline = RunTimeline.Of(() =>
            {
                using var sink = format.CreateSink(recording, new FormatOptions());
                Simulation.Run(spec, [sink], options, progress, () => bytes = Simulation.BytesOf(recording), cancellation);
            });
        }
        finally
        {
            if (Directory.Exists(recording)) Directory.Delete(recording, true);
            else File.Delete(recording);
        }
        var alone = timeline.WithoutRendering;
        var facts = FormattableString.Invariant($"{timeline.Seconds:0.00} s into {bytes / 1e6:0} MB of {format.Name}; for {alone:0.00} s nothing was compiled or rendered");
        TimelineFigure.Save([.. timeline.Spans.Where(s => !s.IsWait).Select(s => (s.Thread, s.What, s.From, s.To))], timeline.Seconds, facts, picture, new PreviewOptions { Title = "What every thread did", Overwrite = overwrite });

        var sheet = new Sheet();
        sheet.Section("The run")
            .Row("time", $"{timeline.Seconds,7:0.00} s")
            .Row("written", $"{bytes / 1e6,7:0.0} MB of {format.Name}, {bytes / 1e6 / timeline.Seconds:0} MB/s")
            .Row("without rendering", $"{alone,7:0.00} s in which nothing was compiled or rendered")
            .Row("picture", picture);
        sheet.Section("What threads did, s of all threads together");
        foreach (var kind in timeline.Spans.GroupBy(s => s.What).OrderByDescending(g => g.Sum(s => s.To - s.From)))
            sheet.Row(kind.Key, $"{kind.Sum(s => s.To - s.From),7:0.00}  {kind.Count()} times, longest {kind.Max(s => s.To - s.From):0.000}, some thread for {timeline.Covered(kind.Key):0.00}");
        return sheet;
    }
}

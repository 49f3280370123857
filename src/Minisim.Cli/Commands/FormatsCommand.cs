using System.CommandLine;
using Minisim.Formats;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim formats</c>: what can be written, and what each holds.</summary>
internal static class FormatsCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("formats", "List the formats of recordings: endings, what each holds, whether movies in it are read back.",
            "minisim formats");
        command.SetAction(result =>
        {
            var writer = result.InvocationConfiguration.Output;
            string[] Row(IRecordingFormat f) =>
            [
                f.Name,
                f.Extensions.Count > 0 ? string.Join(' ', f.Extensions) : "NAME/",
                .. ((FormatContents[])[FormatContents.Movie, FormatContents.Truth, FormatContents.Snapshots, FormatContents.Spec, FormatContents.Metadata]).Select(c => f.Contents.HasFlag(c) ? "yes" : "-"),
                f.CanRead ? "yes" : "-",
            ];
            string[][] rows = [["format", "ending", "movie", "truth", "snapshots", "spec", "metadata", "read back"], .. RecordingFormats.All.Select(Row)];
            var widths = Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length)).ToArray();
            foreach (var row in rows) writer.WriteLine(string.Join("  ", row.Select((cell, c) => cell.PadRight(widths[c]))).TrimEnd());
            writer.WriteLine();
            foreach (var format in RecordingFormats.All) writer.WriteLine($"{format.Name.PadRight(widths[0])}  {format.Description}");
            return ExitCode.Ok;
        });
        return command;
    }
}

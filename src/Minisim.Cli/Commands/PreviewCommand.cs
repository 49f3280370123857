using System.CommandLine;
using Minisim.Formats.Pictures;
using Minisim.Formats.Zarr;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim preview</c>: pictures of a recording.</summary>
internal static class PreviewCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("REC.zarr") { Description = "Recording." };
        var output = new Option<string?>("--output", "-o") { Description = "PNG file to write. Default: beside the recording, named after it and the figure.", HelpName = "PICTURE.png" };
        var figure = new Option<string>("--figure") { Description = $"What to draw: {string.Join(", ", Names)}.", HelpName = "name", DefaultValueFactory = _ => Names[0] };
        var scale = new Option<double>("--scale") { Description = "Size of the picture, 0.25 to 8; 2 doubles both sides.", HelpName = "X", DefaultValueFactory = _ => 1 };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace the file if it exists." };
        var command = new ExampleCommand("preview", "Draw a picture of a recording: a frame, the cells, traces, motion, counts, depths.",
            "minisim preview ca1.zarr -o preview.png",
            "minisim preview ca1.zarr --figure contact",
            "minisim preview ca1.zarr --figure footprints --scale 2 -o cells.png --overwrite")
        {
            path, output, figure, scale, overwrite,
        };
        command.SetAction(result =>
        {
            var source = Path.TrimEndingDirectorySeparator(result.GetRequiredValue(path));
            var kind = Named(result.GetRequiredValue(figure));
            if (result.GetValue(scale) is not (>= 0.25 and <= 8)) throw new UsageException(FormattableString.Invariant($"--scale {result.GetValue(scale)}: must be in [0.25, 8]."));
            var target = result.GetValue(output) ?? Path.ChangeExtension(source, null) + (kind == Figure.Overview ? ".png" : $".{Names[(int)kind]}.png");
            if (!Path.GetExtension(target).Equals(".png", StringComparison.OrdinalIgnoreCase)) throw new UsageException($"{target}: pictures are PNG; name the file NAME.png.");
            if (Directory.Exists(target)) throw new UsageException($"{target} is a folder. Name a file.");
            if (File.Exists(target) && !result.GetValue(overwrite)) throw new UsageException($"{target} exists. Give --overwrite to replace it.");
            using var recording = ZarrRecording.Open(source);
            Terminal.Warn(result.InvocationConfiguration.Error, recording.Warnings);
            Figures.Save(recording, kind, target, new PreviewOptions { Title = Path.GetFileNameWithoutExtension(source), Scale = result.GetValue(scale), Traces = kind == Figure.Traces ? 24 : 12 });
            result.InvocationConfiguration.Output.WriteLine($"Wrote {target}.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static string[] Names { get; } = [.. Enum.GetNames<Figure>().Select(n => n.ToLowerInvariant())];

    private static Figure Named(string name) => Array.IndexOf(Names, name) is >= 0 and var at
        ? (Figure)at
        : throw new UsageException(NearMiss.Find(name, Names) is { } near
            ? $"--figure {name}: unknown, did you mean {near}?"
            : $"--figure {name}: unknown; there are {string.Join(", ", Names)}.");
}

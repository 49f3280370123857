using System.CommandLine;
using System.Globalization;
using Minisim.Formats;
using Minisim.Formats.Pictures;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim preview</c>: pictures of a recording, or of what a spec would make.</summary>
internal static class PreviewCommand
{
    public static Command Create() => Of("preview", "--figure", FigureNames[0], "Draw a picture of a recording or of a spec: a frame, the cells, traces, motion, counts, depths.",
        "minisim preview ca1.zarr -o preview.png",
        "minisim preview ca1.json --set sensor.photons_per_unit=100 -o dim.png",
        "minisim preview ca1.zarr --figure contact --theme light",
        "minisim preview ca1.zarr --figure traces --cells 3,17,40 -o cells.svg",
        "minisim preview ca1.zarr --figure footprints --scale 2 -o cells.pdf --overwrite");

    /// <summary><c>minisim figure</c>: one figure for a paper or a talk.</summary>
    public static Command CreateFigure() => Of("figure", "--kind", "tuning", "Draw one figure of a recording or of a spec for a paper or a talk.",
        "minisim figure track.zarr --kind tuning -o place-fields.svg",
        "minisim figure ca1.zarr --kind background --theme light",
        "minisim figure ca1.zarr --kind spectra -o spectra.pdf",
        "minisim figure ca1.zarr --kind statistics --against mine.avi --pixel-size 0.95 --json",
        "minisim figure mine.tif --kind statistics --pixel-size 0.95 --fps 15 --background-removed");

    private static Command Of(string word, string option, string otherwise, string summary, params string[] examples)
    {
        var input = new SpecInput("REC|SPEC.json", "Recording in any format that is read back, or spec: then its frames are rendered as far as the picture needs them");
        var output = new Option<string?>("--output", "-o") { Description = $"File to write; {string.Join(", ", PictureFile.Extensions)} by its ending. Default: a PNG beside the recording, named after it and the figure.", HelpName = "PICTURE" };
        var figure = new Option<string>(option) { Description = $"What to draw: {string.Join(", ", FigureNames)}.", HelpName = "name", DefaultValueFactory = _ => otherwise };
        var cells = new Option<string?>("--cells") { Description = "Cells whose traces are drawn, by their numbers in the truth, e.g. 3,17,40. Default: active ones, spread over the field.", HelpName = "N,N,…" };
        var frame = new Option<int?>("--frame") { Description = "The frame that is shown, counted from 0. Default: the one in which the cells are brightest.", HelpName = "N" };
        var theme = new Option<string>("--theme") { Description = "dark, or light for paper.", HelpName = "name", DefaultValueFactory = _ => "dark" };
        var scale = new Option<double>("--scale") { Description = "Size of the picture, 0.25 to 8; 2 doubles both sides.", HelpName = "X", DefaultValueFactory = _ => 1 };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace the file if it exists." };
        var command = new ExampleCommand(word, summary, examples)
        {
            output, figure, cells, frame, theme, scale, overwrite,
        };
        input.AddTo(command);
        var statistics = word == "figure" ? new StatisticsOutput(command) : null;
        command.SetLongAction((result, cancellation) =>
        {
            var source = result.GetRequiredValue(input.Path);
            var name = Path.TrimEndingDirectorySeparator(source);
            var kind = Enum.Parse<Figure>(Names.Find(option, result.GetRequiredValue(figure), FigureNames, f => f), ignoreCase: true);
            if (result.GetValue(scale) is not (>= 0.25 and <= 8)) throw new UsageException(FormattableString.Invariant($"--scale {result.GetValue(scale)}: must be in [0.25, 8]."));
            if (source == SpecInput.Standard && result.GetValue(output) is null) throw new UsageException("a spec from standard input has no name to call the picture after: give -o PICTURE.");
            if (statistics?.IsAsked(result) == true && kind != Figure.Statistics) throw new UsageException("--json, --against, --pixel-size, --fps, --background-removed and --estimate-motion belong to --kind statistics.");
            var target = result.GetValue(output) ?? Path.ChangeExtension(name, null) + (kind == Figure.Overview ? ".png" : $".{kind.ToString().ToLowerInvariant()}.png");
            var isPicture = statistics?.IsJson(result) != true || result.GetValue(output) is not null;
            PictureTarget.Checked(target, replaces: result.GetValue(overwrite) || !isPicture);
            var chosen = Cells(result.GetValue(cells));

            using var recording = Open(result, input, source, cancellation);
            Terminal.Warn(result.InvocationConfiguration.Error, [.. recording.Warnings, .. SaturationWarning.Of(recording)]);
            var (units, frames) = (recording.Truth.NUnits, recording.Observed.Frames);
            if (chosen?.FirstOrDefault(c => c >= units, -1) is >= 0 and var missing) throw new UsageException($"--cells {missing}: there are {units} cells in view, counted from 0.");
            if (result.GetValue(frame) is { } shown && (shown < 0 || shown >= frames)) throw new UsageException($"--frame {shown}: there are {frames} frames, counted from 0.");
            var options = new PreviewOptions
            {
                Title = source == SpecInput.Standard ? null : Path.GetFileNameWithoutExtension(name),
                Scale = result.GetValue(scale),
                Traces = kind == Figure.Traces ? 24 : 12,
                Cells = chosen is null ? null : [.. chosen],
                Frame = result.GetValue(frame),
                Overwrite = result.GetValue(overwrite),
                Theme = Names.Find("--theme", result.GetRequiredValue(theme), Enum.GetValues<PictureTheme>(), t => t.ToString().ToLowerInvariant()),
                Cancellation = cancellation,
            };
            if (kind == Figure.Statistics && statistics is not null) return statistics.Write(result, recording, source, isPicture ? target : null, options);
            Figures.Save(recording, kind, target, options);
            result.InvocationConfiguration.Output.WriteLine($"Wrote {target}.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Recording Open(ParseResult result, SpecInput input, string source, CancellationToken cancellation)
    {
        if (RecordingInput.IsRecording(source))
        {
            RecordingInput.RefuseSet(result, input);
            return RecordingFormats.OpenRecording(source);
        }
        var spec = input.Load(result, out var warnings);
        // Said before it begins, not with what is found in the picture.
        Terminal.Warn(result.InvocationConfiguration.Error, RunGuard.Crowd(spec));
        return Simulator.Compile(spec, cancellation: cancellation).ToRecording() with { Warnings = warnings };
    }

    private static int[]? Cells(string? text) => text is null ? null
        : [.. text.Split(',', StringSplitOptions.TrimEntries).Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var cell) ? cell
            : throw new UsageException($"--cells {text}: write the numbers of cells, e.g. 3,17,40."))];

    private static string[] FigureNames { get; } = [.. Enum.GetNames<Figure>().Select(n => n.ToLowerInvariant())];
}

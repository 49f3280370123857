using System.CommandLine;
using Minisim.Formats;
using Minisim.Formats.Pictures;

namespace Minisim.Cli;

/// <summary>What <c>minisim figure --kind statistics</c> adds to other figures: another movie beside this one, numbers as JSON, and what a movie
/// alone does not know of itself.</summary>
internal sealed class StatisticsOutput
{
    private readonly Option<string?> _against = new("--against") { Description = "Statistics: another recording, movie or spec, or the JSON of one, to lay beside.", HelpName = "OTHER" };
    private readonly Option<bool> _json = new("--json") { Description = "Statistics: print them as JSON; a picture is then drawn only with --output." };
    private readonly Option<double?> _pixel = new("--pixel-size") { Description = "Statistics: size of a pixel of a movie alone, µm. Default: 1.", HelpName = "UM" };
    private readonly Option<double?> _fps = new("--fps") { Description = "Statistics: frames per second of a movie alone. Default: what it says, or 20.", HelpName = "F" };
    private readonly Option<bool> _removed = new("--background-removed") { Description = "Statistics: a movie alone has been freed of its background and is taken as it is." };
    private readonly Option<bool> _estimate = new("--estimate-motion") { Description = "Statistics: estimate the motion of a recording instead of taking the true one, as in a movie alone." };

    public StatisticsOutput(Command command)
    {
        foreach (var option in (Option[])[_against, _json, _pixel, _fps, _removed, _estimate]) command.Options.Add(option);
    }

    public bool IsJson(ParseResult result) => result.GetValue(_json);

    /// <summary>Whether any of them was given.</summary>
    public bool IsAsked(ParseResult result) =>
        result.GetValue(_json) || result.GetValue(_removed) || result.GetValue(_estimate) || result.GetValue(_against) is not null || result.GetValue(_pixel) is not null || result.GetValue(_fps) is not null;

    public int Write(ParseResult result, Recording recording, string source, string? picture, PreviewOptions options)
    {
        if (result.GetValue(_pixel) is { } um && um is not (> 0 and < 1000)) throw new UsageException(FormattableString.Invariant($"--pixel-size {um}: must be in (0, 1000) µm."));
        if (result.GetValue(_fps) is { } hz && hz is not (> 0 and < 100_000)) throw new UsageException(FormattableString.Invariant($"--fps {hz}: must be in (0, 100000)."));
        var other = result.GetValue(_against);
        // Both are known to be there before the first is looked through.
        var (given, beside) = other is null ? (null, null) : Other(other, options.Cancellation);
        using (beside)
        {
            if (!recording.IsMovieOnly && beside?.IsMovieOnly != true && (result.GetValue(_pixel) ?? result.GetValue(_fps)) is not null)
                throw new UsageException("--pixel-size and --fps belong to a movie alone: a recording knows its own.");
            var mine = Of(result, recording, source, options.Cancellation);
            var others = given ?? (beside is null ? null : Of(result, beside, other!, options.Cancellation));
            if (picture is not null) StatisticsFigure.Save(mine, others, picture, options);
            var output = result.InvocationConfiguration.Output;
            if (IsJson(result)) output.WriteLine(StatisticsJson.Write(mine, others));
            else output.WriteLine($"Wrote {picture}.");
            return ExitCode.Ok;
        }
    }

    private MovieStatistics Of(ParseResult result, Recording recording, string source, CancellationToken cancellation)
    {
        try
        {
            return MovieStatistics.Of(recording, Path.GetFileName(Path.TrimEndingDirectorySeparator(source)), new StatisticsOptions
            {
                PixelSizeUm = recording.IsMovieOnly ? result.GetValue(_pixel) : null,
                Fps = recording.IsMovieOnly ? result.GetValue(_fps) : null,
                IsBackgroundRemoved = recording.IsMovieOnly && result.GetValue(_removed),
                EstimateMotion = result.GetValue(_estimate),
                Cancellation = cancellation,
            });
        }
        catch (ArgumentException e) when (e is not ArgumentOutOfRangeException)
        {
            throw new UsageException(e.Message.Split(" (Parameter")[0]);
        }
    }

    private static (MovieStatistics? Given, Recording? Beside) Other(string path, CancellationToken cancellation)
    {
        if (RecordingInput.IsRecording(path)) return (null, RecordingFormats.OpenRecording(path));
        // A spec and statistics are both JSON.
        if (InputFile.KindOf(path) == PathKind.File && new FileInfo(path).Length < 1 << 20 && File.ReadAllText(path).Contains("\"statistics\"", StringComparison.Ordinal)) return (StatisticsJson.Read(path), null);
        return (null, Simulator.Compile(SpecJson.Load(path), cancellation: cancellation).ToRecording());
    }
}

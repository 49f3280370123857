using System.CommandLine;
using System.Globalization;
using Minisim.Formats;
using Minisim.Formats.Miniscope;
using Minisim.Formats.Video;
using Minisim.Rendering;

namespace Minisim.Cli;

/// <summary>What to write and how: the options that <c>simulate</c> and <c>export</c> share.</summary>
internal sealed class OutputOptions(bool isRequired = true)
{
    private readonly Option<string[]> _output = new("--output", "-o") { Description = "What to write; the ending chooses the format (see 'minisim formats'), a slash at the end a Miniscope session folder. Repeatable: all are fed at once.", HelpName = "OUT", Required = isRequired, DefaultValueFactory = isRequired ? null : _ => [] };
    private readonly Option<string?> _format = new("--format") { Description = "Format instead of the one that the ending says, for every -o.", HelpName = "name" };
    private readonly Option<string?> _range = new("--range") { Description = "Brightness that becomes 0 and 255 in 8-bit formats. Default: 8-bit counts stay as they are.", HelpName = "LOW:HIGH" };
    private readonly Option<bool> _msCam = new("--mscam") { Description = "Session folder with the older names: msCam1.avi, …" };
    private readonly Option<string?> _beside = new("--side-by-side") { Description = "In videos to look at (mp4, webm, gif): show beside the movie what it is made from. 'truth': the detectable cells alone, without noise and background.", HelpName = "truth" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads. Default: one per processor. The bytes are the same for any number.", HelpName = "N" };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace what exists." };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "No progress and no summary." };

    /// <summary>Gives them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_output, _format, _range, _msCam, _beside, _threads, _overwrite, _quiet]) command.Options.Add(option);
    }

    public bool IsQuiet(ParseResult result) => result.GetValue(_quiet);

    public string[] Targets(ParseResult result) => result.GetValue(_output) ?? [];

    /// <summary>The format of every target.</summary>
    /// <exception cref="RecordingFormatException">A target has none.</exception>
    public IEnumerable<(string Target, IRecordingFormat Format)> Formats(ParseResult result) => Targets(result).Select(t => (t, RecordingFormats.Find(t, result.GetValue(_format))));

    public int Threads(ParseResult result) => result.GetValue(_threads) is >= 0 and var n ? n : throw new UsageException($"--threads {result.GetValue(_threads)}: must be 0 (one per processor) or more.");

    /// <summary>A sink for every target; nothing is touched yet.</summary>
    /// <exception cref="UsageException">A range that is none, or a target that is named twice.</exception>
    /// <exception cref="RecordingFormatException">A target has no format.</exception>
    public IRecordingSink[] Sinks(ParseResult result)
    {
        var targets = Targets(result);
        if (targets.GroupBy(t => Path.TrimEndingDirectorySeparator(Path.GetFullPath(t))).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new UsageException($"-o {twice.First()} is given twice.");
        var (range, isMsCam) = (Range(result.GetValue(_range)), result.GetValue(_msCam));
        var formats = Formats(result).ToArray();
        // An option that nothing takes would be lost without a word.
        if (range is not null && !formats.Any(f => f.Format.Options is EightBitOptions))
            throw new UsageException($"--range is for formats with 8-bit pixels ({Names(f => f.Options is EightBitOptions)}), and none of the outputs is one.");
        if (isMsCam && !formats.Any(f => f.Format.Options is MiniscopeOptions))
            throw new UsageException($"--mscam is for session folders ({Names(f => f.Options is MiniscopeOptions)}), and none of the outputs is one.");
        var isBeside = result.GetValue(_beside) is { } beside && (beside.Equals("truth", StringComparison.OrdinalIgnoreCase) ? true : throw new UsageException($"--side-by-side {beside}: what can be shown beside the movie is 'truth'."));
        if (isBeside && !formats.Any(f => f.Format.Options is VideoOptions))
            throw new UsageException($"--side-by-side is for videos to look at ({Names(f => f.Options is VideoOptions)}), and none of the outputs is one.");
        return [.. formats.Select(f => f.Format.CreateSink(f.Target, Of(f.Format)))];

        static string Names(Func<IRecordingFormat, bool> takes) => string.Join(", ", RecordingFormats.All.Where(takes).Select(f => f.Name));
        FormatOptions Of(IRecordingFormat format) => format.Options with { Overwrite = result.GetValue(_overwrite) } switch
        {
            MiniscopeOptions o => o with { Range = range, MsCamNames = isMsCam },
            VideoOptions o => o with { Range = range, TruthBeside = isBeside },
            EightBitOptions o => o with { Range = range },
            var o => o,
        };
    }

    /// <summary>Reads an answer from whoever is at the terminal; null where nobody is, or wants to be asked.</summary>
    public static Func<string?>? Asks(bool isUnwanted, TextWriter stderr) => !isUnwanted && Terminal.IsTerminal(stderr) && !Console.IsInputRedirected ? Console.ReadLine : null;

    private static DisplayRange? Range(string? text)
    {
        if (text is null) return null;
        return text.Split(':') is [var low, var high]
            && double.TryParse(low, NumberStyles.Float, CultureInfo.InvariantCulture, out var l)
            && double.TryParse(high, NumberStyles.Float, CultureInfo.InvariantCulture, out var h) && l < h && double.IsFinite(h - l)
            ? new(l, h)
            : throw new UsageException($"--range {text}: write the lowest and the highest brightness, e.g. 0:120.");
    }
}

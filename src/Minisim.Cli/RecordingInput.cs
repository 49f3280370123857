using System.CommandLine;
using Minisim.Formats;

namespace Minisim.Cli;

/// <summary>An argument that may be a recording or a spec.</summary>
internal static class RecordingInput
{
    /// <summary>Whether a name is that of a recording: a folder, or a file whose ending is a format's. Everything else is a spec.</summary>
    public static bool IsRecording(string path) =>
        path != SpecInput.Standard
        && (Directory.Exists(path) || RecordingFormats.All.Any(f => f.Extensions.Any(e => Path.TrimEndingDirectorySeparator(path).EndsWith(e, StringComparison.OrdinalIgnoreCase))));

    /// <summary>A recording is made: what it was made from cannot be set any more.</summary>
    /// <exception cref="UsageException"><c>--set</c> was given.</exception>
    public static void RefuseSet(ParseResult result, SpecInput input)
    {
        if (input.IsSet(result)) throw new UsageException($"--set changes a spec, and {result.GetRequiredValue(input.Path)} is a recording: simulate its spec.json again with --set.");
    }
}

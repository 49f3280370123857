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

    /// <summary>Opens a recording; a spec in its place is called one.</summary>
    /// <exception cref="UsageException">It is a spec.</exception>
    public static Recording Open(string path)
    {
        if (Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase) && File.Exists(path))
            throw new UsageException($"{path} is a spec, not a recording: make one of it with 'minisim simulate {path} -o {Path.GetFileNameWithoutExtension(path)}.zarr'.");
        return RecordingFormats.OpenRecording(path);
    }

    /// <summary>Whether a name is that of a recording with its truth.</summary>
    public static bool HasTruth(string path) => File.Exists(Path.Combine(path, ".zattrs")) && File.Exists(Path.Combine(path, "spec.json"));

    /// <summary>A recording is made: what it was made from cannot be set any more.</summary>
    /// <exception cref="UsageException"><c>--set</c> was given.</exception>
    public static void RefuseSet(ParseResult result, SpecInput input)
    {
        if (input.IsSet(result)) throw new UsageException($"--set changes a spec, and {result.GetRequiredValue(input.Path)} is a recording: simulate its spec.json again with --set.");
    }
}

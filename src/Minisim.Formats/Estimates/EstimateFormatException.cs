namespace Minisim.Formats.Estimates;

/// <summary>A result file that cannot be read: damaged, of no known layout, of another field of view, or ambiguous.</summary>
/// <param name="path">The file or folder at fault.</param>
/// <param name="reason">What is wrong with it.</param>
/// <param name="remedy">What to do about it; for what is ambiguous the option that settles it.</param>
/// <param name="inner">The error beneath, if any.</param>
public sealed class EstimateFormatException(string path, string reason, string remedy = "", Exception? inner = null)
    : IOException(Visible($"{path}: {reason}{(remedy.Length == 0 ? "" : $" {remedy}")}"), inner)
{
    /// <summary>The file or folder at fault.</summary>
    public string Path { get; } = path;
    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = reason;
    /// <summary>What to do about it; may be empty.</summary>
    public string Remedy { get; } = remedy;

    // Names and numbers out of a file may hold what a terminal obeys.
    private static string Visible(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}

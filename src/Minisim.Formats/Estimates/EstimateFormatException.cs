namespace Minisim.Formats.Estimates;

/// <summary>A result file that cannot be read: damaged, of no known layout, of another field of view, or ambiguous. Control characters that come out of the file are
/// shown (<c>\x1b</c>).</summary>
/// <param name="path">The file or folder at fault.</param>
/// <param name="reason">What is wrong with it.</param>
/// <param name="remedy">What to do about it; for what is ambiguous the option that settles it.</param>
/// <param name="inner">The error beneath, if any.</param>
public sealed class EstimateFormatException(string path, string reason, string remedy = "", Exception? inner = null)
    : IOException(VisibleText.Line($"{path}: {reason}{(remedy.Length == 0 ? "" : $" {remedy}")}"), inner)
{
    /// <summary>The file or folder at fault.</summary>
    public string Path { get; } = path;
    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = VisibleText.Line(reason);
    /// <summary>What to do about it; may be empty.</summary>
    public string Remedy { get; } = VisibleText.Line(remedy);
}

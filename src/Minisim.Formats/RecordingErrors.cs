namespace Minisim.Formats;

/// <summary>A file that cannot be read as what it should be: truncated, altered, unfinished, foreign or newer. Also a target
/// that must not be written to. Control characters that come out of the file are shown (<c>\x1b</c>).</summary>
/// <param name="path">The file or folder at fault.</param>
/// <param name="reason">What is wrong with it.</param>
/// <param name="remedy">What to do about it; may be empty.</param>
/// <param name="inner">The error beneath, if any.</param>
public sealed class RecordingFormatException(string path, string reason, string remedy = "", Exception? inner = null)
    : Exception(VisibleText.Message($"{path}: {reason}{(remedy.Length == 0 ? "" : $" {remedy}")}"), inner)
{
    /// <summary>The file or folder at fault.</summary>
    public string Path { get; } = path;
    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = VisibleText.Message(reason);
    /// <summary>What to do about it; may be empty.</summary>
    public string Remedy { get; } = VisibleText.Message(remedy);
}

/// <summary>The file system refused a write: full disk, missing rights, a folder that vanished.</summary>
/// <param name="path">The file that could not be written.</param>
/// <param name="bytes">How many bytes it should have got.</param>
/// <param name="reason">What the system said.</param>
/// <param name="remedy">What to do about it.</param>
/// <param name="inner">The system's error.</param>
public sealed class RecordingWriteException(string path, long bytes, string reason, string remedy, Exception inner)
    : IOException($"{path}: could not write {bytes:N0} bytes: {reason} {remedy}", inner)
{
    /// <summary>The file that could not be written.</summary>
    public string Path { get; } = path;
    /// <summary>How many bytes it should have got.</summary>
    public long Bytes { get; } = bytes;
}

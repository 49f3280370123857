namespace Minisim.Formats;

/// <summary>How a recording is written, in any format; formats with options of their own derive from it.</summary>
public record FormatOptions
{
    /// <summary>Replace a file that exists.</summary>
    public bool Overwrite { get; init; }
    /// <summary>Bring the bytes to the device before a file takes its name, so that a power cut leaves no file that is not whole.
    /// A killed process leaves none in any case.</summary>
    public bool Flush { get; init; } = true;
}

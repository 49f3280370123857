namespace Minisim.Formats.Miniscope;

/// <summary>Options of the session folder.</summary>
public sealed record MiniscopeOptions : EightBitOptions
{
    /// <summary>Flat, with <c>msCam1.avi</c> and so on, as older software names them.</summary>
    public bool MsCamNames { get; init; }

    /// <inheritdoc cref="EightBitOptions.Of"/>
    internal static new MiniscopeOptions Of(FormatOptions options) => options as MiniscopeOptions
        ?? new() { Overwrite = options.Overwrite, Flush = options.Flush, Range = (options as EightBitOptions)?.Range };
}

namespace Minisim.Formats.Pictures;

/// <summary>How pictures of a recording are drawn.</summary>
public sealed record PreviewOptions
{
    /// <summary>Heading; null = "Recording".</summary>
    public string? Title { get; init; }
    /// <summary>Pixels of the picture per layout pixel, in [0.25, 8]: 2 doubles both sides.</summary>
    public double Scale { get; init; } = 1;
    /// <summary>Most frames read for projections and the histogram, evenly over the recording; ≥ 1.</summary>
    public int MaxReads { get; init; } = 240;
    /// <summary>Cells whose traces are drawn; in [0, 48].</summary>
    public int Traces { get; init; } = 12;

    internal PreviewOptions Checked()
    {
        if (!(Scale >= 0.25 && Scale <= 8)) throw new ArgumentOutOfRangeException(nameof(Scale), Scale, "must be in [0.25, 8].");
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxReads, 1, nameof(MaxReads));
        if (Traces is < 0 or > 48) throw new ArgumentOutOfRangeException(nameof(Traces), Traces, "must be in [0, 48].");
        return this;
    }
}

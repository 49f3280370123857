using Minisim.Truth;

namespace Minisim.Formats.Pictures;

/// <summary>How pictures of a recording are drawn.</summary>
public sealed record PreviewOptions
{
    /// <summary>Heading; null = "Recording".</summary>
    public string? Title { get; init; }
    /// <summary>Pixels of the picture per layout pixel, in [0.25, 8]: 2 doubles both sides.</summary>
    public double Scale { get; init; } = 1;
    /// <summary>Colours.</summary>
    public PictureTheme Theme { get; init; }
    /// <summary>Most frames read for projections and the histogram, evenly over the recording; ≥ 1.</summary>
    public int MaxReads { get; init; } = 240;
    /// <summary>Cells whose traces are drawn; in [0, 48].</summary>
    public int Traces { get; init; } = 12;
    /// <summary>The cells whose traces are drawn, by their numbers in the truth, at most 48; null = <see cref="Traces"/> active ones,
    /// spread over the field.</summary>
    public ValueList<int>? Cells { get; init; }
    /// <summary>The frame that is shown; null = the one in which the detectable cells are brightest.</summary>
    public int? Frame { get; init; }
    /// <summary>Replace the file if it exists.</summary>
    public bool Overwrite { get; init; }
    /// <summary>Stops reading.</summary>
    public CancellationToken Cancellation { get; init; }

    internal PreviewOptions Checked(Recording recording) => Checked(recording.Truth, recording.Observed.Frames);

    internal PreviewOptions Checked(GroundTruth truth, int frames)
    {
        if (!(Scale >= 0.25 && Scale <= 8)) throw new ArgumentOutOfRangeException(nameof(Scale), Scale, "must be in [0.25, 8].");
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxReads, 1, nameof(MaxReads));
        if (Traces is < 0 or > 48) throw new ArgumentOutOfRangeException(nameof(Traces), Traces, "must be in [0, 48].");
        if (Cells is { Count: > 48 }) throw new ArgumentOutOfRangeException(nameof(Cells), Cells.Count, "are too many: at most 48.");
        foreach (var cell in Cells ?? [])
            if (cell < 0 || cell >= truth.NUnits) throw new ArgumentOutOfRangeException(nameof(Cells), cell, $"there are {truth.NUnits} cells in view, counted from 0.");
        if (Frame is { } frame && (frame < 0 || frame >= frames)) throw new ArgumentOutOfRangeException(nameof(Frame), frame, $"there are {frames} frames, counted from 0.");
        return this;
    }
}

using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>One picture of a recording that a person wants to look at.</summary>
public static class Preview
{
    private const float Width = 1600, Edge = 24, Gap = 16;
    // The large image is square for a square field: its card is taller than wide by the heading.
    private const float Large = 648, Middle = 426, Lower = 268;

    /// <summary>Draws a frame, the maximum projection with the cells outlined, traces with spikes, the motion, the histogram of
    /// counts and a side view of the depths; of an animal that moves also its path and the rates of place cells along it: at scale 1, 1600 × 1100 px, 284 px more with an animal, less high for a wide field.</summary>
    /// <param name="recording">In memory or on disk; at most <see cref="PreviewOptions.MaxReads"/> + 1 frames are read. What it
    /// has no step for is said to be absent.</param>
    /// <param name="path">The file, PNG, SVG or PDF by its ending; replaced only with <see cref="PreviewOptions.Overwrite"/>.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException">The file has another ending, or an option is out of range.</exception>
    /// <exception cref="RecordingFormatException">The file exists.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(Recording recording, string path, PreviewOptions? options = null)
    {
        options = (options ?? new PreviewOptions()).Checked(recording);
        Save(PictureModel.Of(recording, options), path);
    }

    internal static void Save(PictureModel model, string path)
    {
        var aspect = Math.Min(1, (float)model.Movie.Height / Math.Max(model.Movie.Width, 1));
        // Below the frame there is to be room for the histogram, and traces need theirs.
        var upper = Math.Max(Math.Max(CardHeight(Large, aspect), CardHeight(Middle, aspect) + Gap + 200), 460);
        PictureFile.Save(path, Width, Top + upper + (TuningPanel.Has(model) ? 2 : 1) * (Gap + Lower) + Edge, model.Options, canvas => Draw(canvas, model, aspect, upper));
    }

    private const float Top = Edge + HeadPanel.Height + 8;

    private static float CardHeight(float width, float aspect) => (width - 2 * Theme.Pad) * aspect + Theme.HeadHeight + Theme.Pad;

    private static void Draw(SKCanvas canvas, PictureModel model, float aspect, float upper)
    {
        const float left = Edge, right = Width - Edge, middleLeft = left + Large + Gap, tracesLeft = middleLeft + Middle + Gap;
        var frame = CardHeight(Middle, aspect);
        float end = Top + upper, lower = end + Gap;
        HeadPanel.Draw(canvas, left, right, Edge - 6, model);
        Panels.Footprints(canvas, new SKRect(left, Top, left + Large, end), model);
        Panels.Frame(canvas, SKRect.Create(middleLeft, Top, Middle, frame), model);
        HistogramPanel.Draw(canvas, new SKRect(middleLeft, Top + frame + Gap, middleLeft + Middle, end), model);
        TracePanel.Draw(canvas, new SKRect(tracesLeft, Top, right, end), model);
        // Without motion the side view takes most of its room.
        var motionLeft = model.Truth.Shifts is null ? tracesLeft : middleLeft;
        SideViewPanel.Draw(canvas, new SKRect(left, lower, motionLeft - Gap, lower + Lower), model);
        MotionPanel.Draw(canvas, new SKRect(motionLeft, lower, right, lower + Lower), model);
        var lowest = lower + Lower + Gap;
        if (TuningPanel.Has(model)) TuningPanel.Draw(canvas, new SKRect(left, lowest, middleLeft - Gap, lowest + Lower), new SKRect(middleLeft, lowest, right, lowest + Lower), model);
    }
}

using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>One picture of a recording that a person wants to look at.</summary>
public static class Preview
{
    internal const float Width = 1600, Height = 1100;
    private const float Edge = 24, Gap = 16;

    /// <summary>Draws a frame, the maximum projection with the cells outlined, traces with spikes, the motion, the histogram of
    /// counts and a side view of the depths, 1600 × 1100 px at scale 1.</summary>
    /// <param name="recording">In memory or on disk; at most <see cref="PreviewOptions.MaxReads"/> + 1 frames are read. What it
    /// has no step for is said to be absent.</param>
    /// <param name="path">The PNG file; replaced if it exists.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException">The file is not named .png, or an option is out of range.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(Recording recording, string path, PreviewOptions? options = null)
    {
        options = (options ?? new PreviewOptions()).Checked();
        var model = PictureModel.Of(recording, options);
        PictureFile.Save(path, Width, Height, options.Scale, canvas => Draw(canvas, model));
    }

    private static void Draw(SKCanvas canvas, PictureModel model)
    {
        const float left = Edge, right = Width - Edge, top = Edge + HeadPanel.Height + 8, bottom = Height - Edge;
        HeadPanel.Draw(canvas, left, right, Edge - 6, model);
        // The projection is square for a square field: its card is taller by the heading than wide.
        const float large = 648, largeHeight = large + Theme.HeadHeight - Theme.Pad;
        const float middle = 426, middleLeft = left + large + Gap, tracesLeft = middleLeft + middle + Gap;
        const float frameHeight = middle + Theme.HeadHeight - Theme.Pad;
        const float lower = top + largeHeight + Gap;
        Panels.Footprints(canvas, SKRect.Create(left, top, large, largeHeight), model);
        Panels.Frame(canvas, SKRect.Create(middleLeft, top, middle, frameHeight), model);
        HistogramPanel.Draw(canvas, new SKRect(middleLeft, top + frameHeight + Gap, middleLeft + middle, top + largeHeight), model);
        TracePanel.Draw(canvas, new SKRect(tracesLeft, top, right, top + largeHeight), model);
        // Without motion the side view takes most of its room.
        var motionLeft = model.Truth.Shifts is null ? tracesLeft : middleLeft;
        SideViewPanel.Draw(canvas, new SKRect(left, lower, motionLeft - Gap, bottom), model);
        MotionPanel.Draw(canvas, new SKRect(motionLeft, lower, right, bottom), model);
    }
}

using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>The pictures there are of a recording.</summary>
public enum Figure
{
    /// <summary>Everything on one page, see <see cref="Preview"/>.</summary>
    Overview,
    /// <summary>Twelve frames with their times.</summary>
    Contact,
    /// <summary>Maximum, mean and standard deviation over time.</summary>
    Projection,
    /// <summary>The cells' outlines over the maximum projection.</summary>
    Footprints,
    /// <summary>Traces with spikes.</summary>
    Traces,
    /// <summary>What the indicator answers to 1, 3 and 10 spikes, and how the cells differ.</summary>
    Indicator,
    /// <summary>The animal's path and the place fields of the cells.</summary>
    Tuning,
    /// <summary>Neuropil fields, their envelopes, and how much of the variance is background.</summary>
    Background,
    /// <summary>Power spectra of light, cells, neuropil, motion and blood.</summary>
    Spectra,
    /// <summary>Motion, signal, cells, times and image in numbers, see <see cref="MovieStatistics"/>.</summary>
    Statistics,
}

/// <summary>Single pictures of a recording, each with title, units and scale bar.</summary>
public static class Figures
{
    private const float Edge = 24, Gap = 14, Width = 1600;
    private const int ContactColumns = 4, ContactRows = 3;

    /// <summary>Draws one figure.</summary>
    /// <param name="recording">In memory or on disk.</param>
    /// <param name="figure">Which.</param>
    /// <param name="path">The file, PNG, SVG or PDF by its ending; replaced only with <see cref="PreviewOptions.Overwrite"/>.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException">The file has another ending, or an option is out of range.</exception>
    /// <exception cref="RecordingFormatException">The file exists.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(Recording recording, Figure figure, string path, PreviewOptions? options = null)
    {
        if (figure == Figure.Overview)
        {
            Preview.Save(recording, path, options);
            return;
        }
        options = (options ?? new PreviewOptions()).Checked(recording);
        if (figure == Figure.Statistics)
        {
            if (MovieStatistics.WhyNot(recording.Observed) is { } why) PictureFile.Save(path, 1160, 460, options, canvas => Theme.Absent(canvas, Theme.Panel(canvas, SKRect.Create(Edge, Edge, 1160 - 2 * Edge, 460 - 2 * Edge), "Statistics"), why));
            else StatisticsFigure.Save(MovieStatistics.Of(recording, options.Title ?? "Recording", new StatisticsOptions { Cancellation = options.Cancellation }), null, path, options);
            return;
        }
        var model = PictureModel.Of(recording, options);
        // Of one frame's shape; a very long or very tall field is not given more than these.
        var aspect = Math.Clamp((float)model.Movie.Height / Math.Max(model.Movie.Width, 1), 0.4f, 1.6f);
        switch (figure)
        {
            case Figure.Contact: Contact(model, path, aspect); break;
            case Figure.Projection: Projection(model, path, aspect); break;
            case Figure.Footprints: Page(model, path, 1200, (1200 - 2 * Edge) * aspect + Theme.HeadHeight, (canvas, area) => Panels.Footprints(canvas, area, model, 1.4f)); break;
            case Figure.Traces: Page(model, path, Width, 80 + 56 * Math.Max(model.Chosen.Length, 6), (canvas, area) => TracePanel.Draw(canvas, area, model)); break;
            case Figure.Indicator: Page(model, path, Width, 460, (canvas, area) => IndicatorFigure.OfRecording(canvas, area, model)); break;
            case Figure.Tuning: Page(model, path, 1200, 900, (canvas, area) => TuningPanel.Draw(canvas, area, model)); break;
            case Figure.Background: Page(model, path, Width, ((Width - 2 * Edge - 28) / 3 - 2 * Theme.Pad) * aspect + Theme.HeadHeight + Theme.Pad + 300, (canvas, area) => BackgroundPanel.Draw(canvas, area, model, aspect)); break;
            case Figure.Spectra: Page(model, path, 1200, 560, (canvas, area) => SpectraPanel.Draw(canvas, area, model)); break;
            default: throw new ArgumentOutOfRangeException(nameof(figure), figure, "there is no such figure.");
        }
    }

    private static void Contact(PictureModel model, string path, float aspect)
    {
        var frames = MovieSample.Evenly(model.Movie.Frames, ContactColumns * ContactRows);
        var columns = Math.Clamp(frames.Length, 1, ContactColumns);
        var rows = Math.Max(1, (frames.Length + columns - 1) / columns);
        var side = (Width - 2 * Edge - 2 * Theme.Pad - (ContactColumns - 1) * Gap) / ContactColumns;
        var width = 2 * Edge + 2 * Theme.Pad + columns * (side + Gap) - Gap;
        // One frame alone still has room for the heading.
        if (columns < ContactColumns) (side, width) = ((Width - 2 * Edge - 2 * Theme.Pad - (columns - 1) * Gap) / columns, Width);
        if (columns == 1) (side, width) = (900, 900 + 2 * Edge + 2 * Theme.Pad);
        var height = Theme.HeadHeight + rows * (side * aspect + 26) + Theme.Pad;
        Page(model, path, width, height, (canvas, area) =>
        {
            if (frames.Length == 0)
            {
                Theme.Absent(canvas, Theme.Panel(canvas, area, "Frames"), "no frames");
                return;
            }
            var range = MovieSample.Range(model.Sample.Values, 0.005, 0.9995);
            var room = Theme.Panel(canvas, area, "Frames", $"{model.ValueName} {Theme.Number(range.Low)} to {Theme.Number(range.High)}, one scale for all");
            for (var i = 0; i < frames.Length; i++)
            {
                float x = room.Left + i % columns * (side + Gap), y = room.Top + i / columns * (side * aspect + 26);
                Theme.Text(canvas, Theme.Seconds(model.SecondsAt(frames[i])), x, y + 14, 13, Theme.Ink, bold: true);
                Theme.Text(canvas, $"frame {frames[i]}", x + side, y + 14, 12, Theme.Soft, SKTextAlign.Right);
                ImagePanel.Image(canvas, SKRect.Create(x, y + 20, side, side * aspect), model, Panels.Read(model, frames[i]), range, Colormap.Ember, scaleBar: i == 0);
            }
        });
    }

    private static void Projection(PictureModel model, string path, float aspect)
    {
        var side = (Width - 2 * Edge - 2 * Gap) / 3;
        Page(model, path, Width, (side - 2 * Theme.Pad) * aspect + Theme.HeadHeight + Theme.Pad, (canvas, area) =>
        {
            var note = $"{model.Sample.Frames.Length} frames{(model.Sample.MotionUndone ? ", motion undone" : "")}";
            (string Title, float[] Image)[] all = [("Maximum", model.Sample.Max), ("Mean", model.Sample.Mean), ("Standard deviation", model.Sample.Std)];
            for (var i = 0; i < all.Length; i++)
            {
                var place = SKRect.Create(area.Left + i * (side + Gap), area.Top, side, area.Height);
                if (model.Sample.Frames.Length == 0) Theme.Absent(canvas, Theme.Panel(canvas, place, all[i].Title), "no frames");
                else ImagePanel.Draw(canvas, place, model, all[i].Title, note, all[i].Image, MovieSample.Range(all[i].Image), Colormap.Ember, model.ValueName);
            }
        });
    }

    private static void Page(PictureModel model, string path, float width, float height, Action<SKCanvas, SKRect> draw) =>
        PictureFile.Save(path, width, Edge + HeadPanel.Height + 2 + height + Edge, model.Options, canvas =>
        {
            HeadPanel.Draw(canvas, Edge, width - Edge, Edge - 6, model);
            draw(canvas, SKRect.Create(Edge, Edge + HeadPanel.Height + 2, width - 2 * Edge, height));
        });
}

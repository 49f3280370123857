using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>The image panels, as every figure shows them.</summary>
internal static class Panels
{
    /// <summary>The frame in which the cells are brightest.</summary>
    public static void Frame(SKCanvas canvas, SKRect area, PictureModel model)
    {
        if (model.ShownFrame < 0)
        {
            Theme.Absent(canvas, Theme.Panel(canvas, area, "Frame"), "no frames");
            return;
        }
        var image = Read(model, model.ShownFrame);
        ImagePanel.Draw(canvas, area, model, $"Frame {model.ShownFrame}", $"{Theme.Number(model.SecondsAt(model.ShownFrame))} s", image, MovieSample.Range(image, 0.005, 0.999), Colormap.Ember, model.ValueName);
    }

    /// <summary>The maximum projection under the cells' outlines.</summary>
    public static void Footprints(SKCanvas canvas, SKRect area, PictureModel model, float pen = 1.1f)
    {
        if (model.Sample.Frames.Length == 0)
        {
            Theme.Absent(canvas, Theme.Panel(canvas, area, "Maximum projection"), "no frames");
            return;
        }
        var note = model.Cells.Count == 0 ? "no cells" : model.Cells.All(c => c.Detectable) ? "all cells detectable" : "bright: detectable, grey: not";
        ImagePanel.Draw(canvas, area, model, "Maximum projection", $"{note}{(model.Sample.MotionUndone ? ", motion undone" : "")}", model.Sample.Max, MovieSample.Range(model.Sample.Max), Colormap.Slate, model.ValueName,
            (over, zoom) => ImagePanel.Outlines(over, zoom, model, pen));
    }

    public static float[] Read(PictureModel model, int frame)
    {
        var image = new float[model.Movie.Height * model.Movie.Width];
        model.Movie.ReadFrame(frame, image);
        return image;
    }
}

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
        ImagePanel.Draw(canvas, area, model, $"Frame {model.ShownFrame}", Theme.Seconds(model.SecondsAt(model.ShownFrame)), image, MovieSample.Range(image, 0.005, 0.999), Colormap.Ember, model.ValueName);
    }

    /// <summary>The maximum projection under the cells' outlines.</summary>
    public static void Footprints(SKCanvas canvas, SKRect area, PictureModel model, float pen = 1.1f)
    {
        if (model.Sample.Frames.Length == 0)
        {
            Theme.Absent(canvas, Theme.Panel(canvas, area, "Maximum projection"), "no frames");
            return;
        }
        List<string> notes = model.Cells.Count == 0 ? ["no cells"] : [];
        var image = model.Sample.Max;
        // What glows steadily would outshine the cells; without activity there is nothing else to see.
        if (model.Truth.C is not null && model.Sample.Frames.Length > 1)
        {
            notes.Add("less the mean");
            image = [.. image.Zip(model.Sample.Mean, (max, mean) => max - mean)];
        }
        if (model.Sample.MotionUndone) notes.Add("motion undone");
        ImagePanel.Draw(canvas, area, model, "Maximum projection", string.Join(", ", notes), image, MovieSample.Range(image, 0.05, 0.9985), Colormap.Slate, model.ValueName,
            (over, zoom) => ImagePanel.Outlines(over, zoom, model, pen), ImagePanel.Legend(model));
    }

    public static float[] Read(PictureModel model, int frame)
    {
        if (frame == model.ShownFrame) return model.Shown;
        var image = new float[model.Movie.Height * model.Movie.Width];
        model.Movie.ReadFrame(frame, image);
        return image;
    }
}

using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>An image in a card, with its colour bar, scale bar and, if wanted, the cells' outlines.</summary>
internal static class ImagePanel
{
    private const float BarWidth = 90;

    /// <summary>Draws the card; <paramref name="overlay"/> then draws on top, in pixels of the image.</summary>
    public static void Draw(SKCanvas canvas, SKRect area, PictureModel model, string title, string note, float[] image, (double Low, double High) range,
        Colormap colors, string unit, Action<SKCanvas, float>? overlay = null, IReadOnlyList<(string Text, SKColor Color)>? legend = null)
    {
        var labels = (Low: Theme.Number(range.Low), High: $"{Theme.Number(range.High)} {unit}");
        var reserve = BarWidth + 12 + Theme.Width(labels.Low, 11) + Theme.Width(labels.High, 11);
        var room = Theme.Panel(canvas, area, title, note, reserve + 8);
        ColorBar(canvas, area, labels, colors);
        Image(canvas, room, model, image, range, colors, overlay, legend: legend);
    }

    /// <summary>The image alone, as large as fits, in the middle; with its scale bar.</summary>
    public static void Image(SKCanvas canvas, SKRect room, PictureModel model, float[] image, (double Low, double High) range, Colormap colors,
        Action<SKCanvas, float>? overlay = null, bool scaleBar = true, IReadOnlyList<(string Text, SKColor Color)>? legend = null)
    {
        int height = model.Movie.Height, width = model.Movie.Width;
        var zoom = Math.Min(room.Width / width, room.Height / height);
        var target = SKRect.Create(room.MidX - width * zoom / 2, room.MidY - height * zoom / 2, width * zoom, height * zoom);
        using (var picture = Picture(image, height, width, range, colors))
        {
            var sampling = zoom * canvas.TotalMatrix.ScaleX < 0.9f ? new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear) : new SKSamplingOptions(SKCubicResampler.CatmullRom);
            canvas.DrawImage(picture, SKRect.Create(width, height), target, sampling);
        }
        canvas.Save();
        canvas.ClipRect(target);
        canvas.Save();
        // A pixel's index is its centre.
        canvas.Translate(target.Left + zoom / 2, target.Top + zoom / 2);
        canvas.Scale(zoom);
        overlay?.Invoke(canvas, zoom);
        canvas.Restore();
        // A movie alone does not say how large its pixels are.
        if (scaleBar && !model.Recording.IsMovieOnly) ScaleBar(canvas, target, model.PixelSizeUm / zoom);
        canvas.Restore();
        var x = target.Right - 10;
        foreach (var (text, color) in legend ?? [])
        {
            Theme.TextOver(canvas, text, x, target.Bottom - 11, 12, color, SKTextAlign.Right);
            x -= Theme.Width(text, 12, bold: true) + 12;
        }
    }

    /// <summary>What the colours of <see cref="Outlines"/> mean, from the right.</summary>
    public static IReadOnlyList<(string Text, SKColor Color)> Legend(PictureModel model)
    {
        var bright = model.Detectable;
        var dim = model.Cells.Count - bright;
        List<(string, SKColor)> legend = [];
        if (dim > 0) legend.Add(($"{dim} undetectable", new SKColor(0xFFB4BBC7)));
        if (model.Cells.Count > 0) legend.Add(($"{bright} detectable", Theme.OverImage.Detectable));
        return legend;
    }

    /// <summary>Outlines of all cells: the chosen ones in their colours with their numbers, the other detectable ones in blue, the
    /// undetectable ones grey; the less visible a cell, the fainter its outline. Returns how many cells of each kind were outlined.</summary>
    public static (int Detectable, int Undetectable) Outlines(SKCanvas canvas, float zoom, PictureModel model, float pen = 1.1f, bool numbers = true)
    {
        int detectable = 0, undetectable = 0;
        // A crowd of cells is drawn with a lighter hand, or nothing is seen beneath.
        var crowd = Math.Clamp((model.Cells.Count - 100) / 500f, 0, 1);
        using var dim = Theme.Stroke(Theme.OverImage.Undetectable, (0.9f - 0.2f * crowd) * pen / zoom);
        using var bright = Theme.Stroke(Theme.OverImage.Detectable, (1.1f - 0.3f * crowd) * pen / zoom);
        byte Alpha(PictureCell cell, float most) => (byte)Math.Clamp(most * (0.22f + 0.78f * cell.Visibility), 0, 255);
        foreach (var cell in model.Cells)
            if (!cell.Detectable && cell.Contours.Length > 0)
            {
                undetectable++;
                dim.Color = dim.Color.WithAlpha(Alpha(cell, 150 - 40 * crowd));
                Stroke(canvas, cell, dim);
            }
        foreach (var cell in model.Cells)
            if (cell.Detectable && cell.Contours.Length > 0)
            {
                detectable++;
                bright.Color = bright.Color.WithAlpha(Alpha(cell, 235 - 45 * crowd));
                Stroke(canvas, cell, bright);
            }
        for (var i = 0; i < model.Chosen.Length; i++)
        {
            using var own = Theme.Stroke(Theme.OverImage.Cell(i), 2 * pen / zoom);
            Stroke(canvas, model.Cells[model.Chosen[i]], own);
        }
        for (var i = 0; numbers && i < model.Chosen.Length; i++)
        {
            if (model.Cells[model.Chosen[i]].Contours.MaxBy(c => c.Length) is not { } points) continue;
            float right = points.Max(p => p.X), top = points.Min(p => p.Y), left = points.Min(p => p.X), bottom = points.Max(p => p.Y);
            var size = 13 / zoom;
            var atEdge = right + 1.4f * size > model.Movie.Width;
            canvas.Save();
            canvas.Translate(atEdge ? left - 2 / zoom : right + 2 / zoom, top < size ? bottom + size / 2 : top + 0.25f * size);
            canvas.Scale(1 / zoom);
            Theme.TextOver(canvas, $"{i + 1}", 0, 0, 13, Theme.OverImage.Cell(i), atEdge ? SKTextAlign.Right : SKTextAlign.Left);
            canvas.Restore();
        }
        return (detectable, undetectable);
    }

    private static void Stroke(SKCanvas canvas, PictureCell cell, SKPaint paint)
    {
        using var path = new SKPath();
        foreach (var contour in cell.Contours) path.AddPoly(contour, close: true);
        canvas.DrawPath(path, paint);
    }

    private static SKImage Picture(float[] image, int height, int width, (double Low, double High) range, Colormap colors)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var bytes = bitmap.GetPixelSpan();
        var factor = 1 / (range.High - range.Low);
        for (var i = 0; i < image.Length; i++)
        {
            var color = colors[(image[i] - range.Low) * factor];
            bytes[4 * i] = color.Red;
            bytes[4 * i + 1] = color.Green;
            bytes[4 * i + 2] = color.Blue;
            bytes[4 * i + 3] = 255;
        }
        return SKImage.FromBitmap(bitmap);
    }

    private static void ColorBar(SKCanvas canvas, SKRect area, (string Low, string High) labels, Colormap colors)
    {
        var right = area.Right - Theme.Pad;
        Theme.Text(canvas, labels.High, right, area.Top + 25, 11, Theme.Soft, SKTextAlign.Right);
        right -= Theme.Width(labels.High, 11) + 5;
        var bar = SKRect.Create(right - BarWidth, area.Top + 16, BarWidth, 10);
        for (var x = 0; x < BarWidth; x++)
        {
            using var paint = new SKPaint { Color = colors[x / (BarWidth - 1)] };
            canvas.DrawRect(bar.Left + x, bar.Top, 1, bar.Height, paint);
        }
        using (var rim = Theme.Stroke(Theme.Line, 1)) canvas.DrawRect(bar, rim);
        Theme.Text(canvas, labels.Low, bar.Left - 5, area.Top + 25, 11, Theme.Soft, SKTextAlign.Right);
    }

    /// <summary>A bar of a round length, about a fifth of the image.</summary>
    private static void ScaleBar(SKCanvas canvas, SKRect target, double umPerPixel)
    {
        var um = Chart.NiceStep(0.12 * target.Width * umPerPixel);
        var length = (float)(um / umPerPixel);
        var (x, y) = (target.Left + 12, target.Bottom - 14);
        using (var rim = Theme.Fill(new SKColor(0, 0, 0, 170))) canvas.DrawRect(x - 1.5f, y - 1.5f, length + 3, 6, rim);
        using (var bar = Theme.Fill(SKColors.White)) canvas.DrawRect(x, y, length, 3, bar);
        Theme.TextOver(canvas, $"{Theme.Number(um)} µm", x, y - 6, 12, SKColors.White);
    }
}

using Minisim.Formats.Pictures;
using SkiaSharp;

namespace Minisim.DocPages;

/// <summary>Brightness (row, column).</summary>
internal sealed record Image(int Height, int Width, float[] Values);

/// <summary>A picture of a page, drawn when its bytes are asked for; small enough for a repository.</summary>
internal sealed class Picture(string caption, Func<Func<int, byte[]>> make)
{
    /// <summary>Most bytes of a picture.</summary>
    public const int MaxBytes = 60_000;
    private const float Gap = 14, Head = 34;
    private const double Fps = 20;

    public string Caption => caption;

    /// <summary>PNG. Noise does not compress: images get as many levels of grey as fit.</summary>
    public byte[] Encode()
    {
        var draw = make();
        foreach (var levels in (int[])[256, 128, 96, 64, 48, 32, 24, 16, 12])
            if (draw(levels) is var png && png.Length <= MaxBytes)
                return png;
        throw new InvalidOperationException($"\"{caption}\" does not fit into {MaxBytes} bytes.");
    }

    /// <summary>Images side by side, each from its own 1st to its 99.8th percentile.</summary>
    public static Func<int, byte[]> Images(params (string Title, Image Image)[] images) => Draw([.. images.Select(i => (i.Title, i.Image, Span(i.Image.Values)))]);

    /// <summary>Without and with on one scale; the difference with none of it in the middle of the greys.</summary>
    public static Func<int, byte[]> WithAndWithout(Image without, Image with)
    {
        var span = Span([.. without.Values, .. with.Values]);
        var difference = new Image(with.Height, with.Width, [.. with.Values.Select((v, p) => v - without.Values[p])]);
        var reach = difference.Values.Select(Math.Abs).Order().ElementAt((int)(0.998 * (difference.Values.Length - 1)));
        return Draw([("without", without, span), ("with", with, span), ("difference", difference, (-Math.Max(reach, 1e-6f), Math.Max(reach, 1e-6f)))]);
    }

    private static (float Low, float High) Span(float[] values)
    {
        var sorted = values.Order().ToArray();
        var (low, high) = (sorted[(int)(0.01 * (sorted.Length - 1))], sorted[(int)(0.998 * (sorted.Length - 1))]);
        return (low, high > low ? high : low + 1);
    }

    private static Func<int, byte[]> Draw((string Title, Image Image, (float Low, float High) Span)[] panels) => levels =>
        Page(SKColorType.Gray8, Gap + panels.Sum(p => p.Image.Width + Gap), Head + panels.Max(p => p.Image.Height) + Gap, canvas =>
        {
            var x = Gap;
            foreach (var (title, image, (low, high)) in panels)
            {
                Theme.Text(canvas, title, x, Head - 11, 13, Theme.Ink, bold: true);
                using var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Gray8, SKAlphaType.Opaque));
                var pixels = bitmap.GetPixelSpan();
                for (var r = 0; r < image.Height; r++)
                    for (var c = 0; c < image.Width; c++)
                    {
                        var share = Math.Clamp((image.Values[r * image.Width + c] - low) / (high - low), 0, 1);
                        pixels[r * bitmap.RowBytes + c] = (byte)MathF.Round(MathF.Round(share * (levels - 1)) * 255 / (levels - 1));
                    }
                canvas.DrawBitmap(bitmap, x, Head);
                x += image.Width + Gap;
            }
        });

    /// <summary>Lines over time.</summary>
    public static Func<int, byte[]> Plot(string xName, string yName, IReadOnlyList<(double[] Values, SKColor Color)> lines) => _ =>
        Page(SKColorType.Rgba8888, 700, 260, canvas =>
        {
            double low = lines.Min(l => l.Values.Min()), high = lines.Max(l => l.Values.Max());
            var chart = new Chart(canvas, new SKRect(64, 16, 684, 216), 0, lines[0].Values.Length / Fps, low - 0.05 * (high - low), high + 0.05 * (high - low));
            chart.Axes(xName, yName);
            foreach (var (values, color) in lines) chart.Series(values, i => i / Fps, color, 1.4f);
        });

    /// <summary>Traces below each other, each with its spikes.</summary>
    public static Func<int, byte[]> Traces(string xName, string yName, IReadOnlyList<(string Name, double[] Values, bool[] Ticks)> traces) => _ =>
        Page(SKColorType.Rgba8888, 700, 50 + 92 * traces.Count, canvas =>
        {
            for (var k = 0; k < traces.Count; k++)
            {
                var (name, values, ticks) = traces[k];
                var plot = new SKRect(64, 16 + 92 * k, 684, 16 + 92 * k + 78);
                var chart = new Chart(canvas, plot, 0, values.Length / Fps, 0, values.Max() * 1.2);
                chart.Axes(k == traces.Count - 1 ? xName : "", yName, yTicks: 3);
                using (var stroke = Theme.Stroke(Theme.Faint, 1))
                    for (var t = 0; t < ticks.Length; t++)
                        if (ticks[t]) canvas.DrawLine(chart.X(t / Fps), plot.Bottom - 8, chart.X(t / Fps), plot.Bottom, stroke);
                chart.Series(values, i => i / Fps, Theme.CellColor(2 * k + 2), 1.4f);
                Theme.TextOver(canvas, name, plot.Right - 8, plot.Top + 16, 12, Theme.Ink, SKTextAlign.Right);
            }
        });

    private static byte[] Page(SKColorType color, float width, float height, Action<SKCanvas> draw)
    {
        using var surface = SKSurface.Create(new SKImageInfo((int)width, (int)height, color, color == SKColorType.Gray8 ? SKAlphaType.Opaque : SKAlphaType.Premul))
            ?? throw new InvalidOperationException($"no memory for a picture of {width} × {height} px.");
        surface.Canvas.Clear(Theme.Page);
        draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100) ?? throw new InvalidOperationException("the picture could not be encoded as PNG.");
        return png.ToArray();
    }
}

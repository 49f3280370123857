using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>A canvas that becomes a PNG file.</summary>
internal static class PictureFile
{
    /// <summary>Draws on a page of a size in layout pixels and writes it; the file appears whole or not at all.</summary>
    public static void Save(string path, float width, float height, double scale, Action<SKCanvas> draw)
    {
        if (!Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"{path}: pictures are PNG; name the file NAME.png.", nameof(path));
        var info = new SKImageInfo((int)Math.Round(width * scale), (int)Math.Round(height * scale), SKColorType.Rgba8888, SKAlphaType.Premul);
        using var surface = SKSurface.Create(info) ?? throw new InvalidOperationException($"no memory for a picture of {info.Width} × {info.Height} px.");
        surface.Canvas.Clear(Theme.Page);
        surface.Canvas.Scale((float)scale);
        draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100) ?? throw new InvalidOperationException("the picture could not be encoded as PNG.");
        WholeFile.Write(path, png.AsSpan(), overwrite: true);
    }
}

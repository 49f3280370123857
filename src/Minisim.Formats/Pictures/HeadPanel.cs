using System.Globalization;
using Minisim.Steps;
using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>What the picture is of, in three lines.</summary>
internal static class HeadPanel
{
    public const float Height = 86;

    public static void Draw(SKCanvas canvas, float left, float right, float top, PictureModel model)
    {
        var mark = $"minisim {Engine.Version}";
        Theme.Text(canvas, mark, right, top + 22, 12, Theme.Faint, SKTextAlign.Right);
        Theme.Text(canvas, Theme.Fit(model.Title, 24, right - left - Theme.Width(mark, 12) - 20, bold: true), left, top + 24, 24, Theme.Ink, bold: true);
        Theme.Text(canvas, Theme.Fit(string.Join("   ·   ", Facts(model)), 14, right - left), left, top + 48, 14, Theme.Soft);
        Chain(canvas, left, right, top + 60, model);
    }

    /// <summary>Size, length, cells and instrument, as short phrases.</summary>
    public static IReadOnlyList<string> Facts(PictureModel model)
    {
        var a = model.Spec.Acquisition;
        var movie = model.Movie;
        if (model.Recording.IsMovieOnly)
            return
            [
                $"{movie.Height} × {movie.Width} px",
                movie.Fps is { } fps ? $"{movie.Frames} frames at {fps.ToString("0.###", CultureInfo.InvariantCulture)} fps = {Theme.Number(movie.Frames / fps)} s" : $"{movie.Frames} frames",
                "a movie alone: no ground truth",
            ];
        var cells = model.Truth.NUnits == 0 ? "no cells" : $"{model.Truth.NUnits} cells in view, {model.Detectable} detectable";
        return
        [
            $"{movie.Height} × {movie.Width} px",
            $"{Theme.Number(movie.Height * model.PixelSizeUm)} × {Theme.Number(movie.Width * model.PixelSizeUm)} µm",
            $"{movie.Frames} frame{(movie.Frames == 1 ? "" : "s")} at {a.Fps.ToString("0.###", CultureInfo.InvariantCulture)} fps = {Theme.Number(movie.Frames / a.Fps)} s",
            cells,
            $"NA {a.Optics.Na.ToString("0.###", CultureInfo.InvariantCulture)}, {a.Optics.Magnification.ToString("0.##", CultureInfo.InvariantCulture)}×",
            $"seed {model.Spec.Seed}",
        ];
    }

    private static void Chain(SKCanvas canvas, float left, float right, float top, PictureModel model)
    {
        var x = left;
        if (model.Recording.IsMovieOnly) return;
        foreach (var name in model.Spec.Steps.Select(s => StepCatalog.Of(s).Kind.Replace('_', ' ')).DefaultIfEmpty("no steps"))
        {
            var width = Theme.Width(name, 11) + 16;
            if (x + width > right) break;
            using (var chip = Theme.Fill(Theme.Chip)) canvas.DrawRoundRect(SKRect.Create(x, top, width, 19), 9.5f, 9.5f, chip);
            Theme.Text(canvas, name, x + 8, top + 13.5f, 11, Theme.Soft);
            x += width + 6;
        }
    }
}

using System.Globalization;
using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>Colours, type and the few shapes that every panel is made of.</summary>
internal static class Theme
{
    [ThreadStatic]
    private static Palette? s_palette;
    [ThreadStatic]
    private static bool s_isTextDrawn;

    private static Palette Now => s_palette ?? Palette.Dark;

    public static SKColor Page => Now.Page;
    public static SKColor Card => Now.Card;
    public static SKColor Plot => Now.Plot;
    public static SKColor Line => Now.Line;
    public static SKColor Chip => Now.Chip;
    public static SKColor Ink => Now.Ink;
    public static SKColor Soft => Now.Soft;
    public static SKColor Faint => Now.Faint;
    public static SKColor Detectable => Now.Detectable;
    public static SKColor Undetectable => Now.Undetectable;
    public static SKColor Focus => Now.Focus;
    public static SKColor Vessel => Now.Vessel;
    public static SKColor Vertical => Now.Vertical;
    public static SKColor Horizontal => Now.Horizontal;
    /// <summary>What is drawn over images has the colours of the dark theme in any: images are dark on paper, too.</summary>
    public static Palette OverImage => Palette.Dark;

    /// <summary>Draws with a palette.</summary>
    /// <param name="palette">The colours.</param>
    /// <param name="textAsShapes">Whether letters become outlines, for files that do not carry the typeface.</param>
    /// <param name="draw">What to draw, on this thread.</param>
    public static void With(Palette palette, bool textAsShapes, Action draw)
    {
        var (before, drawn) = (s_palette, s_isTextDrawn);
        try
        {
            (s_palette, s_isTextDrawn) = (palette, textAsShapes);
            draw();
        }
        finally
        {
            (s_palette, s_isTextDrawn) = (before, drawn);
        }
    }

    // A bare machine has no fonts at all, so the pictures bring theirs; they also look the same everywhere.
    private static readonly SKTypeface Regular = Load("Inter-Regular.otf");
    private static readonly SKTypeface SemiBold = Load("Inter-SemiBold.otf");

    public const float Pad = 14;
    public const float HeadHeight = 40;

    public static SKColor CellColor(int index) => Now.Cell(index);

    private static SKTypeface Load(string name)
    {
        using var stream = typeof(Theme).Assembly.GetManifestResourceStream($"Minisim.Formats.Pictures.{name}")!;
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }

    public static SKPaint Fill(SKColor color) => new() { Color = color, IsAntialias = true };

    public static SKPaint Stroke(SKColor color, float width) =>
        new() { Color = color, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = width, StrokeJoin = SKStrokeJoin.Round, StrokeCap = SKStrokeCap.Round };

    /// <summary>Draws text on its baseline; returns its width.</summary>
    public static float Text(SKCanvas canvas, string text, float x, float y, float size, SKColor color, SKTextAlign align = SKTextAlign.Left, bool bold = false)
    {
        using var font = Font(text, size, bold);
        using var paint = Fill(color);
        Letters(canvas, text, x, y, align, font, paint);
        return font.MeasureText(text);
    }

    private static void Letters(SKCanvas canvas, string text, float x, float y, SKTextAlign align, SKFont font, SKPaint paint)
    {
        if (!s_isTextDrawn)
        {
            canvas.DrawText(text, x, y, align, font, paint);
            return;
        }
        var width = font.MeasureText(text);
        using var path = font.GetTextPath(text, new SKPoint(align switch { SKTextAlign.Right => x - width, SKTextAlign.Center => x - width / 2, _ => x }, y));
        canvas.DrawPath(path, paint);
    }

    /// <summary>As <see cref="Text"/>, with a rim, for text over something: dark unless another colour is named.</summary>
    public static void TextOver(SKCanvas canvas, string text, float x, float y, float size, SKColor color, SKTextAlign align = SKTextAlign.Left, bool bold = true, SKColor? rimColor = null)
    {
        using var font = Font(text, size, bold);
        using (var rim = Stroke(rimColor ?? new SKColor(0, 0, 0, 200), 3)) Letters(canvas, text, x, y, align, font, rim);
        using var paint = Fill(color);
        Letters(canvas, text, x, y, align, font, paint);
    }

    public static float Width(string text, float size, bool bold = false)
    {
        using var font = Font(text, size, bold);
        return font.MeasureText(text);
    }

    /// <summary>The text, cut with an ellipsis where it is wider than <paramref name="width"/>.</summary>
    public static string Fit(string text, float size, float width, bool bold = false)
    {
        if (Width(text, size, bold) <= width) return text;
        while (text.Length > 1 && Width(text + "…", size, bold) > width) text = text[..^1];
        return text.TrimEnd() + "…";
    }

    private static SKFont Font(string text, float size, bool bold)
    {
        var typeface = bold ? SemiBold : Regular;
        // A name in another script is drawn with the system's font, if it has one.
        if (!typeface.ContainsGlyphs(text))
            foreach (var rune in text.EnumerateRunes())
                if (typeface.GetGlyph(rune.Value) == 0 && SKFontManager.Default.MatchCharacter(rune.Value) is { } system)
                {
                    typeface = system;
                    break;
                }
        return new SKFont(typeface, size) { Edging = SKFontEdging.Antialias, Subpixel = true, Hinting = SKFontHinting.None };
    }

    /// <summary>A card with a heading; returns the room inside.</summary>
    public static SKRect Panel(SKCanvas canvas, SKRect area, string title, string note = "", float reserveRight = 0)
    {
        using (var card = Fill(Card)) canvas.DrawRoundRect(area, 8, 8, card);
        using (var rim = Stroke(Line, 1)) canvas.DrawRoundRect(area, 8, 8, rim);
        var width = Text(canvas, title, area.Left + Pad, area.Top + 26, 15, Ink, bold: true);
        var room = area.Width - 2 * Pad - width - 12 - reserveRight;
        if (note.Length > 0 && room > 40) Text(canvas, Fit(note, 12, room), area.Left + Pad + width + 12, area.Top + 26, 12, Soft);
        return new SKRect(area.Left + Pad, area.Top + HeadHeight, area.Right - Pad, area.Bottom - Pad);
    }

    /// <summary>Says in the middle of a panel why there is nothing.</summary>
    public static void Absent(SKCanvas canvas, SKRect room, string what)
    {
        using (var fill = Fill(Plot)) canvas.DrawRoundRect(room, 4, 4, fill);
        Text(canvas, Fit(what, 14, room.Width - 8), room.MidX, room.MidY + 5, 14, Faint, SKTextAlign.Center);
    }

    /// <summary>A time to a hundredth of a second.</summary>
    public static string Seconds(double seconds) => seconds.ToString("0.##", CultureInfo.InvariantCulture) + " s";

    /// <summary>A number as a person writes it.</summary>
    public static string Number(double value) => value < 0 ? "−" + Number(-value) : value switch
    {
        0 => "0",
        >= 1e6 => value.ToString("0.##e0", CultureInfo.InvariantCulture),
        >= 10_000 => value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u2009'),
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 0.01 => value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => value.ToString("0.#e0", CultureInfo.InvariantCulture),
    };
}

using System.Globalization;
using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>Colours, type and the few shapes that every panel is made of.</summary>
internal static class Theme
{
    public static readonly SKColor Page = new(0xFF0B0E14);
    public static readonly SKColor Card = new(0xFF131822);
    public static readonly SKColor Plot = new(0xFF0E121A);
    public static readonly SKColor Line = new(0xFF252D3B);
    public static readonly SKColor Ink = new(0xFFE8ECF3);
    public static readonly SKColor Soft = new(0xFFA3AEC0);
    public static readonly SKColor Faint = new(0xFF6B7689);
    public static readonly SKColor Detectable = new(0xFF5AD7FF);
    public static readonly SKColor Undetectable = new(0xFF8A93A3);
    public static readonly SKColor Focus = new(0xFFFFD166);
    public static readonly SKColor Vessel = new(0xFFFF6B6B);
    public static readonly SKColor Vertical = new(0xFF4DABF7);
    public static readonly SKColor Horizontal = new(0xFFFFA94D);

    private static readonly SKColor[] CellColors =
    [
        new(0xFFFF7B7B), new(0xFFFFA94D), new(0xFFFFD43B), new(0xFFB8E986), new(0xFF5FD97A), new(0xFF38D9A9),
        new(0xFF3BC9DB), new(0xFF5CB3FF), new(0xFF8C9EFF), new(0xFFC0A2FF), new(0xFFF48FC4), new(0xFFE6C9A0),
    ];

    // A bare machine has no fonts at all, so the pictures bring theirs; they also look the same everywhere.
    private static readonly SKTypeface Regular = Load("Inter-Regular.otf");
    private static readonly SKTypeface SemiBold = Load("Inter-SemiBold.otf");

    public const float Pad = 14;
    public const float HeadHeight = 40;

    public static SKColor CellColor(int index) => CellColors[index % CellColors.Length];

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
        canvas.DrawText(text, x, y, align, font, paint);
        return font.MeasureText(text);
    }

    /// <summary>As <see cref="Text"/>, with a dark rim, for text over images.</summary>
    public static void TextOver(SKCanvas canvas, string text, float x, float y, float size, SKColor color, SKTextAlign align = SKTextAlign.Left, bool bold = true)
    {
        using var font = Font(text, size, bold);
        using (var rim = Stroke(new SKColor(0, 0, 0, 200), 3)) canvas.DrawText(text, x, y, align, font, rim);
        using var paint = Fill(color);
        canvas.DrawText(text, x, y, align, font, paint);
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

using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>The colours of a theme.</summary>
internal sealed class Palette
{
    private readonly SKColor[] _cells;

    private Palette(params uint[] cells) => _cells = Array.ConvertAll(cells, c => new SKColor(0xFF000000 | c));

    /// <summary>For screens.</summary>
    public static Palette Dark { get; } = new(0xFF7B7B, 0xFFA94D, 0xFFD43B, 0xB8E986, 0x5FD97A, 0x38D9A9, 0x3BC9DB, 0x5CB3FF, 0x8C9EFF, 0xC0A2FF, 0xF48FC4, 0xE6C9A0)
    {
        Page = new(0xFF0B0E14),
        Card = new(0xFF131822),
        Plot = new(0xFF0E121A),
        Line = new(0xFF252D3B),
        Chip = new(0xFF1C2433),
        Ink = new(0xFFE8ECF3),
        Soft = new(0xFFA3AEC0),
        Faint = new(0xFF6B7689),
        Detectable = new(0xFF5AD7FF),
        Undetectable = new(0xFF8A93A3),
        Focus = new(0xFFFFD166),
        Vessel = new(0xFFFF6B6B),
        Vertical = new(0xFF4DABF7),
        Horizontal = new(0xFFFFA94D),
    };

    /// <summary>For paper and bright slides: the same hues, darker.</summary>
    public static Palette Light { get; } = new(0xD6336C, 0xC2570C, 0x9A6700, 0x5C8A00, 0x1F8A3B, 0x0B8A6A, 0x0C7F96, 0x1769C7, 0x4453C9, 0x7A42C8, 0xB0307F, 0x7A5A2B)
    {
        Page = new(0xFFFFFFFF),
        Card = new(0xFFFFFFFF),
        Plot = new(0xFFF6F7F9),
        Line = new(0xFFD5DAE1),
        Chip = new(0xFFECEFF3),
        Ink = new(0xFF14181F),
        Soft = new(0xFF4A5361),
        Faint = new(0xFF7B8493),
        Detectable = new(0xFF0B7FB5),
        Undetectable = new(0xFF8A93A3),
        Focus = new(0xFFB07A00),
        Vessel = new(0xFFC92A2A),
        Vertical = new(0xFF1769C7),
        Horizontal = new(0xFFC2570C),
    };

    /// <summary>The colours of a named theme.</summary>
    public static Palette Of(PictureTheme theme) => theme == PictureTheme.Light ? Light : Dark;

    public required SKColor Page { get; init; }
    public required SKColor Card { get; init; }
    public required SKColor Plot { get; init; }
    public required SKColor Line { get; init; }
    public required SKColor Chip { get; init; }
    public required SKColor Ink { get; init; }
    public required SKColor Soft { get; init; }
    public required SKColor Faint { get; init; }
    public required SKColor Detectable { get; init; }
    public required SKColor Undetectable { get; init; }
    public required SKColor Focus { get; init; }
    public required SKColor Vessel { get; init; }
    public required SKColor Vertical { get; init; }
    public required SKColor Horizontal { get; init; }

    /// <summary>The colour of a chosen cell.</summary>
    public SKColor Cell(int index) => _cells[index % _cells.Length];
}

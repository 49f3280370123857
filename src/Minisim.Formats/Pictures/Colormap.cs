using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>256 colours whose lightness rises evenly, so that equal steps look equal.</summary>
internal sealed class Colormap
{
    private readonly SKColor[] _table = new SKColor[256];

    private Colormap(params uint[] anchors)
    {
        for (var i = 0; i < _table.Length; i++)
        {
            var at = i / 255.0 * (anchors.Length - 1);
            var k = Math.Min((int)at, anchors.Length - 2);
            _table[i] = Mix(new SKColor(0xFF000000 | anchors[k]), new SKColor(0xFF000000 | anchors[k + 1]), at - k);
        }
    }

    /// <summary>Black through violet and orange to pale yellow.</summary>
    public static Colormap Ember { get; } = new(0x05060B, 0x190C2E, 0x3D0F5E, 0x66166E, 0x8E2468, 0xB63655, 0xD9513A, 0xF1791C, 0xFBA60D, 0xF8D748, 0xFCFFB4);
    /// <summary>Black to light grey with a touch of blue: dim enough that outlines are seen on the brightest cell.</summary>
    public static Colormap Slate { get; } = new(0x06080D, 0x121721, 0x202734, 0x323B4A, 0x475162, 0x5F6A7B, 0x7A8595, 0x97A1AF, 0xB5BDC8);
    /// <summary>Dark blue through green to yellow.</summary>
    public static Colormap Lagoon { get; } = new(0x0B0A1E, 0x2A1F5C, 0x3A4489, 0x31678E, 0x25848D, 0x1FA088, 0x4DC26C, 0x9BD93C, 0xFDE725);

    /// <summary>The colour of a value in [0, 1]; clamped, and the first colour for NaN.</summary>
    public SKColor this[double value] => _table[value > 0 ? (int)Math.Min(255, value * 255 + 0.5) : 0];

    private static SKColor Mix(SKColor a, SKColor b, double t) =>
        new(Mix(a.Red, b.Red, t), Mix(a.Green, b.Green, t), Mix(a.Blue, b.Blue, t));

    private static byte Mix(byte a, byte b, double t) => (byte)Math.Round(a + (b - a) * t);
}

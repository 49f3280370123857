using System.Buffers;
using System.Globalization;
using System.Text;

namespace Minisim;

/// <summary>Texts out of files, fit to be shown: names and numbers may hold what a terminal obeys.</summary>
internal static class VisibleText
{
    /// <summary>A message out of several parts: lines stay lines, all other controls are shown.</summary>
    public static string Message(string text) => Of(text).Replace("\t", "\\x09", StringComparison.Ordinal);

    /// <summary>A message of one line: line ends are shown, too.</summary>
    public static string Line(string text) => Message(text).Replace("\r", "\\x0d", StringComparison.Ordinal).Replace("\n", "\\x0a", StringComparison.Ordinal);

    /// <summary>Text without anything that a terminal acts upon: <c>ESC</c> becomes <c>\x1b</c>; so do the controls that turn the direction of writing. Line
    /// ends and tabs stay.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAny(Harmful) && !HasBareReturn(text)) return text;
        var clean = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r' ? i + 1 < text.Length && text[i + 1] == '\n' : !Harmful.Contains(c)) clean.Append(c);
            else if (c < 0x100) clean.Append("\\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
            else clean.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }
        return clean.ToString();
    }

    private static bool HasBareReturn(string text)
    {
        for (var i = text.IndexOf('\r', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\r', i + 1))
            if (i + 1 == text.Length || text[i + 1] != '\n')
                return true;
        return false;
    }

    // C0 but tab and line ends, DEL, C1, and the directional controls.
    private static readonly SearchValues<char> Harmful = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(i => (char)i).Where(c => c is not ('\t' or '\n' or '\r')), .. Enumerable.Range(0x7F, 0x21).Select(i => (char)i), '\u200E', '\u200F', '\u061C',
            .. Enumerable.Range(0x202A, 5).Select(i => (char)i), .. Enumerable.Range(0x2066, 4).Select(i => (char)i)]);
}

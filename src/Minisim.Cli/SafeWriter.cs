using System.Text;

namespace Minisim.Cli;

/// <summary>What the command says, with every control character made visible but line ends and tabs: names and texts come out of files,
/// and a terminal obeys what is hidden in them. What this program itself wants of the terminal goes through <see cref="WriteTrusted"/>.</summary>
/// <param name="inner">Where it goes.</param>
/// <param name="isVital">Whether output that cannot be written is an error; messages about errors have nowhere else to go.</param>
internal sealed class SafeWriter(TextWriter inner, bool isVital) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    /// <summary>The writer beneath.</summary>
    public TextWriter Inner => inner;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine(string? value) => Write((value + NewLine).AsSpan());

    public override void Write(ReadOnlySpan<char> buffer) => Put(Clean(buffer.ToString()));

    /// <summary>Colours and cursor movements of our own; no text of anybody's.</summary>
    public void WriteTrusted(string value) => Put(value);

    public override void Flush()
    {
        try
        {
            inner.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            if (isVital) throw OutputException.Of(e);
        }
    }

    private void Put(string text)
    {
        try
        {
            inner.Write(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            if (isVital) throw OutputException.Of(e);
        }
    }

    /// <summary>Text without anything that a terminal acts upon: <c>ESC</c> becomes <c>\x1b</c>; so do the controls that turn the direction of writing.</summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAny(Harmful) && !HasBareReturn(text)) return text;
        var clean = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r' ? i + 1 < text.Length && text[i + 1] == '\n' : !Harmful.Contains(c)) clean.Append(c);
            else if (c < 0x100) clean.Append("\\x").Append(((int)c).ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
            else clean.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
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
    private static readonly System.Buffers.SearchValues<char> Harmful = System.Buffers.SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(i => (char)i).Where(c => c is not ('\t' or '\n' or '\r')), .. Enumerable.Range(0x7F, 0x21).Select(i => (char)i), '\u200E', '\u200F', '\u061C',
            .. Enumerable.Range(0x202A, 5).Select(i => (char)i), .. Enumerable.Range(0x2066, 4).Select(i => (char)i)]);
}

/// <summary>The output cannot be written: whoever read it is gone, or its disk is full.</summary>
internal sealed class OutputException(string message, bool isReaderGone, Exception inner) : IOException(message, inner)
{
    /// <summary>Whether the other end of a pipe was closed.</summary>
    public bool IsReaderGone => isReaderGone;

    public static OutputException Of(Exception e)
    {
        const int brokenPipe = 32;
        if (e is OutputException known) return known;
        return e.HResult == brokenPipe
            ? new("whoever read the output has closed it.", true, e)
            : new($"the output cannot be written: {e.Message.TrimEnd('.')}.", false, e);
    }
}

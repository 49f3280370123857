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

    public override void Write(ReadOnlySpan<char> buffer) => Put(VisibleText.Of(buffer.ToString()));

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

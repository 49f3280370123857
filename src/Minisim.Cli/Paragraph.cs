namespace Minisim.Cli;

/// <summary>Text broken into lines at spaces.</summary>
internal static class Paragraph
{
    private const int Width = 100;

    /// <summary>Writes a paragraph.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="text">The text, on one line.</param>
    /// <param name="indent">Spaces before each line.</param>
    /// <param name="head">What stands before the first line instead of spaces; may be longer than they.</param>
    public static void Write(TextWriter writer, string text, int indent, string head = "")
    {
        var line = head.PadRight(indent);
        var isEmpty = true;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isEmpty && line.Length + 1 + word.Length > Width)
            {
                writer.WriteLine(line);
                line = new string(' ', indent);
                isEmpty = true;
            }
            line += isEmpty ? word : " " + word;
            isEmpty = false;
        }
        writer.WriteLine(line.TrimEnd());
    }
}

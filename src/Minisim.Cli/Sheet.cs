using Spectre.Console;

namespace Minisim.Cli;

/// <summary>Named values under headings: a table on a terminal, aligned plain lines in a pipe.</summary>
internal sealed class Sheet
{
    private readonly List<(string Heading, List<(string Name, string Value)> Rows)> _sections = [];

    public Sheet Section(string heading)
    {
        _sections.Add((heading, []));
        return this;
    }

    public Sheet Row(string name, FormattableString value) => Row(name, FormattableString.Invariant(value));

    public Sheet Row(string name, string value)
    {
        // The table goes to the terminal past the writer that would do it.
        _sections[^1].Rows.Add((VisibleText.Of(name), VisibleText.Of(value)));
        return this;
    }

    public void Write(TextWriter writer)
    {
        if (Terminal.HasColor(writer)) WriteTable();
        else WritePlain(writer);
    }

    private void WriteTable()
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "");
        foreach (var (heading, rows) in _sections)
        {
            table.AddRow(new Markup($"[bold]{Markup.Escape(heading)}[/]"), Text.Empty);
            foreach (var (name, value) in rows) table.AddRow(new Markup($"  [grey]{Markup.Escape(name)}[/]"), new Text(value));
        }
        AnsiConsole.Write(table);
    }

    private void WritePlain(TextWriter writer)
    {
        var width = _sections.SelectMany(s => s.Rows).Max(r => r.Name.Length);
        foreach (var (heading, rows) in _sections)
        {
            writer.WriteLine(heading);
            foreach (var (name, value) in rows) writer.WriteLine($"  {name.PadRight(width)}  {value}");
        }
    }
}

using System.Text;
using System.Text.RegularExpressions;

namespace Minisim.DocPages;

/// <summary>Doc comments as Markdown: code keeps its backquotes, and nothing else is taken for markup.</summary>
internal static partial class Markdown
{
    [GeneratedRegex(@"[\\*_\[\]]")]
    private static partial Regex Special();

    public static string Text(string text)
    {
        var parts = text.Split('`');
        for (var i = 0; i < parts.Length; i += 2) parts[i] = Special().Replace(parts[i], @"\$0").Replace("<", "&lt;");
        return string.Join('`', parts);
    }

    /// <summary>In a table a line may not break, and a bar would begin another column.</summary>
    public static string Cell(string text) => Text(text).Replace("\n\n", " ").Replace("|", @"\|");

    public static string Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new StringBuilder();
        Row(head);
        Row([.. head.Select(_ => "---")]);
        foreach (var row in rows) Row(row);
        return table.ToString();

        void Row(IReadOnlyList<string> cells) => table.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    /// <summary>"cell_activity" as a heading: "Cell activity".</summary>
    public static string Title(string name) => char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ');
}

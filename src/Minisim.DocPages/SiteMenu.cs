using System.Text;
using Minisim.Steps;

namespace Minisim.DocPages;

/// <summary>The menu of the site in mkdocs.yml: the steps in the order of the chain, and every page of docs/ under its own heading.</summary>
internal static class SiteMenu
{
    /// <summary>Pages that come first, in this order; the others follow by name.</summary>
    private static readonly string[] First = ["index.md", "concepts.md", "steps/spec.md", "steps/index.md", "studio.md", "python.md", "studies.md", "formats.md", "scoring.md"];

    /// <summary>The text of mkdocs.yml with its last part, the menu, as the pages are.</summary>
    public static string Update(string mkdocs, string docs)
    {
        var menu = new StringBuilder(mkdocs[..(mkdocs.IndexOf("\nnav:\n", StringComparison.Ordinal) + 1)]).Append("nav:\n");
        var others = Directory.EnumerateFiles(docs, "*.md", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(docs, f).Replace('\\', '/'))
            .Where(p => !p.StartsWith("steps/", StringComparison.Ordinal) && !First.Contains(p)).Order(StringComparer.Ordinal);
        foreach (var page in First.Concat(others))
        {
            if (!File.Exists(Path.Combine(docs, page))) continue;
            if (page == "steps/index.md")
            {
                menu.Append("  - Steps:\n      - All of them: steps/index.md\n");
                foreach (var kind in StepCatalog.Kinds) menu.Append($"      - {Markdown.Title(kind.Kind)}: steps/{kind.Kind}.md\n");
            }
            else menu.Append($"  - {(page == "index.md" ? "Getting started" : Heading(Path.Combine(docs, page)))}: {page}\n");
        }
        return menu.ToString();
    }

    // A colon would begin another value.
    private static string Heading(string path) =>
        File.ReadLines(path).FirstOrDefault(l => l.StartsWith("# ", StringComparison.Ordinal))?[2..].Replace(":", "").Replace("`", "").Trim() ?? Path.GetFileNameWithoutExtension(path);
}

using System.Reflection;
using System.Text;
using Minisim.Steps;

namespace Minisim.DocPages;

/// <summary>The generated pages: what every step and every field of a spec is, in the words of the code.</summary>
internal static class Pages
{
    private const string Origin = "<!-- Written by src/Minisim.DocPages from the doc comments: edit those, then run it. -->\n\n";

    /// <summary>File names in docs/steps and their text.</summary>
    public static IReadOnlyList<(string Name, string Text)> All() =>
    [
        ("index.md", Index()),
        ("spec.md", SpecPage()),
        .. StepCatalog.Kinds.Select(k => (k.Kind + ".md", StepPage(k))),
    ];

    private static string Index()
    {
        var page = new StringBuilder(Origin).Append("# The steps\n\nA recording is made by a chain of steps. A spec names those that it wants, in any order; they act in this one. "
            + "A step that is left out does nothing, and the others stay as they are.\n\n");
        page.Append(Markdown.Table(["step", "what it does"], StepCatalog.Kinds.Select(k => (string[])[$"[`{k.Kind}`]({k.Kind}.md)", Markdown.Cell(SpecDocs.Of(k.Type).Summary)])));
        return page.Append("\nInstrument, tissue, length, seed and what is kept are described in [The spec](spec.md). `minisim describe STEP` prints the same on a terminal, and "
            + "`minisim schema` gives it to editors.\n").ToString();
    }

    private static string SpecPage()
    {
        var page = new StringBuilder(Origin).Append("# The spec\n\n");
        var root = SpecTopic.All.First(t => t.Path == SpecTopic.Root);
        Words(page, root.Summary, root.Remarks);
        foreach (var topic in SpecTopic.All.TakeWhile(t => t.Path == SpecTopic.Root || t.Field is not null).Where(t => t.Record is not null))
        {
            if (topic != root)
            {
                page.Append($"\n## `{topic.Path}`\n\n");
                var (summary, remarks) = SpecDocs.Of(topic.Record!.Type);
                Words(page, summary, remarks);
            }
            Fields(page, topic);
            Maths(page, topic.Record!.Type, 3);
        }
        return page.ToString();
    }

    private static string StepPage(StepKind kind)
    {
        var topic = SpecTopic.All.First(t => t.Path == kind.Kind);
        var page = new StringBuilder(Origin).Append($"# {Markdown.Title(kind.Kind)}\n\n");
        Words(page, topic.Summary, topic.Remarks);
        page.Append($"![{Markdown.Text(StepPictures.Of(kind).Caption)}]({kind.Kind}.png)\n\n*{Markdown.Text(StepPictures.Of(kind).Caption)}*\n\n");

        page.Append("## Fields\n\n");
        if (topic.Record!.Fields.Count == 0) page.Append("None.\n");
        else Fields(page, topic);
        foreach (var list in topic.Fields.Where(f => f.Record is not null))
        {
            page.Append($"\n### `{list.Field!.Name}`\n\n");
            var (summary, remarks) = SpecDocs.Of(list.Record!.Type);
            Words(page, summary, remarks);
            Fields(page, list);
        }
        Maths(page, kind.Type, 2);

        page.Append("\n## In a spec\n\n```json\n").Append(StepSample.Json(kind)).Append("\n```\n");
        if (StepSample.Truth(kind) is { Count: > 0 } truth)
        {
            page.Append("\n## In the truth\n\nWhat the recording's ground truth holds because of it.\n\n");
            page.Append(Markdown.Table(["name", "axes", "unit", "what it is"],
                truth.Select(a => (string[])[$"`{a.Name}`", string.Join(", ", a.Axes), Markdown.Cell(a.Units ?? ""), Markdown.Cell(a.Description)])));
        }
        return page.ToString();
    }

    private static void Words(StringBuilder page, string summary, string remarks)
    {
        page.Append(Markdown.Text(summary)).Append("\n\n");
        if (remarks.Length > 0) page.Append(Markdown.Text(remarks)).Append("\n\n");
    }

    private static void Fields(StringBuilder page, SpecTopic topic)
    {
        page.Append(Markdown.Table(["field", "default", "unit", "range", "meaning"], topic.Fields.Select(f => (string[])
        [
            $"`{f.Field!.Name}`",
            f.Field.DefaultText() is { } text ? $"`{text}`" : "",
            Markdown.Cell(f.Field.Unit ?? ""),
            Markdown.Cell(f.Field.Range?.Text() ?? ""),
            Markdown.Cell(f.Remarks.Length == 0 ? f.Summary : f.Summary + " " + f.Remarks) + Choices(f.Field) + (f.Field.IsExtension ? " *Beyond the reference package.*" : ""),
        ])));
    }

    private static string Choices(SpecField field) => field.Shape.Choices is not { } choices ? ""
        : " " + string.Join(" ", choices.Names.Select((n, i) => $"`\"{n}\"`: {Markdown.Cell(SpecDocs.Of(field.Shape.Type, choices.Members[i]).Summary)}"));

    private static void Maths(StringBuilder page, Type type, int level)
    {
        var functions = type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(m => !m.IsSpecialName && m.DeclaringType == type && type != typeof(Spec)).OrderBy(m => m.MetadataToken).Select(m => m.Name).Distinct()
            .Select(n => (Name: n, Docs: SpecDocs.Of(type, n))).Where(f => f.Docs.Summary.Length > 0).ToArray();
        if (functions.Length == 0) return;
        page.Append($"\n{new string('#', level)} The maths\n\n");
        foreach (var (name, (summary, remarks)) in functions)
            page.Append($"- **`{name}`**: {Markdown.Text(summary)}{(remarks.Length == 0 ? "" : " " + Markdown.Text(remarks).Replace("\n\n", " "))}\n");
    }
}

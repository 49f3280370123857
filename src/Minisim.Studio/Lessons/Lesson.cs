using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Minisim.Studio.Http;

namespace Minisim.Studio.Lessons;

/// <summary>A lesson: a text file with a head of <c>title</c>, <c>question</c> and <c>order</c>, prose, live views (<c>```view</c>, JSON)
/// and answers (<c>```answer</c>).</summary>
internal sealed partial class Lesson
{
    private Lesson(string id, string title, string question, double order, List<(string Kind, string Text)> parts) => (Id, Title, Question, Order, Parts) = (id, title, question, order, parts);

    public string Id { get; }
    public string Title { get; }
    public string Question { get; }
    public double Order { get; }
    /// <summary>Parts in order: "text", "answer" or "view" with its JSON.</summary>
    public IReadOnlyList<(string Kind, string Text)> Parts { get; }

    /// <summary>Reads one.</summary>
    /// <exception cref="StudioError">The head is missing or a block does not end.</exception>
    public static Lesson Parse(string id, string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        Dictionary<string, string> head = [];
        var at = 1;
        if (lines[0].Trim() != "---") throw Broken(id, 1, "it must begin with --- and the lines title: and question:");
        for (; at < lines.Length && lines[at].Trim() != "---"; at++)
            if (lines[at].IndexOf(':') is > 0 and var colon) head[lines[at][..colon].Trim()] = lines[at][(colon + 1)..].Trim();
        if (at == lines.Length) throw Broken(id, at, "the head does not end: a line --- is missing");
        if (!head.TryGetValue("title", out var title) || !head.TryGetValue("question", out var question)) throw Broken(id, 1, "the head needs title: and question:");
        List<(string, string)> parts = [];
        var block = new StringBuilder();
        string? fence = null;
        var opened = 0;
        void End(string kind)
        {
            if (block.ToString().Trim() is { Length: > 0 } content) parts.Add((kind, content));
            block.Clear();
        }
        for (at++; at < lines.Length; at++)
        {
            var line = lines[at];
            if (fence is null && line.TrimEnd() is "```view" or "```answer")
            {
                End("text");
                (fence, opened) = (line.Trim()[3..], at + 1);
            }
            else if (fence is not null && line.TrimEnd() == "```")
            {
                End(fence);
                fence = null;
            }
            else block.Append(line).Append('\n');
        }
        if (fence is not null) throw Broken(id, opened, $"the block ```{fence} does not end");
        End("text");
        return new Lesson(id, title, question, head.TryGetValue("order", out var order) && double.TryParse(order, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 1000, parts);
    }

    /// <summary>The live views.</summary>
    /// <exception cref="StudioError">The JSON of one is broken.</exception>
    /// <exception cref="SpecException">A spec breaks its rules.</exception>
    public IReadOnlyList<LessonView> Views() => [.. Parts.Where(p => p.Kind == "view").Select((p, i) => LessonView.Parse($"{Id}, view {i + 1}", p.Text))];

    /// <summary>Every number that the text states.</summary>
    public IEnumerable<Claim> Claims()
    {
        var view = 0;
        foreach (var (kind, text) in Parts)
        {
            if (kind == "view")
            {
                view++;
                continue;
            }
            foreach (Match match in ClaimForm().Matches(text))
            {
                var number = match.Groups["value"].Value.Replace('−', '-');
                var decimals = number.IndexOf('.') is >= 0 and var dot ? number.Length - dot - 1 : 0;
                var tolerance = match.Groups["tolerance"] is { Success: true, Value: var t } ? Number(t) : 0.5000001 * Math.Pow(10, -decimals);
                yield return new Claim(Math.Max(0, view - 1), match.Groups["name"].Value, Number(number), tolerance);
            }
        }
    }

    /// <summary>What is left of the prose when claims, code and links are taken out: there may be no number in it.</summary>
    public string Unclaimed() => string.Join('\n', Parts.Where(p => p.Kind != "view").Select(p => Quoted().Replace(ClaimForm().Replace(p.Text, ""), "")));

    /// <summary>For a page.</summary>
    public JsonObject Report() => new()
    {
        ["id"] = Id,
        ["title"] = Title,
        ["question"] = Question,
        ["parts"] = new JsonArray([.. Parts.Select((p, i) => (JsonNode)(p.Kind == "view"
            ? new JsonObject { ["view"] = LessonView.Parse($"{Id}, view {Parts.Take(i + 1).Count(q => q.Kind == "view")}", p.Text).Report() }
            : new JsonObject { ["text"] = p.Text, ["answer"] = p.Kind == "answer" }))]),
    };

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static StudioError Broken(string id, int line, string why) => new(StatusCodes.Status422UnprocessableEntity, $"lessons/{id}.md, line {line}: {why}.");

    [GeneratedRegex(@"\{\{\s*(?<name>[\w.]+)\s*=\s*(?<value>[-−]?[0-9.]+)\s*(±\s*(?<tolerance>[0-9.]+)\s*)?\}\}")]
    private static partial Regex ClaimForm();

    [GeneratedRegex(@"`[^`]*`|\]\([^)]*\)")]
    private static partial Regex Quoted();
}

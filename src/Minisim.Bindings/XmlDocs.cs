using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Minisim.Bindings;

/// <summary>The XML documentation of an assembly as plain text.</summary>
internal sealed partial class XmlDocs
{
    private readonly Dictionary<string, XElement> _members;

    private XmlDocs(string path) =>
        _members = XDocument.Load(path).Descendants("member").GroupBy(m => (string)m.Attribute("name")!).ToDictionary(g => g.Key, g => g.First());

    public static XmlDocs Of(System.Reflection.Assembly assembly) => new(Path.ChangeExtension(assembly.Location, ".xml"));

    public string Summary(string member) => Find(member) is not { } found ? ""
        : (string?)found.Element("inheritdoc")?.Attribute("cref") is { } from ? Summary(from)
        : Text(found.Element("summary"));

    public string Remarks(string member) => Text(Find(member)?.Element("remarks"));

    public string Parameter(string member, string name) => Text(Find(member)?.Elements("param").FirstOrDefault(p => (string?)p.Attribute("name") == name));

    // A method is named with its parameters' types; ours have one method a name.
    private XElement? Find(string member) => _members.GetValueOrDefault(member) ?? _members.FirstOrDefault(m => m.Key.StartsWith(member + "(", StringComparison.Ordinal)).Value;

    private static string Text(XElement? element)
    {
        if (element is null) return "";
        foreach (var reference in element.Descendants().Where(e => e.Attribute("cref") is not null || e.Attribute("name") is not null || e.Attribute("langword") is not null).ToArray())
        {
            var name = ((string?)reference.Attribute("cref") ?? (string?)reference.Attribute("name") ?? (string?)reference.Attribute("langword"))!;
            reference.ReplaceWith(name[(name.LastIndexOf('.') + 1)..].Split('(')[0]);
        }
        return Spaces().Replace(element.Value, " ").Trim();
    }

    /// <summary>Lines of at most <paramref name="width"/> characters.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }
            line += (line.Length > 0 ? " " : "") + word;
        }
        if (line.Length > 0) yield return line;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

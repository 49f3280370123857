using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Minisim.SpecDocs;

/// <summary>Doc comments as plain text in which code stands between backquotes, and members of specs go by their names in JSON.</summary>
internal sealed class DocText(Compilation compilation, IReadOnlyList<INamedTypeSymbol> specTypes)
{
    /// <summary>Summary and remarks of a symbol; empty where there is none.</summary>
    public (string Summary, string Remarks) Of(ISymbol symbol)
    {
        // A comment may point to another, and that to a third.
        for (var hops = 0; hops < 5; hops++)
        {
            var xml = symbol.GetDocumentationCommentXml();
            if (string.IsNullOrWhiteSpace(xml)) return ("", "");
            XElement root;
            try
            {
                root = XElement.Parse(xml, LoadOptions.PreserveWhitespace);
            }
            catch (XmlException)
            {
                return ("", "");
            }
            if (root.Element("summary") is { } summary) return (Text(summary), Text(root.Element("remarks")));
            if (root.Element("inheritdoc")?.Attribute("cref")?.Value is not { } id || DocumentationCommentId.GetFirstSymbolForDeclarationId(id, compilation) is not { } next) return ("", "");
            symbol = next;
        }
        return ("", "");
    }

    private string Text(XElement? element)
    {
        if (element is null) return "";
        var text = new StringBuilder();
        Append(element, text);
        var paragraphs = Regex.Split(text.ToString(), "\n\\s*\n").Select(p => Regex.Replace(p, "\\s+", " ").Trim()).Where(p => p.Length > 0);
        return string.Join("\n\n", paragraphs);
    }

    private void Append(XElement element, StringBuilder text)
    {
        foreach (var node in element.Nodes())
        {
            if (node is XText plain) text.Append(plain.Value.Replace("\r", "").Replace("\n\n", "\n"));
            if (node is not XElement child) continue;
            switch (child.Name.LocalName)
            {
                case "c" or "code":
                    text.Append('`').Append(child.Value).Append('`');
                    break;
                case "see" or "seealso":
                    text.Append(child.Attribute("cref") is { } cref ? Named(cref.Value) : child.Attribute("langword")?.Value ?? (child.Value.Length > 0 ? child.Value : child.Attribute("href")?.Value));
                    break;
                case "paramref" or "typeparamref":
                    text.Append('`').Append(SpecName.Of(child.Attribute("name")?.Value ?? "")).Append('`');
                    break;
                case "para":
                    text.Append("\n\n");
                    Append(child, text);
                    text.Append("\n\n");
                    break;
                default:
                    Append(child, text);
                    break;
            }
        }
    }

    private string Named(string id)
    {
        var symbol = DocumentationCommentId.GetFirstSymbolForDeclarationId(id, compilation);
        var name = symbol switch
        {
            IPropertySymbol p when specTypes.Contains(p.ContainingType, SymbolEqualityComparer.Default) => SpecName.Of(p.Name),
            IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } f when specTypes.Contains(f.ContainingType, SymbolEqualityComparer.Default) => $"\"{SpecName.Of(f.Name)}\"",
            INamedTypeSymbol { BaseType.Name: "Step" } t => SpecName.OfStep(t.Name),
            null => id.Substring(id.LastIndexOf('.') + 1),
            _ => symbol.Name,
        };
        return $"`{name}`";
    }
}

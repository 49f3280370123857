using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Minisim.SpecDocs;

/// <summary>Carries the doc comments of everything that a spec is made of into the compiled library, also where it is compiled ahead:
/// help, schema and documentation pages print them, so that no text is written twice.</summary>
[Generator]
public sealed class SpecDocsGenerator : IIncrementalGenerator
{
    private static readonly DiagnosticDescriptor Missing = new("MINISIM001", "Doc comments are not parsed",
        "The texts of specs come from doc comments: build Minisim with GenerateDocumentationFile=true", "Minisim", DiagnosticSeverity.Error, isEnabledByDefault: true);

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context) =>
        context.RegisterSourceOutput(context.CompilationProvider, static (output, compilation) =>
        {
            if (compilation.SyntaxTrees.FirstOrDefault()?.Options.DocumentationMode == DocumentationMode.None)
                output.ReportDiagnostic(Diagnostic.Create(Missing, null));
            output.AddSource("SpecDocs.g.cs", Source(compilation));
        });

    private static string Source(Compilation compilation)
    {
        var types = SpecTypes.Reachable(compilation);
        var text = new DocText(compilation, types);
        var source = new StringBuilder("#nullable enable\nnamespace Minisim;\n\ninternal static partial class SpecDocs\n{\n    private static partial (string Summary, string Remarks) Text(string id) => id switch\n    {\n");
        var seen = new HashSet<string>();
        foreach (var type in types)
            foreach (var symbol in new ISymbol[] { type }.Concat(SpecTypes.Documented(type)))
            {
                var (summary, remarks) = text.Of(symbol);
                var id = SymbolEqualityComparer.Default.Equals(symbol, type) ? Name(type) : $"{Name(type)}.{symbol.Name}";
                // Of overloads the first speaks for all.
                if (summary.Length > 0 && seen.Add(id))
                    source.Append($"        {Literal(id)} => ({Literal(summary)}, {Literal(remarks)}),\n");
            }
        return source.Append("        _ => (\"\", \"\"),\n    };\n}\n").ToString();
    }

    private static string Name(ITypeSymbol type) => $"{type.ContainingNamespace.ToDisplayString()}.{type.Name}";

    private static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}

using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Minisim.SpecDocs;

/// <summary>What specs are made of, as the compiler sees it.</summary>
internal static class SpecTypes
{
    /// <summary>The spec, every step, and what their fields hold, in a fixed order.</summary>
    public static IReadOnlyList<INamedTypeSymbol> Reachable(Compilation compilation)
    {
        var found = new List<INamedTypeSymbol>();
        if (compilation.GetTypeByMetadataName("Minisim.Spec") is not { } spec || compilation.GetTypeByMetadataName("Minisim.Steps.Step") is not { } step) return found;
        var open = new Queue<ITypeSymbol>();
        open.Enqueue(spec);
        foreach (var type in step.ContainingNamespace.GetTypeMembers().Where(t => DerivesFrom(t, step)).OrderBy(t => t.Name, System.StringComparer.Ordinal)) open.Enqueue(type);
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        while (open.Count > 0)
        {
            if (open.Dequeue() is not INamedTypeSymbol type || !seen.Add(type)) continue;
            foreach (var argument in type.TypeArguments) open.Enqueue(argument);
            if (!SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly) || type.TypeArguments.Length > 0) continue;
            found.Add(type);
            foreach (var property in type.GetMembers().OfType<IPropertySymbol>().Where(IsField)) open.Enqueue(property.Type);
        }
        return found;
    }

    /// <summary>Public members with a doc comment of their own: fields of the spec, members of an enumeration, the maths.</summary>
    public static IEnumerable<ISymbol> Documented(INamedTypeSymbol type) =>
        type.GetMembers().Where(m => m.DeclaredAccessibility == Accessibility.Public && !m.IsImplicitlyDeclared && m is IPropertySymbol or IFieldSymbol
            || m is IMethodSymbol { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Public, IsImplicitlyDeclared: false });

    public static bool IsField(IPropertySymbol property) => property is { DeclaredAccessibility: Accessibility.Public, IsStatic: false, SetMethod: not null };

    public static bool DerivesFrom(INamedTypeSymbol type, INamedTypeSymbol root)
    {
        for (var t = type.BaseType; t is not null; t = t.BaseType)
            if (SymbolEqualityComparer.Default.Equals(t, root))
                return true;
        return false;
    }
}

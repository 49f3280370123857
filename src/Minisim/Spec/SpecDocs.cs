namespace Minisim;

/// <summary>The doc comments of what specs are made of, as text in which code stands between backquotes.</summary>
internal static partial class SpecDocs
{
    /// <summary>Summary and remarks of a type; empty where it has none.</summary>
    public static (string Summary, string Remarks) Of(Type type) => Text(type.FullName!);

    /// <summary>The same of a member: a field of a spec, a member of an enumeration, a public function.</summary>
    public static (string Summary, string Remarks) Of(Type type, string member) => Text($"{type.FullName}.{member}");

    /// <summary>Without the backquotes, for places that print plain text.</summary>
    public static string Plain(string text) => text.Replace("`", "");

    // Written by Minisim.SpecDocs when the library is compiled.
    private static partial (string Summary, string Remarks) Text(string id);
}

using System.Text;

namespace Minisim.SpecDocs;

/// <summary>Names in a spec from names in code.</summary>
internal static class SpecName
{
    /// <summary>snake_case as the library writes it, <c>NPxHeight</c> as <c>n_px_height</c>. A test holds the two together.</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])))) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }

    /// <summary>The kind of a step from its record's name: <c>OpticsStep</c> is <c>optics</c>.</summary>
    public static string OfStep(string name) => Of(name.EndsWith("Step", System.StringComparison.Ordinal) ? name.Substring(0, name.Length - 4) : name);
}

namespace Minisim;

/// <summary>Specs as JSON, with the reference's names.</summary>
public static class SpecJson
{
    /// <summary>The complete JSON of a spec: every field written, steps in canonical order.</summary>
    public static string Write(Spec spec, bool indented = true) => throw new NotImplementedException();

    /// <summary>Parses and validates a spec.</summary>
    /// <exception cref="SpecException">With every problem of the text.</exception>
    public static Spec Parse(string json) => throw new NotImplementedException();
}

namespace Minisim;

/// <summary>Rules of a spec.</summary>
public static class SpecValidator
{
    /// <summary>Returns the warnings of a spec.</summary>
    /// <exception cref="SpecException">It has errors.</exception>
    public static IReadOnlyList<Problem> Validate(Spec spec) => [];
}

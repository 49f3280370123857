namespace Minisim;

/// <summary>The texts that a field may take.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOfAttribute(params string[] values) : Attribute
{
    /// <summary>The allowed texts.</summary>
    public IReadOnlyList<string> Values { get; } = values;
}

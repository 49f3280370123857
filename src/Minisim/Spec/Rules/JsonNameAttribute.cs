namespace Minisim;

/// <summary>The name of a field or of a member of an enumeration in a spec, where it is not its own in snake_case.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class JsonNameAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}

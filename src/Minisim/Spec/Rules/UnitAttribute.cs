namespace Minisim;

/// <summary>Physical unit of a spec field, as printed in help, schema and error texts.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UnitAttribute(string unit) : Attribute
{
    /// <summary>The unit, e.g. "µm".</summary>
    public string Unit { get; } = unit;
}

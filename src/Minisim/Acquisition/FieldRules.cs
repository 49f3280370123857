namespace Minisim;

/// <summary>Physical unit of a spec field, as printed in help, schema and error texts.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UnitAttribute(string unit) : Attribute
{
    /// <summary>The unit, e.g. "µm".</summary>
    public string Unit { get; } = unit;
}

/// <summary>The interval that a number in a spec must lie in; for a list of numbers, each of them.
/// NaN and infinities never pass.</summary>
[AttributeUsage(AttributeTargets.Property)]
public class RangeAttribute(double min, double max, bool minOpen = false, bool maxOpen = false) : Attribute
{
    /// <summary>Lower end.</summary>
    public double Min { get; } = min;
    /// <summary>Upper end.</summary>
    public double Max { get; } = max;
    /// <summary>Whether <see cref="Min"/> itself is excluded.</summary>
    public bool MinOpen { get; } = minOpen;
    /// <summary>Whether <see cref="Max"/> itself is excluded.</summary>
    public bool MaxOpen { get; } = maxOpen;

    /// <summary>Whether <paramref name="value"/> lies in the interval.</summary>
    public bool Contains(double value) =>
        double.IsFinite(value) && (MinOpen ? value > Min : value >= Min) && (MaxOpen ? value < Max : value <= Max);

    /// <summary>The rule in words: "must be &gt; 0", "must be in (0, 1]".</summary>
    public string Describe() => (double.IsInfinity(Min), double.IsInfinity(Max)) switch
    {
        (false, true) => FormattableString.Invariant($"must be {(MinOpen ? ">" : "≥")} {Min}"),
        (true, false) => FormattableString.Invariant($"must be {(MaxOpen ? "<" : "≤")} {Max}"),
        (true, true) => "must be a finite number",
        _ => FormattableString.Invariant($"must be in {(MinOpen ? "(" : "[")}{Min}, {Max}{(MaxOpen ? ")" : "]")}"),
    };
}

/// <summary>Must be &gt; 0; the upper end, where there is one, keeps products inside the range of a float or a computation inside
/// memory, far beyond any instrument or tissue.</summary>
public sealed class PositiveAttribute(double max = double.PositiveInfinity) : RangeAttribute(0, max, minOpen: true);

/// <summary>Must be ≥ 0; for the upper end see <see cref="PositiveAttribute"/>.</summary>
public sealed class NonNegativeAttribute(double max = double.PositiveInfinity) : RangeAttribute(0, max);

/// <summary>The texts that a field may take.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOfAttribute(params string[] values) : Attribute
{
    /// <summary>The allowed texts.</summary>
    public IReadOnlyList<string> Values { get; } = values;
}

/// <summary>The JSON of an unset (null) value is the text "auto" instead of null.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AutoAttribute : Attribute;

/// <summary>An extension beyond the reference: left out of the JSON while it has its default.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExtensionAttribute : Attribute;

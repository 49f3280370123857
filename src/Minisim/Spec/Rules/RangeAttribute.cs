namespace Minisim;

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

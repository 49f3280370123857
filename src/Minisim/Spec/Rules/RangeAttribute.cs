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
    public string Describe() => "must be " + Text();

    /// <summary>The interval: "&gt; 0", "in (0, 1]".</summary>
    internal string Text() => (double.IsInfinity(Min), double.IsInfinity(Max)) switch
    {
        (false, true) => FormattableString.Invariant($"{(MinOpen ? ">" : "≥")} {Min}"),
        (true, false) => FormattableString.Invariant($"{(MaxOpen ? "<" : "≤")} {Max}"),
        (true, true) => "a finite number",
        _ => FormattableString.Invariant($"in {(MinOpen ? "(" : "[")}{Min}, {Max}{(MaxOpen ? ")" : "]")}"),
    };
}

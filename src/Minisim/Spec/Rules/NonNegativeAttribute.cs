namespace Minisim;

/// <summary>Must be ≥ 0; for the upper end see <see cref="PositiveAttribute"/>.</summary>
public sealed class NonNegativeAttribute(double max = double.PositiveInfinity) : RangeAttribute(0, max);

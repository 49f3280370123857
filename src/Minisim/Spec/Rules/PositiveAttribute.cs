namespace Minisim;

/// <summary>Must be &gt; 0; the upper end, where there is one, keeps products inside the range of a float or a computation inside
/// memory, far beyond any instrument or tissue.</summary>
public sealed class PositiveAttribute(double max = double.PositiveInfinity) : RangeAttribute(0, max, minOpen: true);

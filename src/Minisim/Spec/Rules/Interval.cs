using System.Collections;
using System.Runtime.CompilerServices;

namespace Minisim;

/// <summary>An interval, in JSON <c>[min, max]</c>.</summary>
public readonly record struct Interval(double Min, double Max)
{
    /// <summary>Max − Min.</summary>
    public double Length => Max - Min;
}

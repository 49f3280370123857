using System.Collections;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>A value with its 95 % interval.</summary>
/// <param name="Value">The value.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Bounded(double Value, double Low, double High);

namespace Minisim.Studio.Lessons;

/// <summary>A number in a lesson that a test asserts: <c>{{name = 0.37 ± 0.01}}</c>, of the last live view before it.</summary>
/// <param name="View">Which live view.</param>
/// <param name="Measure">Name of a measure, <c>b.</c> before it for the second spec of the view.</param>
/// <param name="Value">What the lesson says.</param>
/// <param name="Tolerance">What it may be off; without ±, half a unit of the last digit.</param>
internal readonly record struct Claim(int View, string Measure, double Value, double Tolerance);

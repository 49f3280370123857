namespace Minisim.Studies;

/// <summary>One point of a sweep.</summary>
/// <param name="Spec">The spec, validated.</param>
/// <param name="Values">Path and JSON value of every axis.</param>
public sealed record SweepPoint(Spec Spec, IReadOnlyList<KeyValuePair<string, string>> Values)
{
    /// <summary>The value of an axis as a number.</summary>
    /// <exception cref="ArgumentException">There is no such axis, or its value is no number.</exception>
    public double Number(string path) => Values.FirstOrDefault(v => v.Key == path).Value is { } text && double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new ArgumentException($"the sweep has no number at {path}", nameof(path));

    /// <summary>"seed=1, acquisition.optics.na=0.2": names the case in a test.</summary>
    public override string ToString() => string.Join(", ", Values.Select(v => $"{v.Key}={v.Value}"));
}

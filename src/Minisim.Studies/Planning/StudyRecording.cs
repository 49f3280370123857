namespace Minisim.Studies;

/// <summary>One recording of a plan: a combination of the axes' values, under a variant.</summary>
/// <param name="Key">Cache key of its spec.</param>
/// <param name="Variant">Name of the variant; empty without variants.</param>
/// <param name="Values">Path and JSON value of every axis, in the study's order.</param>
public sealed record StudyRecording(string Key, string Variant, IReadOnlyList<KeyValuePair<string, string>> Values)
{
    /// <summary>"seed=1, acquisition.optics.na=0.2, no_vessels".</summary>
    public override string ToString() =>
        string.Join(", ", Values.Select(v => $"{v.Key}={ProblemList.Shorten(v.Value)}").Concat(Variant.Length > 0 ? [Variant] : [])) is { Length: > 0 } text ? text : "the base";
}

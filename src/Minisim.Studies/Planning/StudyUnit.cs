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

/// <summary>One unit of work: a pipeline with its parameters on a recording, and the score of it.</summary>
/// <param name="Key">Stable hash (20 hex digits) of all that its result depends on: the recording, the pipeline with its parameters and
/// watched files, how it is scored, versions.</param>
/// <param name="Recording">The recording.</param>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Params">Name and JSON value of its parameters.</param>
public sealed record StudyUnit(string Key, StudyRecording Recording, string Pipeline, IReadOnlyList<KeyValuePair<string, string>> Params)
{
    /// <summary>The pipeline with its parameters: <c>mine gSig=3</c>.</summary>
    public string Entrant => StudyPlan.Entrant(Pipeline, Params);

    /// <inheritdoc/>
    public override string ToString() => $"{Entrant} on {Recording}";
}

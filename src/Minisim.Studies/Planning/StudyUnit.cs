namespace Minisim.Studies;

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

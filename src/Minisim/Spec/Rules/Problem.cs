namespace Minisim;

/// <summary>One thing wrong (an error) or odd (a warning) in a spec: where, what and why, what to do.</summary>
/// <param name="Path">JSON path, e.g. <c>steps[1] (cell_activity).tau_decay_s</c>.</param>
/// <param name="Value">The offending value as JSON text, or null where a value is missing.</param>
/// <param name="Reason">The rule that it breaks.</param>
/// <param name="Remedy">What to do about it.</param>
/// <param name="IsWarning">Odd but legal: the run goes on.</param>
public sealed record Problem(string Path, string? Value, string Reason, string Remedy, bool IsWarning = false)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}{(Value is null ? "" : $" = {Value}")}: {Reason}{(Remedy.Length == 0 ? "" : $" {Remedy}")}";
}

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

/// <summary>Collects all problems of a spec, so that they are reported together.</summary>
internal sealed class ProblemList
{
    private readonly List<Problem> _items = [];

    public IReadOnlyList<Problem> Items => _items;
    public bool HasErrors => _items.Exists(p => !p.IsWarning);
    public void Error(string path, string? value, string reason, string remedy = "") => _items.Add(new(path, value, reason, remedy));
    public void Warn(string path, string? value, string reason, string remedy = "") => _items.Add(new(path, value, reason, remedy, true));
}

/// <summary>A spec that breaks its rules. Carries every problem, not only the first.</summary>
public sealed class SpecException(IReadOnlyList<Problem> problems)
    : Exception(string.Join(Environment.NewLine, problems.Where(p => !p.IsWarning)))
{
    /// <summary>All problems found, warnings included.</summary>
    public IReadOnlyList<Problem> Problems { get; } = problems;
}

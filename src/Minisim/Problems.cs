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
    /// <summary>Problems kept; a list of a million bad positions must not become a million texts.</summary>
    public const int Capacity = 1000;
    /// <summary>Longest value shown in a message.</summary>
    public const int ValueLength = 60;

    private readonly List<Problem> _items = [];

    public IReadOnlyList<Problem> Items => _items;
    public bool IsFull => _items.Count >= Capacity;
    public bool HasErrors => _items.Exists(p => !p.IsWarning);
    public void Error(string path, string? value, string reason, string remedy = "") => Add(new(path, Shorten(value), reason, remedy));
    public void Warn(string path, string? value, string reason, string remedy = "") => Add(new(path, Shorten(value), reason, remedy, true));

    public void Add(Problem problem)
    {
        if (!IsFull) _items.Add(problem);
    }

    /// <summary>Text that fits into a message: on one line, without control characters, cut at <see cref="ValueLength"/>.</summary>
    public static string? Shorten(string? text)
    {
        if (text is null) return null;
        var cut = text.Length > ValueLength ? text[..(ValueLength - 1)] : text;
        if (cut.AsSpan().ContainsAnyInRange('\0', '\x1f') || cut.AsSpan().ContainsAnyInRange('\x7f', '\x9f'))
            cut = string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c));
        if (cut.Length > 0 && char.IsHighSurrogate(cut[^1])) cut = cut[..^1];
        return text.Length > ValueLength ? cut + "…" : cut;
    }
}

/// <summary>A spec that breaks its rules. Carries every problem, not only the first.</summary>
public sealed class SpecException(IReadOnlyList<Problem> problems) : Exception(Describe(problems))
{
    /// <summary>Problems written out in <see cref="Exception.Message"/>.</summary>
    public const int MaxDescribed = 50;

    /// <summary>All problems found, warnings included (at most 1000).</summary>
    public IReadOnlyList<Problem> Problems { get; } = problems;

    private static string Describe(IReadOnlyList<Problem> problems)
    {
        var errors = problems.Where(p => !p.IsWarning).ToArray();
        var text = string.Join(Environment.NewLine, errors.Take(MaxDescribed));
        return errors.Length > MaxDescribed ? $"{text}{Environment.NewLine}… and {errors.Length - MaxDescribed} more" : text;
    }
}

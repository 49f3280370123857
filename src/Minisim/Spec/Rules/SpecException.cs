namespace Minisim;

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

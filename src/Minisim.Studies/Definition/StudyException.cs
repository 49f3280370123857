using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>A study file that breaks its rules, or a plan that cannot be carried out. Carries every problem.</summary>
public sealed class StudyException(IReadOnlyList<Problem> problems) : Exception(Describe(problems))
{
    /// <summary>All problems found, warnings included (at most 1000).</summary>
    public IReadOnlyList<Problem> Problems { get; } = problems;

    /// <summary>One problem.</summary>
    public StudyException(string path, string? value, string reason, string remedy) : this([new Problem(path, value, reason, remedy)]) { }

    private static string Describe(IReadOnlyList<Problem> problems) => new SpecException(problems).Message;
}

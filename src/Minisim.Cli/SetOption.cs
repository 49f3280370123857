using System.CommandLine;

namespace Minisim.Cli;

/// <summary>The option <c>--set path=value</c>, shared by the commands that take a spec.</summary>
internal static class SetOption
{
    public static Option<string[]> Create() => new("--set")
    {
        Description = "Set any value of the spec, e.g. acquisition.fps=30 or steps.cell_activity.tau_decay_s=0.4 (steps by kind, or as the flags call them: steps.motion, steps.vessels; one that is missing is added; null removes it; fps, duration and size=HxW as 'minisim new' has them). Repeatable.",
        HelpName = "path=value",
        DefaultValueFactory = _ => [],
    };

    /// <summary>The spec with the values of the option set.</summary>
    /// <exception cref="UsageException">One is not of the form path=value.</exception>
    /// <exception cref="SpecException">A path names nothing, or the result breaks a rule.</exception>
    public static Spec Apply(Spec spec, IReadOnlyList<string> assignments) =>
        assignments.Count == 0 ? spec : SpecJson.With(spec, assignments.Select(Split));

    private static KeyValuePair<string, string> Split(string assignment)
    {
        var at = assignment.IndexOf('=', StringComparison.Ordinal);
        return at > 0
            ? new(assignment[..at].Trim(), assignment[(at + 1)..].Trim())
            : throw new UsageException($"--set {assignment}: write path=value, e.g. --set acquisition.fps=30.");
    }
}

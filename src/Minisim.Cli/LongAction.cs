using System.CommandLine;

namespace Minisim.Cli;

/// <summary>Actions that take long enough to be stopped.</summary>
internal static class LongAction
{
    /// <summary>How long a stopped run may take to leave its files in order.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    /// <summary>Runs an action on a thread of its own. The command line listens for Ctrl-C only once an action has handed back its
    /// task, so one that works before that would be cut off instead of told.</summary>
    public static void SetLongAction(this Command command, Func<ParseResult, CancellationToken, int> action) =>
        command.SetAction((result, cancellation) => Task.Run(() => action(result, cancellation), CancellationToken.None));
}

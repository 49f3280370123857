namespace Minisim.Cli;

/// <summary>Exit codes, for scripts: the same for every command. docs/robustness.md has them as a table.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;
    /// <summary>It was asked for rightly, and failed: a file cannot be read, trusted or written, memory ran out.</summary>
    public const int Failed = 1;
    /// <summary>Wrong use, or a spec that breaks its rules.</summary>
    public const int BadInput = 2;
    /// <summary>Ctrl-C, as shells have it: 128 + SIGINT.</summary>
    public const int Interrupted = 130;
    /// <summary>Whoever read the output closed it: 128 + SIGPIPE.</summary>
    public const int ReaderGone = 141;
    /// <summary>Told to end: 128 + SIGTERM.</summary>
    public const int Terminated = 143;
}

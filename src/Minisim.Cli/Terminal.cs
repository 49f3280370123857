namespace Minisim.Cli;

/// <summary>Whether somebody is looking: colour and tables are for people, plain lines for pipes.</summary>
internal static class Terminal
{
    /// <summary>Whether the writer is the console's and that is a terminal.</summary>
    public static bool IsTerminal(TextWriter writer)
    {
        if (writer is SafeWriter safe) writer = safe.Inner;
        return (ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected) || (ReferenceEquals(writer, Console.Error) && !Console.IsErrorRedirected);
    }

    /// <summary>Whether to colour: a terminal, and the user has not declined (no-color.org).</summary>
    public static bool HasColor(TextWriter writer) =>
        IsTerminal(writer) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>Writes a word that says what kind of message follows: red for errors, yellow for warnings.</summary>
    public static void WriteLabel(TextWriter writer, string word, bool isError)
    {
        if (HasColor(writer) && writer is SafeWriter safe) safe.WriteTrusted($"\e[{(isError ? 31 : 33)}m{word}\e[0m");
        else writer.Write(word);
    }

    /// <summary>Prints warnings, one a line.</summary>
    public static void Warn(TextWriter writer, IEnumerable<Problem> problems)
    {
        foreach (var problem in problems.Where(p => p.IsWarning))
        {
            WriteLabel(writer, "warning:", isError: false);
            writer.WriteLine($" {problem}");
        }
    }
}

namespace Minisim.Cli;

/// <summary>Whether somebody is looking: colour and tables are for people, plain lines for pipes.</summary>
internal static class Terminal
{
    /// <summary>Whether the writer is the console's and that is a terminal.</summary>
    public static bool IsTerminal(TextWriter writer) =>
        (ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected)
        || (ReferenceEquals(writer, Console.Error) && !Console.IsErrorRedirected);

    /// <summary>Whether to colour: a terminal, and the user has not declined (no-color.org).</summary>
    public static bool HasColor(TextWriter writer) =>
        IsTerminal(writer) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";

    public static string Red(TextWriter writer, string text) => Colored(writer, text, 31);

    public static string Yellow(TextWriter writer, string text) => Colored(writer, text, 33);

    /// <summary>Prints warnings, one a line.</summary>
    public static void Warn(TextWriter writer, IEnumerable<Problem> problems)
    {
        foreach (var problem in problems.Where(p => p.IsWarning)) writer.WriteLine($"{Yellow(writer, "warning:")} {problem}");
    }

    private static string Colored(TextWriter writer, string text, int code) => HasColor(writer) ? $"\e[{code}m{text}\e[0m" : text;
}

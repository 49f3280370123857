using System.CommandLine.Parsing;

namespace Minisim.Cli;

/// <summary>What is wrong with a command line, in the words of who typed it.</summary>
internal static class ParseMessages
{
    /// <summary>The message of an error.</summary>
    public static string Of(ParseError error)
    {
        var (name, type, tokens) = error.SymbolResult switch
        {
            OptionResult option => (option.Option.Name, option.Option.ValueType, option.Tokens),
            ArgumentResult { Parent: OptionResult option } => (option.Option.Name, option.Option.ValueType, option.Tokens),
            ArgumentResult argument => (argument.Argument.Name, argument.Argument.ValueType, argument.Tokens),
            _ => (null, null, null),
        };
        // The parser names the command, which is known, and not what it lacks.
        if (name is not null && error.Message.StartsWith("Required argument missing", StringComparison.Ordinal)) return $"{name} is missing";
        // The parser names the type that it could not make of the text.
        if (name is null || tokens is not { Count: > 0 } || !error.Message.Contains("System.", StringComparison.Ordinal)) return error.Message.TrimEnd('.');
        return $"{name} {tokens[^1].Value}: must be {Wanted(Nullable.GetUnderlyingType(type!) ?? type!)}";
    }

    private static string Wanted(Type type) =>
        type == typeof(double) ? "a number, e.g. 0.5"
        : type == typeof(int) ? $"a whole number up to {int.MaxValue}"
        : type == typeof(long) ? $"a whole number up to {long.MaxValue}"
        : type == typeof(bool) ? "true or false"
        : "a value of another kind";
}

using System.CommandLine;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim help</c>: what <c>--help</c> says, for those who ask the other way round.</summary>
internal static class HelpCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("COMMAND") { Description = "Command to explain. Without it: all of them.", Arity = ArgumentArity.ZeroOrOne };
        var command = new ExampleCommand("help", "Explain a command, with every option and examples.", "minisim help", "minisim help simulate")
        {
            name,
        };
        command.SetAction(result =>
        {
            var root = CommandLine.Root();
            string[] line = result.GetValue(name) is { } asked ? [Names.Find("help", asked, [.. root.Subcommands], c => c.Name).Name, "--help"] : ["--help"];
            return root.Parse(line).Invoke(new InvocationConfiguration { Output = result.InvocationConfiguration.Output, Error = result.InvocationConfiguration.Error, EnableDefaultExceptionHandler = false });
        });
        return command;
    }
}

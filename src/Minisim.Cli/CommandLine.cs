using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Minisim.Cli.Commands;

namespace Minisim.Cli;

/// <summary>Exit codes, for scripts.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    /// <summary>It was asked for rightly, and failed.</summary>
    public const int Failed = 1;
    /// <summary>Wrong use, or a spec that breaks its rules.</summary>
    public const int BadInput = 2;
    /// <summary>Ctrl-C, as shells have it: 128 + SIGINT.</summary>
    public const int Interrupted = 130;
}

/// <summary>Wrong use of the command line that its grammar does not catch. The message says what to do instead.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>A command with examples, which its help prints.</summary>
internal sealed class ExampleCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}

/// <summary>The command <c>minisim</c>: its grammar, and what becomes of errors.</summary>
internal static class CommandLine
{
    /// <summary>The grammar. A new command is a file under Commands and a line here.</summary>
    public static Command Root()
    {
        var help = new HelpOption();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return new ExampleCommand("minisim", "Simulates one-photon miniscope recordings with exact ground truth.",
            "minisim demo",
            "minisim new --scope miniscope_v4 --region ca1 --duration 30 -o ca1.json",
            "minisim simulate ca1.json -o ca1.zarr",
            "minisim preview ca1.zarr -o ca1.png")
        {
            help,
            new VersionOption { Action = new PrintVersion() },
            DemoCommand.Create(),
            SimulateCommand.Create(),
            ScoreCommand.Create(),
            NewCommand.Create(),
            ValidateCommand.Create(),
            InfoCommand.Create(),
            PreviewCommand.Create(),
            ExportCommand.Create(),
            FormatsCommand.Create(),
            BenchCommand.Create(),
            StudioCommand.Create(),
        };
    }

    /// <summary>Runs the command; every failure is one message on <paramref name="error"/> and an exit code.
    /// MINISIM_DEBUG=1 shows where it came from.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter? output = null, TextWriter? error = null, CancellationToken cancellation = default)
    {
        output ??= Console.Out;
        error ??= Console.Error;
        try
        {
            var result = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (result.Errors.Count > 0 && result.Action is not { ClearsParseErrors: true })
            {
                if (args.Length == 0)
                {
                    HelpWithExamples.Write(result.RootCommandResult.Command, error);
                    return ExitCode.BadInput;
                }
                var command = result.CommandResult.Command;
                var messages = result.Errors.Select(e => e.Message.TrimEnd('.')).Distinct().ToArray();
                if (result.UnmatchedTokens.Count > 0)
                    messages = [.. result.UnmatchedTokens.Select(t => $"unknown {(t.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument")} '{t}'{Suggestion(t, command)}")];
                var name = command.Parents.Any() ? $"minisim {command.Name}" : "minisim";
                return Report(error, $"{string.Join("; ", messages)} (see '{name} --help').", ExitCode.BadInput);
            }
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error, ProcessTerminationTimeout = LongAction.Grace };
            return await result.InvokeAsync(configuration, cancellation);
        }
        catch (OperationCanceledException)
        {
            return Report(error, "stopped.", ExitCode.Interrupted);
        }
        catch (Exception e) when (Environment.GetEnvironmentVariable("MINISIM_DEBUG") is "1")
        {
            error.WriteLine(e);
            return CodeOf(e);
        }
        catch (SpecException e)
        {
            var errors = e.Problems.Count(p => !p.IsWarning);
            return Report(error, errors == 1 ? e.Message : $"{errors} problems in the spec:{Environment.NewLine}  {e.Message.ReplaceLineEndings(Environment.NewLine + "  ")}", CodeOf(e));
        }
        catch (Exception e)
        {
            return Report(error, e is UsageException or Formats.RecordingFormatException or IOException or UnauthorizedAccessException or InvalidDataException
                ? e.Message
                : $"{e.Message} ({e.GetType().Name}; MINISIM_DEBUG=1 shows where)", CodeOf(e));
        }
    }

    private static int CodeOf(Exception e) => e is SpecException or UsageException ? ExitCode.BadInput : ExitCode.Failed;

    private static int Report(TextWriter error, string message, int code)
    {
        error.WriteLine($"{Terminal.Red(error, "error:")} {message}");
        return code;
    }

    private static string Suggestion(string token, Command command)
    {
        var names = token.StartsWith('-') ? command.Options.Select(o => o.Name) : command.Subcommands.Select(c => c.Name);
        return NearMiss.Find(token, names) is { } near ? $", did you mean '{near}'?" : "";
    }

    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            inner.Invoke(parseResult);
            WriteExamples(parseResult.CommandResult.Command, parseResult.InvocationConfiguration.Output);
            return ExitCode.Ok;
        }

        public static void Write(Command command, TextWriter writer) =>
            command.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = writer });

        private static void WriteExamples(Command command, TextWriter writer)
        {
            if (command is not ExampleCommand { Examples.Count: > 0 } withExamples) return;
            writer.WriteLine("Examples:");
            foreach (var example in withExamples.Examples) writer.WriteLine("  " + example);
            writer.WriteLine();
        }
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"minisim {Engine.Version} (model {Engine.ModelVersion})");
            return ExitCode.Ok;
        }
    }
}

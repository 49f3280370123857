using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Minisim.Cli.Commands;

namespace Minisim.Cli;

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
    /// <summary>Of every command: they all read files.</summary>
    private static readonly Option<string?> MaxMemory = new("--max-memory")
    {
        Description = "Memory that a file read may claim, e.g. 4GB; beyond it, it is refused. Default: half of the machine's.",
        HelpName = "SIZE",
        Recursive = true,
    };

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
            MaxMemory,
            new VersionOption("--version", "-V") { Action = new PrintVersion() },
            DemoCommand.Create(),
            SimulateCommand.Create(),
            ScoreCommand.Create(),
            NewCommand.Create(),
            ValidateCommand.Create(),
            DescribeCommand.Create(),
            SchemaCommand.Create(),
            IndicatorsCommand.Create(),
            InfoCommand.Create(),
            PreviewCommand.Create(),
            PreviewCommand.CreateFigure(),
            ExportCommand.Create(),
            FormatsCommand.Create(),
            StudyCommand.Create(),
            CacheCommand.Create(),
            BenchCommand.Create(),
            StudioCommand.Create(),
            StreamCommand.Create(),
            HelpCommand.Create(),
            VersionCommand(),
        };
    }

    /// <summary>Runs the command; every failure is one message on <paramref name="error"/> and an exit code.
    /// MINISIM_DEBUG=1 shows where it came from.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter? output = null, TextWriter? error = null, CancellationToken cancellation = default)
    {
        output = new SafeWriter(output ?? Console.Out, isVital: true);
        error = new SafeWriter(error ?? Console.Error, isVital: false);
        // Beside the handler that stops the run: which signal it was, for the exit code.
        var signal = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupted = Listen(System.Runtime.InteropServices.PosixSignal.SIGINT, ExitCode.Interrupted);
        using var terminated = Listen(System.Runtime.InteropServices.PosixSignal.SIGTERM, ExitCode.Terminated);
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
                var messages = result.Errors.Select(ParseMessages.Of).Distinct().ToArray();
                // Behind an unknown command nothing is known.
                if (result.UnmatchedTokens.Count > 0)
                    messages = [.. result.UnmatchedTokens.Take(command.Subcommands.Count > 0 ? 1 : int.MaxValue).Select(t => $"unknown {(t.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument")} '{t}'{Suggestion(t, command)}")];
                var name = NameOf(command);
                return Report(error, $"{string.Join("; ", messages)} (see '{name} --help').", ExitCode.BadInput);
            }
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error, ProcessTerminationTimeout = LongAction.Grace };
            using var budget = result.GetValue(MaxMemory) is { } size
                ? Formats.MemoryBudget.Use(Formats.MemoryBudget.Parse(size) ?? throw new UsageException($"--max-memory {size}: write a size, e.g. 4GB or 500MB."))
                : null;
            var code = await result.InvokeAsync(configuration, cancellation);
            output.Flush();
            return code == ExitCode.Interrupted ? await Stopped() : code;
        }
        catch (OperationCanceledException)
        {
            return Report(error, "stopped.", await Stopped());
        }
        catch (Exception e)
        {
            return Fail(e, error);
        }

        System.Runtime.InteropServices.PosixSignalRegistration? Listen(System.Runtime.InteropServices.PosixSignal number, int code) =>
            OperatingSystem.IsWindows() ? null : System.Runtime.InteropServices.PosixSignalRegistration.Create(number, _ => signal.TrySetResult(code));

        // The handlers are called one after another, and the run may end during the first.
        async Task<int> Stopped()
        {
            if (!cancellation.IsCancellationRequested) await Task.WhenAny(signal.Task, Task.Delay(1000, CancellationToken.None));
            return signal.Task.IsCompleted ? await signal.Task : ExitCode.Interrupted;
        }
    }

    /// <summary>Says what went wrong in one message, and gives its exit code.</summary>
    public static int Fail(Exception e, TextWriter error)
    {
        if (error is not SafeWriter) error = new SafeWriter(error, isVital: false);
        while (e is (AggregateException or System.Reflection.TargetInvocationException or TypeInitializationException) and { InnerException: not null }) e = e.InnerException!;
        if (Environment.GetEnvironmentVariable("MINISIM_DEBUG") is "1") error.WriteLine(e);
        // A thread that cannot be started says so in its own way.
        for (var inner = e; inner is not null; inner = inner.InnerException)
            if (inner is OutOfMemoryException or ThreadStartException or TaskSchedulerException)
                e = new OutOfMemoryException();
        return e switch
        {
            SpecException spec => Report(error, InOne(spec), ExitCode.BadInput),
            Studies.StudyException study => Report(error, InOne(study), ExitCode.BadInput),
            UsageException => Report(error, e.Message, ExitCode.BadInput),
            OutputException { IsReaderGone: true } => Report(error, e.Message, ExitCode.ReaderGone),
            OutOfMemoryException => Report(error, "there is not enough memory. Allow this process more, give it fewer threads (--threads), or make the recording shorter or smaller.", ExitCode.Failed),
            Formats.RecordingFormatException or IOException or UnauthorizedAccessException or InvalidDataException => Report(error, e.Message, ExitCode.Failed),
            _ => Report(error, $"{e.Message} This should not happen: please report it with the command and its files (MINISIM_DEBUG=1 shows where it came from).", ExitCode.Failed),
        };
    }

    private static string InOne(SpecException e)
    {
        var errors = e.Problems.Count(p => !p.IsWarning);
        return errors == 1 ? e.Message : $"{errors} problems in the spec:{Environment.NewLine}  {e.Message.ReplaceLineEndings(Environment.NewLine + "  ")}";
    }

    private static string InOne(Studies.StudyException e)
    {
        var errors = e.Problems.Count(p => !p.IsWarning);
        return errors == 1 ? e.Message : $"{errors} problems in the study:{Environment.NewLine}  {e.Message.ReplaceLineEndings(Environment.NewLine + "  ")}";
    }

    /// <summary>"minisim study run".</summary>
    private static string NameOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{NameOf(parent)} {command.Name}" : command.Name;

    private static int Report(TextWriter error, string message, int code)
    {
        Terminal.WriteLabel(error, "error:", isError: true);
        error.WriteLine($" {message}");
        return code;
    }

    private static string Suggestion(string token, Command command)
    {
        var names = token.StartsWith('-') ? command.Options.SelectMany(o => o.Aliases.Prepend(o.Name)) : command.Subcommands.Select(c => c.Name);
        if (NearMiss.Find(token, names) is { } near) return $", did you mean '{near}'?";
        return !token.StartsWith('-') && command.Subcommands.Count == 0 && command.Options.Any(o => o.Name == "-o" || o.Aliases.Contains("-o")) ? ": what is to be written goes behind -o" : "";
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

    // For those who ask the other way round.
    private static ExampleCommand VersionCommand() => new("version", "Say the version: of the program, and of the model, which counts changes of pixels.", "minisim version") { Action = new PrintVersion() };

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

using System.CommandLine;
using System.Text.Json;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim validate</c>: every problem of a spec.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var input = new SpecInput();
        var json = new Option<bool>("--json") { Description = "Print the problems as JSON, for programs." };
        var command = new ExampleCommand("validate", "Check a spec and report every problem in it. Exit code 0 if it is valid, 2 if not.",
            "minisim validate ca1.json",
            "minisim validate ca1.json --set acquisition.fps=30",
            "minisim validate ca1.json --json");
        input.AddTo(command);
        command.Options.Add(json);
        command.SetAction(result =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            if (result.GetValue(json)) return AsJson(result, input, stdout);
            var spec = input.Load(result, out var warnings);
            Terminal.Warn(stderr, [.. warnings, .. RunGuard.Crowd(spec)]);
            stdout.WriteLine($"{input.Name(result)} is valid: {SpecReport.InOneLine(spec)}.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static int AsJson(ParseResult result, SpecInput input, TextWriter stdout)
    {
        Spec? spec = null;
        IReadOnlyList<Problem> problems;
        try
        {
            spec = input.Load(result, out problems);
            problems = [.. problems, .. RunGuard.Crowd(spec)];
        }
        catch (SpecException e)
        {
            problems = e.Problems;
        }
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, ProblemJson.Options(indented: true)))
        {
            writer.WriteStartObject();
            writer.WriteString("file", input.Name(result));
            writer.WriteBoolean("valid", spec is not null);
            writer.WriteString("cache_key", spec?.CacheKey());
            writer.WritePropertyName("problems");
            ProblemJson.Write(writer, problems);
            writer.WriteEndObject();
        }
        stdout.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
        return spec is null ? ExitCode.BadInput : ExitCode.Ok;
    }
}

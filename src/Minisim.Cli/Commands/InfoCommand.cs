using System.CommandLine;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim info</c>: what a spec amounts to.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("SPEC.json") { Description = "Spec file." };
        var command = new ExampleCommand("info", "Show what a spec amounts to: optics, field of view, frames, expected cells, warnings.",
            "minisim info ca1.json")
        {
            path,
        };
        command.SetAction(result =>
        {
            var spec = SpecJson.Load(result.GetRequiredValue(path), out var warnings);
            SpecReport.Of(spec).Write(result.InvocationConfiguration.Output);
            Terminal.Warn(result.InvocationConfiguration.Error, warnings);
            return ExitCode.Ok;
        });
        return command;
    }
}

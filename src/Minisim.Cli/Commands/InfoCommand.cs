using System.CommandLine;
using Minisim.Formats.Zarr;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim info</c>: what a spec amounts to, or what a recording holds.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("SPEC.json|REC.zarr") { Description = "Spec file or recording." };
        var command = new ExampleCommand("info", "Show what a spec amounts to (optics, field of view, frames, expected cells, warnings), or what a recording holds.",
            "minisim info ca1.json",
            "minisim info ca1.zarr")
        {
            path,
        };
        command.SetAction(result =>
        {
            if (Directory.Exists(result.GetRequiredValue(path)))
            {
                using var recording = ZarrRecording.Open(result.GetRequiredValue(path));
                RecordingReport.Of(recording).Write(result.InvocationConfiguration.Output);
                Terminal.Warn(result.InvocationConfiguration.Error, recording.Warnings);
                return ExitCode.Ok;
            }
            var spec = SpecJson.Load(result.GetRequiredValue(path), out var warnings);
            SpecReport.Of(spec).Write(result.InvocationConfiguration.Output);
            Terminal.Warn(result.InvocationConfiguration.Error, warnings);
            return ExitCode.Ok;
        });
        return command;
    }
}

using System.CommandLine;
using Minisim.Formats;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim info</c>: what a spec amounts to, or what a recording holds.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var input = new SpecInput("SPEC.json|REC", "Spec file, or recording in any format that is read back");
        var json = new Option<bool>("--json") { Description = "Print the facts as JSON, for programs." };
        var command = new ExampleCommand("info", "Show what a spec amounts to (optics, field of view, focus, frames, expected cells, warnings), or what a recording holds.",
            "minisim info ca1.json",
            "minisim info ca1.json --set acquisition.optics.na=0.45",
            "minisim info ca1.zarr",
            "minisim info ca1.nwb --json");
        input.AddTo(command);
        command.Options.Add(json);
        command.SetAction(result =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            if (RecordingInput.IsRecording(result.GetRequiredValue(input.Path)))
            {
                RecordingInput.RefuseSet(result, input);
                using var recording = RecordingFormats.OpenRecording(result.GetRequiredValue(input.Path));
                if (result.GetValue(json)) stdout.WriteLine(InfoJson.Of(input.Name(result), recording));
                else RecordingReport.Of(recording).Write(stdout);
                Terminal.Warn(stderr, [.. recording.Warnings, .. SaturationWarning.Of(recording)]);
                return ExitCode.Ok;
            }
            var spec = input.Load(result, out var warnings);
            warnings = [.. warnings, .. RunGuard.Crowd(spec)];
            if (result.GetValue(json)) stdout.WriteLine(InfoJson.Of(input.Name(result), spec, warnings));
            else SpecReport.Of(spec).Write(stdout);
            Terminal.Warn(stderr, [.. warnings, .. SaturationWarning.Of(spec)]);
            return ExitCode.Ok;
        });
        return command;
    }
}

using System.CommandLine;
using Minisim.Formats.Pictures;
using Minisim.Formats.Zarr;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim demo</c>: the first thing to run. A short recording, its picture, and what to try next.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var folder = new Option<string>("--output", "-o") { Description = "Folder to write into. Default: minisim-demo. Its files of an earlier demo are replaced.", HelpName = "FOLDER", DefaultValueFactory = _ => "minisim-demo" };
        var duration = new Option<double>("--duration") { Description = "Length in s.", HelpName = "S", DefaultValueFactory = _ => 20 };
        var seed = new Option<long>("--seed") { Description = "Seed of every random draw: another one is another animal.", HelpName = "N", DefaultValueFactory = _ => 0 };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "No progress and no text." };
        var command = new ExampleCommand("demo", "Simulate a short recording of an animal on a track, a Miniscope V4 over CA1, and draw its picture.", "minisim demo", "minisim demo --duration 60 --seed 7 -o long-demo")
        {
            folder, duration, seed, quiet,
        };
        command.SetLongAction((result, cancellation) =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var isQuiet = result.GetValue(quiet);
            var target = result.GetRequiredValue(folder);
            if (File.Exists(target)) throw new UsageException($"{target} is a file. Name a folder.");
            var spec = (Preset.Create(Scopes.MiniscopeV4, Regions.Ca1, new PresetOptions { DurationS = result.GetValue(duration), Seed = result.GetValue(seed), Extra = [Regions.Ca1.Motion, new Bleaching()] })
                with
            { Output = new Output { StoreDtype = StoreDtype.Auto } }).Validated();
            Directory.CreateDirectory(target);
            string recordingPath = Path.Combine(target, "demo.zarr"), picture = Path.Combine(target, "demo.png"), recipe = Path.Combine(target, "demo.json");
            SpecJson.Save(spec, recipe);

            string summary;
            using (var sink = new ZarrRecordingSink(recordingPath, new ZarrWriteOptions { Overwrite = true }))
            using (var preview = new PreviewSink(picture, new PreviewOptions { Title = "Miniscope V4 over CA1, an animal on a track", Overwrite = true }))
                summary = Simulation.Run(spec, [sink, preview], new SimulateOptions(), new RunProgress(stderr, isQuiet), () => Simulation.BytesOf(recordingPath), cancellation);

            if (isQuiet) return ExitCode.Ok;
            stdout.WriteLine($"{recordingPath}: {summary}");
            stdout.WriteLine($"Look at {picture}: the cells the software should find are outlined, with what each of them really did.");
            stdout.WriteLine($"Every answer is in the recording: minisim info {recordingPath}");
            stdout.WriteLine($"Change something and run again: minisim simulate {recipe} -o dim.zarr --set sensor.photons_per_unit=10000");
            return ExitCode.Ok;
        });
        return command;
    }
}

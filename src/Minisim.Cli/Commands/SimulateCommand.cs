using System.CommandLine;
using Minisim.Formats;
using Minisim.Formats.Zarr;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim simulate</c>: a spec in, a recording with its truth out.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("SPEC.json") { Description = "Spec file." };
        var output = new Option<string[]>("--output", "-o") { Description = "What to write; the ending chooses the format (see 'minisim formats'). Repeatable: one rendering feeds all.", HelpName = "OUT", Required = true };
        var format = new Option<string?>("--format") { Description = "Format instead of the one that the ending says.", HelpName = "name" };
        var until = new Option<string?>("--until") { Description = "Stop after this step or stage, e.g. composite or cells_only.", HelpName = "STAGE" };
        var seed = new Option<long?>("--seed") { Description = "Seed instead of the spec's.", HelpName = "N" };
        var threads = new Option<int>("--threads") { Description = "Threads. Default: one per processor. The bytes are the same for any number.", HelpName = "N" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace what exists." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "No progress and no summary." };
        var set = SetOption.Create();
        var command = new ExampleCommand("simulate", "Simulate a recording with its ground truth.",
            "minisim simulate ca1.json -o ca1.zarr",
            "minisim simulate ca1.json -o seed7.zarr --seed 7 --set acquisition.duration_s=20 --set output.store_dtype=auto",
            "minisim simulate ca1.json -o ca1.zarr -o ca1.avi",
            "minisim simulate ca1.json -o still.zarr --until vasculature --threads 1")
        {
            path, output, format, until, set, seed, threads, overwrite, quiet,
        };
        command.SetLongAction((result, cancellation) =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            if (result.GetValue(threads) < 0) throw new UsageException($"--threads {result.GetValue(threads)}: must be 0 (one per processor) or more.");
            var spec = SpecJson.Load(result.GetRequiredValue(path), out var warnings);
            if (result.GetValue(seed) is { } s) spec = spec with { Seed = s };
            spec = SetOption.Apply(spec, result.GetValue(set)!).Validated();
            // Those of the file have its places; what --set and --seed made of it is checked again.
            Terminal.Warn(stderr, result.GetValue(set)!.Length == 0 ? warnings : SpecValidator.Check(spec));

            var isQuiet = result.GetValue(quiet);
            var targets = result.GetRequiredValue(output);
            var formatOptions = new FormatOptions { Overwrite = result.GetValue(overwrite) };
            var sinks = targets.Select(t => RecordingFormats.CreateSink(t, formatOptions, result.GetValue(format))).ToArray();
            try
            {
                var options = new SimulateOptions { Until = result.GetValue(until), Threads = result.GetValue(threads), Cancellation = cancellation };
                var summary = Simulation.Run(spec, sinks, options, new RunProgress(stderr, isQuiet), () => targets.Sum(Simulation.BytesOf));
                if (!isQuiet) stdout.WriteLine($"{string.Join(", ", targets)}: {summary}");
                return ExitCode.Ok;
            }
            catch (OperationCanceledException)
            {
                stderr.WriteLine(sinks.Any(s => s is ZarrRecordingSink) ? "stopped. Run the same command again to go on from the finished chunks." : "stopped.");
                return ExitCode.Interrupted;
            }
            finally
            {
                foreach (var sink in sinks) sink.Dispose();
            }
        });
        return command;
    }
}

using System.CommandLine;
using Minisim.Formats.Zarr;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim simulate</c>: a spec in, a recording with its truth out.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var input = new SpecInput();
        var until = new Option<string?>("--until") { Description = "Stop after this step or stage, e.g. composite or cells_only.", HelpName = "STAGE" };
        var seed = new Option<long?>("--seed") { Description = "Seed instead of the spec's.", HelpName = "N" };
        var force = new Option<bool>("--force") { Description = "Begin even if the machine has less memory or disk than the run is estimated to need." };
        var cached = new Option<bool>("--cached") { Description = "Take the recording from the cache, or simulate it into the cache first; without -o, say where it is." };
        var cache = StudyCommand.Cache();
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask before a large run." };
        var outputs = new OutputOptions(isRequired: false);
        var command = new ExampleCommand("simulate", "Simulate a recording with its ground truth.",
            "minisim simulate ca1.json -o ca1.zarr",
            "minisim simulate ca1.json -o seed7.zarr --seed 7 --set acquisition.duration_s=20 --set output.store_dtype=auto",
            "minisim simulate ca1.json -o ca1.zarr -o ca1.avi",
            "minisim simulate ca1.json -o session/ --mscam",
            "minisim simulate ca1.json -o still.zarr --until vasculature --threads 1",
            "minisim simulate ca1.json --cached -o ca1.npy")
        {
            until, seed, cached, cache, force, yes,
        };
        input.AddTo(command);
        outputs.AddTo(command);
        command.SetLongAction((result, cancellation) =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var threads = outputs.Threads(result);
            var spec = input.Load(result, out var warnings, result.GetValue(seed));
            Terminal.Warn(stderr, warnings);
            var isQuiet = outputs.IsQuiet(result);
            var targets = outputs.Targets(result);
            var isCached = result.GetValue(cached);
            if (isCached && result.GetValue(until) is not null) throw new UsageException("--cached keeps whole recordings: leave --until out, or drop steps with --set.");
            if (!isCached && result.GetValue(cache) is not null) throw new UsageException("--cache belongs to --cached.");
            if (!isCached && targets.Length == 0) throw new UsageException("-o is missing: say what to write, or take the recording from the cache with --cached.");
            var needs = RunNeeds.Of(spec, outputs.Formats(result).Select(f => f.Format), threads);
            if (!RunGuard.MayBegin(needs, targets.Length == 0 ? null : targets.Min(RunGuard.Free), result.GetValue(force), "--force", stderr, OutputOptions.Asks(result.GetValue(yes) || isQuiet, stderr)))
            {
                stderr.WriteLine("not begun.");
                return ExitCode.Interrupted;
            }
            if (isCached)
            {
                return CachedSimulation.Run(spec, result.GetValue(cache), outputs, result, new SimulateOptions { Threads = threads, Progress = new RunProgress(stderr, isQuiet) }, cancellation);
            }
            var sinks = outputs.Sinks(result);
            try
            {
                var options = new SimulateOptions { Until = result.GetValue(until)?.ToLowerInvariant(), Threads = threads };
                var summary = Simulation.Run(spec, sinks, options, new RunProgress(stderr, isQuiet), () => targets.Sum(Simulation.BytesOf), cancellation);
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

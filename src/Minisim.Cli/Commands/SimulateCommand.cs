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
        var force = new Option<bool>("--force") { Description = "Begin even if the machine has less memory than the run is estimated to need." };
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
            WorkGuard.Check(spec, threads, result.GetValue(force), stderr);

            var isQuiet = outputs.IsQuiet(result);
            if (result.GetValue(cached))
            {
                if (result.GetValue(until) is not null) throw new UsageException("--cached keeps whole recordings: leave --until out, or drop steps with --set.");
                return CachedSimulation.Run(spec, result.GetValue(cache), outputs, result, new SimulateOptions { Threads = threads, Progress = new RunProgress(stderr, isQuiet) }, cancellation);
            }
            if (result.GetValue(cache) is not null) throw new UsageException("--cache belongs to --cached.");
            if (outputs.Targets(result).Length == 0) throw new UsageException("-o is missing: say what to write, or take the recording from the cache with --cached.");
            var targets = outputs.Targets(result);
            var canAsk = !result.GetValue(yes) && !isQuiet && Terminal.IsTerminal(stderr) && !Console.IsInputRedirected;
            if (!DiskGuard.MayBegin(DiskGuard.Bytes(spec, outputs.Formats(result).Select(f => f.Format)), targets.Min(DiskGuard.Free), stderr, canAsk ? Console.ReadLine : null))
            {
                stderr.WriteLine("not begun.");
                return ExitCode.Interrupted;
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

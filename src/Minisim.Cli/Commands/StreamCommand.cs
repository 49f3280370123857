using System.CommandLine;
using System.Globalization;
using Minisim.Studio;
using Minisim.Studio.Stream;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim stream</c>: a virtual miniscope for software that works in real time.</summary>
internal static class StreamCommand
{
    public static Command Create()
    {
        var input = new SpecInput();
        var fps = new Option<double?>("--fps") { Description = "Frames per second. Default: the spec's.", HelpName = "F" };
        var fast = new Option<bool>("--as-fast-as-possible") { Description = "No clock: every frame as soon as it is rendered." };
        var loop = new Option<bool>("--loop") { Description = "Begin again after the last frame." };
        var to = new Option<string>("--to") { Description = "http: motion JPEG, raw frames and truth on 127.0.0.1; raw or y4m: frames on standard output.", HelpName = "WHERE", DefaultValueFactory = _ => "http" };
        to.AcceptOnlyFromAmong("http", "raw", "y4m");
        var header = new Option<bool>("--header") { Description = "Before every raw frame on standard output, 64 bytes: number, times, size (see docs/studio.md)." };
        var truth = new Option<string?>("--truth") { Description = "Write the truth of every frame as a line of JSON.", HelpName = "FILE.jsonl" };
        var port = new Option<int?>("--port") { Description = "Port on 127.0.0.1. Default: one that is free.", HelpName = "N" };
        var command = new ExampleCommand("stream", "Play a recording as a camera would: frames when they are due, with the truth beside them.",
            "minisim stream ca1.json --loop",
            "minisim stream ca1.json --fps 60 --to y4m",
            "minisim stream ca1.json --to raw --header --truth truth.jsonl")
        {
            fps, fast, loop, to, header, truth, port,
        };
        input.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            if (result.GetValue(fps) is { } f && !(f > 0 && f <= 100_000)) throw new UsageException(FormattableString.Invariant($"--fps {f}: must be above 0."));
            if (result.GetValue(port) is < 0 or > 65535) throw new UsageException($"--port {result.GetValue(port)}: must be from 0 (any) to 65535.");
            var target = result.GetRequiredValue(to);
            if (result.GetValue(truth) is not null && target == "http") throw new UsageException("--truth goes with --to raw or y4m: over HTTP the truth has an address of its own.");
            if (result.GetValue(truth) is { } taken && Path.Exists(taken)) throw new UsageException($"{taken} exists. Name another file.");
            var spec = input.Load(result, out var warnings);
            Terminal.Warn(stderr, [.. warnings, .. RunGuard.Crowd(spec)]);
            var options = new LiveOptions { Fps = result.GetValue(fps), AsFastAsPossible = result.GetValue(fast), Loop = result.GetValue(loop) };
            var scene = await Task.Run(() => Simulator.Compile(spec, cancellation: cancellation), CancellationToken.None);
            using var source = new LiveSource(scene, options);
            try
            {
                if (target == "http")
                {
                    await using var server = await StudioServer.StartStreamAsync(source, result.GetValue(port), cancellation);
                    foreach (var (name, address) in server.StreamAddresses) stdout.WriteLine($"{name,-6} {address}");
                    await stdout.FlushAsync(cancellation);
                    await server.RunAsync(cancellation);
                }
                else
                {
                    await using var lines = result.GetValue(truth) is { } file ? new StreamWriter(file) : null;
                    await using var output = Console.OpenStandardOutput();
                    Func<LiveFrame, Task>? beside = lines is null ? null : frame => lines.WriteLineAsync(source.TruthLine(frame));
                    await (target == "y4m" ? LiveFormats.WriteY4mAsync(source, output, true, beside, cancellation) : LiveFormats.WriteRawAsync(source, output, result.GetValue(header), true, beside, cancellation));
                }
            }
            catch (OperationCanceledException)
            {
                // Ctrl-C is how a camera is switched off.
            }
            catch (IOException) when (target != "http")
            {
                stderr.WriteLine("The reader has closed the pipe.");
            }
            catch (NotSupportedException e)
            {
                throw new UsageException(e.Message);
            }
            var (median, p99) = source.Jitter();
            stderr.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{source.Sent} frames sent, {source.Late} late by more than a frame; delay {1000 * median:0.00} ms (median), {1000 * p99:0.00} ms (99 %)"));
            return ExitCode.Ok;
        });
        return command;
    }
}

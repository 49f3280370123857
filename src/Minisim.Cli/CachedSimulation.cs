using System.CommandLine;
using Minisim.Formats;
using Minisim.Studies;

namespace Minisim.Cli;

/// <summary><c>simulate --cached</c>: a recording from the cache, copied into whatever is to be written.</summary>
internal static class CachedSimulation
{
    public static int Run(Spec spec, string? folder, OutputOptions outputs, ParseResult result, SimulateOptions options, CancellationToken cancellation)
    {
        var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
        using var cache = new RecordingCache(folder);
        cache.Notice += text =>
        {
            Terminal.WriteLabel(stderr, "warning:", isError: false);
            stderr.WriteLine($" {text}");
        };
        var wasThere = cache.Has(spec.CacheKey());
        var sinks = outputs.Sinks(result);
        try
        {
            using var recording = cache.Run(spec, options, cancellation);
            (options.Progress as RunProgress)?.End();
            if (sinks.Length > 0) RecordingExport.Run(recording, sinks, options, cancellation);
            if (!outputs.IsQuiet(result))
            {
                var where = sinks.Length > 0 ? string.Join(", ", outputs.Targets(result)) : cache.PathOf(spec);
                stdout.WriteLine($"{where}: {(wasThere ? "from the cache" : "simulated, and kept in the cache")} ({spec.CacheKey()})");
            }
            return ExitCode.Ok;
        }
        catch (OperationCanceledException)
        {
            stderr.WriteLine("stopped.");
            return ExitCode.Interrupted;
        }
        finally
        {
            (options.Progress as RunProgress)?.End();
            foreach (var sink in sinks) sink.Dispose();
        }
    }
}

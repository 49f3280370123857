using System.Diagnostics;
using Minisim.Benchmarks;

namespace Minisim.Bench;

/// <summary>Many small recordings in one process, each with another seed, as studies and test suites make them: <c>Minisim.Bench sweep</c>.</summary>
internal static class Sweep
{
    private const double Seconds = 5;

    /// <param name="path">Spec; null for samples/specs/S1.json, 128 × 128 and 40 frames.</param>
    public static void Run(string? path)
    {
        var spec = SpecJson.Load(path ?? Places.SpecPath("S1"));
        Once(spec, -1);
        Console.WriteLine(FormattableString.Invariant($"{Machine.Here.Processor}, {Machine.Here.Processors} logical processors; movie and ground truth of every recording in memory"));
        // One recording on all processors after the other, and as many at once as there are processors.
        Time("one at a time", Environment.ProcessorCount, 1);
        Time("side by side", 1, Environment.ProcessorCount);

        void Time(string how, int threads, int together)
        {
            int next = 0, done = 0;
            var clock = Stopwatch.StartNew();
            Parallel.For(0, together, new ParallelOptions { MaxDegreeOfParallelism = together }, _ =>
            {
                while (clock.Elapsed.TotalSeconds < Seconds)
                {
                    Once(spec, Interlocked.Increment(ref next), threads);
                    Interlocked.Increment(ref done);
                }
            });
            Console.WriteLine(FormattableString.Invariant($"{how}: {done / clock.Elapsed.TotalSeconds:0} recordings per second of {spec.Acquisition.NFrames()} frames of {spec.Acquisition.ImageSensor.NPxHeight} × {spec.Acquisition.ImageSensor.NPxWidth} px"));
        }
    }

    private static void Once(Spec spec, int seed, int threads = 1)
    {
        Simulator.Run(spec with { Seed = seed & int.MaxValue }, new SimulateOptions { Threads = threads }).Dispose();
    }
}

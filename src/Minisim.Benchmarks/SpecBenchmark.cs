using System.Diagnostics;
using Minisim.Rendering;
using Minisim.Scenes;

namespace Minisim.Benchmarks;

/// <summary>What one stage of the renderer costs.</summary>
/// <param name="Name">The stage.</param>
/// <param name="Ns">Time per pixel and frame on one thread, ns. A small difference of larger times: a stage that costs next to
/// nothing may come out below 0.</param>
/// <param name="LimitNs">What its multiply–adds and random words alone would take at the machine's ceilings; null where it has
/// neither.</param>
public sealed record StageCost(string Name, double Ns, double? LimitNs);

/// <summary>Where the time and the memory of a spec go on this machine.</summary>
public sealed record SpecBenchmark
{
    // Many short runs rather than few long ones: the best of them saw nothing of other programs, nor of the compiler's first try.
    private const double RunSeconds = 0.04;
    private const int Repeats = 12, SensorRows = 2000;

    /// <summary>The machine.</summary>
    public required Machine Machine { get; init; }
    /// <summary>What one core of it can do at the best.</summary>
    public required MachineCeilings Ceilings { get; init; }
    /// <summary>Cells placed.</summary>
    public required int Cells { get; init; }
    /// <summary>Frames, rows and columns of the recording.</summary>
    public required (int Frames, int Height, int Width) Shape { get; init; }
    /// <summary>First frames of it that were rendered to measure.</summary>
    public required int MeasuredFrames { get; init; }
    /// <summary>Time of every step of compiling, in order, in this process for the first time: with just-in-time compilation.
    /// "scene" puts their fields together, "truth" assembles the ground truth, "footprints" cuts the cells' light for the renderer.</summary>
    public required IReadOnlyList<(string Step, TimeSpan Time)> CompileTimes { get; init; }
    /// <summary>Stages of the renderer on one thread; they add up to <see cref="OneThreadNs"/>.</summary>
    public required IReadOnlyList<StageCost> Stages { get; init; }
    /// <summary>The whole chain on one thread, ns per pixel and frame.</summary>
    public required double OneThreadNs { get; init; }
    /// <summary>Threads of <see cref="AllThreadsNs"/>.</summary>
    public required int Threads { get; init; }
    /// <summary>The whole chain on all threads, ns of wall time per pixel and frame.</summary>
    public required double AllThreadsNs { get; init; }
    /// <summary>Managed bytes allocated per frame once rendering is under way, on one thread.</summary>
    public required double AllocatedPerFrame { get; init; }
    /// <summary>Largest memory of the process, B, up to the first frames on all threads.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Compiling altogether.</summary>
    public TimeSpan CompileTime => TimeSpan.FromTicks(CompileTimes.Sum(t => t.Time.Ticks));
    /// <summary>Expected time of all frames on all threads.</summary>
    public TimeSpan ExpectedRendering => TimeSpan.FromSeconds(AllThreadsNs * 1e-9 * Shape.Frames * Shape.Height * Shape.Width);

    /// <summary>Measures. Compiles the whole spec, and renders its first frames for a few seconds altogether.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="options">Threads and where to stop the chain.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="SpecException">The spec breaks its rules.</exception>
    public static SpecBenchmark Run(Spec spec, SimulateOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new SimulateOptions();
        var threads = options.ResolvedThreads;
        using var scene = Simulator.Compile(spec, options, cancellation: cancellation);
        var model = scene.Scene;
        var pixels = (double)model.Height * model.Width;
        var parallelism = new ParallelOptions { MaxDegreeOfParallelism = threads };

        var clock = Stopwatch.StartNew();
        _ = scene.Truth;
        var truth = clock.Elapsed;
        clock.Restart();
        using var whole = new FrameRenderer(model, parallelism, cancellation);
        var cutting = clock.Elapsed;
        var frames = FramesOf(RunSeconds, whole, 1);
        double Ns(FrameRenderer renderer, int n, int count)
        {
            cancellation.ThrowIfCancellationRequested();
            using var loop = new RenderLoop(renderer, n, count);
            return CeilingLoops.BestSeconds(loop.Run, Repeats) * 1e9 / (count * pixels);
        }

        // On all threads first: what comes later would count as this run's memory.
        var many = Math.Min(model.Frames, Math.Max(frames * threads, 2 * threads * whole.BlockFrames));
        var all = Ns(whole, threads, many);
        using var process = Process.GetCurrentProcess();
        var peak = process.PeakWorkingSet64;
        var one = threads == 1 && many == frames ? all : Ns(whole, 1, frames);
        var allocated = Allocated(whole, frames);

        var stages = RenderStages.Of(model);
        var times = new double[stages.Count];
        for (var i = 0; i < stages.Count; i++)
        {
            if (ReferenceEquals(stages[i].Scene, model))
            {
                times[i] = one;
                continue;
            }
            using var renderer = new FrameRenderer(stages[i].Scene, parallelism, cancellation);
            times[i] = Ns(renderer, 1, frames);
        }
        var ceilings = CeilingLoops.Measure();
        return new SpecBenchmark
        {
            Machine = Machine.Here,
            Ceilings = ceilings,
            Cells = scene.PlantedCells,
            Shape = (model.Frames, model.Height, model.Width),
            MeasuredFrames = many,
            CompileTimes = [.. scene.CompileTimes, ("truth", truth), ("footprints", cutting)],
            Stages = Costs(model, stages, times, ceilings),
            OneThreadNs = one,
            Threads = threads,
            AllThreadsNs = all,
            AllocatedPerFrame = allocated,
            PeakBytes = peak,
        };
    }

    private static IReadOnlyList<StageCost> Costs(Scene model, IReadOnlyList<RenderStage> stages, double[] times, MachineCeilings ceilings)
    {
        var limits = ceilings.Widths[0];
        var costs = new List<StageCost>();
        var rest = times[0];
        if (model.Sensor is { } sensor)
        {
            // Of the first model, the sensor is measured alone.
            using var loop = new SensorLoop(sensor, RenderStages.BrightE, SimdChoice.Best);
            var normals = CeilingLoops.BestSeconds(() => loop.Normals(SensorRows)) * 1e9 / (SensorRows * SensorLoop.RowPixels);
            var counts = CeilingLoops.BestSeconds(() => loop.Counts(SensorRows)) * 1e9 / (SensorRows * SensorLoop.RowPixels);
            costs.Add(new("random normals", normals, limits.RandomWordNs));
            costs.Add(new("noise and counts", counts, null));
            rest -= normals + counts;
        }
        costs.Insert(0, new("shift and static fields", rest, stages[0].MultiplyAdds * limits.MultiplyAddNs));
        for (var i = 1; i < stages.Count; i++)
            costs.Add(new(stages[i].Name, times[i] - times[i - 1], stages[i].MultiplyAdds == 0 ? null : stages[i].MultiplyAdds * limits.MultiplyAddNs));
        return costs;
    }

    private static int FramesOf(double seconds, FrameRenderer renderer, int threads)
    {
        var block = Math.Min(renderer.BlockFrames, renderer.Frames);
        using var loop = new RenderLoop(renderer, threads, block);
        var blocks = Math.Max(1, seconds / CeilingLoops.BestSeconds(loop.Run, 1));
        return (int)Math.Min(renderer.Frames, Math.Ceiling(blocks) * block);
    }

    private static double Allocated(FrameRenderer renderer, int frames)
    {
        using var loop = new RenderLoop(renderer, 1, frames);
        loop.Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        loop.Run();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)frames;
    }
}

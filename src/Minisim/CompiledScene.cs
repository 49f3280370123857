using System.Diagnostics;
using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim;

/// <summary>A recording before its pixels: the truth is known, and any frame can be rendered on demand.</summary>
public sealed partial class CompiledScene : IDisposable
{
    private readonly Scene _scene;
    private readonly IReadOnlyList<(string Name, Scene Scene)> _stages;
    private readonly Lazy<GroundTruth> _truth;
    private readonly Lazy<FrameRenderer> _renderer;
    private readonly ThreadLocal<FrameRenderer.Workspace> _workspace;

    internal CompiledScene(Spec spec, Compilation steps, IReadOnlyList<Problem> warnings, string? until, int threads, CompiledScene? previous, CancellationToken cancellation)
    {
        (Spec, Steps, Warnings, Until) = (spec, steps, warnings, until);
        var clock = Stopwatch.StartNew();
        var parallelism = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        var assembly = new SceneAssembly(steps.Grid, steps.Timeline);
        var stages = new List<(string, Scene)>();
        foreach (var kind in steps.Reached)
        {
            assembly.Add(steps[kind]);
            if (kind.Stage is { } stage) stages.Add((stage, assembly.Scene));
        }
        (_scene, _stages) = (assembly.Scene, stages);
        CompileTimes = [.. steps.Times, ("scene", clock.Elapsed)];
        // An edit's first frame does not wait for it.
        _truth = new(() =>
        {
            var truth = TruthAssembly.Of(steps.Grid, steps.Timeline, [.. steps.Reached.Select(k => steps[k])], steps.Find<LightBudget>(), spec.Output.SaveBackground, new ParallelOptions { MaxDegreeOfParallelism = threads });
            return SnrOfSpec.Conditions(spec) is { } conditions ? SnrArrays.AddTo(truth, conditions) : truth;
        });
        PlantedCells = steps.Find<PlacedCells>()?.Cells.Length ?? 0;

        var everyCore = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        // The previous scene may be gone when the first frame is asked for: what its renderer has is shared now.
        var eager = previous?._renderer is { IsValueCreated: true } renderer ? new FrameRenderer(_scene, parallelism, cancellation, previous: renderer.Value) : null;
        _renderer = eager is null ? new(() => new FrameRenderer(_scene, everyCore)) : new(eager);
        _workspace = new(() => _renderer.Value.CreateWorkspace(), trackAllValues: true);
    }

    /// <summary>The recipe.</summary>
    public Spec Spec { get; }
    /// <summary>The ground truth of the cells in view, put together when it is first asked for.</summary>
    public GroundTruth Truth => _truth.Value;
    /// <summary>What is odd about the spec.</summary>
    public IReadOnlyList<Problem> Warnings { get; }
    /// <summary>Number of cells placed, those in the margin included.</summary>
    public int PlantedCells { get; }
    /// <summary>The step kind after which the chain was stopped, or null for the whole chain.</summary>
    public string? Until { get; }
    /// <summary>Time that each step took to compile, in order, some of it beside others and none for what was taken over; "scene" at the end.</summary>
    public IReadOnlyList<(string Step, TimeSpan Time)> CompileTimes { get; }
    /// <summary>The steps behind it.</summary>
    internal Compilation Steps { get; }
    /// <summary>What the pixels depend on.</summary>
    internal Scene Scene => _scene;
    /// <summary>Frames and clock.</summary>
    public Timeline Timeline => _scene.Timeline;
    /// <summary>Frames of the movie.</summary>
    public int Frames => _scene.Frames;
    /// <summary>Rows of a frame.</summary>
    public int Height => _scene.Height;
    /// <summary>Columns of a frame.</summary>
    public int Width => _scene.Width;
    /// <summary>Type of the pixels.</summary>
    public PixelType PixelType => _scene.Sensor is null ? PixelType.Float32 : _scene.Sensor.BitDepth <= 8 ? PixelType.UInt8 : PixelType.UInt16;
    /// <summary>Bytes of one frame.</summary>
    public int FrameBytes => Height * Width * PixelType.Bytes();
    /// <summary>Names of the movie stages, in order.</summary>
    public IReadOnlyList<string> Stages => [.. _stages.Select(s => s.Name)];
    /// <summary>The movie stages with their shapes, in order: a tissue stage has the shape of the canvas, later ones of the FOV.</summary>
    public IReadOnlyList<SnapshotInfo> StageInfos => [.. _stages.Select(s => new SnapshotInfo(s.Name, s.Scene.Height, s.Scene.Width))];

    /// <summary>Renders consecutive frames (frame, height, width) in <see cref="PixelType"/>. Any order, any thread; the bytes
    /// are those of the whole movie.</summary>
    public void Render(int firstFrame, int count, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstFrame);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstFrame + count, Frames);
        _renderer.Value.Render(_workspace.Value!, firstFrame, count, target);
    }

    /// <summary>One frame (height, width) in <see cref="PixelType"/>.</summary>
    public byte[] Frame(int frame)
    {
        var pixels = new byte[FrameBytes];
        Render(frame, 1, pixels);
        return pixels;
    }

    /// <summary>The recording, whose frames are rendered whenever they are read. Disposing it disposes the scene.</summary>
    public Recording ToRecording() => new(Spec, new SceneMovie(this), Truth, new Dictionary<string, Movie>())
    {
        Until = Until,
        Timeline = Timeline,
        Meaning = PixelType == PixelType.Float32 ? PixelMeaning.Intensity : PixelMeaning.Counts,
        Warnings = Warnings,
    };

    /// <summary>Frames rendered with a given register width, for the tests that compare widths.</summary>
    internal byte[] RenderAt(SimdWidth width, int firstFrame, int count)
    {
        using var renderer = new FrameRenderer(_scene, new ParallelOptions(), default, width);
        using var workspace = renderer.CreateWorkspace();
        var pixels = new byte[count * FrameBytes];
        renderer.Render(workspace, firstFrame, count, pixels);
        return pixels;
    }

    /// <summary>Renders the movie, and the snapshots if the spec asks for them, into sinks.</summary>
    /// <param name="sinks">Where they go; the caller disposes them.</param>
    /// <param name="options">Threads and progress; null for the defaults.</param>
    /// <param name="cancellation">Stops the run.</param>
    public void RenderTo(IReadOnlyList<IRecordingSink> sinks, SimulateOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new SimulateOptions();
        var snapshots = Spec.Output.SaveIntermediates ? _stages.Where(s => s.Scene.Sensor is null).ToList() : [];
        var header = new RecordingHeader(Spec, Timeline, Height, Width, PixelType, [.. snapshots.Select(s => new SnapshotInfo(s.Name, s.Scene.Height, s.Scene.Width))]) { Until = Until };
        foreach (var sink in sinks) sink.Begin(header, Truth);
        var progress = new ProgressCounter(options.Progress, (long)Frames * (1 + snapshots.Count));
        var previous = _renderer.IsValueCreated ? _renderer.Value : null;
        foreach (var (name, scene) in snapshots.Prepend((null!, _scene)))
        {
            using var run = new MovieRun(name, scene, sinks, options.ResolvedThreads, progress.Add, previous, cancellation);
            run.Run();
        }
        using (RunEvents.Begin(RunEvents.Complete))
            foreach (var sink in sinks) sink.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_renderer.IsValueCreated)
        {
            foreach (var workspace in _workspace.Values) workspace.Dispose();
            _renderer.Value.Dispose();
        }
        _workspace.Dispose();
        DisposeLight();
    }

    private sealed class ProgressCounter(IProgress<SimulationProgress>? progress, long total)
    {
        private long _done;

        public void Add(int frames)
        {
            var done = Interlocked.Add(ref _done, frames);
            progress?.Report(new SimulationProgress(done, total));
        }
    }
}

using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim;

/// <summary>A recording before its pixels: the truth is complete, and any frame can be rendered on demand.</summary>
public sealed class CompiledScene : IDisposable
{
    private readonly PixelModel _pixels;
    private readonly IReadOnlyList<(string Name, PixelModel Pixels)> _stages;
    private readonly Lazy<FrameRenderer> _renderer;
    private readonly ThreadLocal<FrameRenderer.Workspace> _workspace;

    internal CompiledScene(Spec spec, GroundTruth truth, PixelModel pixels, IReadOnlyList<(string, PixelModel)> stages,
        IReadOnlyList<Problem> warnings, int planted)
    {
        Spec = spec;
        Truth = truth;
        Warnings = warnings;
        PlantedCells = planted;
        _pixels = pixels;
        _stages = stages;
        _renderer = new(() => new FrameRenderer(pixels, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }));
        _workspace = new(() => _renderer.Value.CreateWorkspace(), trackAllValues: true);
    }

    /// <summary>The recipe.</summary>
    public Spec Spec { get; }
    /// <summary>The ground truth of the cells in view.</summary>
    public GroundTruth Truth { get; }
    /// <summary>What is odd about the spec.</summary>
    public IReadOnlyList<Problem> Warnings { get; }
    /// <summary>Number of cells placed, those in the margin included.</summary>
    public int PlantedCells { get; }
    /// <summary>The step kind after which the chain was stopped, or null for the whole chain.</summary>
    public string? Until { get; internal init; }
    /// <summary>Time that each step took to compile, in order; "truth" at the end.</summary>
    public IReadOnlyList<(string Step, TimeSpan Time)> CompileTimes { get; internal init; } = [];
    /// <summary>What the pixels depend on, for benchmarks.</summary>
    internal PixelModel Pixels => _pixels;
    /// <summary>Frames of the movie.</summary>
    public int Frames => _pixels.Frames;
    /// <summary>Rows of a frame.</summary>
    public int Height => _pixels.Height;
    /// <summary>Columns of a frame.</summary>
    public int Width => _pixels.Width;
    /// <summary>Type of the pixels.</summary>
    public PixelType PixelType => _pixels.Sensor is null ? PixelType.Float32 : _pixels.Sensor.BitDepth <= 8 ? PixelType.UInt8 : PixelType.UInt16;
    /// <summary>Bytes of one frame.</summary>
    public int FrameBytes => Height * Width * PixelType.Bytes();
    /// <summary>Names of the movie stages, in order.</summary>
    public IReadOnlyList<string> Stages => [.. _stages.Select(s => s.Name)];

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

    /// <summary>Frames rendered with a given register width, for the tests that compare widths.</summary>
    internal byte[] RenderAt(SimdWidth width, int firstFrame, int count)
    {
        using var renderer = new FrameRenderer(_pixels, new ParallelOptions(), default, width);
        using var workspace = renderer.CreateWorkspace();
        var pixels = new byte[count * FrameBytes];
        renderer.Render(workspace, firstFrame, count, pixels);
        return pixels;
    }

    /// <summary>Renders the movie, and the snapshots if the spec asks for them, into sinks.</summary>
    public void RenderTo(IReadOnlyList<IRecordingSink> sinks, SimulateOptions? options = null)
    {
        options ??= new SimulateOptions();
        var snapshots = Spec.Output.SaveIntermediates ? _stages.Where(s => s.Pixels.Sensor is null).ToList() : [];
        var header = new RecordingHeader(Spec, Frames, Height, Width, PixelType, [.. snapshots.Select(s => new SnapshotInfo(s.Name, s.Pixels.Height, s.Pixels.Width))]) { Until = Until };
        foreach (var sink in sinks) sink.Begin(header, Truth);
        var progress = new ProgressCounter(options.Progress, (long)Frames * (1 + snapshots.Count));
        foreach (var (name, pixels) in snapshots.Prepend((null!, _pixels)))
        {
            using var run = new MovieRun(name, pixels, sinks, options, progress.Add);
            run.Run();
        }
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

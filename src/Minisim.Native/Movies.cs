using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Native;

/// <summary>Frames straight into the caller's memory.</summary>
internal sealed unsafe class CallerMemorySink : IRecordingSink
{
    private readonly Dictionary<string, (nint Memory, long Bytes)> _targets;
    private readonly Dictionary<string, long> _frameBytes = [];

    /// <param name="targets">Memory by stage; the empty name is the movie itself. A stage without memory is passed over.</param>
    public CallerMemorySink(Dictionary<string, (nint Memory, long Bytes)> targets) => _targets = targets;

    public int BlockFrames => 1;

    public void Begin(RecordingHeader header, GroundTruth truth)
    {
        _frameBytes[""] = header.FrameBytes;
        foreach (var snapshot in header.Snapshots) _frameBytes[snapshot.Name] = 4L * snapshot.Height * snapshot.Width;
        foreach (var (name, (_, bytes)) in _targets)
        {
            if (!_frameBytes.TryGetValue(name, out var frame)) throw new ArgumentException($"no stage \"{name}\" is kept; the spec's output.save_intermediates keeps them");
            if (bytes != frame * header.Frames) throw new ArgumentException($"{(name.Length == 0 ? "the movie" : name)} needs {frame * header.Frames} bytes, not {bytes}");
        }
    }

    public bool Has(string? snapshot, int firstFrame, int count) => !_targets.ContainsKey(snapshot ?? "");

    public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels) =>
        pixels.CopyTo(new Span<byte>((byte*)_targets[snapshot ?? ""].Memory + firstFrame * _frameBytes[snapshot ?? ""], pixels.Length));

    public void Complete() { }

    public void Dispose() { }
}

/// <summary>A scene as a movie whose frames are rendered when read.</summary>
internal sealed class SceneMovie(CompiledScene scene) : Movie
{
    public override int Frames => scene.Frames;
    public override int Height => scene.Height;
    public override int Width => scene.Width;
    public override PixelType PixelType => scene.PixelType;

    public override void Read(int first, int count, Span<byte> pixels) => scene.Render(first, count, pixels);
}

/// <summary>A movie in the caller's memory (frame, height, width), in any number type and with any strides.</summary>
internal sealed unsafe class CallerMovie : Movie
{
    private readonly NativeArray _array;
    private readonly int _frames, _height, _width;

    public CallerMovie(NativeArray* array)
    {
        Arrays.Check(array, 3, "movie");
        _array = *array;
        (_frames, _height, _width) = (Arrays.Length(array, 0, "movie"), Arrays.Length(array, 1, "movie"), Arrays.Length(array, 2, "movie"));
    }

    public override int Frames => _frames;
    public override int Height => _height;
    public override int Width => _width;
    public override PixelType PixelType => PixelType.Float64;

    public override void Read(int first, int count, Span<byte> pixels)
    {
        var to = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(pixels);
        fixed (NativeArray* array = &_array)
            for (var f = 0; f < count; f++)
                Arrays.Image((byte*)array->Data + (first + f) * array->Strides[0], array->Strides[1], array->Strides[2], array->Type, _height, _width, to.Slice(f * _height * _width, _height * _width));
    }
}

/// <summary>A scene that a caller holds: truth and frames of any stage.</summary>
internal sealed class SceneHandle(CompiledScene scene, string? until) : IDisposable
{
    private readonly Dictionary<string, CompiledScene> _stages = [];
    private readonly Lock _lock = new();
    private Recording? _recording;

    public CompiledScene Scene => scene;
    public string? Until => until;

    /// <summary>The scene as a recording whose frames are rendered when read.</summary>
    public Recording Recording
    {
        get
        {
            lock (_lock) return _recording ??= new Recording(scene.Spec, new SceneMovie(scene), scene.Truth, new Dictionary<string, Movie>())
            {
                Until = scene.Until,
                Timeline = scene.Timeline,
                Meaning = scene.PixelType == PixelType.Float32 ? PixelMeaning.Intensity : PixelMeaning.Counts,
            };
        }
    }

    /// <summary>The scene of a stage: the chain, stopped there. Made when first asked for.</summary>
    public CompiledScene Stage(string? name, Run run)
    {
        if (string.IsNullOrEmpty(name)) return scene;
        lock (_lock)
        {
            if (_stages.TryGetValue(name, out var found)) return found;
            if (!scene.Stages.Contains(name)) throw new ArgumentException($"no stage is called \"{name}\"; there are {string.Join(", ", scene.Stages)}");
            return _stages[name] = Simulator.Compile(scene.Spec, new SimulateOptions { Until = name, Threads = run.Threads }, previous: scene, run.Cancellation);
        }
    }

    public void Dispose()
    {
        foreach (var stage in _stages.Values) stage.Dispose();
        scene.Dispose();
    }
}

/// <summary>A recording opened from a file.</summary>
internal sealed class RecordingHandle(Recording recording) : IDisposable
{
    public Recording Recording => recording;

    public void Dispose() => recording.Dispose();
}

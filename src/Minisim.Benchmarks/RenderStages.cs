using System.Runtime.Intrinsics;
using Minisim.Random;
using Minisim.Rendering;
using Minisim.Rendering.Simd;
using Minisim.Scenes;

namespace Minisim.Benchmarks;

/// <summary>One stage more of a movie's chain.</summary>
/// <param name="Name">The stage that <paramref name="Scene"/> has and the model before it has not.</param>
/// <param name="Scene">The chain up to and with the stage.</param>
/// <param name="MultiplyAdds">Multiply–adds that the stage cannot do without, per pixel and frame.</param>
internal sealed record RenderStage(string Name, Scene Scene, double MultiplyAdds);

/// <summary>A movie's chain cut into models that have one stage more each: the differences of their times are what the stages
/// cost, and add up to the whole.</summary>
internal static class RenderStages
{
    /// <summary>Everything that does not depend on the light: the first model.</summary>
    public const string Base = "shift, static fields and sensor";
    public const string Neuropil = "neuropil fields", Cells = "cells", Blood = "blood in motion", LowLight = "low light";
    /// <summary>Expected electrons (e⁻) of a pixel that is well lit.</summary>
    public const float BrightE = 90;

    // Bilinear sample (3), gain and offset (1).
    private const int ShiftMultiplyAdds = 4;

    public static IReadOnlyList<RenderStage> Of(Scene whole)
    {
        var (grid, pixels) = (whole.Grid, (double)whole.Height * whole.Width);
        // In bright light no pixel takes the low-light path, whatever the stages that are missing would have added.
        var bright = whole;
        if (whole.Sensor is { } sensor)
        {
            var light = new double[whole.Height * whole.Width];
            Array.Fill(light, BrightE / sensor.ElectronsPerUnit);
            bright = whole with { SensorOffsets = [new(light)] };
        }
        var (fields, cells) = (whole.Lights.Where(g => g.Shapes is FieldShapes).ToArray(), whole.Lights.Where(g => g.Shapes is not FieldShapes).ToArray());
        var stages = new List<RenderStage> { new(Base, bright with { Lights = [], TissueFactor = null, Pulse = null }, whole.Motion.ShowsCanvas ? 1 : ShiftMultiplyAdds) };
        if (fields.Length > 0)
            stages.Add(new(Neuropil, bright with { Lights = [.. fields], Pulse = null }, fields.Sum(g => g.Shapes.Count) * ((double)grid.Height * grid.Width) / pixels));
        if (cells.Length > 0)
            stages.Add(new(Cells, bright with { Pulse = null }, cells.Sum(g => Enumerable.Range(0, g.Shapes.Count).Sum(i => (double)g.Shapes.Bounds(i).Height * g.Shapes.Bounds(i).Width)) / pixels));
        // Two interpolations, three products and the loss.
        if (whole.Pulse is { } pulse) stages.Add(new(Blood, bright, (pulse.Arteries.Length > 0 ? 6 : 2) * ((double)grid.Height * grid.Width) / pixels));
        if (whole.Sensor is not null) stages.Add(new(LowLight, whole, 0));
        return stages;
    }
}

/// <summary>Renders the first frames of a movie over and over, as a recording is rendered but for the sinks.</summary>
internal sealed class RenderLoop : IDisposable
{
    private readonly FrameRenderer _renderer;
    private readonly (FrameRenderer.Workspace Workspace, byte[] Frames)[] _threads;
    private int _next;

    /// <param name="renderer">Stays the caller's.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="frames">Frames to render, no more than the movie has.</param>
    public RenderLoop(FrameRenderer renderer, int threads, int frames)
    {
        _renderer = renderer;
        Frames = frames;
        _threads = new (FrameRenderer.Workspace, byte[])[threads];
        for (var i = 0; i < threads; i++) _threads[i] = (renderer.CreateWorkspace(), GC.AllocateUninitializedArray<byte>(renderer.BlockFrames * renderer.FrameBytes));
    }

    public int Frames { get; }

    /// <summary>Renders all frames once. With one thread nothing but the renderer allocates.</summary>
    public void Run()
    {
        _next = 0;
        if (_threads.Length == 1)
        {
            Work(0);
            return;
        }
        var helpers = new Thread[_threads.Length - 1];
        for (var i = 0; i < helpers.Length; i++)
        {
            var mine = i + 1;
            helpers[i] = new Thread(() => Work(mine)) { IsBackground = true };
            helpers[i].Start();
        }
        Work(0);
        foreach (var helper in helpers) helper.Join();
    }

    private void Work(int thread)
    {
        var (workspace, frames) = _threads[thread];
        var block = _renderer.BlockFrames;
        while (Interlocked.Add(ref _next, block) - block is var first && first < Frames)
            _renderer.Render(workspace, first, Math.Min(block, Frames - first), frames);
    }

    public void Dispose()
    {
        foreach (var (workspace, _) in _threads) workspace.Dispose();
    }
}

/// <summary>The two halves of the sensor on rows of evenly lit pixels, without the rest of the chain.</summary>
internal sealed unsafe class SensorLoop : IDisposable
{
    private const int Groups = 10;
    private readonly AlignedBuffer _electrons, _normals, _counts;
    private readonly SensorKernel.Constants _constants;
    private readonly SimdWidth _width;
    private readonly bool _wide;

    /// <param name="sensor">The sensor.</param>
    /// <param name="electrons">Expected electrons of every pixel.</param>
    /// <param name="width">Register width.</param>
    public SensorLoop(SensorModel sensor, float electrons, SimdWidth width)
    {
        (_electrons, _normals, _counts) = (new(4 * RowPixels), new(4 * RowPixels), new(2 * RowPixels));
        new Span<float>(_electrons.Floats, RowPixels).Fill(electrons);
        _constants = SensorKernel.Constants.Of(sensor);
        (_width, _wide) = (width, sensor.BitDepth > 8);
        Normals(1);
    }

    /// <summary>Pixels of a row.</summary>
    public const int RowPixels = Groups * SensorKernel.Group;

    /// <summary>Random words to standard normals.</summary>
    public void Normals(int rows)
    {
        switch (_width)
        {
            case SimdWidth.V512: Normals<Simd512, Vector512<float>, Vector512<uint>>(rows); break;
            case SimdWidth.V256: Normals<Simd256, Vector256<float>, Vector256<uint>>(rows); break;
            case SimdWidth.V128: Normals<Simd128, Vector128<float>, Vector128<uint>>(rows); break;
            default: Normals<SimdScalar, float, uint>(rows); break;
        }
    }

    /// <summary>Expected electrons and normals to counts.</summary>
    public void Counts(int rows)
    {
        switch (_width)
        {
            case SimdWidth.V512: Counts<Simd512, Vector512<float>, Vector512<uint>>(rows); break;
            case SimdWidth.V256: Counts<Simd256, Vector256<float>, Vector256<uint>>(rows); break;
            case SimdWidth.V128: Counts<Simd128, Vector128<float>, Vector128<uint>>(rows); break;
            default: Counts<SimdScalar, float, uint>(rows); break;
        }
    }

    private void Normals<S, F, U>(int rows) where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        fixed (SensorKernel.Constants* c = &_constants)
            for (var row = 0; row < rows; row++) NormalsKernel.Row<S, F, U>(0, Groups, row, 3, RandomStream.Sensor, &c->Keys, _normals.Floats);
    }

    private void Counts<S, F, U>(int rows) where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        fixed (SensorKernel.Constants* c = &_constants)
            for (var row = 0; row < rows; row++) SensorKernel.Counts<S, F, U>(_electrons.Floats, _normals.Floats, 0, Groups, row, 3, c, _counts.Data, _wide);
    }

    public void Dispose()
    {
        _electrons.Dispose();
        _normals.Dispose();
        _counts.Dispose();
    }
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Minisim.Random;
using Minisim.Rendering;
using Minisim.Rendering.Simd;
using Minisim.Scene;

namespace Minisim.Bench;

/// <summary>Stages of the renderer on one thread, in ns per pixel and frame, beside what the machine itself can do.</summary>
internal static class KernelBenchmark
{
    private const int Side = 608, Frames = 256, Cells = 979;

    public static void Run()
    {
        Ceilings();
        var grid = new Grid(Side, Side, 11, 1.655);
        var model = Model(grid);
        var flat = new[] { model.Offset! }[0];
        foreach (var width in new[] { SimdWidth.V512, SimdWidth.V256, SimdWidth.V128 })
        {
            if (width > SimdChoice.Best) continue;
            Time("whole chain", model, width);
            Time("without sensor (float movie)", model with { Sensor = null }, width);
            Time("without sensor and cells", model with { Sensor = null, Sources = null }, width);
            Time("shift and static fields only", model with { Sensor = null, Sources = null, Fields = [] }, width);
            Time("sensor only", model with { Sources = null, Fields = [], Mask = null, Shifts = null, Grid = grid with { Margin = 0 }, Offset = Array.ConvertAll(flat, _ => 0.2f) }, width);
            Time("sensor only, low light", model with { Sources = null, Fields = [], Mask = null, Shifts = null, Grid = grid with { Margin = 0 }, Offset = Array.ConvertAll(flat, _ => 0.01f) }, width);
        }
        Sensor<Simd512, Vector512<float>, Vector512<uint>>("512");
        Sensor<Simd256, Vector256<float>, Vector256<uint>>("256");
        Sensor<Simd128, Vector128<float>, Vector128<uint>>("128");
    }

    private static PixelModel Model(Grid grid)
    {
        var draws = new Draws(1, RandomStream.Placement);
        var cells = new Cell[Cells];
        for (var i = 0; i < Cells; i++)
        {
            var values = new float[27 * 27];
            for (var k = 0; k < values.Length; k++) values[k] = Math.Pow(k / 27 - 13, 2) + Math.Pow(k % 27 - 13, 2) < 30 ? 1 : 0;
            cells[i] = new Cell(0, i, default, new Footprint((int)(draws.Uniform((uint)(2 * i)) * 600), (int)(draws.Uniform((uint)(2 * i + 1)) * 600), 27, 27, values));
        }
        float[] Canvas(float value) => [.. Enumerable.Repeat(value, grid.Height * grid.Width)];
        float[] Fov(float value) => [.. Enumerable.Repeat(value, Side * Side)];
        return new PixelModel(grid, Frames)
        {
            Sources = new CanvasFootprints(cells, [.. cells.Select(_ => new CellOptics(4.6, 0.0156, 0, true))], grid),
            Traces = [.. cells.Select(_ => Enumerable.Repeat(2.0, Frames).ToArray())],
            Fields = [.. Enumerable.Range(0, 3).Select(_ => (Canvas(0.06f), Enumerable.Repeat(1f, Frames).ToArray()))],
            Mask = Canvas(0.95f),
            Shifts = [.. Enumerable.Range(0, Frames).Select(t => (9 * Math.Sin(t), 9 * Math.Cos(1.3 * t)))],
            Gain = Fov(0.8f),
            Offset = Fov(0.08f),
            Sensor = new SensorModel(0, 420, 2, 1, 8),
        };
    }

    private static void Time(string name, PixelModel model, SimdWidth width)
    {
        using var renderer = new FrameRenderer(model, new ParallelOptions { MaxDegreeOfParallelism = 1 }, default, width);
        using var workspace = renderer.CreateWorkspace();
        var buffer = new byte[renderer.BlockFrames * renderer.FrameBytes];
        Report($"{name}, {(int)width} bit", (double)Frames * Side * Side, "ns/px", () =>
        {
            for (var f = 0; f < Frames; f += renderer.BlockFrames) renderer.Render(workspace, f, Math.Min(renderer.BlockFrames, Frames - f), buffer);
        });
    }

    private static unsafe void Sensor<S, F, U>(string name) where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        const int groups = 10, rows = 20000;
        var c = SensorKernel.Constants.Of(new SensorModel(0, 420, 2, 1, 8));
        using AlignedBuffer electrons = new(4 * 1024), normals = new(4 * 1024), counts = new(4 * 1024);
        new Span<float>(electrons.Floats, 1024).Fill(90);
        var (k, e, z, o) = ((nint)(&c), (nint)electrons.Floats, (nint)normals.Floats, (nint)counts.Data);
        Report($"Philox and Box–Muller, {name} bit", (double)rows * groups * 64, "ns/px", () =>
        {
            for (var r = 0; r < rows; r++) SensorKernel.Normals<S, F, U>(0, groups, r, 3, RandomStream.Sensor, (SensorKernel.Constants*)k, (float*)z);
        });
        Report($"noise and quantisation, {name} bit", (double)rows * groups * 64, "ns/px", () =>
        {
            for (var r = 0; r < rows; r++) SensorKernel.Counts<S, F, U>((float*)e, (float*)z, 0, groups, r, 3, (SensorKernel.Constants*)k, (byte*)o, false);
        });
    }

    /// <summary>What the machine can do at the best, measured in the same run.</summary>
    private static void Ceilings()
    {
        byte[] a = new byte[256 << 20], b = new byte[256 << 20];
        Report("memory copy of 256 MiB", a.Length, "ns/byte", () => a.CopyTo(b, 0));
        Report("fused multiply–add, 512 bit, 12 chains", 12.0 * 16 * 10_000_000, "ns/FMA", () => Sink = MultiplyAdds<Simd512, Vector512<float>, Vector512<uint>>(10_000_000));
        Report("fused multiply–add, 256 bit, 12 chains", 12.0 * 8 * 10_000_000, "ns/FMA", () => Sink = MultiplyAdds<Simd256, Vector256<float>, Vector256<uint>>(10_000_000));
    }

    private static float Sink { get; set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe float MultiplyAdds<S, F, U>(int n) where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        var m = S.Broadcast(0.999f);
        F a = m, b = m, c = m, d = m, e = m, f = m, g = m, h = m, i = m, j = m, k = m, l = m;
        for (var t = 0; t < n; t++)
        {
            a = S.Fma(a, m, m);
            b = S.Fma(b, m, m);
            c = S.Fma(c, m, m);
            d = S.Fma(d, m, m);
            e = S.Fma(e, m, m);
            f = S.Fma(f, m, m);
            g = S.Fma(g, m, m);
            h = S.Fma(h, m, m);
            i = S.Fma(i, m, m);
            j = S.Fma(j, m, m);
            k = S.Fma(k, m, m);
            l = S.Fma(l, m, m);
        }
        var sum = S.Add(S.Add(S.Add(a, b), S.Add(c, d)), S.Add(S.Add(e, f), S.Add(S.Add(g, h), S.Add(S.Add(i, j), S.Add(k, l)))));
        var lanes = stackalloc float[S.Count];
        S.Store(sum, lanes);
        return lanes[0];
    }

    private static void Report(string name, double units, string unit, Action action)
    {
        action();
        var best = double.MaxValue;
        for (var repeat = 0; repeat < 5; repeat++)
        {
            var clock = Stopwatch.StartNew();
            action();
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }
        Console.WriteLine($"{name,-44} {best * 1e9 / units:0.000} {unit}");
    }
}

using System.Diagnostics;
using Minisim;
using Minisim.Random;
using Minisim.Rendering;
using Minisim.Scene;
using Minisim.Truth;

if (args.Length > 0 && args[0].EndsWith(".json"))
{
    for (var rep = 0; rep < 2; rep++)
    {
        var w = Stopwatch.StartNew();
        var spec = SpecJson.Load(args[0]);
        var t0 = w.Elapsed.TotalSeconds;
        using var scene = Simulator.Compile(spec);
        var t1 = w.Elapsed.TotalSeconds;
        Console.WriteLine(string.Join(" ", scene.CompileTimes.Select(t => $"{t.Step} {t.Time.TotalMilliseconds:0}")));
        scene.RenderTo([new NullSink()]);
        var t2 = w.Elapsed.TotalSeconds;
        Console.WriteLine($"load {t0:f3} compile {t1 - t0:f3} render {t2 - t1:f3} s; {scene.PlantedCells} planted, {scene.Truth.NUnits} in view, {scene.Truth.Detectable.ToArray().Count(d => d)} detectable, focal {scene.Truth.FocalDepthUm:f1}; {(t2 - t1) * 2e9 / ((double)scene.Frames * scene.Height * scene.Width):f2} core-ns/px/frame; {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB; cpu {Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds:f2}");
    }
    return;
}

int threads = args.Length > 0 ? int.Parse(args[0]) : 1, frames = args.Length > 1 ? int.Parse(args[1]) : 256;
var grid = new Grid(608, 608, 11, 1.655);
var d = new Draws(1, RandomStream.Placement);
var planted = new Footprint[979];
for (var i = 0; i < planted.Length; i++)
{
    var values = new float[27 * 27];
    for (var k = 0; k < values.Length; k++) values[k] = Math.Pow(k / 27 - 13, 2) + Math.Pow(k % 27 - 13, 2) < 30 ? 1 : 0;
    planted[i] = new Footprint((int)(d.Uniform((uint)(2 * i)) * 600), (int)(d.Uniform((uint)(2 * i + 1)) * 600), 27, 27, values);
}
var fields = Enumerable.Range(0, 3).Select(_ => (Enumerable.Repeat(0.06f, grid.Height * grid.Width).ToArray(), Enumerable.Repeat(1f, frames).ToArray())).ToList();
var model = new PixelModel(grid, frames)
{
    Sources = new CanvasFootprints([.. planted.Select((f, i) => new Cell(0, i, default, f))], [.. planted.Select(_ => new CellOptics(4.6, 0.0156, 0, true))], grid),
    Traces = [.. planted.Select(_ => Enumerable.Repeat(2.0, frames).ToArray())],
    Fields = fields,
    Mask = [.. Enumerable.Repeat(0.95f, grid.Height * grid.Width)],
    Shifts = [.. Enumerable.Range(0, frames).Select(t => (9 * Math.Sin(t), 9 * Math.Cos(1.3 * t)))],
    Gain = [.. Enumerable.Repeat(0.8f, 608 * 608)],
    Offset = [.. Enumerable.Repeat(0.08f, 608 * 608)],
    Sensor = new SensorModel(0, 420, 2, 1, 8),
};

void Run(string name, PixelModel m, SimdWidth width)
{
    var n = width == SimdWidth.Scalar ? 16 : frames;
    using var renderer = new FrameRenderer(m, new ParallelOptions { MaxDegreeOfParallelism = 2 }, default, width);
    using var ws = renderer.CreateWorkspace();
    var buffer = new byte[16 * renderer.FrameBytes];
    renderer.Render(ws, 0, 16, buffer);
    var best = double.MaxValue;
    for (var rep = 0; rep < 5; rep++)
    {
        var w = Stopwatch.StartNew();
        for (var f = 0; f < n; f += 16) renderer.Render(ws, f, 16, buffer);
        best = Math.Min(best, w.Elapsed.TotalSeconds * 1e9 / n / (608.0 * 608));
    }
    Console.WriteLine($"{name,-28} {width,-7} {best:f3} ns/px/frame");
}
foreach (var width in new[] { SimdWidth.V512, SimdWidth.V256 })
{
    Run("all", model, width);
    Run("no sensor", model with { Sensor = null }, width);
    Run("no sensor, no cells", model with { Sensor = null, Sources = null }, width);
    Run("no sensor, cells, fields", model with { Sensor = null, Sources = null, Fields = [] }, width);
    Run("sensor only", model with { Sources = null, Fields = [], Offset = [.. Enumerable.Repeat(0.2f, 608 * 608)] }, width);
    Run("sensor only, no shift", model with { Sources = null, Fields = [], Grid = new Grid(608, 608, 0, 1.655), Mask = null, Shifts = null, Offset = [.. Enumerable.Repeat(0.2f, 608 * 608)] }, width);
}
unsafe
{
    var c = SensorKernel.Constants.Of(new SensorModel(0, 420, 2, 1, 8));
    using var e = new AlignedBuffer(4 * 1024); using var z = new AlignedBuffer(4 * 1024); using var o = new AlignedBuffer(4 * 1024);
    new Span<float>(e.Floats, 1024).Fill(90);
    for (var rep = 0; rep < 3; rep++)
    {
        var w = Stopwatch.StartNew();
        for (var r = 0; r < 40000; r++) SensorKernel.Normals<Minisim.Rendering.Simd.Simd512, System.Runtime.Intrinsics.Vector512<float>, System.Runtime.Intrinsics.Vector512<uint>>(0, 10, r, 3, RandomStream.Sensor, &c, z.Floats);
        var t1 = w.Elapsed.TotalSeconds; w.Restart();
        for (var r = 0; r < 40000; r++) SensorKernel.Counts<Minisim.Rendering.Simd.Simd512, System.Runtime.Intrinsics.Vector512<float>, System.Runtime.Intrinsics.Vector512<uint>>(e.Floats, z.Floats, 0, 10, r, 3, &c, o.Data, false);
        var t2 = w.Elapsed.TotalSeconds; w.Restart();
        for (var r = 0; r < 40000; r++) SensorKernel.Normals<Minisim.Rendering.Simd.Simd256, System.Runtime.Intrinsics.Vector256<float>, System.Runtime.Intrinsics.Vector256<uint>>(0, 10, r, 3, RandomStream.Sensor, &c, z.Floats);
        var t3 = w.Elapsed.TotalSeconds; w.Restart();
        for (var r = 0; r < 40000; r++) SensorKernel.Counts<Minisim.Rendering.Simd.Simd256, System.Runtime.Intrinsics.Vector256<float>, System.Runtime.Intrinsics.Vector256<uint>>(e.Floats, z.Floats, 0, 10, r, 3, &c, o.Data, false);
        var t4 = w.Elapsed.TotalSeconds;
        var k = 1e9 / 40000 / 640;
        Console.WriteLine($"512: normals {t1 * k:f3} counts {t2 * k:f3} | 256: normals {t3 * k:f3} counts {t4 * k:f3} ns/px");
    }
}

sealed class NullSink : IRecordingSink
{
    public int BlockFrames => 1;
    public void Begin(RecordingHeader header, GroundTruth truth) { }
    public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels) { }
    public void Complete() { }
    public void Dispose() { }
}

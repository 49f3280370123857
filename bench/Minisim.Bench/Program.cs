using System.Diagnostics;
using Minisim.Random;
using Minisim.Rendering;
using Minisim.Scene;

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
    SourceCount = planted.Length,
    Source = i => FootprintOptics.Degrade(planted[i], 4.6, 0.0156, grid.Height, grid.Width),
    Traces = [.. planted.Select(_ => Enumerable.Repeat(2.0, frames).ToArray())],
    Fields = fields,
    Mask = [.. Enumerable.Repeat(0.95f, grid.Height * grid.Width)],
    Shifts = [.. Enumerable.Range(0, frames).Select(t => (9 * Math.Sin(t), 9 * Math.Cos(1.3 * t)))],
    Gain = [.. Enumerable.Repeat(0.8f, 608 * 608)],
    Offset = [.. Enumerable.Repeat(0.08f, 608 * 608)],
    Sensor = new SensorModel(0, 420, 2, 1, 8),
};
foreach (var width in new[] { SimdWidth.V512, SimdWidth.V256, SimdWidth.V128, SimdWidth.Scalar })
{
    var n = width == SimdWidth.Scalar ? 16 : frames;
    var w0 = Stopwatch.StartNew();
    using var renderer = new FrameRenderer(model, new ParallelOptions { MaxDegreeOfParallelism = 2 }, default, width);
    var compile = w0.Elapsed.TotalSeconds;
    using var ws = renderer.CreateWorkspace();
    var buffer = new byte[16 * renderer.FrameBytes];
    ulong hash = 0;
    renderer.Render(ws, 0, 16, buffer);
    foreach (var b in buffer) hash = hash * 31 + b;
    var w = Stopwatch.StartNew();
    for (var f = 0; f < n; f += 16) renderer.Render(ws, f, 16, buffer);
    Console.WriteLine($"{width}: tiles {compile * 1e3:f0} ms, {renderer.TileEntries} entries; {w.Elapsed.TotalSeconds * 1e9 / n / (608.0 * 608):f3} ns/px/frame, hash {hash:x}, mean {buffer.Average(b => b):f3}");
}

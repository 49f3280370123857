using System.Diagnostics;
using Minisim.Formats;
using Minisim.Presets;
using Minisim.Rendering;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Bench;

/// <summary>Whole simulations: time of every step, of the pixels and of writing, and memory.</summary>
internal static class ChainBenchmark
{
    /// <summary>A spec to nowhere or to a file, twice: a cold process, then a warm one.</summary>
    public static void Spec(string path, string? output)
    {
        var spec = SpecJson.Load(path);
        foreach (var state in new[] { "cold", "warm" })
        {
            var clock = Stopwatch.StartNew();
            using var scene = Simulator.Compile(spec);
            var compiled = clock.Elapsed;
            if (output is null) scene.RenderTo([new NullSink()]);
            else
            {
                using var sink = RecordingFormats.CreateSink(output, new FormatOptions { Overwrite = true });
                scene.RenderTo([sink]);
            }
            Report($"{Path.GetFileName(path)}, {state}, to {output ?? "nowhere"}", scene, compiled, clock.Elapsed);
        }
    }

    /// <summary>50,000 cells over a large sensor: how long the scene takes, and its first frames.</summary>
    public static void ManyCells()
    {
        var spec = Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1, new PresetOptions { DurationS = 5, SizePx = (1024, 1024), Extra = [new BrainMotion()] })
            .With(new PlaceNeurons { Populations = [ReferenceRegions.Ca1.Populations[0] with { DensityPerMm3 = 850_000 }] });
        var clock = Stopwatch.StartNew();
        using var scene = Simulator.Compile(spec);
        var compiled = clock.Elapsed;
        var held = GC.GetTotalMemory(forceFullCollection: true);
        Console.WriteLine($"  compiled: {held >> 20} MiB held, of which planted footprints {scene.Truth.Planted.Sum(f => 4L * f.Values.Length) >> 20} MiB; {WeightsOf(scene)}; resident {Environment.WorkingSet >> 20} MiB, peak so far {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
        scene.RenderTo([new NullSink()]);
        Report("50,000 cells, 1024 × 1024, 100 frames", scene, compiled, clock.Elapsed);
        Console.WriteLine($"  rendered: {GC.GetTotalMemory(forceFullCollection: false) >> 20} MiB managed, {GC.GetGCMemoryInfo().TotalCommittedBytes >> 20} MiB committed");
    }

    /// <summary>10,000 cells for an hour: 10¹⁰ bins. At 5 fps, since the traces of more frames would not be kept.</summary>
    public static void Activity()
    {
        var random = new System.Random(1);
        var cells = Enumerable.Range(0, 10_000).Select(_ => new Position(100, 200 * random.NextDouble() - 100, 200 * random.NextDouble() - 100)).ToArray();
        CellActivity poisson = new() { Process = SpikeProcess.Poisson, RateMeanHz = 1, RateSigmaLn = 1.2, SilentFraction = 0.3 };
        Indicator indicator = new() { Name = IndicatorName.GCaMP6f };
        foreach (var (what, step) in new[]
        {
            ("per frame", new CellActivity()),
            ("gated", new CellActivity { Process = SpikeProcess.Gated }),
            ("Poisson, 1 Hz", poisson),
            ("bursty, 1 Hz", poisson with { Process = SpikeProcess.Bursty }),
            ("Poisson, 1 Hz, GCaMP6f", poisson with { Indicator = indicator }),
            ("bursty, 1 Hz, jGCaMP8m", poisson with { Process = SpikeProcess.Bursty, Indicator = new() { Name = IndicatorName.JGCaMP8m } }),
        })
        {
            var spec = new Spec
            {
                Acquisition = new() { Fps = 5, DurationS = 3600, ImageSensor = new() { NPxHeight = 64, NPxWidth = 64 } },
                Steps = [new PlaceNeurons { PositionsUm = [.. cells], SomaRadiusUm = 3 }, step],
            };
            GC.Collect();
            var clock = Stopwatch.StartNew();
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            using var scene = Simulator.Compile(spec);
            Console.WriteLine($"10,000 cells, 1 h, {what}: {clock.Elapsed.TotalSeconds:0.0} s, {(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds:0.0} s of CPU; {GC.GetTotalMemory(true) >> 20} MiB held, peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
        }
    }

    /// <summary>An hour of the V4 over CA1, or less: neither memory nor the cost of a pixel may grow with frames or field.</summary>
    public static void Long(double most)
    {
        foreach (var (minutes, side) in new[] { (2.5, 608), (most, 608), (most, 1024) }.Distinct())
        {
            var spec = Preset.Create(Scopes.MiniscopeV4, ReferenceRegions.Ca1, new PresetOptions { DurationS = 60 * minutes, Extra = [new BrainMotion(), new Steps.Bleaching()] });
            spec = spec with { Acquisition = spec.Acquisition with { ImageSensor = spec.Acquisition.ImageSensor with { NPxHeight = side, NPxWidth = side } } };
            var clock = Stopwatch.StartNew();
            using var scene = Simulator.Compile(spec);
            var compiled = clock.Elapsed;
            var before = Environment.WorkingSet;
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            scene.RenderTo([new NullSink()]);
            cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
            Report(FormattableString.Invariant($"{minutes} min of V4 × CA1, {side} × {side}"), scene, compiled, clock.Elapsed);
            Console.WriteLine($"  {cpu.TotalNanoseconds / ((double)scene.Frames * side * side):0.00} ns of processor time per pixel and frame; resident before the first frame {before >> 20} MiB, after the last {Environment.WorkingSet >> 20} MiB; {WeightsOf(scene)}");
        }
    }

    // Tiles are runs of 16 columns: what they take, and what the pixels of the footprints alone would.
    private static string WeightsOf(CompiledScene scene)
    {
        var lights = new LightLayout(scene.Scene);
        long entries = 0, pixels = 0;
        for (var i = 0; i < lights.Count; i++)
        {
            Add(lights.OnCanvas(i));
            for (var k = 0; k < lights.Grids.Count; k++) Add(lights.OnNodes(i, k, new CoarseGrid(scene.Scene.Grid, lights.Grids[k].Step)));
        }
        void Add(Scenes.Patch patch)
        {
            if (patch.IsEmpty) return;
            entries += (long)patch.Height * ((patch.Col + patch.Width - 1) / SourceTiles.RunLength - patch.Col / SourceTiles.RunLength + 1);
            pixels += (long)patch.Height * patch.Width;
        }
        return $"weights of cells {4 * SourceTiles.RunLength * entries >> 20} MiB, their sources {4 * entries >> 20} MiB, the pixels and nodes of their footprints {4 * pixels >> 20} MiB";
    }

    private static void Report(string what, CompiledScene scene, TimeSpan compiled, TimeSpan total)
    {
        var render = total - compiled;
        var pixels = (double)scene.Frames * scene.Height * scene.Width;
        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"{what}: {scene.PlantedCells} cells, {scene.Frames} frames of {scene.Height} × {scene.Width}");
        Console.WriteLine("  compile " + string.Join(", ", scene.CompileTimes.Select(t => $"{t.Step} {t.Time.TotalMilliseconds:0}")) + " ms");
        Console.WriteLine($"  compile {compiled.TotalSeconds:0.00} s, pixels {render.TotalSeconds:0.00} s ({render.TotalSeconds * Environment.ProcessorCount * 1e9 / pixels:0.00} ns per pixel, frame and core), total {total.TotalSeconds:0.00} s; peak {process.PeakWorkingSet64 >> 20} MiB, CPU {process.TotalProcessorTime.TotalSeconds:0.0} s since start");
    }

    private sealed class NullSink : IRecordingSink
    {
        public int BlockFrames => 1;
        public void Begin(RecordingHeader header, GroundTruth truth) { }
        public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels) { }
        public void Complete() { }
        public void Dispose() { }
    }
}

using System.Globalization;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using Minisim.Rendering;
using Minisim.Steps;

namespace Minisim.Bench;

/// <summary>A spec to a scene, and a scene to a renderer, by number of cells, on all threads.</summary>
public class CompileBenchmarks
{
    private const double DurationS = 5;
    private Spec _spec = null!;
    private CompiledScene _scene = null!;

    internal static IColumn[] Columns { get; } =
        [new CaseColumn("µs a cell", "Min / cells", (_, c, min) => string.Create(CultureInfo.InvariantCulture, $"{min / 1000 / (int)c.Parameters[nameof(Cells)]:0.0}"))];

    /// <summary>Cells to expect.</summary>
    [Params(100, 1000, 5000, 20_000)]
    public int Cells { get; set; }

    [GlobalSetup]
    public void Create()
    {
        var spec = SpecJson.Load(Places.SpecPath("S4"));
        spec = spec with { Acquisition = spec.Acquisition with { DurationS = DurationS } };
        var place = spec.Find<PlaceNeurons>()!;
        var scale = Cells / SpecSize.Of(spec).TotalCells;
        _spec = spec.With(place with { Populations = [.. place.ResolvedPopulations().Select(p => p with { DensityPerMm3 = p.DensityPerMm3 * scale })] });
        _scene = Simulator.Compile(_spec);
    }

    [GlobalCleanup]
    public void Free() => _scene.Dispose();

    [Benchmark(Description = "compile the scene")]
    public void Compile() => Simulator.Compile(_spec).Dispose();

    [Benchmark(Description = "cut footprints for the renderer")]
    public void Cut() => new FrameRenderer(_scene.Scene, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }).Dispose();
}

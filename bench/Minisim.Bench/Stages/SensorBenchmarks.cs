using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using Minisim.Benchmarks;
using Minisim.Rendering;
using Minisim.Scenes;

namespace Minisim.Bench;

/// <summary>The halves of an 8-bit sensor on rows that stay in cache, one thread.</summary>
public class SensorBenchmarks
{
    private const int Rows = 2000, Pixels = Rows * SensorLoop.RowPixels;
    private SensorLoop _bright = null!, _dark = null!;

    internal static IColumn[] Columns { get; } = CaseColumn.Limit(c => c.Descriptor.WorkloadMethod.Name == nameof(Normals)
        ? Suite.Ceilings.Widths.First(w => w.Bits == (int)c.Parameters[nameof(Bits)]).RandomWordNs : null);

    public static IEnumerable<int> Widths => CeilingBenchmarks.Widths;

    [ParamsSource(nameof(Widths))]
    public int Bits { get; set; }

    [GlobalSetup]
    public void Create()
    {
        var sensor = new SensorModel(0, 420, 2, 1, 8);
        (_bright, _dark) = (new(sensor, RenderStages.BrightE, (SimdWidth)Bits), new(sensor, 4, (SimdWidth)Bits));
    }

    [GlobalCleanup]
    public void Free()
    {
        _bright.Dispose();
        _dark.Dispose();
    }

    [Benchmark(Description = "random normals (ARS, Box–Muller)", OperationsPerInvoke = Pixels)]
    public void Normals() => _bright.Normals(Rows);

    [Benchmark(Description = "noise and quantisation, 90 e⁻", OperationsPerInvoke = Pixels)]
    public void Counts() => _bright.Counts(Rows);

    [Benchmark(Description = "noise and quantisation in low light, 4 e⁻", OperationsPerInvoke = Pixels)]
    public void LowLight() => _dark.Counts(Rows);
}

using BenchmarkDotNet.Attributes;
using Minisim.Benchmarks;
using Minisim.Rendering;

namespace Minisim.Bench;

/// <summary>Memory copy, beyond every cache.</summary>
public class CopyBenchmarks
{
    private const int Bytes = 128 << 20;
    private byte[] _from = [], _to = [];

    [GlobalSetup]
    public void Allocate() => (_from, _to) = (new byte[Bytes], new byte[Bytes]);

    [Benchmark(Description = "memory copy", OperationsPerInvoke = Bytes)]
    public void Copy() => _from.CopyTo(_to, 0);
}

/// <summary>Arithmetic that touches no memory, by register width.</summary>
public class CeilingBenchmarks
{
    private const int MultiplyAdds = 12 * 16 * 250_000, Words = CeilingLoops.WordsOfRow * 5_000;

    public static IEnumerable<int> Widths => CeilingLoops.Widths.Select(w => (int)w);

    [ParamsSource(nameof(Widths))]
    public int Bits { get; set; }

    private SimdWidth Width => (SimdWidth)Bits;

    [Benchmark(Description = "fused multiply–add", OperationsPerInvoke = MultiplyAdds)]
    public float MultiplyAdd() => CeilingLoops.MultiplyAdds(Width, MultiplyAdds / CeilingLoops.Chains / CeilingLoops.Lanes(Width));

    [Benchmark(Description = "random word (ARS)", OperationsPerInvoke = Words)]
    public uint RandomWord() => CeilingLoops.RandomWords(Words / CeilingLoops.WordsOfRow);
}

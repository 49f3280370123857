using System.Globalization;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using Minisim.Benchmarks;
using Minisim.Rendering;

namespace Minisim.Bench;

/// <summary>The renderer on the cells, fields and motion of S4.</summary>
public class ChainBenchmarks
{
    private const int Side = 608, Frames = 64;
    private static readonly Dictionary<(string, string), double> Limits = [];
    private static readonly string[] Chains = [RenderStages.Base, RenderStages.Neuropil, RenderStages.Cells];
    private CompiledScene _scene = null!;
    private FrameRenderer _renderer = null!;
    private RenderLoop _loop = null!;

    internal static IColumn[] Columns { get; } =
    [
        new CaseColumn("Stage", "Min less that of the row with one stage less", (summary, c, min) =>
        {
            var at = Array.IndexOf(Chains, (string)c.Parameters[nameof(UpTo)]);
            if (at == 0) return "";
            var before = summary.BenchmarksCases.First(b => (string)b.Parameters[nameof(UpTo)] == Chains[at - 1] && (string)b.Parameters[nameof(On)] == (string)c.Parameters[nameof(On)]);
            return CaseColumn.MinOf(summary, before) is { } less ? string.Create(CultureInfo.InvariantCulture, $"{min - less:0.000} ns") : "";
        }),
        .. CaseColumn.Limit(c => Limits.TryGetValue(((string)c.Parameters[nameof(UpTo)], (string)c.Parameters[nameof(On)]), out var limit) ? limit : null),
    ];

    public static IEnumerable<string> Settings =>
        [Setting(CeilingLoops.Widths[0], 2), .. CeilingLoops.Widths.Select(w => Setting(w, 1))];

    public static IEnumerable<string> Stages => Chains;

    /// <summary>Register width and threads.</summary>
    [ParamsSource(nameof(Settings))]
    public string On { get; set; } = "";

    /// <summary>The last stage.</summary>
    [ParamsSource(nameof(Stages))]
    public string UpTo { get; set; } = "";

    [GlobalSetup]
    public void Compile()
    {
        var (width, threads) = CeilingLoops.Widths.SelectMany(w => new[] { (Width: w, Threads: 1), (Width: w, Threads: 2) }).First(s => Setting(s.Width, s.Threads) == On);
        var spec = SpecJson.Load(Places.SpecPath("S4"));
        spec = spec with { Acquisition = spec.Acquisition with { DurationS = Frames / spec.Acquisition.Fps } };
        _scene = Simulator.Compile(spec);
        var chain = RenderStages.Of(_scene.Scene).TakeWhile(s => s.Name != RenderStages.LowLight).ToList();
        chain = chain[..(chain.FindIndex(s => s.Name == UpTo) + 1)];
        _renderer = new FrameRenderer(chain[^1].Scene, new ParallelOptions { MaxDegreeOfParallelism = threads }, default, width);
        _loop = new RenderLoop(_renderer, threads, Frames);
        var ceiling = Suite.Ceilings.Widths.First(w => w.Bits == (int)width);
        Limits[(UpTo, On)] = (chain.Sum(s => s.MultiplyAdds) * ceiling.MultiplyAddNs + ceiling.RandomWordNs) / threads;
    }

    [GlobalCleanup]
    public void Free()
    {
        _loop.Dispose();
        _renderer.Dispose();
        _scene.Dispose();
    }

    [Benchmark(Description = "render", OperationsPerInvoke = Frames * Side * Side)]
    public void Render() => _loop.Run();

    private static string Setting(SimdWidth width, int threads) => FormattableString.Invariant($"{(int)width} bit, {threads} thread{(threads == 1 ? "" : "s")}");
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Minisim.Benchmarks;
using Perfolizer.Horology;
using Perfolizer.Metrology;

namespace Minisim.Bench;

/// <summary>The benchmarks that BenchmarkDotNet runs, in groups: one group, one file of results.</summary>
internal static class Suite
{
    /// <summary>What the machine can do at the best, measured before anything else of a run.</summary>
    public static MachineCeilings Ceilings { get; } = CeilingLoops.Measure();

    public static IReadOnlyDictionary<string, Set[]> Groups { get; } = new Dictionary<string, Set[]>
    {
        ["stages"] =
        [
            new(typeof(CopyBenchmarks), "The machine: memory, ns per byte", TimeUnit.Nanosecond),
            new(typeof(CeilingBenchmarks), "The machine: arithmetic of one core, ns per float or word", TimeUnit.Nanosecond),
            new(typeof(SensorBenchmarks), "Stages alone, ns per pixel and frame", TimeUnit.Nanosecond, SensorBenchmarks.Columns),
            new(typeof(ChainBenchmarks), "The chain of S4, a stage more in every row, ns of wall time per pixel and frame", TimeUnit.Nanosecond, ChainBenchmarks.Columns),
        ],
        ["compile"] = [new(typeof(CompileBenchmarks), "Compiling by number of cells: S4 with other densities, 100 frames", TimeUnit.Millisecond, CompileBenchmarks.Columns)],
        ["files"] = [new(typeof(FileBenchmarks), "Writing a rendered movie, ns per pixel and frame", TimeUnit.Nanosecond, FileBenchmarks.Columns)],
        ["codecs"] = [new(typeof(CodecBenchmarks), "Packing in memory, ns per pixel and frame", TimeUnit.Nanosecond, CodecBenchmarks.Columns)],
        ["startup"] = [new(typeof(StartupBenchmarks), "Whole processes", TimeUnit.Millisecond)],
    };

    /// <summary>A class of benchmarks and how its table looks.</summary>
    public sealed record Set(Type Benchmarks, string Title, TimeUnit Unit, params IColumn[] Columns);

    /// <summary>Runs groups, prints their tables and writes them to bench/results/CPU/GROUP.md. Exit code 1 if a benchmark failed.</summary>
    public static int Run(IEnumerable<string> groups)
    {
        var failed = false;
        foreach (var group in groups)
        {
            var text = new StringBuilder(Heading(group));
            foreach (var set in Groups[group])
            {
                var summary = BenchmarkRunner.Run(set.Benchmarks, Config(set));
                failed |= summary.HasCriticalValidationErrors || summary.Reports.Any(r => !r.Success) || summary.Reports.Length == 0;
                text.Append(CultureInfo.InvariantCulture, $"\n## {set.Title}\n\n{Table(summary)}");
            }
            var file = Path.Combine(Places.Root, "bench", "results", Machine.Here.FolderName, group + ".md");
            Console.WriteLine();
            Console.WriteLine(text);
            if (failed) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text.ToString());
            Console.WriteLine($"wrote {file}");
        }
        if (failed) Console.Error.WriteLine("A benchmark failed (see above): its results are not written.");
        return failed ? 1 : 0;
    }

    private static string Heading(string group)
    {
        var m = Machine.Here;
        var widest = Ceilings.Widths[0];
        return string.Create(CultureInfo.InvariantCulture, $"""
            # {group}: Minisim {Engine.Version}, model version {Engine.ModelVersion}, {DateTime.Now:yyyy-MM-dd}

            {m.Processor}, {m.Processors} logical processors, vectors of {m.VectorBits} bits; {m.System}; {m.Runtime}; BenchmarkDotNet {typeof(BenchmarkRunner).Assembly.GetName().Version!.ToString(3)}.
            At the best, in the same run: memory copy {Ceilings.CopyNsPerByte:0.000} ns per byte; at {widest.Bits} bits {widest.MultiplyAddNs:0.000} ns per fused multiply–add, {widest.RandomWordNs:0.000} ns per random word.

            """);
    }

    // In this process: nothing is built anew, the ceilings belong to the run, and the whole set takes minutes.
    private static IConfig Config(Set set) => ManualConfig.CreateEmpty()
        .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithUnrollFactor(1).WithMinInvokeCount(1).WithWarmupCount(1).WithIterationCount(5).WithIterationTime(TimeInterval.FromMilliseconds(150)))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddColumnProvider(DefaultColumnProviders.Params, DefaultColumnProviders.Metrics)
        .AddColumn(TargetMethodColumn.Method, StatisticColumn.Mean, StatisticColumn.StdDev, StatisticColumn.Min)
        .AddColumn(set.Columns)
        .AddLogger(ConsoleLogger.Default)
        .WithOrderer(new AsDeclared())
        .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "minisim-bench"))
        .WithSummaryStyle(SummaryStyle.Default.WithCultureInfo(CultureInfo.InvariantCulture).WithTimeUnit(set.Unit).WithMaxParameterColumnWidth(60));

    private static string Table(Summary summary)
    {
        // What starting a process allocates in this one says nothing.
        string[] hidden = summary.BenchmarksCases.Any(c => c.Descriptor.Type == typeof(StartupBenchmarks)) ? ["Gen0", "Gen1", "Gen2", "Allocated"] : ["Gen0", "Gen1", "Gen2"];
        var columns = summary.Table.Columns.Where(c => c.NeedToShow && !hidden.Contains(c.Header)).ToArray();
        var text = new StringBuilder();
        text.AppendLine($"| {string.Join(" | ", columns.Select(c => c.Header))} |");
        text.AppendLine($"| {string.Join(" | ", columns.Select(_ => "---"))} |");
        for (var i = 0; i < summary.Table.FullContent.Length; i++) text.AppendLine($"| {string.Join(" | ", columns.Select(c => c.Content[i].Trim('\'')))} |");
        return text.ToString();
    }
}

/// <summary>Rows in the order of the code: BenchmarkDotNet would sort parameters by the alphabet.</summary>
internal sealed class AsDeclared : DefaultOrderer
{
    public override IEnumerable<BenchmarkCase> GetExecutionOrder(ImmutableArray<BenchmarkCase> benchmarksCase, IEnumerable<BenchmarkLogicalGroupRule>? order = null) => benchmarksCase;
    public override IEnumerable<BenchmarkCase> GetSummaryOrder(ImmutableArray<BenchmarkCase> benchmarksCases, Summary summary) => benchmarksCases;
}

/// <summary>A column worked out from a case and its report.</summary>
/// <param name="name">Header.</param>
/// <param name="legend">What it means.</param>
/// <param name="value">The text of a case, given its shortest time in ns: other programs only ever add to it.</param>
internal sealed class CaseColumn(string name, string legend, Func<Summary, BenchmarkCase, double, string> value) : IColumn
{
    public string Id => name;
    public string ColumnName => name;
    public string Legend => legend;
    public bool AlwaysShow => true;
    public ColumnCategory Category => ColumnCategory.Custom;
    public int PriorityInCategory => 0;
    public bool IsNumeric => true;
    public UnitType UnitType => UnitType.Dimensionless;
    public bool IsAvailable(Summary summary) => true;
    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        MinOf(summary, benchmarkCase) is { } min ? value(summary, benchmarkCase, min) : "";
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    /// <summary>Shortest time in ns per operation; null if the case failed.</summary>
    public static double? MinOf(Summary summary, BenchmarkCase benchmarkCase) => summary[benchmarkCase]?.ResultStatistics?.Min;

    /// <summary>Two columns: the limit in ns, and how many times longer it took.</summary>
    public static IColumn[] Limit(Func<BenchmarkCase, double?> limit) =>
    [
        new CaseColumn("Limit", "What its multiply–adds and random words alone would take at the machine's best", (_, c, _) => limit(c) is { } l ? string.Create(CultureInfo.InvariantCulture, $"{l:0.000} ns") : ""),
        new CaseColumn("× limit", "Min / Limit", (_, c, min) => limit(c) is { } l ? string.Create(CultureInfo.InvariantCulture, $"{min / l:0.0}") : ""),
    ];
}

/// <summary>Where things are.</summary>
internal static class Places
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>One of the five specs that speed is measured with.</summary>
    public static string SpecPath(string name) => Path.Combine(Root, "samples", "specs", name + ".json");

    /// <summary>The command as a program: MINISIM_COMMAND, or what the last Release build left.</summary>
    public static string Command => Environment.GetEnvironmentVariable("MINISIM_COMMAND")
        ?? Path.Combine(Root, "src", "Minisim.Cli", "bin", "Release", "net10.0", OperatingSystem.IsWindows() ? "minisim-cli.exe" : "minisim-cli");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Minisim.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"no Minisim.slnx above {AppContext.BaseDirectory}: the benchmarks run from a checkout.");
    }
}

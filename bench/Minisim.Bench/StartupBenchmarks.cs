using System.Diagnostics;
using BenchmarkDotNet.Attributes;

namespace Minisim.Bench;

/// <summary>The command as a process, from start to exit.</summary>
public class StartupBenchmarks
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minisim-bench").FullName;

    [GlobalCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Benchmark(Description = "minisim --help")]
    public void Help() => Start("--help");

    [Benchmark(Description = "minisim simulate S1.json -o S1.avi")]
    public void SimulateS1() => Start("simulate", Places.SpecPath("S1"), "-o", Path.Combine(_folder, "S1.avi"), "--overwrite", "--quiet");

    private static void Start(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Places.Command, arguments) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{Places.Command} {string.Join(' ', arguments)}: exit code {process.ExitCode}");
    }
}

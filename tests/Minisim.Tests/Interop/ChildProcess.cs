using System.Diagnostics;
using System.Runtime.CompilerServices;
using Minisim.Formats.Zarr;
using Minisim.Rendering;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Invariance;

namespace Minisim.Tests.Interop;

/// <summary>This test program started again as a child that does one thing, so that it can be killed.</summary>
internal static class ChildProcess
{
    private const string Task = "MINISIM_TEST_CHILD";

    public static Process Start(string task, params (string Name, string Value)[] environment)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        // Under "dotnet test" the host may be dotnet itself.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        start.Environment[Task] = task;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    [ModuleInitializer]
    internal static void RunInsteadOfTests()
    {
        if (Environment.GetEnvironmentVariable(Task) is not { Length: > 0 } task) return;
        var parts = task.Split('|');
        if (parts[0] == "write") WriteSlowly(parts[1], int.Parse(parts[2]), parts[3] == "overwrite");
        if (parts[0] == "render") Console.WriteLine($"{SimdChoice.Best} {VectorWidthTests.HashOfEverything()}");
        Environment.Exit(0);
    }

    /// <summary>Writes the sample, saying aloud every block, so that the parent can choose its moment.</summary>
    private static void WriteSlowly(string path, int seed, bool overwrite)
    {
        var sample = KilledWriterTests.Sample(seed);
        using var sink = new ZarrRecordingSink(path, new() { Overwrite = overwrite });
        sink.Begin(sample.Header, sample.Truth);
        Console.WriteLine("begun");
        // On this thread alone: any other would wait for the module initializer that this runs in.
        foreach (var block in sample.Blocks(sink.BlockFrames))
        {
            if (sink.Has(block.Snapshot, block.First, block.Count)) continue;
            sink.Write(block.Snapshot, block.First, block.Count, sample.Frames(block.Snapshot, block.First, block.Count));
            Console.WriteLine("block");
        }
        Console.WriteLine("written");
        sink.Complete();
        Console.WriteLine("complete");
    }
}

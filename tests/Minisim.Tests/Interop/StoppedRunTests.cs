using System.Diagnostics;
using Minisim.Formats.Zarr;
using Minisim.Tests.Formats.Zarr;

namespace Minisim.Tests.Interop;

/// <summary>The command, told to stop in the middle of its work.</summary>
public class StoppedRunTests : InTemporaryFolder
{
    [Theory]
    [InlineData(ChildSignal.Interrupt, 130)]
    [InlineData(ChildSignal.Terminate, 143)]
    public async Task A_stopped_simulation_says_how_to_go_on_and_the_same_command_does(int signal, int code)
    {
        if (OperatingSystem.IsWindows()) return;
        var target = PathOf("a.zarr");
        using (var stopped = Start(target))
        {
            var error = stopped.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var chunks = Path.Combine(target + ".partial", "observed");
            while (!stopped.HasExited && !(Directory.Exists(chunks) && Directory.EnumerateFiles(chunks, "0.*").Any())) await Task.Delay(5, TestContext.Current.CancellationToken);
            ChildSignal.Send(stopped, signal);
            await stopped.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(code, stopped.ExitCode);
            Assert.Contains("go on", await error);
        }
        Assert.False(Directory.Exists(target));
        Assert.True(Directory.Exists(target + ".partial"));
        using (var again = Start(target))
        {
            var error = await again.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await again.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(again.ExitCode == 0, error);
        }
        using var recording = ZarrRecording.Open(target);
        Assert.Equal(2400, recording.Observed.Frames);
        Assert.Equal([target], Directory.EnumerateFileSystemEntries(Folder));
    }

    private static Process Start(string target)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var arg in new[]
        {
            Path.Combine(AppContext.BaseDirectory, "minisim-cli.dll"), "simulate", Path.Combine(AppContext.BaseDirectory, "specs", "S4.json"),
            "-o", target, "--set", "acquisition.duration_s=120",
        })
            start.ArgumentList.Add(arg);
        return Process.Start(start)!;
    }
}

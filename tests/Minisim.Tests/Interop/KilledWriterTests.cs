using Minisim.Formats;
using Minisim.Formats.Zarr;
using Minisim.Tests.Formats.Zarr;

namespace Minisim.Tests.Interop;

/// <summary>A child process is killed without warning while it writes.</summary>
public class KilledWriterTests : InTemporaryFolder
{
    internal static SampleRecording Sample(int seed) => SampleRecording.Make(64, 128, 120, seed: seed, store: StoreDtype.Float32);

    /// <summary>The moment: after so many lines of the child, and so many milliseconds.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 40)]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(5, 1)]
    [InlineData(9, 0)]
    [InlineData(17, 0)]
    [InlineData(18, 0)]
    [InlineData(18, 2)]
    public void A_killed_run_leaves_no_readable_half_and_the_next_run_succeeds(int lines, int milliseconds)
    {
        var path = PathOf("a.zarr");
        Kill($"write|{path}|4|", lines, milliseconds);
        if (Directory.Exists(path)) Sample(4).AssertIn(path);
        else Assert.Throws<RecordingFormatException>(() => ZarrRecording.Open(path));
        if (!Directory.Exists(path)) Finish($"write|{path}|4|");
        Sample(4).AssertIn(path);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(9, 0)]
    [InlineData(18, 0)]
    [InlineData(18, 3)]
    public void A_killed_overwrite_leaves_the_old_recording_or_the_new_one(int lines, int milliseconds)
    {
        var path = PathOf("a.zarr");
        Sample(3).WriteTo(path);
        Kill($"write|{path}|4|overwrite", lines, milliseconds);
        if (Directory.Exists(path))
        {
            int seed;
            using (var recording = ZarrRecording.Open(path)) seed = (int)recording.Spec.Seed;
            Assert.Contains(seed, (int[])[3, 4]);
            Sample(seed).AssertIn(path);
        }
        Finish($"write|{path}|4|overwrite");
        Sample(4).AssertIn(path);
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(Folder));
    }

    private static void Kill(string task, int lines, int milliseconds)
    {
        using var child = ChildProcess.Start(task);
        for (var i = 0; i < lines && child.StandardOutput.ReadLine() is not null; i++)
        {
        }
        Thread.Sleep(milliseconds);
        child.Kill();
        child.WaitForExit();
    }

    private static void Finish(string task)
    {
        using var child = ChildProcess.Start(task);
        var said = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.Contains("complete", said);
        Assert.Equal(0, child.ExitCode);
    }
}

using System.Diagnostics;
using Minisim.Cli;
using Minisim.Formats;
using Minisim.Tests.Formats.Zarr;

namespace Minisim.Tests.Cli;

/// <summary>How the command ends when something is in its way: one line, an exit code, nothing left behind.</summary>
public class FailureTests : InTemporaryFolder
{
    private static readonly string S1 = Path.Combine(AppContext.BaseDirectory, "specs", "S1.json");

    /// <summary>The command as a process of its own; <c>$M</c> in a line of shell is it.</summary>
    private ProcessStartInfo Shell(string line)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(line.Replace("$M", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "minisim-cli.dll")}'").Replace("$S1", $"'{S1}'"));
        // The runtime keeps code in a file of its own otherwise, which a limit of file size hits first.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return start;
    }

    private (int Code, string Out, string Error) Run(string line)
    {
        using var process = Process.Start(Shell(line))!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private static void AssertOneLine(string error)
    {
        Assert.StartsWith("error: ", error);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.DoesNotContain("Exception", error);
        Assert.DoesNotContain("   at ", error);
    }

    [Theory]
    [InlineData("info $S1")]
    [InlineData("formats")]
    [InlineData("--help")]
    [InlineData("simulate $S1 -o a.npy")]
    public void A_closed_output_is_an_error_and_takes_no_file_s_place(string command)
    {
        if (OperatingSystem.IsWindows()) return;
        var (code, _, error) = Run($"exec $M {command} >&-");
        Assert.Equal(ExitCode.Failed, code);
        AssertOneLine(error);
        Assert.Contains("output cannot be written", error);
        // The recording was finished before the words about it; they are not in it.
        if (File.Exists(PathOf("a.npy"))) using (var movie = RecordingFormats.OpenMovie(PathOf("a.npy"))) Assert.Equal(40, movie.Frames);
    }

    [Fact]
    public void A_run_without_any_stream_writes_its_file_all_the_same()
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(0, Run("exec $M simulate $S1 -o a.npy -q <&- >&- 2>&-").Code);
        using var movie = RecordingFormats.OpenMovie(PathOf("a.npy"));
        Assert.Equal(40, movie.Frames);
        Assert.Single(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public void Words_of_several_runs_follow_one_another_in_a_file()
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(0, Run("(echo first; $M validate $S1; $M info $S1; echo last) > log").Code);
        string[] log = File.ReadAllLines(PathOf("log"));
        Assert.Equal("first", log[0]);
        Assert.Contains("is valid", log[1]);
        Assert.Contains(log, l => l.Contains("frames", StringComparison.Ordinal));
        Assert.Equal("last", log[^1]);
    }

    [Fact]
    public void A_reader_that_goes_away_is_said_in_one_line_with_the_shell_s_code()
    {
        if (OperatingSystem.IsWindows()) return;
        using var process = Process.Start(Shell("exec $M info $S1"))!;
        process.StandardOutput.Close();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(ExitCode.ReaderGone, process.ExitCode);
        AssertOneLine(error);
    }

    [Fact]
    public void Where_the_system_gives_no_more_threads_the_run_ends_in_one_line()
    {
        if (!OperatingSystem.IsLinux()) return;
        var refused = 0;
        for (var megabytes = 2400; megabytes <= 3400; megabytes += 200)
        {
            var (code, _, error) = Run($"ulimit -c 0; ulimit -v {megabytes * 1000} || exit 99; exec $M simulate $S1 -o a.npy --set acquisition.duration_s=60 --threads 16 --overwrite -q");
            // What the run-time itself cannot do it says in its own words.
            if (code is 0 or 99 or 134 or 137 || error.Contains("Could not load file", StringComparison.Ordinal)) continue;
            Assert.Equal(ExitCode.Failed, code);
            AssertOneLine(string.Concat(error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith("warning: ", StringComparison.Ordinal)).Select(l => l + "\n")));
            Assert.Matches("not enough memory|ulimit -v", error);
            refused++;
        }
        if (refused == 0) Assert.Skip("no limit of addresses here leaves room for the run-time alone");
    }

    [Theory]
    [InlineData("a.npy")]
    [InlineData("a.avi")]
    [InlineData("a.tif")]
    [InlineData("a.h5")]
    [InlineData("a.nwb")]
    [InlineData("a.npz")]
    public void A_limit_of_file_size_is_an_error_and_nothing_is_left(string name)
    {
        if (OperatingSystem.IsWindows()) return;
        var (code, _, error) = Run($"ulimit -f 100; exec $M simulate $S1 -o {name}");
        Assert.Equal(ExitCode.Failed, code);
        AssertOneLine(error);
        Assert.Contains(name, error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public void A_limit_of_file_size_leaves_a_recording_that_the_same_command_finishes()
    {
        if (OperatingSystem.IsWindows()) return;
        var (code, _, error) = Run("ulimit -f 20; exec $M simulate $S1 -o a.zarr");
        Assert.Equal(ExitCode.Failed, code);
        AssertOneLine(error);
        Assert.Equal(0, Run("exec $M simulate $S1 -o a.zarr").Code);
        Assert.Equal([PathOf("a.zarr")], Directory.EnumerateFileSystemEntries(Folder));
    }

    [Theory]
    [InlineData("info {0}")]
    [InlineData("simulate {0} -o x.npy")]
    [InlineData("score {0} {0}")]
    [InlineData("info x.json --{0}")]
    [InlineData("{0}")]
    public async Task Escapes_in_names_never_reach_the_terminal(string command)
    {
        const string evil = "a\e]0;owned\a\u009b31m\r\u202e.json";
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync([.. command.Split(' ').Select(a => a.Replace("{0}", evil))], output, error, TestContext.Current.CancellationToken);
        Assert.NotEqual(0, code);
        Assert.Contains("\\x1b]0;owned\\x07\\x9b31m\\x0d\\u202e", error.ToString());
        AssertHarmless(output + error.ToString());
    }

    [Fact]
    public async Task Escapes_in_files_never_reach_the_terminal()
    {
        File.WriteAllText(PathOf("spec.json"), File.ReadAllText(S1).Replace("\"seed\"", "\"se\\u001b[2Jed\\u0085\": 1, \"seed\""));
        SampleRecording.Make().WriteTo(PathOf("a.zarr"));
        var attributes = Directory.EnumerateFiles(PathOf("a.zarr"), ".zattrs", SearchOption.AllDirectories);
        foreach (var file in attributes) File.WriteAllText(file, File.ReadAllText(file).Replace("\"units\": \"", "\"units\": \"\\u001b[31m").Replace("\"description\": \"", "\"description\": \"\\u001b]2;x\\u0007"));
        File.Delete(PathOf("a.zarr/checksums.json"));
        var said = "";
        foreach (var args in (string[][])[["info", PathOf("spec.json")], ["validate", PathOf("spec.json")], ["info", PathOf("a.zarr")], ["simulate", PathOf("spec.json"), "-o", PathOf("x.npy")]])
        {
            var (output, error) = (new StringWriter(), new StringWriter());
            await CommandLine.RunAsync(args, output, error, TestContext.Current.CancellationToken);
            said += output + error.ToString();
            AssertHarmless(output + error.ToString());
        }
        Assert.Contains("\\x1b[31m", said);
    }

    private static void AssertHarmless(string said) => Assert.DoesNotContain(said, c => (char.IsControl(c) && c is not ('\n' or '\t')) || c is '\u202e');

    [Theory]
    [InlineData("4GB", 4_000_000_000L)]
    [InlineData("500 MB", 500_000_000L)]
    [InlineData("1.5GiB", 1_610_612_736L)]
    [InlineData("1000000", 1_000_000L)]
    [InlineData("0", null)]
    [InlineData("-1GB", null)]
    [InlineData("lots", null)]
    [InlineData("1e999GB", null)]
    public void Sizes_are_read_as_people_write_them(string text, long? bytes) => Assert.Equal(bytes, MemoryBudget.Parse(text));

    [Fact]
    public async Task The_memory_that_files_may_claim_is_an_option_of_every_command()
    {
        SampleRecording.Make(frames: 400, height: 60, width: 80).WriteTo(PathOf("a.zarr"));
        foreach (var command in (string[][])[["info", PathOf("a.zarr")], ["export", PathOf("a.zarr"), "-o", PathOf("a.npy")]])
        {
            var error = new StringWriter();
            Assert.Equal(ExitCode.Failed, await CommandLine.RunAsync([.. command, "--max-memory", "10kB"], new StringWriter(), error, TestContext.Current.CancellationToken));
            Assert.Contains("10 kB are allowed", error.ToString());
            Assert.Equal(ExitCode.Ok, await CommandLine.RunAsync([.. command, "--max-memory", "100MB"], new StringWriter(), error, TestContext.Current.CancellationToken));
        }
        var wrong = new StringWriter();
        Assert.Equal(ExitCode.BadInput, await CommandLine.RunAsync(["formats", "--max-memory", "much"], new StringWriter(), wrong, TestContext.Current.CancellationToken));
        Assert.Contains("write a size", wrong.ToString());
    }

    [Fact]
    public void Every_exit_code_is_in_the_table_of_the_docs()
    {
        var page = File.ReadAllText(Path.Combine(ArchitectureTests.Root(), "docs", "robustness.md"));
        foreach (var field in typeof(ExitCode).GetFields()) Assert.Contains($"\n| {field.GetRawConstantValue()} |", page);
    }
}

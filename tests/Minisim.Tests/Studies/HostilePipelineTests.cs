using Minisim.Studies;

namespace Minisim.Tests.Studies;

/// <summary>Programs that do what no pipeline should.</summary>
public class HostilePipelineTests : StudyTest
{
    private FailedUnit Failure(string script, string more = "")
    {
        var study = Over($$"""{"bad": {"command": ["sh", "-c", {{System.Text.Json.JsonSerializer.Serialize(script)}}]{{more}} } }""", "\"axes\": {\"seed\": [1]}");
        Run(study);
        var failure = Assert.Single(StudyStatus.Of(PathOf("out")).Failures);
        Assert.False(Directory.Exists(PathOf("out/work")));
        return failure;
    }

    [Fact]
    public void Gigabytes_of_words_are_read_and_cut_to_their_beginning_and_end()
    {
        var failure = Failure("echo first; yes words | head -c 1500000000; echo; echo last; exit 1");
        Assert.True(new FileInfo(failure.LogFile).Length < 300_000);
        var log = File.ReadAllText(failure.LogFile);
        Assert.Contains("first", log);
        Assert.Contains("bytes left out", log);
        Assert.Equal("ended with exit code 1: last", failure.Message);
    }

    [Fact]
    public void Input_is_at_its_end() => Assert.StartsWith("ended well but wrote no result", Failure("cat").Message);

    [Fact]
    public void Children_left_behind_are_ended_and_hold_nothing_up()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Failure("sleep 1000 & echo $! > {study}/pid; exit 1");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60));
        var pid = File.ReadAllText(PathOf("pid")).Trim();
        for (var wait = 0; wait < 100 && IsRunning(pid); wait++) Thread.Sleep(50);
        Assert.False(IsRunning(pid));
    }

    private static bool IsRunning(string pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    [Fact]
    public void A_hung_one_is_ended_at_its_limit_with_its_children()
    {
        var failure = Failure("trap '' TERM; sleep 1000 & echo $! > {study}/pid; while true; do sleep 1; done", ", \"timeout_s\": 0.5");
        Assert.Contains("longer than its limit of 0.5 s", failure.Message);
        Assert.False(IsRunning(File.ReadAllText(PathOf("pid")).Trim()));
    }

    [Fact]
    public void One_that_takes_too_much_memory_is_ended()
    {
        Assert.Contains("more than its limit of 50 MB", Failure("head -c 300000000 /dev/zero | tail -c 250000000 | sleep 1000", ", \"memory_mb\": 50, \"timeout_s\": 60").Message);
    }

    [Theory]
    [InlineData("true", "wrote no result")]
    [InlineData("mkdir {out}", "wrote no result")]
    [InlineData("cd /; rm -rf \"$OLDPWD\"", "deleted its own working folder")]
    [InlineData("ln -s /etc/passwd {out}", "link")]
    [InlineData("mkdir {out}; ln -s /etc/passwd {out}/A.npz", "link")]
    [InlineData("echo nonsense > {out}", "no result file of a known layout")]
    [InlineData("cp {study}/other.npz {out}.npz", "64")]
    [InlineData("cp {study}/other.npz {out}.npz; cp {study}/other.npz {out}.zip", "2 results")]
    [InlineData("kill -SEGV $$", "segmentation fault")]
    [InlineData("exec /nowhere/program", "exit code 127")]
    public void What_is_no_result_is_said(string script, string message)
    {
        File.WriteAllBytes(PathOf("other.npz"), Estimates.OneCell(64, 64));
        Assert.Contains(message, Failure(script).Message);
    }

    [Fact]
    public void A_program_that_is_not_there_is_said()
    {
        Run(Over("""{"bad": {"command": ["no-such-program-anywhere", "{out}"]}}""", "\"axes\": {\"seed\": [1]}"));
        Assert.Contains("no-such-program-anywhere", Assert.Single(StudyStatus.Of(PathOf("out")).Failures).Message);
    }
}

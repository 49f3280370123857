namespace Minisim.Tests.Interop;

/// <summary>The newcomer's machine.</summary>
public class BareDebianTests
{
    /// <summary>Runs every other test once more, in there: in full form only.</summary>
    [Fact]
    public void The_readmes_commands_pass_where_nothing_but_the_sdk_is()
    {
        Assert.SkipUnless(TestSettings.Full, "runs all tests again in a Debian of its own: MINISIM_TESTS=full, or tests/interop/bare-debian.sh by hand");
        if (!File.Exists("/usr/sbin/debootstrap")) MissingPackages.Absent("there is no debootstrap", "debootstrap");
        var said = Python.Run("bash", Path.Combine(ArchitectureTests.Root(), "tests", "interop", "bare-debian.sh"));
        Assert.Contains(" 0 failed", said[said.LastIndexOf("bare Debian:", StringComparison.Ordinal)..]);
    }

    [Fact]
    public void Ci_runs_the_readmes_test_command_before_it_builds_anything()
    {
        var lines = File.ReadAllLines(Path.Combine(ArchitectureTests.Root(), ".ci", "run")).Where(l => !l.TrimStart().StartsWith('#')).ToArray();
        var test = Array.FindIndex(lines, l => l.StartsWith("$test ", StringComparison.Ordinal));
        Assert.Contains(lines[..test], l => l.Contains("'^dotnet test ' README.md"));
        Assert.DoesNotContain(lines[..test], l => l.StartsWith("dotnet", StringComparison.Ordinal) || l.Contains("dotnet build") || l.Contains("dotnet restore"));
        Assert.Contains(lines[test..], l => l.Contains("dotnet build Minisim.slnx"));
    }
}

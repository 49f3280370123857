namespace Minisim.Tests.Interop;

/// <summary>What is said of tests that went without something.</summary>
public class MissingPackagesTests
{
    [Fact]
    public void The_closing_line_names_packages_counts_and_the_command_that_installs_them()
    {
        var line = MissingPackages.ClosingLine([new("python3-h5py", 3), new("ffmpeg", 1), new(Pynwb.Package, 2)]);
        Assert.Equal("for want of packages: ffmpeg (1 test), pynwb (2 tests), python3-h5py (3 tests). To run them too: sudo apt-get install ffmpeg python3-h5py && sudo tests/interop/install-pynwb.sh", line);
        Assert.Null(MissingPackages.ClosingLine([]));
    }

    [Fact]
    public void Everything_that_tests_ask_for_is_what_ci_installs()
    {
        var installed = File.ReadAllLines(Path.Combine(ArchitectureTests.Root(), "tests", "interop", "packages.txt"));
        var asked = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(ArchitectureTests.Root(), "tests", "Minisim.Tests"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("obj")))
            foreach (System.Text.RegularExpressions.Match call in System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(file), @"Python\.Need\(([^)]*)\)"))
                foreach (var module in call.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries).Where(m => m.StartsWith('"')))
                    asked.Add(Python.PackageOf(module.Trim('"')));
        Assert.NotEmpty(asked);
        Assert.Empty(asked.Except(installed));
    }
}

using System.Diagnostics;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Native;

namespace Minisim.Tests.Interop;

/// <summary>The Python package as a user gets it: a wheel built by the documented command, installed into a fresh environment without an index, its
/// own tests run against it, with all that it can use and with NumPy alone.</summary>
[Collection(nameof(NativeCommand))]
public sealed class PythonPackageTests(NativeCommand command) : InTemporaryFolder
{
    private static readonly string[] Optional = ["scipy", "xarray", "pandas", "tqdm", "joblib", "matplotlib"];

    [Fact]
    public void The_installed_wheel_passes_its_tests_with_all_packages_and_with_NumPy_alone()
    {
        Python.Need(["numpy", "pytest", "venv", .. Optional]);
        var root = ArchitectureTests.Root();
        var wheels = PathOf("wheels");
        Run(root, "/usr/bin/python3", Path.Combine(root, "python", "build-wheel"), "--command", command.Path, "--output", wheels);
        var wheel = Assert.Single(Directory.GetFiles(wheels, "pyminisim-*.whl"));
        Run(root, "/usr/bin/python3", "-m", "venv", "--system-site-packages", PathOf("env"));
        var python = PathOf("env/bin/python3");
        Run(root, python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel);
        // From elsewhere: the package that is tested is the installed one.
        var tests = Path.Combine(root, "python", "tests");
        var all = Run(Folder, python, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests);
        Assert.Contains("passed", all);
        TestContext.Current.SendDiagnosticMessage($"Python package: {LastLine(all)}");
        // What does not depend on those packages was just run.
        var alone = Run(Folder, python, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests, "--without", string.Join(',', Optional), "-k", "not ten_thousand and not command and not interrupt and not test_c and not fork");
        Assert.Contains("passed", alone);
        TestContext.Current.SendDiagnosticMessage($"Python package with NumPy alone: {LastLine(alone)}");
    }

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1];

    private static string Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment.Remove("MINISIM_LIBRARY");
        start.Environment.Remove("PYTHONPATH");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}\n{output}\n{errors.Result}");
        return output;
    }
}

using System.Diagnostics;
using System.Text.RegularExpressions;
using Minisim.Cli;

namespace Minisim.Tests;

/// <summary>Every command and program that the README and the samples show, run as shown.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(ArchitectureTests.Root(), "README.md"));
    private readonly string _folder = Directory.CreateTempSubdirectory("minisim readme").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/index.md")]
    public async Task Commands_of_the_readme_run_in_order_and_say_what_they_did(string page)
    {
        var commands = ShellBlock().Matches(File.ReadAllText(Path.Combine(ArchitectureTests.Root(), page))).SelectMany(m => m.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Where(line => !line.StartsWith("dotnet test", StringComparison.Ordinal)).ToArray();
        Assert.True(commands.Length >= 8);
        foreach (var line in commands)
        {
            var args = line.Split(' ');
            args = args[0] == "minisim" ? args[1..] : args[(Array.IndexOf(args, "--") + 1)..];
            // Files are named relative to where the user is.
            args = [.. args.Select(a => Path.GetExtension(a) is ".json" or ".zarr" or ".png" or ".avi" or ".tif" or ".nwb" ? Path.Combine(_folder, a) : a)];
            if (args[0] == "demo") args = [.. args, "-o", Path.Combine(_folder, "minisim-demo")];
            StringWriter output = new(), error = new();
            var code = await CommandLine.RunAsync(args, output, error);
            Assert.True(code == 0, $"{line}: exit code {code}, {error}");
            Assert.True(output.ToString().Length > 0, $"{line} says nothing");
        }
        Assert.True(File.Exists(Path.Combine(_folder, "minisim-demo", "demo.png")));
        Assert.True(File.Exists(Path.Combine(_folder, "ca1.png")));
    }

    [Fact]
    public void The_program_in_the_readme_is_the_sample_that_is_built()
    {
        var program = File.ReadAllText(Path.Combine(ArchitectureTests.Root(), "samples", "ReadmeSnippet", "Program.cs"));
        Assert.Contains($"```csharp\n{program}```", Readme.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("ReadmeSnippet", "cells detectable")]
    [InlineData("TruthTour", "busiest cell")]
    [InlineData("BatchSpecs", "focus-auto")]
    [InlineData("OneFrame", "frame-7.pgm")]
    public async Task Samples_run(string name, string says)
    {
        var root = ArchitectureTests.Root();
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(root, "samples", name, "bin", configuration, "net10.0", $"{name}.dll"));
        if (name == "OneFrame")
        {
            start.ArgumentList.Add(Path.Combine(root, "samples", "specs", "S1.json"));
            start.ArgumentList.Add("7");
        }
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await errors;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{name}: {error}");
        Assert.Contains(says, output);
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}

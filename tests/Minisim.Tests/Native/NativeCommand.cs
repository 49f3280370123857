using System.Diagnostics;
using System.Text.RegularExpressions;
using Minisim.Cli;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;

namespace Minisim.Tests.Native;

/// <summary>The command compiled natively as the README says, once for all tests that ask for it, into a folder of its own so that
/// nothing that runs is built anew. MINISIM_NATIVE=FILE names one that is compiled already.</summary>
public sealed class NativeCommand : IDisposable
{
    private readonly Lazy<string> _path;
    private string? _folder;

    public NativeCommand() => _path = new(Publish);

    public string Path => _path.Value;

    private string Publish()
    {
        if (Environment.GetEnvironmentVariable("MINISIM_NATIVE") is { Length: > 0 } named) return named;
        if (OperatingSystem.IsWindows()) Assert.Skip("not tried on Windows");
        if (!Runs("gcc") && !Runs("clang")) Python.Absent("neither gcc nor clang runs, one of which links native code", "gcc", "libc6-dev");
        _folder = Directory.CreateTempSubdirectory("minisim-native-").FullName;
        var target = System.IO.Path.Combine(_folder, "command");
        // Nothing that this starts outlives it: it would hold on to the pipe of its output.
        Python.Run("dotnet", "publish", System.IO.Path.Combine(ArchitectureTests.Root(), "src", "Minisim.Cli"), "-c", "Release", "-o", target,
            "--artifacts-path", System.IO.Path.Combine(_folder, "artifacts"), "-p:RunAnalyzers=false", "--disable-build-servers", "-nodeReuse:false");
        return System.IO.Path.Combine(target, "minisim");
    }

    private static bool Runs(string program)
    {
        try
        {
            Python.Run(program, "--version");
            return true;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>Run while no other test does: the compiler takes every processor for a minute.</summary>
[CollectionDefinition(nameof(NativeCommand), DisableParallelization = true)]
public class NativeCollection : ICollectionFixture<NativeCommand>;

/// <summary>What the native command says and writes beside what the library does. In arguments, <c>@</c> is the folder that each
/// writes into.</summary>
[Collection(nameof(NativeCommand))]
public abstract partial class NativeTests : InTemporaryFolder
{
    private readonly NativeCommand _command;

    protected NativeTests(NativeCommand command)
    {
        _command = command;
        foreach (var folder in (string[])[Ours, Theirs]) Directory.CreateDirectory(folder);
    }

    /// <summary>The native command itself.</summary>
    protected string Command => _command.Path;

    /// <summary>Where the native command writes.</summary>
    protected string Ours => PathOf("native");

    /// <summary>Where the library does.</summary>
    protected string Theirs => PathOf("library");

    protected (int Code, string Out, string Error) Native(params string[] args)
    {
        var start = new ProcessStartInfo(_command.Path) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in args) start.ArgumentList.Add(arg.Replace("@", Ours));
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, Timeless(output, Ours), Timeless(error.Result, Ours));
    }

    protected (int Code, string Out, string Error) Library(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = CommandLine.RunAsync([.. args.Select(a => a.Replace("@", Theirs))], output, error).GetAwaiter().GetResult();
        return (code, Timeless(output.ToString(), Theirs), Timeless(error.ToString(), Theirs));
    }

    /// <summary>Runs both; fails unless they say the same.</summary>
    protected (int Code, string Out, string Error) Both(params string[] args)
    {
        var expected = Library(args);
        Assert.Equal(expected, Native(args));
        return expected;
    }

    private static string Timeless(string text, string folder) => Duration().Replace(text, "in no time").Replace(folder, "@");

    [GeneratedRegex(@"in [0-9.]+ s \([0-9.]+ × real time\)")]
    private static partial Regex Duration();
}

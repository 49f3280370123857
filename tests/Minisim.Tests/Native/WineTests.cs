using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Minisim.Cli;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;

namespace Minisim.Tests.Native;

/// <summary>The command for Windows, under wine: the same bytes as here, and words that are UTF-8. Run while no other test does, as the native
/// command is.</summary>
[Collection(nameof(NativeCommand))]
public class WineTests : InTemporaryFolder
{
    private const string Emulator = "wine";
    private static readonly string[] Packages = ["wine", "wine64"];

    [Fact]
    public async Task Windows_makes_the_bytes_of_this_machine_and_speaks_utf_8()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "a Windows command is run by wine on x86-64 Linux");
        // The first start makes a prefix and leaves services running, which would hold on to a pipe.
        if (Run("sh", "-c", $"command -v {Emulator} wineserver && exec {Emulator} cmd /c 'exit 0' > /dev/null 2>&1") is { Code: not 0 } none) MissingPackages.Absent($"{Emulator} does not run (code {none.Code})", Packages);
        try
        {
            var command = Publish();
            foreach (var (name, spec) in ((string, string[])[])[("the smallest", [Sample("S1")]), ("a field of cells", [Sample("S2"), "--set", "duration=0.25"]), ("the whole chain", [Sample("S5"), "--set", "duration=0.25"])])
            {
                string[] names = ["a.npy", "a.npz", "a.avi", "a.tif", "a.zarr"];
                foreach (var side in (string[])["there", "here"]) Directory.CreateDirectory(PathOf(side));
                string[] Line(string side) => ["simulate", .. spec, .. names.SelectMany(n => (string[])["-o", PathOf($"{side}/{n}")]), "-q", "--overwrite"];
                var said = new StringWriter();
                Assert.True(await CommandLine.RunAsync(Line("here"), said, said) == ExitCode.Ok, said.ToString());
                var (code, output, error) = Wine(command, Line("there"));
                // A fault of the run-time under wine, not of the command.
                Assert.SkipWhen(code != ExitCode.Ok && (output + error).Contains("Internal CLR error", StringComparison.Ordinal), $"wine ended the run-time: {error}");
                Assert.True(code == ExitCode.Ok, $"{name}: code {code}, {error}");
                string[] Files(string side) => [.. Directory.EnumerateFiles(PathOf(side), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(PathOf(side), f)).Order(StringComparer.Ordinal)];
                Assert.Equal(Files("here"), Files("there"));
                // What says when it was written, and its checksum.
                foreach (var file in Files("here").Where(f => f is not ("a.zarr/.zattrs" or "a.zarr/checksums.json")))
                    Assert.True(File.ReadAllBytes(PathOf($"here/{file}")).AsSpan().SequenceEqual(File.ReadAllBytes(PathOf($"there/{file}"))), $"{name}: {file}");
                Assert.DoesNotContain('\r', File.ReadAllText(PathOf("there/a.zarr/.zattrs")));
            }
            var info = Wine(command, "info", Sample("S1"));
            Assert.Contains(" × ", info.Out);
            Assert.Contains(" µm", info.Out);
            File.WriteAllText(PathOf("sö.json"), "{\"seed\": \"µ × 神経\"}");
            var wrong = Wine(command, "validate", PathOf("sö.json"));
            Assert.Equal(ExitCode.BadInput, wrong.Code);
            Assert.Contains("µ × 神経", wrong.Error);
        }
        finally
        {
            // The server of this prefix alone.
            Run("wineserver", "-k");
        }
    }

    private static string Sample(string name) => Path.Combine(ArchitectureTests.Root(), "samples", "specs", name + ".json");

    private (int Code, string Out, string Error) Wine(string program, params string[] arguments) => Run(Emulator, [program, .. arguments]);

    private (int Code, string Out, string Error) Run(string program, params string[] arguments)
    {
        // Not the terminal's: bytes are looked at.
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = new UTF8Encoding(false), StandardErrorEncoding = new UTF8Encoding(false), WorkingDirectory = Folder };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in new[] { ("WINEPREFIX", PathOf("prefix")), ("WINEDEBUG", "-all"), ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1") }) start.Environment[name] = value;
        start.Environment.Remove("DISPLAY");
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, "", e.Message);
        }
    }

    private string Publish()
    {
        var target = PathOf("command");
        try
        {
            // The compiler complains on standard output.
            Python.Run("sh", "-c", "exec \"$@\" 1>&2", "sh", "dotnet", "publish", Path.Combine(ArchitectureTests.Root(), "src", "Minisim.Cli"), "-c", "Release", "-r", "win-x64", "--self-contained", "-o", target, "-p:Native=false",
                "-p:PublishReadyToRun=false", "--artifacts-path", PathOf("artifacts"), "-p:RunAnalyzers=false", "--disable-build-servers", "-nodeReuse:false");
        }
        catch (InvalidOperationException e) when (e.Message.Contains("NU1", StringComparison.Ordinal))
        {
            Assert.Skip($"the runtime of Windows cannot be restored here: {e.Message}");
        }
        // Wine 8 ends the run-time where a dynamic method is collected: none is made.
        var settings = Path.Combine(target, "minisim-cli.runtimeconfig.json");
        var json = JsonNode.Parse(File.ReadAllText(settings))!;
        json["runtimeOptions"]!["configProperties"]!["System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported"] = false;
        json["runtimeOptions"]!["configProperties"]!["Switch.System.Reflection.ForceInterpretedInvoke"] = true;
        File.WriteAllText(settings, json.ToJsonString());
        return Path.Combine(target, "minisim.exe");
    }
}

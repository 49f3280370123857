using Minisim.Cli;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;

namespace Minisim.Tests.Native;

/// <summary>The command for Arm64, under emulation: the same bytes as here. Run while no other test does, as the native command is.</summary>
[Collection(nameof(NativeCommand))]
public class Arm64Tests : InTemporaryFolder
{
    private const string Emulator = "qemu-aarch64-static", Libraries = "/usr/aarch64-linux-gnu";
    private static readonly string[] Packages = ["qemu-user-static", "libc6-arm64-cross", "libgcc-s1-arm64-cross", "libstdc++6-arm64-cross"];

    /// <summary>Short runs: what is compiled just in time for a processor that is only emulated is slow.</summary>
    private static readonly (string Name, string[] Specs)[] Runs =
    [
        ("the smallest", [Sample("S1")]),
        ("a field of cells", [Sample("S2"), "--set", "acquisition.duration_s=0.5"]),
        ("the whole chain", [Sample("S5"), "--set", "acquisition.duration_s=0.5"]),
    ];

    [Fact]
    public void Arm64_makes_the_bytes_of_this_machine()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "an Arm64 command is emulated on x86-64 Linux");
        var command = Publish();
        string[] living = [PathOf("living.json"), "--set", "acquisition.duration_s=0.5"];
        Assert.Equal(ExitCode.Ok, Here("new", "--size", "64x96", "--motion", "--bleaching", "--set", "steps.hemodynamics.heart_hz=10", "-o", living[0]));
        foreach (var (name, spec) in Runs.Append(("an animal, an indicator, blood and a background", living)))
        {
            string[] arm = [PathOf("arm.npy"), PathOf("arm.zarr")], here = [PathOf("here.npy"), PathOf("here.zarr")];
            Python.Run("env", ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1", Emulator, "-L", Libraries, command, "simulate", .. spec, "-o", arm[0], "-o", arm[1], "-q", "--overwrite"]);
            Assert.Equal(ExitCode.Ok, Here(["simulate", .. spec, "-o", here[0], "-o", here[1], "-q", "--overwrite"]));
            Assert.True(File.ReadAllBytes(here[0]).AsSpan().SequenceEqual(File.ReadAllBytes(arm[0])), $"{name}: the movie");
            string[] Files(string folder) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal)];
            Assert.Equal(Files(here[1]), Files(arm[1]));
            // What says when it was written, and its checksum.
            foreach (var file in Files(here[1]).Where(f => f is not (".zattrs" or "checksums.json")))
                Assert.True(File.ReadAllBytes(Path.Combine(here[1], file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(arm[1], file))), $"{name}: {file}");
        }
    }

    private static string Sample(string name) => Path.Combine(ArchitectureTests.Root(), "samples", "specs", name + ".json");

    private static int Here(params string[] args)
    {
        var said = new StringWriter();
        var code = CommandLine.RunAsync(args, said, said).GetAwaiter().GetResult();
        return code == ExitCode.Ok ? code : throw new InvalidOperationException(said.ToString());
    }

    private string Publish()
    {
        try
        {
            Python.Run(Emulator, "--version");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            Python.Absent($"{Emulator} does not run: {e.Message}", Packages);
        }
        if (!Directory.Exists(Libraries)) Python.Absent($"{Libraries} is not there", Packages);
        var target = PathOf("command");
        try
        {
            // The compiler complains on standard output.
            Python.Run("sh", "-c", "exec \"$@\" 1>&2", "sh", "dotnet", "publish", Path.Combine(ArchitectureTests.Root(), "src", "Minisim.Cli"), "-c", "Release", "-r", "linux-arm64", "--self-contained", "-o", target, "-p:Native=false",
                "-p:PublishReadyToRun=false", "--artifacts-path", PathOf("artifacts"), "-p:RunAnalyzers=false", "--disable-build-servers", "-nodeReuse:false");
        }
        catch (InvalidOperationException e) when (e.Message.Contains("NU1", StringComparison.Ordinal))
        {
            Assert.Skip($"the runtime of Arm64 cannot be restored here: {e.Message}");
        }
        return Path.Combine(target, "minisim");
    }
}

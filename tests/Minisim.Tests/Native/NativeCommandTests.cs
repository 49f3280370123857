using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Minisim.Cli;
using Minisim.Formats;
using Minisim.Formats.Pictures;
using Minisim.Formats.Zarr;
using Minisim.Tests.Formats;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;
using Minisim.Tests.Invariance;
using Minisim.Truth;

namespace Minisim.Tests.Native;

/// <summary>The native command writes and says what the library does.</summary>
public partial class NativeCommandTests(NativeCommand command) : NativeTests(command)
{
    private static string Spec(string name) => Path.Combine(AppContext.BaseDirectory, "specs", name + ".json");

    /// <summary>Of every step, wide enough for masks and traces that are packed in chunks, too.</summary>
    private static readonly string[] Short = ["simulate", Spec("S4"), "--set", "acquisition.duration_s=4", "--set", "acquisition.image_sensor.n_px_height=190", "--set", "acquisition.image_sensor.n_px_width=171"];

    [Theory]
    [MemberData(nameof(GoldenTests.Goldens), MemberType = typeof(GoldenTests))]
    public void Native_command_renders_the_pinned_counts_and_spikes(string name, string expected)
    {
        var (code, _, error) = Native("simulate", Spec(name), "-o", "@/a.zarr", "--set", "output.store_dtype=auto", "--quiet");
        // Where the focus is "auto", a warning says that an edit may move it.
        Assert.Equal(0, code);
        Assert.DoesNotContain("error", error);
        using var recording = ZarrRecording.Open(Path.Combine(Ours, "a.zarr"));
        var movie = recording.Observed;
        Assert.Equal(expected, GoldenTests.Hash(movie.Frames, movie.Height * movie.Width * movie.PixelType.Bytes(), movie.Read, recording.Truth.S!));
    }

    /// <summary>No OpenSSL, ICU or time zones: a folder as the root of the file system, with the command and what the linker says it needs.</summary>
    [Fact]
    public void Native_command_runs_where_nothing_but_the_c_library_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "only root may change the root of the file system");
        var needed = Regex.Matches(Python.Run("ldd", Command), "/[^ ]+").Select(m => m.Value).ToArray();
        Assert.DoesNotContain(needed, l => Regex.IsMatch(Path.GetFileName(l), "ssl|crypto|icu"));
        foreach (var (from, to) in needed.Select(l => (l, l)).Append((Command, "/minisim")).Append((Spec("S1"), "/S1.json")))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf("root" + to))!);
            File.Copy(from, PathOf("root" + to));
        }
        // Hashes and checksums go into each of these, and a date into NWB.
        foreach (var format in (string[])["zarr", "npz", "nwb", "h5", "tif"]) Python.Run("chroot", PathOf("root"), "/minisim", "simulate", "/S1.json", "-o", $"/a.{format}", "-q");
        Assert.Contains("Ground truth", Python.Run("chroot", PathOf("root"), "/minisim", "info", "/a.zarr"));
        Python.Run("chroot", PathOf("root"), "/minisim", "export", "/a.nwb", "-o", "/b.npy", "-q");
        Library("simulate", Spec("S1"), "-o", "@/b.npy", "-q");
        Assert.Equal(File.ReadAllBytes(Path.Combine(Theirs, "b.npy")), File.ReadAllBytes(PathOf("root/b.npy")));
    }

    [Theory]
    [InlineData(1100, "npy")]
    [InlineData(1100, "zarr")]
    [InlineData(1400, "h5")]
    public async Task A_limit_of_addresses_is_one_message_or_no_obstacle(int megabytes, string ending)
    {
        var (code, error) = await Limited(megabytes, "simulate", Spec("S1"), "-o", "a." + ending, "-q");
        if (code == ExitCode.Ok) return;
        Assert.Equal(ExitCode.Failed, code);
        Assert.StartsWith("error: ", error);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.Matches("not enough memory|ulimit -v", error);
        // The unfinished folder of a Zarr recording may stay: the same command goes on with it.
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Ours), e => !e.EndsWith(".zarr.partial", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(220)]
    [InlineData(400)]
    [InlineData(900)]
    public async Task Too_few_addresses_for_the_run_time_are_said_before_it_starts(int megabytes)
    {
        // Where the system puts what is mapped differs from run to run, and with it what fails first.
        for (var run = 0; run < 12; run++)
        {
            string[] arguments = (run % 4) switch
            {
                0 => ["simulate", Spec("S1"), "-o", "a.zarr", "-q"],
                1 => ["score", "a.zarr", "b.npz"],
                2 => ["info", Spec("S1")],
                _ => ["export", "a.zarr", "-o", "b.npy"],
            };
            var (code, error) = await Limited(megabytes, arguments);
            Assert.Equal(ExitCode.Failed, code);
            Assert.Matches(@"^error: .* \(ulimit -v\), and needs 1000 MB .*control group\.\n$", error);
            Assert.Empty(Directory.EnumerateFileSystemEntries(Ours));
        }
    }

    private async Task<(int Code, string Error)> Limited(int megabytes, params string[] arguments)
    {
        if (OperatingSystem.IsMacOS()) Assert.Skip("macOS does not keep to a limit of addresses");
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Ours };
        foreach (var argument in (string[])["-c", $"ulimit -c 0; ulimit -v {megabytes * 1000} || exit 99; exec \"$0\" \"$@\"", Command, .. arguments]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var reading = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (process.ExitCode == 99) Assert.Skip("the shell sets no limit of addresses here: " + await reading);
        return (process.ExitCode, await reading);
    }

    public static TheoryData<string> Formats => [.. RecordingFormats.All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Native_command_writes_every_format_as_the_library_does(string format)
    {
        var ending = RecordingFormats.All.Single(f => f.Name == format).Extensions.FirstOrDefault() ?? "/";
        FormatSamples.NeedWriterOf(format);
        Assert.Equal(0, Both([.. Short, "-o", "@/a" + ending, "--format", format]).Code);
        // An encoder of ffmpeg names each file at random.
        if (format is "ffv1" or "webm") Assert.Equal(Pixels(Theirs), Pixels(Ours));
        else AssertSameFiles();

        string Pixels(string folder) => Python.Run("ffmpeg", "-v", "error", "-i", Path.Combine(folder, "a" + ending), "-f", "framemd5", "-");
    }

    [Theory]
    [InlineData("deep", "--set", "acquisition.image_sensor.bit_depth=12")]
    [InlineData("light", "--until", "composite")]
    public void Native_command_writes_every_pixel_type_as_the_library_does(string _, params string[] options)
    {
        Assert.Equal(0, Both([.. Short, .. options, "-o", "@/a.h5", "-o", "@/a.nwb", "-o", "@/a.tif", "-o", "@/a.npz", "-o", "@/a.zarr"]).Code);
        AssertSameFiles();
    }

    /// <summary>Recordings with arrays of every type, short ones and such as are packed in chunks.</summary>
    [Theory]
    [InlineData(PixelType.UInt8, StoreDtype.Auto, 21)]
    [InlineData(PixelType.UInt16, StoreDtype.Auto, 3000)]
    [InlineData(PixelType.UInt8, StoreDtype.Float32, 21)]
    [InlineData(PixelType.UInt8, StoreDtype.Float64, 21)]
    public void Native_command_exports_recordings_as_the_library_does(PixelType type, StoreDtype store, int frames)
    {
        SampleRecording.Make(frames, 12, 20, type, store, units: 61).WriteTo(PathOf("a.zarr"));
        Assert.Equal(0, Both("export", PathOf("a.zarr"), "-o", "@/a.h5", "-o", "@/a.nwb", "-o", "@/a.tif", "-o", "@/a.npz").Code);
        AssertSameFiles();
    }

    [Fact]
    public void Native_command_draws_and_describes_recordings_as_the_library_does()
    {
        Assert.Equal(0, Library([.. Short, "-o", PathOf("a.zarr"), "--quiet"]).Code);
        foreach (var figure in Enum.GetNames<Figure>())
            Assert.Equal(0, Both("preview", PathOf("a.zarr"), "--figure", figure.ToLowerInvariant(), "--scale", "0.25", "-o", $"@/{figure}.png").Code);
        Assert.Equal(0, Both("demo", "--duration", "1", "-o", "@/demo").Code);
        AssertSameFiles();
        Assert.Contains("planted footprints", Both("info", PathOf("a.zarr")).Out);
        Assert.Equal(1, Both("preview", PathOf("none.zarr")).Code);
    }

    [Fact]
    public void Native_command_reads_writes_and_checks_specs_as_the_library_does()
    {
        foreach (var name in (string[])["S1", "S2", "S3", "S4", "S5"])
        {
            Assert.Equal(0, Both("info", Spec(name)).Code);
            Assert.Equal(0, Both("validate", Spec(name)).Code);
        }
        Assert.Equal(0, Both("new", "--scope", "miniscope_v4", "--region", "cortex_l23", "--motion", "--bleaching", "--seed", "3", "--size", "100x120", "--set", "sensor.photons_per_unit=50").Code);
        Assert.Equal(0, Both("new", "--scope", "generic_1p", "--region", "ca1", "-o", "@/a.json").Code);
        AssertSameFiles();
        File.WriteAllText(PathOf("bad.json"), """{"sede": 1, "acquisition": {"fps": -1}, "steps": [{"kind": "sensr"}, {"kind": "vasculature", "layers": [{"depth_um": "x"}]}]}""");
        Assert.Equal(2, Both("validate", PathOf("bad.json")).Code);
        Assert.Equal(2, Both("validate", PathOf("bad.json"), "--json").Code);
        File.WriteAllText(PathOf("odd.json"), """{"acquisition": {"focal_depth_in_tissue_um": 900}, "steps": [{"kind": "place_neurons"}]}""");
        Assert.Contains("warning", Both("info", PathOf("odd.json")).Error);
        Assert.Equal(2, Both("new", "--scope", "miniscope_v5", "--region", "ca1").Code);
    }

    [Fact]
    public void Native_command_helps_as_the_library_does()
    {
        foreach (var name in CommandLine.Root().Subcommands.Select(c => c.Name).Prepend(""))
        {
            string[] args = name == "" ? ["--help"] : [name, "--help"];
            // In a process of its own, whose terminal has no width either.
            Assert.Equal(Python.Run("dotnet", [Path.Combine(AppContext.BaseDirectory, "minisim-cli.dll"), .. args]), Native(args).Out);
        }
        Assert.Equal(0, Both("--version").Code);
        Assert.Equal(0, Both("formats").Code);
        Assert.Equal(2, Both("nwe").Code);
    }

    [Fact]
    public void Native_command_measures_the_same_stages()
    {
        string[] args = ["bench", Spec("S1"), "--json", "--threads", "1"];
        Assert.Equal(Shape(Library(args).Out), Shape(Native(args).Out));

        // Not the machine, which has as many registers as the code was made for.
        static string Shape(string json)
        {
            var measured = JsonNode.Parse(json)!.AsObject();
            Assert.True(measured.Remove("machine"));
            return Number().Replace(measured.ToJsonString(), "0");
        }
    }

    /// <summary>Bytes of all files that were written, but for when and where they were.</summary>
    private void AssertSameFiles()
    {
        string[] Names(string folder) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal)];
        var names = Names(Theirs);
        Assert.NotEmpty(names);
        Assert.Equal(names, Names(Ours));
        foreach (var name in names) Assert.True(Bytes(Theirs, name) == Bytes(Ours, name), $"{name} differs");
    }

    private static string Bytes(string folder, string name)
    {
        var bytes = Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(folder, name)));
        return Path.GetFileName(name) == "metaData.json" ? bytes.Replace(folder, "@")
            : Path.GetExtension(name) is ".nwb" or ".zattrs" ? Date().Replace(bytes, "")
            : Path.GetFileName(name) == "checksums.json" ? DatedChecksum().Replace(bytes, "")
            : bytes;
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?")]
    private static partial Regex Date();

    /// <summary>The checksum of the one file that tells when it was written.</summary>
    [GeneratedRegex("""
        "\.zattrs": "[0-9a-f]{8}"
        """)]
    private static partial Regex DatedChecksum();

    [GeneratedRegex(@"-?\d+(\.\d+)?([eE][-+]?\d+)?")]
    private static partial Regex Number();
}

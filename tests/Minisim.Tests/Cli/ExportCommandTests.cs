using Minisim.Cli;
using Minisim.Tests.Formats;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;

namespace Minisim.Tests.Cli;

/// <summary>What an export does with what is there already.</summary>
public class ExportCommandTests : InTemporaryFolder
{
    private static async Task<(int Code, string Out, string Error)> Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(args, output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    [Theory]
    [InlineData("b.npy")]
    [InlineData("b.tif")]
    [InlineData("b.h5")]
    [InlineData("b.nwb")]
    [InlineData("b.npz")]
    [InlineData("b.zarr")]
    [InlineData("session/")]
    public async Task What_exists_is_kept_and_the_option_that_replaces_it_is_named(string name)
    {
        SampleRecording.Make().WriteTo(PathOf("a.zarr"));
        SampleRecording.Make(frames: 5).Save(PathOf(name));
        var before = Contents();
        var (code, output, error) = await Run("export", PathOf("a.zarr"), "-o", PathOf(name), "-q");
        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.Contains("--overwrite", error);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.Equal(before, Contents());
        Assert.Equal(ExitCode.Ok, (await Run("export", PathOf("a.zarr"), "-o", PathOf(name), "-q", "--overwrite")).Code);
        Assert.NotEqual(before, Contents());
    }

    [Theory]
    [InlineData("n")]
    [InlineData("")]
    public void A_large_export_asks_on_a_terminal_and_leaves_what_is_there_until_it_is_told_to_go_on(string answer)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has other terminals");
        Python.Need("pty");
        // 21 GB of nothing, which take no room.
        using (var movie = File.Create(PathOf("a.npy")))
        {
            var text = "{'descr': '|u1', 'fortran_order': False, 'shape': (21000, 1000, 1000), }".PadRight(117) + '\n';
            movie.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(text)]);
            movie.SetLength(movie.Position + 21_000_000_000);
        }
        File.WriteAllText(PathOf("b.tif"), "mine");
        File.WriteAllText(PathOf("ask.py"), """
            import os, pty, resource, sys
            child, terminal = pty.fork()
            if child == 0:
                # One that does not ask shall not fill the disk.
                resource.setrlimit(resource.RLIMIT_FSIZE, (50_000_000, 50_000_000))
                os.execvpe(sys.argv[2], sys.argv[2:], {**os.environ, 'DOTNET_EnableWriteXorExecute': '0'})
            said, asked = b'', False
            while True:
                try: more = os.read(terminal, 4096)
                except OSError: break
                if not more: break
                said += more
                if not asked and b'[y/N]' in said:
                    asked = True
                    os.write(terminal, sys.argv[1].encode() + b'\n')
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            print(said.decode())
            """);
        var said = Python.Run("python3", PathOf("ask.py"), answer, "dotnet", Path.Combine(AppContext.BaseDirectory, "minisim-cli.dll"), "export", PathOf("a.npy"), "-o", PathOf("b.tif"), "--overwrite");
        File.Delete(PathOf("ask.py"));
        Assert.StartsWith($"{ExitCode.Interrupted}\n", said);
        Assert.Contains("21 GB of disk", said);
        Assert.Contains("Go on?", said);
        Assert.Contains("not begun", said);
        Assert.Equal("mine", File.ReadAllText(PathOf("b.tif")));
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(Folder).Count());
    }

    private string Contents() => string.Join('\n', Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => $"{f} {Convert.ToHexString(Minisim.Numerics.Sha256.Hash(File.ReadAllBytes(f)))}"));
}

using System.Text.Json;

namespace Minisim.Tests.Interop;

/// <summary>pynwb in its own Debian folder, see tests/interop/install-pynwb.sh. Files must lie within it to be seen.</summary>
internal static class Pynwb
{
    /// <summary>How the closing line calls it; bookworm has no package of it.</summary>
    public const string Package = "pynwb";

    private static readonly string Root = Environment.GetEnvironmentVariable("MINISIM_PYNWB") is { Length: > 0 } named ? named : "/opt/minisim-trixie";

    private static readonly Lazy<string?> Missing = new(() =>
    {
        try
        {
            Python.Run("chroot", Root, "python3", "-c", "import pynwb");
            return null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return e.Message;
        }
    });

    /// <summary>A place for a file that pynwb is to read; skips the test where there is no pynwb, fails it in CI.</summary>
    public static string Path(string name)
    {
        if (Missing.Value is { } reason) Python.Absent($"no pynwb in {Root} (tests/interop/install-pynwb.sh makes it): {reason}", Package);
        return System.IO.Path.Combine(Directory.CreateDirectory(System.IO.Path.Combine(Root, "tmp", $"minisim-{Environment.ProcessId}")).FullName, name);
    }

    public static JsonElement Read(string path)
    {
        var script = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, "read_nwb.py");
        File.Copy(System.IO.Path.Combine(AppContext.BaseDirectory, "interop", "read_nwb.py"), script, overwrite: true);
        try
        {
            return JsonDocument.Parse(Python.Run("chroot", Root, "python3", Inside(script), Inside(path))).RootElement;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Inside(string path) => "/" + System.IO.Path.GetRelativePath(Root, path);
}

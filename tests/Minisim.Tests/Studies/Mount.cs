using System.Diagnostics;
using Minisim.Tests.Interop;

namespace Minisim.Tests.Studies;

/// <summary>A file system of a test's own, over a folder: small, or only to be read. Needs root on Linux.</summary>
internal sealed class Mount : IDisposable
{
    private readonly string _folder;

    private Mount(string folder) => _folder = folder;

    public static Mount Small(string folder, string size)
    {
        Need("-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder);
        return new(folder);
    }

    public static Mount ReadOnly(string folder)
    {
        Need("--bind", folder, folder);
        Need("-o", "remount,ro,bind", folder);
        return new(folder);
    }

    private static void Need(params string[] arguments)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root") Assert.Skip("mounting needs root on Linux");
        var (code, error) = Run("mount", arguments);
        if (code != 0) Python.Absent($"mount {string.Join(' ', arguments)}: {error}");
    }

    private static (int, string) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }

    public void Dispose() => Run("umount", "-l", _folder);
}

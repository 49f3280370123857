using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Minisim.Formats.Writing;

/// <summary>Writing past the page cache: a movie is larger than what a cache keeps, and entering it there costs 0.7 ns of a processor per
/// byte, going past it 0.15 ns.</summary>
internal static partial class DirectAccess
{
    /// <summary>What places, lengths and addresses are multiples of: a page, and at least a sector of any device.</summary>
    public const int Alignment = 4096;

    /// <summary>A second handle on a file, for aligned writes only; null where system or file system have none.</summary>
    public static SafeFileHandle? TryOpen(string path)
    {
        // The bit differs between architectures, and the framework has no name for it.
        int? direct = !OperatingSystem.IsLinux() ? null : RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 0x4000,
            Architecture.Arm64 => 0x10000,
            _ => null,
        };
        if (direct is null) return null;
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            const int getFlags = 3, setFlags = 4;
            var flags = Control(handle, getFlags, 0);
            if (flags >= 0 && Control(handle, setFlags, flags | direct.Value) == 0) return handle;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DllNotFoundException or EntryPointNotFoundException)
        {
            // Then as everybody else writes.
        }
        handle?.Dispose();
        return null;
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeFileHandle file, int command, int argument);
}

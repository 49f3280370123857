using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Minisim;

/// <summary>What a path leads to.</summary>
public enum PathKind
{
    /// <summary>Nothing, or something that cannot be asked.</summary>
    Missing,
    /// <summary>A regular file.</summary>
    File,
    /// <summary>A folder.</summary>
    Folder,
    /// <summary>A symbolic link; only where links are not followed.</summary>
    Link,
    /// <summary>A pipe, socket or device: it may never end, or never begin.</summary>
    Special,
}

/// <summary>Asks what a path is before it is opened: opening a pipe waits for its other end, and a device has no end.</summary>
public static partial class InputFile
{
    private const int FormatMask = 0xF000, Folder = 0x4000, Regular = 0x8000, SymbolicLink = 0xA000;

    /// <summary>What a path leads to.</summary>
    /// <param name="path">The path.</param>
    /// <param name="follow">Whether a link counts as what it leads to.</param>
    public static PathKind KindOf(string path, bool follow = true)
    {
        if (Mode(path, follow) is { } mode)
            return (mode & FormatMask) switch { Regular => PathKind.File, Folder => PathKind.Folder, SymbolicLink => PathKind.Link, _ => PathKind.Special };
        // Another system: what the framework knows.
        var file = new FileInfo(path);
        if (!follow && file.LinkTarget is not null) return PathKind.Link;
        return Directory.Exists(path) ? PathKind.Folder : file.Exists ? PathKind.File : PathKind.Missing;
    }

    private static int? Mode(string path, bool follow)
    {
        Span<byte> status = stackalloc byte[512];
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // statx has one layout on every architecture: the mode is at 28.
                const int currentFolder = -100, noFollow = 0x100, typeOnly = 1;
                return StatX(currentFolder, path, follow ? 0 : noFollow, typeOnly, ref status[0]) == 0 ? BinaryPrimitives.ReadUInt16LittleEndian(status[28..]) : null;
            }
            if (OperatingSystem.IsMacOS())
                return (follow ? Stat(path, ref status[0]) : LStat(path, ref status[0])) == 0 ? BinaryPrimitives.ReadUInt16LittleEndian(status[4..]) : null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // An old C library.
        }
        return null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, ref byte status);

    [LibraryImport("libc", EntryPoint = "lstat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LStat(string path, ref byte status);
}

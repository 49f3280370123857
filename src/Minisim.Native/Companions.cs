using System.Reflection;
using System.Runtime.InteropServices;

namespace Minisim.Native;

/// <summary>Finds the library that draws pictures. It lies beside ours, where nobody else would look: the framework looks beside the program, which
/// is Python's or MATLAB's.</summary>
internal static unsafe partial class Companions
{
    private static string? _folder;
    private static readonly Lazy<bool> Registered = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(SkiaSharp.SKCanvas).Assembly, Resolve);
        return true;
    });

    /// <summary>Where to look first, for a caller that loaded ours from elsewhere.</summary>
    public static void Name(string folder) => _folder = folder;

    /// <summary>To be called before anything is drawn.</summary>
    public static void Find() => _ = Registered.Value;

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search)
    {
        var file = OperatingSystem.IsWindows() ? name + ".dll" : OperatingSystem.IsMacOS() ? name + ".dylib" : name + ".so";
        foreach (var folder in (string?[])[_folder, OwnFolder()])
            if (folder is not null && NativeLibrary.TryLoad(Path.Combine(folder, file), out var handle))
                return handle;
        return 0;
    }

    private static string? OwnFolder()
    {
        if (OperatingSystem.IsWindows()) return null;
        try
        {
            delegate* unmanaged<int> ours = &Exports.GetAbiVersion;
            return FindLibrary(ours, out var found) != 0 && Marshal.PtrToStringUTF8((nint)found.File) is { Length: > 0 } path ? Path.GetDirectoryName(Path.GetFullPath(path)) : null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct LibraryInfo
    {
        public void* File, Base, Name, Address;
    }

    [LibraryImport("libc", EntryPoint = "dladdr")]
    private static partial int FindLibrary(void* address, out LibraryInfo info);
}

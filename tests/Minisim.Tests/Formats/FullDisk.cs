using Microsoft.Win32.SafeHandles;
using Minisim.Formats.Writing;

namespace Minisim.Tests.Formats;

/// <summary>Until it is disposed, every file that the test begins to write lies on a device without room.</summary>
internal sealed class FullDisk : IDisposable
{
    public FullDisk() => AtomicFile.OpenInstead.Value = Open;

    private static SafeFileHandle Open(string path)
    {
        // As a link, since other programs write to the name.
        File.CreateSymbolicLink(path, "/dev/full");
        return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    public void Dispose() => AtomicFile.OpenInstead.Value = null;
}

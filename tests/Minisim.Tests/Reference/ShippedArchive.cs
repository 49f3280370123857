using System.IO.Compression;

namespace Minisim.Tests.Reference;

/// <summary>An archive beside the tests, unpacked once for all of them.</summary>
internal sealed class ShippedArchive(string file)
{
    private readonly Lazy<string> _root = new(() =>
    {
        var archive = System.IO.Path.Combine(AppContext.BaseDirectory, file);
        var target = System.IO.Path.Combine(AppContext.BaseDirectory, $"{System.IO.Path.GetFileNameWithoutExtension(file)}-{File.GetLastWriteTimeUtc(archive).Ticks:x}");
        if (!Directory.Exists(target))
        {
            var staging = target + "." + Environment.ProcessId;
            ZipFile.ExtractToDirectory(archive, staging, overwriteFiles: true);
            try
            {
                Directory.Move(staging, target);
            }
            catch (IOException) when (Directory.Exists(target))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
        return target;
    });

    /// <summary>The folder that it is unpacked in.</summary>
    public string Root => _root.Value;
}

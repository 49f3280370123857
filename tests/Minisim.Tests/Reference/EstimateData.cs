using System.IO.Compression;

namespace Minisim.Tests.Reference;

/// <summary>Result files of real pipelines: those in the folder named by MINISIM_REFERENCE, or the few that are shipped.</summary>
public static class EstimateData
{
    private static readonly Lazy<string> LazyRoot = new(() =>
    {
        if (Environment.GetEnvironmentVariable("MINISIM_REFERENCE") is { Length: > 0 } folder && Directory.Exists(System.IO.Path.Combine(folder, "estimates")))
            return System.IO.Path.Combine(folder, "estimates");
        var archive = System.IO.Path.Combine(AppContext.BaseDirectory, "estimates.zip");
        var target = System.IO.Path.Combine(AppContext.BaseDirectory, $"estimates-{File.GetLastWriteTimeUtc(archive).Ticks:x}");
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
        return System.IO.Path.Combine(target, "estimates");
    });

    /// <summary>A file or folder; null where it is not shipped.</summary>
    public static string? Path(params string[] parts)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine([LazyRoot.Value, .. parts]));
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }
}

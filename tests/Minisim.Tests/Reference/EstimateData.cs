namespace Minisim.Tests.Reference;

/// <summary>Result files of real pipelines: those in the folder named by MINISIM_REFERENCE, or the few that are shipped.</summary>
public static class EstimateData
{
    private static readonly ShippedArchive Archive = new("estimates.zip");

    private static string Root => Environment.GetEnvironmentVariable("MINISIM_REFERENCE") is { Length: > 0 } folder && Directory.Exists(System.IO.Path.Combine(folder, "estimates"))
        ? System.IO.Path.Combine(folder, "estimates") : System.IO.Path.Combine(Archive.Root, "estimates");

    /// <summary>A file or folder; null where it is not shipped.</summary>
    public static string? Path(params string[] parts)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine([Root, .. parts]));
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }
}

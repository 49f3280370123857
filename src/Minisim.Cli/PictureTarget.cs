using Minisim.Formats.Pictures;

namespace Minisim.Cli;

/// <summary>Where a picture is to go, looked at before any work.</summary>
internal static class PictureTarget
{
    /// <summary>The name, if a picture can get it.</summary>
    /// <exception cref="UsageException">Another ending, a folder, or a file that is not to be replaced.</exception>
    public static string Checked(string target, bool replaces)
    {
        if (!PictureFile.Extensions.Contains(Path.GetExtension(target), StringComparer.OrdinalIgnoreCase))
            throw new UsageException($"{target}: pictures are PNG, SVG or PDF: the name must end in {string.Join(", ", PictureFile.Extensions)}.");
        if (Directory.Exists(target)) throw new UsageException($"{target} is a folder. Name a file.");
        return File.Exists(target) && !replaces ? throw new UsageException($"{target} exists. Give --overwrite to replace it.") : target;
    }
}

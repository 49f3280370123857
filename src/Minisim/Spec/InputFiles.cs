using Minisim.Steps;

namespace Minisim;

/// <summary>Files that the steps of a spec name: where they are, and the spec that needs them no more.</summary>
internal static class InputFiles
{
    /// <summary>The spec with relative paths from the folder of its file; null = as they are.</summary>
    public static Spec From(string? folder, Spec spec) => folder is null ? spec : Each(spec, s => s.FilesFrom(folder));

    /// <summary>The spec with what its files hold, or itself.</summary>
    /// <exception cref="SpecException">A file cannot be used.</exception>
    public static Spec Kept(Spec spec) => Each(spec, s => s.FilesKept(spec));

    /// <summary>A path from a folder, if it is a relative one.</summary>
    public static string Rooted(string folder, string path) => path.Length == 0 || path.Contains('\0') || Path.IsPathRooted(path) ? path : Path.Combine(folder, path);

    private static Spec Each(Spec spec, Func<Step, Step> change)
    {
        var changed = spec;
        foreach (var step in spec.Steps)
            if (change(step) is var other && !ReferenceEquals(other, step))
                changed = changed.With(other);
        return changed;
    }
}

namespace Minisim.Formats.Writing;

/// <summary>Names under which things are built or put aside beside their target. Nobody can foresee them, so nothing of somebody else's
/// can lie there: no file that would be replaced, and no link that would be followed.</summary>
internal static class StagedName
{
    public const string Partial = ".partial", Replaced = ".replaced";
    private const int Letters = 12;

    /// <summary>A new one: <c>TARGET.0123456789ab.partial</c>.</summary>
    public static string Beside(string target, string ending) => $"{target}.{Random()}{ending}";

    /// <summary>Letters that are new every time. Seeded by the system; the framework's identifiers would need its devices, which a bare
    /// folder has not.</summary>
    public static string Random() => System.Random.Shared.NextInt64(1L << (4 * Letters)).ToString($"x{Letters}", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether a path is one of a target's.</summary>
    public static bool IsOf(string target, string path, string ending) =>
        path.Length == target.Length + 1 + Letters + ending.Length && path.StartsWith(target + ".", StringComparison.Ordinal) && path.EndsWith(ending, StringComparison.Ordinal)
        && path.AsSpan(target.Length + 1, Letters).IndexOfAnyExcept("0123456789abcdef") < 0;

    /// <summary>Deletes a file or a folder that was staged; what cannot be deleted stays, its name says what it is.</summary>
    public static void Discard(string path)
    {
        try
        {
            // Not through a link, whatever it leads to.
            if (InputFile.KindOf(path, follow: false) == PathKind.Folder) Directory.Delete(path, recursive: true);
            else File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody holds it, or the rights are gone.
        }
    }
}

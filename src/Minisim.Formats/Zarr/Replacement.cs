using System.Text.Json;
using System.Text.Json.Nodes;
using Minisim.Formats.Writing;

namespace Minisim.Formats.Zarr;

/// <summary>An old recording makes room for a new one: it is moved aside under a name nobody can foresee, which the new one notes
/// until the old one is gone. A run killed in between leaves the note, and the next run goes by it.</summary>
internal static class Replacement
{
    private const string Aside = "aside";

    /// <summary>Notes in the new folder where the old one is about to be.</summary>
    public static void Announce(string partial, string old) =>
        ZarrFiles.Write(Path.Combine(partial, RecordingLayout.Replacing), ZarrFiles.ToBytes(new JsonObject { [Aside] = Path.GetFileName(old) }), flush: true);

    /// <summary>Deletes the old one, then the note.</summary>
    public static void Finish(string target, string old)
    {
        Directory.Delete(old, recursive: true);
        File.Delete(Path.Combine(target, RecordingLayout.Replacing));
    }

    /// <summary>Ends what a killed run began: with the new one under the name the old one goes, without it comes back.</summary>
    public static void Recover(string target, string partial)
    {
        foreach (var folder in (ReadOnlySpan<string>)[target, partial])
        {
            if (InputFile.KindOf(folder, follow: false) != PathKind.Folder || Noted(target, Path.Combine(folder, RecordingLayout.Replacing)) is not { } old) continue;
            if (InputFile.KindOf(old, follow: false) == PathKind.Folder)
            {
                if (folder == target) Directory.Delete(old, recursive: true);
                else if (InputFile.KindOf(target, follow: false) == PathKind.Missing) Directory.Move(old, target);
            }
            File.Delete(Path.Combine(folder, RecordingLayout.Replacing));
        }
    }

    /// <summary>Only a name of our kind beside the target, and a recording under it: a note by somebody else costs nothing.</summary>
    private static string? Noted(string target, string note)
    {
        if (InputFile.KindOf(note, follow: false) != PathKind.File) return null;
        var json = ZarrFiles.ReadJson(note);
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(Aside, out var e) || e.ValueKind != JsonValueKind.String) return null;
        var old = Path.Combine(Path.GetDirectoryName(target)!, e.GetString()!);
        return StagedName.IsOf(target, old, StagedName.Replaced) && (!Directory.Exists(old) || File.Exists(Path.Combine(old, ".zgroup"))) ? old : null;
    }
}

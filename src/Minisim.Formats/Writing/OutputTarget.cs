namespace Minisim.Formats.Writing;

/// <summary>What may be written where, for all that writes.</summary>
internal static class OutputTarget
{
    /// <summary>Refuses a file's name that is taken, or lies in a recording.</summary>
    /// <exception cref="RecordingFormatException">Not to be written.</exception>
    public static void CheckFile(string path, bool overwrite)
    {
        CheckSurroundings(path);
        switch (InputFile.KindOf(path))
        {
            case PathKind.Folder: throw new RecordingFormatException(path, "is a folder.", "Name a file.");
            case PathKind.Special: throw new RecordingFormatException(path, "is a pipe or a device.", "Name a file.");
            case PathKind.File when !overwrite: throw new RecordingFormatException(path, "exists already.", "Write to another name, or ask to overwrite (--overwrite).");
        }
    }

    /// <summary>Refuses a place within a recording that exists: it would not be the same recording any more.</summary>
    /// <exception cref="RecordingFormatException">The place lies in one.</exception>
    public static void CheckSurroundings(string path)
    {
        for (var folder = Path.GetDirectoryName(Path.GetFullPath(path)); folder is not null; folder = Path.GetDirectoryName(folder))
            if (IsRecording(folder))
                throw new RecordingFormatException(path, $"lies within the recording {folder}.", "Nothing is written into a recording that exists; name another place.");
    }

    /// <summary>What marks a folder as a recording, or as part of one.</summary>
    private static readonly string[] Marks = [".zgroup", ".zarray", "zarr.json", "unfinished.json", "minisim.json"];

    private static bool IsRecording(string folder) => Array.Exists(Marks, mark => File.Exists(Path.Combine(folder, mark)));
}

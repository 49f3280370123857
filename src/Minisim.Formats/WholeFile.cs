using System.Text;
using Minisim.Formats.Writing;

namespace Minisim.Formats;

/// <summary>Small results (tables, pages, pictures, specs) as files that are there whole or not at all.</summary>
public static class WholeFile
{
    /// <summary>Writes a file beside its name, and gives it the name when it is whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">What becomes of it.</param>
    /// <param name="overwrite">Whether one that exists is replaced.</param>
    /// <exception cref="RecordingFormatException">The name is taken, or lies within a recording.</exception>
    /// <exception cref="RecordingWriteException">The file system refuses.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes, bool overwrite = false)
    {
        using var file = AtomicFile.Create(path, new FormatOptions { Overwrite = overwrite, Flush = false });
        file.Write(bytes, 0);
        file.Commit();
    }

    /// <summary>Writes text as UTF-8.</summary>
    /// <inheritdoc cref="Write(string, ReadOnlySpan{byte}, bool)"/>
    public static void Write(string path, string text, bool overwrite = false) => Write(path, Encoding.UTF8.GetBytes(text), overwrite);

    /// <summary>Checks that a result may be written, before the work that makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether one that exists is to be replaced.</param>
    /// <param name="inputs">What it is made from: never replaced, overwriting or not.</param>
    /// <exception cref="RecordingFormatException">The name is taken, is an input's, or lies within a recording.</exception>
    public static void Check(string path, bool overwrite, params IEnumerable<string> inputs)
    {
        var target = Resolve(path);
        foreach (var input in inputs)
        {
            var source = Resolve(input);
            if (target == source || (File.Exists(target) && target.StartsWith(source + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
                throw new RecordingFormatException(path, $"is read as input ({input}); it would be replaced.", "Write to another name.");
        }
        OutputTarget.CheckFile(path, overwrite);
    }

    /// <summary>The path behind links, of its folder and of itself.</summary>
    private static string Resolve(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        try
        {
            var folder = Path.GetDirectoryName(full);
            if (folder is not null && new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true) is { } behind) full = Path.Combine(behind.FullName, Path.GetFileName(full));
            return new FileInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
        }
        catch (IOException)
        {
            // It is not there yet, or runs in a circle.
            return full;
        }
    }
}

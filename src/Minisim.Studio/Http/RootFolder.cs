using Microsoft.AspNetCore.Http;

namespace Minisim.Studio.Http;

/// <summary>The folder that the studio was started in: no path leads out of it.</summary>
internal sealed class RootFolder
{
    private readonly string _root;

    /// <param name="path">An existing folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public RootFolder(string path)
    {
        if (!Directory.Exists(path)) throw new DirectoryNotFoundException($"{path} is no folder. Name one that exists with --root.");
        _root = Real(Path.GetFullPath(path));
    }

    /// <summary>Its full path, links resolved.</summary>
    public string FullPath => _root;

    /// <summary>The full path of a relative one, with links followed where they stay inside.</summary>
    /// <exception cref="StudioError">It is no path, absolute, or leads outside.</exception>
    public string Resolve(string? relative)
    {
        if (string.IsNullOrWhiteSpace(relative)) throw new StudioError(StatusCodes.Status400BadRequest, "A file or folder must be named.");
        if (relative.Length > 1000 || relative.Any(c => char.IsControl(c)) || relative.Contains('\\') || relative.Contains(':'))
            throw Outside(relative, "has characters that file names here do not have");
        if (Path.IsPathRooted(relative) || relative.StartsWith('~')) throw Outside(relative, "is absolute");
        if (relative.Split('/').Any(p => p == "..")) throw Outside(relative, "leads upwards");
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(_root, relative)));
        var real = Real(full);
        if (!IsInside(real)) throw Outside(relative, "is a link that leads outside");
        return real;
    }

    /// <summary>The path as the user names it.</summary>
    public string Relative(string full) => Path.GetRelativePath(_root, full).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>What is in a folder, links that lead outside left out; a folder that is a recording counts as one thing.</summary>
    public IEnumerable<(string Name, bool IsFolder, long Bytes)> List(string relative)
    {
        var folder = relative.Length == 0 ? _root : Resolve(relative);
        if (!Directory.Exists(folder)) throw new StudioError(StatusCodes.Status404NotFound, $"{relative}: there is no such folder.");
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal).Take(2000))
        {
            if (entry.Name.StartsWith('.') || entry.LinkTarget is not null && !IsInside(Real(entry.FullName))) continue;
            yield return (entry.Name, Directory.Exists(entry.FullName), entry is FileInfo file ? file.Length : 0);
        }
    }

    private bool IsInside(string real) => real == _root || real.StartsWith(Path.EndsInDirectorySeparator(_root) ? _root : _root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static StudioError Outside(string path, string why) =>
        new(StatusCodes.Status403Forbidden, $"{(path.Length > 80 ? path[..80] + "…" : path)} {why}. Only files inside the folder that the studio was started in can be read and written: name one relative to it.");

    // Links are followed part by part: the file itself may not exist yet.
    private static string Real(string full)
    {
        var root = Path.GetPathRoot(full)!;
        var at = root;
        var links = 0;
        var parts = new Stack<string>(full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse());
        while (parts.TryPop(out var part))
        {
            if (part == "..")
            {
                at = Path.GetDirectoryName(at) ?? root;
                continue;
            }
            var next = Path.Combine(at, part);
            var target = new FileInfo(next).LinkTarget;
            if (target is null)
            {
                at = next;
                continue;
            }
            if (++links > 40) throw new StudioError(StatusCodes.Status403Forbidden, "Too many links lead to each other there.");
            if (Path.IsPathRooted(target)) at = Path.GetPathRoot(target)!;
            foreach (var p in target.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
                if (p != ".") parts.Push(p);
        }
        return at;
    }
}

using System.Text;

namespace Minisim.Formats.Writing;

/// <summary>Keeps a second writer out: a file beside the target, held open exclusively, that says who writes and under which name. The
/// system lets go of it when the process ends, however it ends; what a dead writer left behind is removed by the next one.</summary>
/// <remarks>The name is known to all, so it is made without following links, and one that exists is taken only if it begins with our
/// mark: a file of somebody else's is neither written nor deleted.</remarks>
internal sealed class WriterLock : IDisposable
{
    /// <summary>Ending of the file's name.</summary>
    public const string Suffix = ".minisim-lock";

    private const string Mark = "minisim is writing here";
    private const int MostBytes = 1024;
    private readonly FileStream _file;
    private readonly string _target, _token;

    private WriterLock(FileStream file, string target, string token) => (_file, _target, _token) = (file, target, token);

    /// <summary>Takes the lock of a target.</summary>
    /// <exception cref="RecordingFormatException">Another process writes there, or a file of another kind has the lock's name.</exception>
    /// <exception cref="RecordingWriteException">The file system refuses.</exception>
    public static WriterLock Take(string target)
    {
        var path = target + Suffix;
        var token = $"{Environment.ProcessId} {StagedName.Random()}";
        for (var attempt = 0; ; attempt++)
        {
            var file = TryOpen(target, path, attempt);
            if (file is null) continue;
            var before = Contents(file);
            Write(file, token, null);
            // Between opening and locking, the owner before may have deleted the name: then this lock keeps nobody out.
            if (OperatingSystem.IsWindows() || attempt >= 100 || Read(path)?.Contains(token, StringComparison.Ordinal) == true)
            {
                Clean(target, before);
                return new WriterLock(file, target, token);
            }
            // Closing would delete the name, which by now is another writer's.
            GC.SuppressFinalize(file);
            file.SafeFileHandle.SetHandleAsInvalid();
        }
    }

    /// <summary>Says under which name the target is being built, so that it can be removed if this process dies.</summary>
    public void Announce(string staged) => Write(_file, _token, Path.GetFileName(staged));

    /// <summary>Whether somebody begins to write a target, or died of it.</summary>
    public static bool IsBegun(string target) => InputFile.KindOf(target + Suffix, follow: false) == PathKind.File && IsOurs(Read(target + Suffix));

    private static FileStream? TryOpen(string target, string path, int attempt)
    {
        try
        {
            return Open(path, FileMode.CreateNew);
        }
        catch (IOException) when (InputFile.KindOf(path, follow: false) != PathKind.Missing)
        {
            // Somebody writes or wrote here, or it is something else.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The name may have gone between the two questions.
            if (attempt < 3 && e is IOException and not DirectoryNotFoundException && Directory.Exists(Path.GetDirectoryName(path))) return null;
            throw new RecordingWriteException(path, Mark.Length, e.Message.TrimEnd('.') + ".", "Choose another place or give access.", e);
        }
        var text = InputFile.KindOf(path, follow: false) == PathKind.File ? Read(path) : "no file";
        // It has been deleted meanwhile, or its maker has not got to writing yet.
        if (text is null) return null;
        if (text.Length == 0 && attempt < 50)
        {
            Thread.Sleep(5);
            return null;
        }
        if (!IsOurs(text)) throw new RecordingFormatException(path, "exists and was not made by this program, which needs the name to keep other writers out.", "Move it away, or write to another name.");
        try
        {
            return Open(path, FileMode.Open);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (IOException e)
        {
            throw new RecordingFormatException(target, $"is being written by another process (number {text.Split('\n')[1].Split(' ')[0]}).", "Wait for it, or write to another name.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new RecordingWriteException(path, 0, e.Message.TrimEnd('.') + ".", "Choose another place or give access.", e);
        }
    }

    private static FileStream Open(string path, FileMode mode) =>
        new(path, mode, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None, 1, FileOptions.DeleteOnClose);

    private static bool IsOurs(string? text) => text is not null && text.StartsWith(Mark + "\n", StringComparison.Ordinal) && text.Count(c => c == '\n') >= 2;

    private static void Write(FileStream file, string token, string? staged)
    {
        var bytes = Encoding.UTF8.GetBytes($"{Mark}\n{token}\n{staged}\n");
        file.Position = 0;
        file.Write(bytes);
        file.SetLength(bytes.Length);
        file.Flush();
    }

    private static string Contents(FileStream file)
    {
        var bytes = new byte[MostBytes];
        return Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, MostBytes, throwOnEndOfStream: false));
    }

    /// <summary>What a writer that died was building has our kind of name, or it is not touched.</summary>
    private static void Clean(string target, string before)
    {
        if (!IsOurs(before) || before.Split('\n') is not [_, _, { Length: > 0 } name, ..] || Path.GetFileName(name) != name) return;
        var staged = Path.Combine(Path.GetDirectoryName(target)!, name);
        if (StagedName.IsOf(target, staged, StagedName.Partial)) StagedName.Discard(staged);
    }

    private static string? Read(string path)
    {
        try
        {
            // On Unix the runtime's own way of opening would ask for the lock, too.
            using var file = OperatingSystem.IsWindows() ? File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete) : ZarrFiles.OpenUnlocked(path);
            if (file.IsInvalid) return null;
            var bytes = new byte[MostBytes];
            return Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    public void Dispose() => _file.Dispose();
}

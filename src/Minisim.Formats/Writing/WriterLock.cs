using System.Text;

namespace Minisim.Formats.Writing;

/// <summary>Keeps a second writer out: a file beside the target, held open exclusively, with the process's number in it. The
/// system lets go of it when the process ends, however it ends.</summary>
internal sealed class WriterLock : IDisposable
{
    /// <summary>Ending of the file.</summary>
    private const string Suffix = ".lock";

    private readonly FileStream _file;

    private WriterLock(FileStream file) => _file = file;

    public static WriterLock Take(string target)
    {
        var path = target + Suffix;
        var token = Encoding.UTF8.GetBytes($"{Environment.ProcessId} {Guid.NewGuid():N}");
        for (var attempt = 0; ; attempt++)
        {
            FileStream file;
            try
            {
                file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException e) when (File.Exists(path))
            {
                throw new RecordingFormatException(target, $"is being written by another process{Owner(path)}.", "Wait for it, or write to another name.", e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new RecordingWriteException(path, token.Length, e.Message.TrimEnd('.') + ".", "Choose another place or give access.", e);
            }
            file.SetLength(0);
            file.Write(token);
            file.Flush();
            // Between opening and locking, the owner before may have deleted the name: then this lock keeps nobody out.
            if (OperatingSystem.IsWindows() || attempt == 100 || Read(path).AsSpan().SequenceEqual(token)) return new WriterLock(file);
            // Closing would delete the name, which by now is another writer's.
            GC.SuppressFinalize(file);
            file.SafeFileHandle.SetHandleAsInvalid();
        }
    }

    private static byte[] Read(string path)
    {
        try
        {
            // On Unix the runtime's own way of opening would ask for the lock, too.
            using var file = OperatingSystem.IsWindows() ? File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete) : ZarrFiles.OpenUnlocked(path);
            if (file.IsInvalid) return [];
            var bytes = new byte[100];
            return bytes[..RandomAccess.Read(file, bytes, 0)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string Owner(string path)
    {
        var text = Encoding.UTF8.GetString(Read(path)).Split(' ')[0];
        return text.Length > 0 ? $" (number {text})" : "";
    }

    public void Dispose() => _file.Dispose();
}

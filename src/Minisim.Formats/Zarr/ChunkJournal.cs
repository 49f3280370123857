using System.Globalization;
using System.Text;
using Minisim.Formats.Writing;

namespace Minisim.Formats.Zarr;

/// <summary>What an unfinished recording knows of its finished chunks: a line for each, with its length, the time of its last change and its
/// CRC-32C, written when it got its name. A chunk that is still as its line says is taken without being read.</summary>
/// <remarks>A killed process loses nothing of what it wrote; a machine that went down may. So a journal counts only for the run of
/// the machine in which it was written: after a restart, and from another machine, everything is read. A line carries a checksum of its own, since the last
/// may be torn.</remarks>
internal sealed class ChunkJournal : IDisposable
{
    private const string Head = "minisim chunks 1 ";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Bytes, long Ticks, uint Crc)> _known = new(StringComparer.Ordinal);
    private FileStream? _file;

    private ChunkJournal(FileStream file) => _file = file;

    /// <summary>The run of the machine: another after every start.</summary>
    internal static string Boot { get; } = ReadBoot();

    /// <summary>Opens the journal of a folder.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="isNew">Whether what is there belongs to something else.</param>
    /// <exception cref="RecordingWriteException">The file system refuses.</exception>
    public static ChunkJournal Open(string path, bool isNew)
    {
        try
        {
            var old = isNew || InputFile.KindOf(path, follow: false) != PathKind.File ? [] : File.ReadAllText(path, Encoding.ASCII).Split('\n');
            var isOfThisRun = old.Length > 0 && old[0] == Head + Boot;
            var journal = new ChunkJournal(new FileStream(path, isOfThisRun ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0));
            if (isOfThisRun)
            {
                // The last piece is empty, or torn.
                foreach (var line in old.AsSpan(1)) journal.Take(line);
                if (old[^1].Length > 0) journal.Put("\n");
            }
            else
            {
                journal.Put($"{Head}{Boot}\n");
            }
            return journal;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingWriteException(path, 0, e.Message.TrimEnd('.') + ".", "Make room or give access, and run the same again: finished chunks are kept.", e);
        }
    }

    private void Take(string line)
    {
        var parts = line.Split(' ');
        if (parts is not [var bytes, var ticks, var crc, var key, var check]
            || check != Check(line[..^(check.Length + 1)])
            || !long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            || !uint.TryParse(crc, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var sum)) return;
        _known[key] = (length, time, sum);
    }

    private static string Check(string text) => ZarrFiles.Crc32C(Encoding.ASCII.GetBytes(text)).ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>The CRC-32C of a chunk that is as its line says; null if there is no line, or the file is another since.</summary>
    public uint? Find(string key, string file)
    {
        if (!_known.TryGetValue(key, out var known)) return null;
        var info = new FileInfo(file);
        return info.Exists && info.Length == known.Bytes && info.LastWriteTimeUtc.Ticks == known.Ticks ? known.Crc : null;
    }

    /// <summary>Notes a chunk that is whole. A line that cannot be written costs the next run the reading of one chunk, and this run nothing.</summary>
    public void Add(string key, string file, uint crc)
    {
        try
        {
            var info = new FileInfo(file);
            var line = string.Create(CultureInfo.InvariantCulture, $"{info.Length} {info.LastWriteTimeUtc.Ticks} {crc:x8} {key}");
            lock (_gate) Put($"{line} {Check(line)}\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The disk is full, or a limit of file size is reached: the chunks will say so themselves.
        }
    }

    private void Put(string text) => _file?.Write(Encoding.ASCII.GetBytes(text));

    private static string ReadBoot()
    {
        try
        {
            const string linux = "/proc/sys/kernel/random/boot_id";
            if (OperatingSystem.IsLinux() && File.Exists(linux)) return File.ReadAllText(linux).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then as elsewhere.
        }
        // The clock may be set meanwhile; then everything is read.
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{(DateTime.UtcNow - TimeSpan.FromMilliseconds(Environment.TickCount64)).Ticks / TimeSpan.TicksPerMinute}");
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
        }
    }
}

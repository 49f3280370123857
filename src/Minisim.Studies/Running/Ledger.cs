using System.Collections.Concurrent;

namespace Minisim.Studies;

/// <summary>What has ended, read from the journals of all workers. Every worker appends to a journal of its own, so that none waits for another
/// and none can damage what another wrote; a line that is not whole is not there.</summary>
internal sealed class Ledger(string folder) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _read = [];
    private readonly ConcurrentDictionary<string, Entry> _entries = new();
    private FileStream? _open;
    private string? _openName;

    /// <summary>Where the latest record of a unit is.</summary>
    /// <param name="Status">How it ended.</param>
    /// <param name="Attempt">Which attempt it was.</param>
    /// <param name="Journal">Name of the journal.</param>
    /// <param name="Offset">Place of its line.</param>
    /// <param name="Length">Length of its line.</param>
    public readonly record struct Entry(UnitStatus Status, int Attempt, string Journal, long Offset, int Length);

    public Entry? Find(string unit) => _entries.TryGetValue(unit, out var entry) ? entry : null;

    public int Count => _entries.Count;

    /// <summary>Reads what was appended since.</summary>
    public void Refresh()
    {
        lock (_lock)
        {
            if (!Directory.Exists(folder)) return;
            var journals = Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal).ToArray();
            Journals = journals.Length;
            foreach (var path in journals) Read(path);
        }
    }

    private void Read(string path)
    {
        var journal = Path.GetFileNameWithoutExtension(path);
        var from = _read.GetValueOrDefault(journal);
        // Opened to learn its length: on a shared folder that is when news come.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        var length = file.Length - from;
        if (length <= 0) return;
        file.Position = from;
        var buffer = new byte[Math.Min(length, 4 << 20)];
        var kept = 0;
        var at = from;
        while (true)
        {
            var n = file.Read(buffer, kept, buffer.Length - kept);
            if (n == 0) break;
            kept += n;
            var start = 0;
            for (int end; (end = Array.IndexOf(buffer, (byte)'\n', start, kept - start)) >= 0; start = end + 1)
            {
                var size = end - start;
                if (size > 0 && UnitRecord.Parse(buffer.AsMemory(start, size)) is { } record) Add(record, journal, at, size);
                at += size + 1;
            }
            buffer.AsSpan(start, kept - start).CopyTo(buffer);
            kept -= start;
            if (kept == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
        }
        _read[journal] = at;
    }

    /// <summary>Workers that have written.</summary>
    public int Journals { get; private set; }

    private void Add(UnitRecord record, string journal, long offset, int length) => Add((record.Unit, new Entry(record.Status, record.Attempt, journal, offset, length)));

    /// <summary>Adds what this process wrote itself.</summary>
    public void Add((string Unit, Entry Entry) written)
    {
        var (unit, entry) = written;
        // Done once is done; else the latest attempt counts.
        _entries.AddOrUpdate(unit, entry, (_, old) => old.Status == UnitStatus.Done || old.Attempt >= entry.Attempt && entry.Status != UnitStatus.Done ? old : entry);
    }

    /// <summary>The whole record of a unit.</summary>
    public UnitRecord? Load(Entry entry)
    {
        var bytes = new byte[entry.Length];
        lock (_lock)
        {
            if (_openName != entry.Journal)
            {
                _open?.Dispose();
                _open = new FileStream(Path.Combine(folder, entry.Journal + ".jsonl"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
                _openName = entry.Journal;
            }
            if (RandomAccess.Read(_open!.SafeFileHandle, bytes, entry.Offset) < bytes.Length) return null;
        }
        return UnitRecord.Parse(bytes);
    }

    /// <summary>The table of cells of a record; null if it has none.</summary>
    public byte[]? LoadCells(Entry entry, UnitRecord record)
    {
        var path = Path.Combine(folder, entry.Journal + ".cells");
        if (record.Cells.Length == 0 || !File.Exists(path)) return null;
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[record.Cells.Length];
        return RandomAccess.Read(file, bytes, record.Cells.Offset) == bytes.Length ? bytes : null;
    }

    public void Dispose() => _open?.Dispose();
}

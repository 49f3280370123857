using System.Collections.Concurrent;

namespace Minisim.Studies;

/// <summary>The journal of one worker: only this process appends to it.</summary>
internal sealed class Journal(string folder, string worker)
{
    private readonly Lock _lock = new();
    private bool _isTorn;

    /// <summary>Appends a record, with its table of cells before it.</summary>
    /// <exception cref="Formats.RecordingWriteException">The file system refuses.</exception>
    /// <returns>The unit, and where its record is.</returns>
    public (string Unit, Ledger.Entry Entry) Append(UnitRecord record, byte[]? cells)
    {
        lock (_lock)
        {
            var path = Path.Combine(folder, worker + ".jsonl");
            try
            {
                Directory.CreateDirectory(folder);
                if (cells is not null)
                {
                    using var table = new FileStream(Path.Combine(folder, worker + ".cells"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 0);
                    record = record with { Cells = (table.Position, cells.Length) };
                    table.Write(cells);
                }
                // Closed each time: then what is in it is seen from other machines.
                using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 0);
                if (_isTorn) file.WriteByte((byte)'\n');
                _isTorn = true;
                var (offset, line) = (file.Position, record.ToLine());
                file.Write(line);
                _isTorn = false;
                return (record.Unit, new(record.Status, record.Attempt, worker, offset, line.Length - 1));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new Formats.RecordingWriteException(path, 0, e.Message.TrimEnd('.') + ".", "Make room or give access, and run it again: what is done stays.", e);
            }
        }
    }
}

using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Minisim.Formats.Writing;

namespace Minisim.Formats.Numpy;

/// <summary>Writes a ZIP archive of entries that are stored as they are, one after another. The framework's writer marks archives with
/// the system that it runs on; this one gives the same bytes everywhere. Past 4 GB with the ZIP64 records of APPNOTE 4.5.</summary>
/// <param name="file">Where it goes; the caller commits it.</param>
internal sealed class StoredZip(AtomicFile file)
{
    // Midnight of 1 January 1980, the earliest that an archive can say: the same content gives the same bytes.
    private const ushort Date = 1 << 5 | 1;
    private const int LocalHeader = 30;
    private const uint Huge = uint.MaxValue;
    private readonly List<(byte[] Name, uint Crc, long Size, long Offset)> _entries = [];
    private readonly Crc32 _crc = new();
    private byte[] _name = [];
    private long _at, _start, _size, _left;

    /// <summary>Begins an entry of a size; its bytes come with <see cref="Write"/>.</summary>
    public void Begin(string name, long size)
    {
        (_name, _start, _size, _left) = (Encoding.UTF8.GetBytes(name), _at, size, size);
        _crc.Reset();
        var extra = size >= Huge ? 20 : 0;
        var header = new byte[LocalHeader + _name.Length + extra];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034b50);
        Common(header.AsSpan(4), 0, size);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(26), (ushort)_name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(28), (ushort)extra);
        _name.CopyTo(header, LocalHeader);
        if (extra > 0) Zip64(header.AsSpan(LocalHeader + _name.Length), size, size);
        Put(header);
        if (size == 0) End();
    }

    /// <summary>Adds bytes to the entry.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _left) throw new InvalidOperationException($"{bytes.Length - _left} bytes more than the entry was begun with");
        if (bytes.Length == 0) return;
        _crc.Append(bytes);
        Put(bytes);
        _left -= bytes.Length;
        if (_left == 0) End();
    }

    private void End()
    {
        var crc = _crc.GetCurrentHashAsUInt32();
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, crc);
        file.Write(bytes, _start + 14);
        _entries.Add((_name, crc, _size, _start));
    }

    /// <summary>Writes the directory.</summary>
    public void Complete()
    {
        if (_left > 0) throw new InvalidOperationException($"the last entry lacks {_left} bytes");
        var start = _at;
        foreach (var (name, crc, size, offset) in _entries)
        {
            // In this order, and only those that do not fit.
            long[] wide = [.. (ReadOnlySpan<long>)(size >= Huge ? [size, size] : []), .. (ReadOnlySpan<long>)(offset >= Huge ? [offset] : [])];
            var extra = wide.Length > 0 ? 4 + 8 * wide.Length : 0;
            var entry = new byte[46 + name.Length + extra];
            BinaryPrimitives.WriteUInt32LittleEndian(entry, 0x02014b50);
            // Made by version 4.5 for MS-DOS, the system of no system.
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(4), 45);
            Common(entry.AsSpan(6), crc, size);
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(28), (ushort)name.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(30), (ushort)extra);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(42), (uint)Math.Min(offset, Huge));
            name.CopyTo(entry, 46);
            if (extra > 0) Zip64(entry.AsSpan(46 + name.Length), wide);
            Put(entry);
        }
        var length = _at - start;
        if (start >= Huge || length >= Huge || _entries.Count >= ushort.MaxValue)
        {
            var record = new byte[56 + 20];
            BinaryPrimitives.WriteUInt32LittleEndian(record, 0x06064b50);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(4), 44);
            BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(12), 45);
            BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(14), 45);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(24), _entries.Count);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(32), _entries.Count);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(40), length);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(48), start);
            BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(56), 0x07064b50);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(64), _at);
            BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(72), 1);
            Put(record);
        }
        var end = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)Math.Min(_entries.Count, ushort.MaxValue));
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)Math.Min(_entries.Count, ushort.MaxValue));
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)Math.Min(length, Huge));
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), (uint)Math.Min(start, Huge));
        Put(end);
    }

    /// <summary>What both headers have: version needed, flags, method (stored), time, date, checksum, sizes.</summary>
    private static void Common(Span<byte> target, uint crc, long size)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)(size >= Huge ? 45 : 20));
        BinaryPrimitives.WriteUInt16LittleEndian(target[8..], Date);
        BinaryPrimitives.WriteUInt32LittleEndian(target[10..], crc);
        BinaryPrimitives.WriteUInt32LittleEndian(target[14..], (uint)Math.Min(size, Huge));
        BinaryPrimitives.WriteUInt32LittleEndian(target[18..], (uint)Math.Min(size, Huge));
    }

    private static void Zip64(Span<byte> target, params ReadOnlySpan<long> values)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(target, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(target[2..], (ushort)(8 * values.Length));
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(target[(4 + 8 * i)..], values[i]);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        file.Write(bytes, _at);
        _at += bytes.Length;
    }
}

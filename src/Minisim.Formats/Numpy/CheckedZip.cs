using System.IO.Compression;
using System.IO.Hashing;
using Minisim.Formats.Reading;

namespace Minisim.Formats.Numpy;

/// <summary>Reads entries of ZIP archives, of which <c>.npz</c> is one: with a limit, and against the archive's own CRC-32, which the framework
/// does not check.</summary>
internal static class CheckedZip
{
    /// <summary>Deflate packs zeros to a 1032nd; an entry that claims more is false.</summary>
    private const long MostRatio = 1040;

    /// <summary>Opens an archive.</summary>
    /// <exception cref="RecordingFormatException">No archive, or no file.</exception>
    public static ZipArchive Open(string path)
    {
        if (InputFile.KindOf(path) == PathKind.Special) throw new RecordingFormatException(path, "is a pipe or a device.", "Save what it gives as a file, and name that.");
        return ZipFile.OpenRead(path);
    }

    /// <summary>The unpacked bytes of an entry.</summary>
    /// <param name="path">The archive, for messages.</param>
    /// <param name="entry">The entry.</param>
    /// <exception cref="RecordingFormatException">It claims more than the budget allows.</exception>
    /// <exception cref="NotReadException">It is packed in a way that is not read.</exception>
    /// <exception cref="InvalidDataException">Its bytes are not as many as it claims, or not those that were written.</exception>
    public static byte[] Read(string path, ZipArchiveEntry entry)
    {
        var length = entry.Length;
        MemoryBudget.Check(path, length, $"entry {entry.FullName}");
        if (length > Array.MaxLength) throw new InvalidDataException($"entry {entry.FullName} has {length:N0} bytes, too many to read at once");
        if (length > 64 + MostRatio * entry.CompressedLength) throw new InvalidDataException($"entry {entry.FullName} claims {length:N0} bytes and stores {entry.CompressedLength:N0}");
        var bytes = new byte[length];
        using (var stream = Unpacked(entry))
        {
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (read < length || stream.ReadByte() >= 0) throw new InvalidDataException($"entry {entry.FullName} has not the {length:N0} bytes that it claims");
        }
        if (Crc32.HashToUInt32(bytes) != entry.Crc32) throw new InvalidDataException($"entry {entry.FullName} is not what was written (checksum): the file is damaged or altered");
        return bytes;
    }

    private static Stream Unpacked(ZipArchiveEntry entry)
    {
        try
        {
            return entry.Open();
        }
        // Whole, but packed in a way that the framework does not know: BZip2, LZMA.
        catch (InvalidDataException e) when (e.Message.Contains("not supported", StringComparison.Ordinal))
        {
            throw new NotReadException($"its entry {entry.FullName} is packed in a way that is not read here ({e.Message.TrimEnd('.')})", "Pack it by deflate or not at all, as numpy.savez and savez_compressed do.");
        }
    }
}

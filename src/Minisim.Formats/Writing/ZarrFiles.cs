using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;
using Minisim.Formats.Writing;
using Minisim.Rendering;

namespace Minisim.Formats.Writing;

/// <summary>Small files of a hierarchy: metadata read with limits, bytes written so that a name that exists is whole.</summary>
internal static partial class ZarrFiles
{
    /// <summary>No metadata of ours comes near; beyond it a file is taken for garbage.</summary>
    private const long MaxJsonBytes = 64 << 20;

    // The default encoder, because zarr-python insists on ASCII: µm becomes \u00B5m.
    private static readonly JsonWriterOptions Indented = new() { Indented = true, IndentSize = 4, NewLine = "\n" };

    /// <summary>Reads a file of JSON.</summary>
    /// <param name="path">The file.</param>
    /// <param name="crc">The CRC-32C that its bytes must have; null if it is not known.</param>
    public static JsonElement ReadJson(string path, uint? crc = null)
    {
        var bytes = ReadSmall(path, crc);
        // The parser itself leaves text unchecked until it is asked for.
        if (!Utf8.IsValid(bytes)) throw new RecordingFormatException(path, "is not JSON: it is not UTF-8.", "The file is damaged.");
        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0));
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new RecordingFormatException(path, $"is not JSON: {e.Message}", "The file is damaged.", e);
        }
    }

    /// <summary>Reads a small file whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="crc">The CRC-32C that its bytes must have; null if it is not known.</param>
    public static byte[] ReadSmall(string path, uint? crc = null)
    {
        var bytes = ReadSmallUnchecked(path);
        if (crc is { } expected && Crc32C(bytes) != expected)
            throw new RecordingFormatException(path, $"its {bytes.Length} bytes are not those that were written (checksum).", "It was altered; undo the change, copy it again or simulate again.");
        return bytes;
    }

    private static byte[] ReadSmallUnchecked(string path)
    {
        if (InputFile.KindOf(path) == PathKind.Special) throw new RecordingFormatException(path, "is a pipe or a device, not a file.", "The folder is something else.");
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaxJsonBytes) throw new RecordingFormatException(path, $"has {length} bytes, too many for metadata.", "The file is damaged or something else.");
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RecordingFormatException(path, "is missing.", "The folder is incomplete or something else.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingFormatException(path, $"cannot be read: {e.Message}", "", e);
        }
    }

    public static byte[] ToBytes(JsonObject json)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Indented)) json.WriteTo(writer);
        return stream.ToArray();
    }

    /// <summary>Writes under a temporary name, then renames: a file under <paramref name="path"/> is whole.</summary>
    /// <exception cref="RecordingWriteException">The file system refused.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes, bool flush)
    {
        var staging = $"{path}.{StagedName.Random()}{StagingSuffix}";
        try
        {
            using (var handle = AtomicFile.OpenInstead.Value?.Invoke(staging) ?? File.OpenHandle(staging, FileMode.CreateNew, FileAccess.Write, FileShare.Read))
            {
                RandomAccess.Write(handle, bytes, 0);
                if (flush)
                    using (RunEvents.Begin(RunEvents.Flush)) RandomAccess.FlushToDisk(handle);
            }
            File.Move(staging, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            StagedName.Discard(staging);
            // The last is what a limit of file size becomes.
            if (e is ArgumentOutOfRangeException) e = new IOException("The file would be larger than its file system or a limit allows.", e);
            throw new RecordingWriteException(path, bytes.Length, e.Message.TrimEnd('.') + ".", "Make room or give access, and run the same again: finished chunks are kept.", e);
        }
    }

    /// <summary>Ending of names under which files are being written.</summary>
    public const string StagingSuffix = ".tmp~";

    public static void CreateDirectory(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingWriteException(path, 0, e.Message.TrimEnd('.') + ".", "Choose another place or give access.", e);
        }
    }

    /// <summary>Flushes a folder's entries (renames) to the device where the system has a way to; best effort.</summary>
    public static void FlushDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = OpenDescriptor(path, 0);
        if (descriptor < 0) return;
        _ = SyncDescriptor(descriptor);
        _ = CloseDescriptor(descriptor);
    }

    /// <summary>Opens a file for reading without asking whether somebody locked it; Unix only.</summary>
    public static SafeFileHandle OpenUnlocked(string path) => new(OpenDescriptor(path, 0), ownsHandle: true);

    /// <summary>CRC-32C (Castagnoli) of bytes: in hardware, 8 bytes a step.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDescriptor(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int SyncDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseDescriptor(int descriptor);
}

using Microsoft.Win32.SafeHandles;
using Minisim.Truth;

namespace Minisim.Formats.Writing;

/// <summary>A movie in one file that is read by place.</summary>
internal abstract class FileMovie : Movie
{
    private readonly SafeFileHandle _handle;

    protected FileMovie(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        _handle = OpenHandle(Path);
        Length = RandomAccess.GetLength(_handle);
        if (Length > 0) return;
        _handle.Dispose();
        throw new RecordingFormatException(Path, "is empty.", "It was not written to its end.");
    }

    public string Path { get; }
    protected long Length { get; }

    /// <summary>Opens a file for reading; what stands in the way is said in our own words.</summary>
    public static SafeFileHandle OpenHandle(string path)
    {
        try
        {
            switch (InputFile.KindOf(path))
            {
                case PathKind.Folder: throw new RecordingFormatException(path, "is a folder.", "Name a file.");
                // Opening a pipe would wait for its other end.
                case PathKind.Special: throw new RecordingFormatException(path, "is a pipe or a device.", "Save what it gives as a file, and name that.");
            }
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw WriterLock.IsBegun(path)
                ? new RecordingFormatException(path, "does not exist, but was begun and is unfinished.", "Wait for its writer, or write it again.", e)
                : new RecordingFormatException(path, "does not exist.", "Check the name.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingFormatException(path, $"cannot be read: {e.Message.TrimEnd('.')}.", "Close the program that holds it, or give access.", e);
        }
    }

    protected void ReadAt(long offset, Span<byte> target)
    {
        try
        {
            while (target.Length > 0)
            {
                var n = RandomAccess.Read(_handle, target, offset);
                if (n == 0) throw Truncated();
                target = target[n..];
                offset += n;
            }
        }
        catch (IOException e)
        {
            throw new RecordingFormatException(Path, $"cannot be read: {e.Message}", "", e);
        }
    }

    protected RecordingFormatException Truncated() => new(Path, $"is truncated: it ends after {Length:N0} bytes.", "Copy or write it again.");

    protected void CheckRange(int first, int count, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, Frames, nameof(count));
        if (bytes < (long)count * Height * Width * PixelType.Bytes()) throw new ArgumentException($"{bytes} bytes do not hold {count} frames");
    }

    protected override void Dispose(bool disposing) => _handle.Dispose();
}

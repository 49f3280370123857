using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Minisim.Rendering;

namespace Minisim.Formats.Writing;

/// <summary>A file that has its name only when it is whole: written beside under a name that nobody can foresee, flushed to the device,
/// renamed. One writer at a time. Disposed before <see cref="Commit"/>, it is deleted; killed, it goes with the next writer.</summary>
internal sealed class AtomicFile : IDisposable
{
    /// <summary>Opens the partial file; tests put a full device here.</summary>
    internal static readonly AsyncLocal<Func<string, SafeFileHandle>?> OpenInstead = new();
    /// <summary>Bytes after which those written so far are sent to the device: most are there when the last are written.</summary>
    private const long FlushEvery = 64 << 20;
    private readonly bool _overwrite, _flush;
    private long _written;
    private WriterLock? _lock;
    private SafeFileHandle? _handle;
    private readonly Lazy<SafeFileHandle?> _direct;
    private volatile bool _isDirectRefused;
    private readonly ConcurrentBag<byte[]> _pieces = [];

    private AtomicFile(string target, FormatOptions options)
    {
        Target = target;
        Partial = StagedName.Beside(target, StagedName.Partial);
        _overwrite = options.Overwrite;
        _flush = options.Flush;
        _direct = new(() => DirectAccess.TryOpen(Partial));
    }

    public string Target { get; }
    public string Partial { get; }
    public SafeFileHandle Handle => _handle ?? throw new ObjectDisposedException(Target);

    /// <summary>Opens the partial file.</summary>
    /// <exception cref="RecordingFormatException">The target exists, or somebody is writing it.</exception>
    /// <exception cref="RecordingWriteException">The file system refuses.</exception>
    public static AtomicFile Create(string path, FormatOptions options)
    {
        var file = new AtomicFile(Path.GetFullPath(path), options);
        OutputTarget.CheckFile(file.Target, options.Overwrite);
        ZarrFiles.CreateDirectory(Path.GetDirectoryName(file.Target)!);
        file._lock = WriterLock.Take(file.Target);
        try
        {
            // Created here and now, or not at all.
            file._handle = OpenInstead.Value?.Invoke(file.Partial) ?? File.OpenHandle(file.Partial, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
            file._lock.Announce(file.Partial);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw Refused(file.Target, 0, e);
        }
    }

    /// <summary>The one error that a refused write becomes.</summary>
    public static RecordingWriteException Refused(string path, long bytes, Exception e) =>
        e as RecordingWriteException ?? new(path, bytes, e.Message.TrimEnd('.') + ".", "Make room or give access, and write it again.", e);

    /// <summary>Writes at a place; several threads may write different places.</summary>
    /// <exception cref="RecordingWriteException">The file system refuses.</exception>
    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(Handle, bytes, offset);
            if (!_flush) return;
            var written = Interlocked.Add(ref _written, bytes.Length);
            if (written / FlushEvery > (written - bytes.Length) / FlushEvery)
                using (RunEvents.Begin(RunEvents.Flush)) RandomAccess.FlushToDisk(Handle);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // What a file system's or the user's limit of file size becomes here.
            throw Refused(Target, bytes.Length, new IOException("The file would be larger than its file system or a limit allows.", e));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(Target, bytes.Length, e);
        }
    }

    /// <summary>Begins to write consecutive bytes at a place; several threads may, at different places.</summary>
    public FileRun At(long offset) => new(this, _pieces.TryTake(out var piece) ? piece : FileRun.Allocate(), offset);

    internal void Return(byte[] piece) => _pieces.Add(piece);

    /// <summary>Writes aligned bytes past the page cache, or returns false: the file system does not, or the bytes need not reach the device.</summary>
    internal bool TryWriteDirect(ReadOnlySpan<byte> bytes, long offset)
    {
        if (!_flush || _isDirectRefused || _direct.Value is not { } handle) return false;
        try
        {
            RandomAccess.Write(handle, bytes, offset);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Written the usual way it succeeds, or says why not.
            _isDirectRefused = true;
            return false;
        }
    }

    /// <summary>A stream over the file, for libraries that want one; disposing it leaves the file open.</summary>
    public FileStream OpenStream() => new(new SafeFileHandle(Handle.DangerousGetHandle(), ownsHandle: false), FileAccess.ReadWrite, 1 << 16);

    /// <summary>Lets go of the partial file, so that another program can write it.</summary>
    public void Release()
    {
        CloseDirect();
        _handle?.Dispose();
        _handle = null;
    }

    /// <summary>Brings the bytes to the device if that is asked for, and gives the file its name.</summary>
    /// <exception cref="RecordingWriteException">The file system refuses.</exception>
    public void Commit()
    {
        try
        {
            _handle ??= File.OpenHandle(Partial, FileMode.Open, FileAccess.ReadWrite);
            CloseDirect();
            if (_flush)
                using (RunEvents.Begin(RunEvents.Flush)) RandomAccess.FlushToDisk(_handle);
            _handle.Dispose();
            OutputTarget.CheckFile(Target, _overwrite);
            File.Move(Partial, Target, _overwrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(Target, 0, e);
        }
        _handle = null;
        if (_flush) ZarrFiles.FlushDirectory(Path.GetDirectoryName(Target)!);
        _lock?.Dispose();
        _lock = null;
    }

    public void Dispose()
    {
        if (_lock is null) return;
        CloseDirect();
        _handle?.Dispose();
        _handle = null;
        try
        {
            File.Delete(Partial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its name says that it is not to be trusted.
        }
        _lock.Dispose();
        _lock = null;
    }

    private void CloseDirect()
    {
        _isDirectRefused = true;
        if (_direct.IsValueCreated) _direct.Value?.Dispose();
    }
}

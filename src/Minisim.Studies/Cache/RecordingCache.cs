using System.Diagnostics.CodeAnalysis;
using Minisim.Formats;
using Minisim.Formats.Zarr;
using Minisim.Rendering;

namespace Minisim.Studies;

/// <summary>Recordings that were simulated once, by the key of their spec, in a folder that any number of processes and machines share.</summary>
/// <remarks>
/// <para>What has its name is whole: recordings are written elsewhere in the folder and renamed. One process simulates a recording, others
/// wait for it or do something else meanwhile; one that was killed holds nobody up. Nothing but renaming and exclusive creation is
/// asked of the file system.</para>
/// <para>A recording is its <c>.zarr</c> with the truth. Its movie in other formats lies beside it, made when it is asked for.</para>
/// </remarks>
public sealed class RecordingCache : IDisposable
{
    private const string Leases = ".leases", Workers = ".workers", Staging = ".staging";
    private readonly LeaseTiming? _timing;
    private readonly Lock _lock = new();
    private Presence? _presence;
    private ClaimBoard? _claims;
    private string? _private;

    /// <summary>A cache in a folder, which is made when something is put there.</summary>
    /// <param name="folder">The folder; null: <see cref="DefaultFolder"/>.</param>
    public RecordingCache(string? folder = null) : this(folder, null) { }

    internal RecordingCache(string? folder, LeaseTiming? timing) => (Folder, _timing) = (Path.GetFullPath(folder ?? DefaultFolder), timing);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What the cache could not do as it should, for people: e.g. that its folder cannot be written.</summary>
    public event Action<string>? Notice;

    /// <summary>The platform's folder for caches, and <c>minisim</c> in it; MINISIM_CACHE names another.</summary>
    public static string DefaultFolder
    {
        get
        {
            if (Environment.GetEnvironmentVariable("MINISIM_CACHE") is { Length: > 0 } own) return own;
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            var root = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
                : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg) ? xdg : Path.Combine(home, ".cache");
            return Path.Combine(root.Length > 0 ? root : Path.GetTempPath(), "minisim");
        }
    }

    /// <summary>The recording of a spec: from the cache, or simulated into it. The caller disposes it.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="options">How to simulate it if it must be; the whole chain is run.</param>
    /// <param name="cancellation">Stops simulating, and waiting for who does.</param>
    /// <exception cref="SpecException">The spec breaks its rules.</exception>
    /// <exception cref="RecordingWriteException">The file system refuses.</exception>
    public Recording Run(Spec spec, SimulateOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var key = spec.Validated().CacheKey();
        for (var attempt = 0; ; attempt++)
        {
            var path = Ensure(spec, key, ZarrName, options, wait: true, cancellation)!;
            try
            {
                var recording = ZarrRecording.Open(path);
                if (recording.Spec.CacheKey() == key) return recording;
                recording.Dispose();
                throw new RecordingFormatException(path, "is not the recording that its name says.", "Remove it: 'minisim cache prune' empties a cache.");
            }
            catch (RecordingFormatException) when (attempt < 3 && !Directory.Exists(path))
            {
                // Pruned between being found and being opened.
            }
        }
    }

    /// <summary>The file of a spec's recording in a format, simulated or written from the cached recording if it is missing.</summary>
    /// <exception cref="RecordingFormatException">There is no such format, or it cannot hold the recording.</exception>
    public string PathOf(Spec spec, string format = ZarrName, SimulateOptions? options = null, CancellationToken cancellation = default) =>
        Ensure(spec, spec.Validated().CacheKey(), format, options, wait: true, cancellation)!;

    internal const string ZarrName = "zarr";

    /// <summary>Whether a recording is there.</summary>
    public bool Has(string key, string format = ZarrName) => Exists(Target(key, format)) || _private is { } own && Exists(Target(key, format, own));

    /// <summary>The file of a recording; null where somebody else is about to make it and the caller will not wait.</summary>
    internal string? Ensure(Spec spec, string key, string format, SimulateOptions? options, bool wait, CancellationToken cancellation)
    {
        for (var pause = 20; ; pause = Math.Min(pause * 3 / 2, 1000))
        {
            cancellation.ThrowIfCancellationRequested();
            if (Find(key, format) is { } path) return path;
            if (!TryLease($"{key}.{format}", out var release))
            {
                if (!wait) return null;
                cancellation.WaitHandle.WaitOne(pause);
                continue;
            }
            try
            {
                // Somebody may have finished it between the look and the lease.
                if (Find(key, format) is { } found) return found;
                if (format == ZarrName) return Make(key, format, sink => Simulator.Run(spec, [sink], options, cancellation));
                var source = Ensure(spec, key, ZarrName, options, wait, cancellation);
                if (source is null) return null;
                using var recording = ZarrRecording.Open(source);
                return Make(key, format, sink => RecordingExport.Run(recording, [sink], options, cancellation));
            }
            finally
            {
                release();
            }
        }
    }

    private string? Find(string key, string format)
    {
        foreach (var folder in (string?[])[Folder, _private])
        {
            if (folder is null || Target(key, format, folder) is not { } path || !Exists(path)) continue;
            Touch(path);
            return path;
        }
        return null;
    }

    private string Make(string key, string format, Action<IRecordingSink> write)
    {
        for (var attempt = 0; ; attempt++)
        {
            var folder = _private ?? Folder;
            var staging = Path.Combine(folder, Staging, _presence?.Id ?? "private", Guid.NewGuid().ToString("N")[..8]);
            try
            {
                var target = Target(key, format, folder);
                Directory.CreateDirectory(staging);
                var staged = Path.Combine(staging, Path.GetFileName(target));
                using (var sink = FormatOf(format).CreateSink(staged, new FormatOptions())) write(sink);
                Place(staged, target);
                return target;
            }
            catch (Exception e) when (attempt == 0 && _private is null && IsRefused(e))
            {
                UsePrivate(e);
            }
            catch (Exception e) when (attempt < 2 && e is DirectoryNotFoundException && !Directory.Exists(folder))
            {
                // The folder was taken away meanwhile.
            }
            finally
            {
                DeleteTree(staging);
            }
        }
    }

    private static void Place(string staged, string target)
    {
        try
        {
            if (Directory.Exists(staged)) Directory.Move(staged, target);
            else File.Move(staged, target, overwrite: true);
        }
        catch (IOException) when (Exists(target))
        {
            // Another was as fast: the same bytes.
        }
    }

    /// <summary>A lease on making something. Where the folder cannot be written, everybody makes it for themselves.</summary>
    private bool TryLease(string name, [NotNullWhen(true)] out Action? release)
    {
        release = null;
        try
        {
            lock (_lock)
            {
                if (_private is not null)
                {
                    release = () => { };
                    return true;
                }
                if (_presence is null)
                {
                    _presence = new Presence(Path.Combine(Folder, Workers), _timing);
                    _claims = new ClaimBoard(Path.Combine(Folder, Leases), _presence);
                    Clean();
                }
            }
            if (!_claims!.TryTake(name, out var generation)) return false;
            release = () => _claims.Release(name, generation);
            return true;
        }
        catch (Exception e) when (IsRefused(e))
        {
            UsePrivate(e);
            release = () => { };
            return true;
        }
    }

    private static bool IsRefused(Exception e) => e is UnauthorizedAccessException || e is RecordingWriteException { InnerException: UnauthorizedAccessException } || e.Message.Contains("Read-only file system", StringComparison.Ordinal) || e.InnerException is { } inner && IsRefused(inner);

    private void UsePrivate(Exception e)
    {
        lock (_lock)
        {
            if (_private is not null) return;
            _private = Directory.CreateTempSubdirectory("minisim-").FullName;
        }
        Notice?.Invoke($"the cache {Folder} cannot be written ({e.Message.TrimEnd('.')}): what is not in it is simulated into {_private} and removed at the end.");
    }

    /// <summary>What is in the cache, the latest used first.</summary>
    public IReadOnlyList<CacheEntry> List()
    {
        var entries = new List<CacheEntry>();
        if (!Directory.Exists(Folder)) return entries;
        foreach (var path in Directory.EnumerateFileSystemEntries(Folder))
        {
            var name = Path.GetFileName(path);
            var dot = name.IndexOf('.');
            if (dot < 16 || name.AsSpan(0, dot).ContainsAnyExcept("0123456789abcdef")) continue;
            var key = name[..dot];
            if (RecordingFormats.All.FirstOrDefault(f => Target(key, f.Name, Folder) == path) is not { } format) continue;
            try
            {
                entries.Add(new CacheEntry(key, format.Name, path, SizeOf(path), Directory.GetLastWriteTimeUtc(path)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Pruned by somebody else meanwhile.
            }
        }
        return [.. entries.OrderByDescending(e => e.LastUsed).ThenBy(e => e.Path, StringComparer.Ordinal)];
    }

    /// <summary>Takes out what was not used for long, then the longest unused until the rest fits. Also removes what killed workers left.</summary>
    /// <param name="olderThan">Age of the last use from which an entry goes; null: any age stays.</param>
    /// <param name="maxBytes">Size that may stay; null: any.</param>
    /// <returns>What went.</returns>
    public IReadOnlyList<CacheEntry> Prune(TimeSpan? olderThan = null, long? maxBytes = null)
    {
        var gone = new List<CacheEntry>();
        var entries = List();
        var now = DateTime.UtcNow;
        var kept = 0L;
        foreach (var entry in entries)
        {
            if (!(olderThan is { } age && now - entry.LastUsed > age) && !(maxBytes is { } most && kept + entry.Bytes > most))
            {
                kept += entry.Bytes;
                continue;
            }
            var staging = Path.Combine(Folder, Staging, "pruned", Guid.NewGuid().ToString("N")[..8]);
            Directory.CreateDirectory(staging);
            // First out of sight, so that nobody opens half of it.
            var hidden = Path.Combine(staging, Path.GetFileName(entry.Path));
            if (Directory.Exists(entry.Path)) Directory.Move(entry.Path, hidden);
            else File.Move(entry.Path, hidden);
            DeleteTree(staging);
            gone.Add(entry);
        }
        if (Directory.Exists(Path.Combine(Folder, Workers)))
        {
            using var presence = new Presence(Path.Combine(Folder, Workers), _timing);
            Clean(presence);
        }
        return gone;
    }

    private void Clean() => Clean(_presence!);

    // Workers on other machines are given their time; those on this one are known to be gone.
    private void Clean(Presence presence)
    {
        var staging = Path.Combine(Folder, Staging);
        if (Directory.Exists(staging))
            foreach (var left in Directory.EnumerateDirectories(staging).Where(d => Path.GetFileName(d) is not ("pruned" or "private") && !presence.IsAlive(Path.GetFileName(d))).ToArray())
                DeleteTree(left);
        presence.Clean();
    }

    private string Target(string key, string format) => Target(key, format, Folder);

    private static string Target(string key, string format, string folder)
    {
        var found = FormatOf(format);
        return Path.Combine(folder, key + (found.Extensions.Count > 0 ? found.Extensions[0] : $".{found.Name}"));
    }

    private static IRecordingFormat FormatOf(string name) => RecordingFormats.Find(name, name);

    private static bool Exists(string path) => Directory.Exists(path) || File.Exists(path);

    private static void Touch(string path)
    {
        try
        {
            Directory.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A cache that can only be read.
        }
    }

    private static long SizeOf(string path) => File.Exists(path) ? new FileInfo(path).Length : new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);

    internal static void DeleteTree(string path)
    {
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Left for the next cleaning; no name that is trusted is in it.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_presence is { } presence) DeleteTree(Path.Combine(Folder, Staging, presence.Id));
        _presence?.Dispose();
        if (_private is not null) DeleteTree(_private);
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Minisim.Studies;

/// <summary>A process at work in a shared folder: its name, and a file in which it counts while it lives.</summary>
/// <remarks>Whether another lives is asked of the system where that one is on the same machine, and seen from whether its file changes where it
/// is not. No clock is compared with another's, and no lock of the file system is needed: both fail on shared folders.</remarks>
internal sealed class Presence : IDisposable
{
    private static readonly string Machine = MachineTag();
    private static int _count;
    private readonly string _folder, _file;
    private readonly LeaseTiming _timing;
    private readonly Timer _timer;
    private readonly ConcurrentDictionary<string, (string Content, long Since)> _seen = new();
    private long _beats;
    private readonly Lock _writing = new();
    private volatile bool _isOver;

    /// <summary>Shows up in a folder, which is made.</summary>
    public Presence(string folder, LeaseTiming? timing = null)
    {
        (_folder, _timing) = (folder, timing ?? new());
        Id = $"{Machine}-{Environment.ProcessId}-{StartOf(Environment.ProcessId) ?? 0:x}-{Interlocked.Increment(ref _count)}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3))}";
        _file = Path.Combine(folder, Id);
        Directory.CreateDirectory(folder);
        File.WriteAllText(_file, Content());
        _timer = new Timer(_ => BeatOnce(), null, _timing.Beat, _timing.Beat);
    }

    /// <summary>Name of this worker, unlike any other's.</summary>
    public string Id { get; }

    /// <summary>Whether the holder of a claim may still be at work.</summary>
    public bool IsAlive(string id)
    {
        if (id == Id) return !_isOver;
        if (IsHere(id, out var runs)) return runs && File.Exists(Path.Combine(_folder, id));
        // Somewhere else: it lives while its file changes. What was never written, or is gone, is as good as unchanged.
        var content = Read(Path.Combine(_folder, id));
        var now = Stopwatch.GetTimestamp();
        var seen = _seen.AddOrUpdate(id, (content, now), (_, old) => old.Content == content ? old : (content, now));
        return Stopwatch.GetElapsedTime(seen.Since) < (id.Length == 0 ? _timing.Nameless : _timing.Patience);
    }

    /// <summary>Whether a worker is on this machine, and if so, whether its process runs.</summary>
    internal static bool IsHere(string id, out bool runs)
    {
        var parts = id.Split('-');
        runs = false;
        if (!(parts.Length == 4 && parts[0] == Machine && int.TryParse(parts[1], out var pid) && long.TryParse(parts[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start))) return false;
        runs = StartOf(pid) == start;
        return true;
    }

    /// <summary>All who show up, whether they live or not.</summary>
    public IEnumerable<string> Others() => Directory.Exists(_folder) ? Directory.EnumerateFiles(_folder).Select(f => Path.GetFileName(f)).Where(n => n != Id) : [];

    /// <summary>Takes away what workers left that are gone.</summary>
    public void Clean()
    {
        foreach (var other in Others().Where(o => !IsAlive(o)).ToArray()) TryDelete(Path.Combine(_folder, other));
    }

    private string Content() => string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref _beats),20}");

    private void BeatOnce()
    {
        try
        {
            lock (_writing)
                if (!_isOver) File.WriteAllText(_file, Content());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that is full or away for a moment; the others are patient.
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>Counts no more.</summary>
    public void Leave()
    {
        lock (_writing) _isOver = true;
        _timer.Dispose();
        TryDelete(_file);
    }

    public void Dispose() => Leave();

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is an old name that means nothing any more.
        }
    }

    // When a process began, in the system's own count: numbers of processes come again.
    private static long? StartOf(int pid)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                var text = File.ReadAllText($"/proc/{pid}/stat");
                var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
                return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
            }
            using var process = Process.GetProcessById(pid);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    // One machine since its last start, and one space of process numbers on it: containers have their own.
    private static string MachineTag()
    {
        var text = new StringBuilder(Environment.MachineName);
        if (OperatingSystem.IsLinux())
        {
            text.Append(Read("/proc/sys/kernel/random/boot_id"));
            try
            {
                text.Append(new FileInfo("/proc/self/ns/pid").LinkTarget);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A system without them has one space only.
            }
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..10];
    }
}

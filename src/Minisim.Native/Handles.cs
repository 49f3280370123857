using System.Collections.Concurrent;

namespace Minisim.Native;

/// <summary>A handle that names nothing: never given out, closed, or of another kind than the call needs.</summary>
internal sealed class BadHandleException(string message) : Exception(message);

/// <summary>Objects that callers hold by number. A number is never given out twice, so one that was closed, made up or passed to the wrong
/// call is told apart, and never followed. Closing while another thread still uses the object waits for nobody: the last user frees it.</summary>
internal static class Handles
{
    private static readonly ConcurrentDictionary<ulong, Entry> Live = new();
    private static long _next;

    /// <summary>How many handles are open.</summary>
    public static int Count => Live.Count;

    public static ulong Open(object value)
    {
        // Scattered over the range: a caller's small mistake (a count, an index, an old number + 1) is not another handle by chance.
        var handle = (ulong)Interlocked.Increment(ref _next) * 0x9E3779B97F4A7C15UL;
        Live[handle] = new Entry(value);
        return handle;
    }

    public static Use<T> Get<T>(ulong handle, string what) where T : class
    {
        if (handle == 0) throw new BadHandleException($"{what} is 0, which is no handle");
        if (!Live.TryGetValue(handle, out var entry) || !entry.TryEnter()) throw new BadHandleException($"{what} = {handle} is no open handle: it was closed, or never given out");
        if (entry.Value is T value) return new Use<T>(entry, value);
        var found = Kind(entry.Value);
        entry.Leave();
        throw new BadHandleException($"{what} = {handle} is a {found}, not a {Name(typeof(T))}");
    }

    public static void Close(ulong handle)
    {
        if (!Live.TryRemove(handle, out var entry)) throw new BadHandleException($"{handle} is no open handle: it was closed already, or never given out");
        entry.Leave();
    }

    private static string Kind(object value) => Name(value.GetType());

    private static string Name(Type type) => type.Name.EndsWith("Handle", StringComparison.Ordinal) ? type.Name[..^6].ToLowerInvariant() : type.Name.ToLowerInvariant();

    internal sealed class Entry(object value)
    {
        // The table itself is one user.
        private int _users = 1;

        public object Value => value;

        public bool TryEnter()
        {
            while (true)
            {
                var users = Volatile.Read(ref _users);
                if (users == 0) return false;
                if (Interlocked.CompareExchange(ref _users, users + 1, users) == users) return true;
            }
        }

        public void Leave()
        {
            if (Interlocked.Decrement(ref _users) == 0) (value as IDisposable)?.Dispose();
        }
    }

    /// <summary>An object in use by one call.</summary>
    internal readonly struct Use<T>(Entry entry, T value) : IDisposable where T : class
    {
        public T Value => value;
        public void Dispose() => entry.Leave();
    }
}

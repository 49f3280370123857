using System.Diagnostics;

namespace Minisim.Rendering;

/// <summary>What a run does when, for one listener at a time: blocks rendered and written, flushes, waits. Without one it costs a comparison.</summary>
/// <remarks>Not an ActivitySource: that starts the runtime's event tracing, which a trimmed command for Arm64 has not.</remarks>
internal static class RunEvents
{
    public const string Compile = "compile", Render = "render", Write = "write", Flush = "flush", Complete = "complete", WaitForRoom = "wait for room";

    /// <summary>Told what ended, and the time stamps of its start and end; from the thread that did it.</summary>
    public static Action<string, long, long>? Listener { get; set; }

    /// <summary>Begins something that ends when what is returned is disposed; null if nobody listens.</summary>
    public static IDisposable? Begin(string what) => Listener is { } listener ? new Span(what, Stopwatch.GetTimestamp(), listener) : null;

    private sealed class Span(string what, long from, Action<string, long, long> listener) : IDisposable
    {
        public void Dispose() => listener(what, from, Stopwatch.GetTimestamp());
    }
}

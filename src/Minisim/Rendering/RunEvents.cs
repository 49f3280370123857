using System.Diagnostics;

namespace Minisim.Rendering;

/// <summary>What a run does when, for whoever listens to the <see cref="ActivitySource"/> of its name: blocks rendered and written, flushes, waits. Nobody
/// listening, it costs a comparison.</summary>
internal static class RunEvents
{
    public const string SourceName = "Minisim";
    public const string Compile = "compile", Render = "render", Write = "write", Flush = "flush", Complete = "complete", WaitForRoom = "wait for room", WaitForFrames = "wait for frames";

    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>Begins something that ends when what is returned is disposed; null if nobody listens.</summary>
    public static Activity? Begin(string what) => Source.StartActivity(what);
}

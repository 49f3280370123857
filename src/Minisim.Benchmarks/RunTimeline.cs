using System.Collections.Concurrent;
using System.Diagnostics;
using Minisim.Rendering;

namespace Minisim.Benchmarks;

/// <summary>What one thread did for a while.</summary>
/// <param name="Thread">Which thread.</param>
/// <param name="What">compile, render, write, flush, complete, or what it waited for.</param>
/// <param name="From">Seconds from the start of the run.</param>
/// <param name="To">Seconds from the start of the run.</param>
public readonly record struct RunSpan(string Thread, string What, double From, double To)
{
    /// <summary>Whether it waited.</summary>
    public bool IsWait => What.StartsWith("wait", StringComparison.Ordinal);
}

/// <summary>What every thread of a run did when.</summary>
public sealed class RunTimeline
{
    private RunTimeline(IReadOnlyList<RunSpan> spans, double seconds) => (Spans, Seconds) = (spans, seconds);

    /// <summary>All spans, by their start. One may lie within another of its thread: a flush within a write.</summary>
    public IReadOnlyList<RunSpan> Spans { get; }
    /// <summary>Length of the run, s.</summary>
    public double Seconds { get; }

    /// <summary>Runs something and notes what its threads do.</summary>
    public static RunTimeline Of(Action run)
    {
        var spans = new ConcurrentBag<RunSpan>();
        var start = Stopwatch.GetTimestamp();
        RunEvents.Listener = (what, from, to) => spans.Add(new RunSpan(NameOf(Thread.CurrentThread), what, Stopwatch.GetElapsedTime(start, from).TotalSeconds, Stopwatch.GetElapsedTime(start, to).TotalSeconds));
        try
        {
            run();
        }
        finally
        {
            RunEvents.Listener = null;
        }
        // Another run of the process may end something meanwhile: what is listed lies within the time that is told.
        RunSpan[] done = [.. spans.OrderBy(s => s.From).ThenByDescending(s => s.To)];
        return new(done, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static string NameOf(Thread thread) => thread.Name is { } name && !thread.IsThreadPoolThread ? name : FormattableString.Invariant($"thread {thread.ManagedThreadId}");

    /// <summary>Seconds in which at least one thread did one of these.</summary>
    public double Covered(params string[] what)
    {
        double sum = 0, end = 0;
        foreach (var span in Spans.Where(s => what.Contains(s.What)))
        {
            sum += Math.Max(0, span.To - Math.Max(span.From, end));
            end = Math.Max(end, span.To);
        }
        return sum;
    }

    /// <summary>Seconds in which the processor had nothing to do: nothing was compiled or rendered, and threads at most wrote, flushed or waited.</summary>
    public double WithoutRendering => Seconds - Covered(RunEvents.Compile, RunEvents.Render);
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Minisim.Formats;

namespace Minisim.Studies;

/// <summary>How a study runs; nothing here changes its results.</summary>
public sealed record StudyRunOptions
{
    /// <summary>Units at work beside each other; 0: half the processors, at least one.</summary>
    public int Jobs { get; init; }
    /// <summary>Folder of the cache of recordings; null: the platform's.</summary>
    public string? CacheFolder { get; init; }
    /// <summary>Try units that failed before once more.</summary>
    public bool Retry { get; init; }
    /// <summary>Time that is left for this worker, e.g. of a cluster's job; null: no limit. Asked before each unit.</summary>
    public Func<TimeSpan?>? TimeLeft { get; init; }
    /// <summary>Told whenever a unit begins or ends, from several threads.</summary>
    public IProgress<StudyProgress>? Progress { get; init; }
    /// <summary>Told what could not be done as it should, e.g. that the cache cannot be written.</summary>
    public Action<string>? Notice { get; init; }
    /// <summary>Stops the run; programs are ended.</summary>
    public CancellationToken Cancellation { get; init; }

    internal LeaseTiming? Timing { get; init; }
}

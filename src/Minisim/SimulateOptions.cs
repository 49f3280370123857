using System.Diagnostics;
using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim;

/// <summary>How a simulation runs; nothing here changes a byte of its result except <see cref="Until"/>.</summary>
public sealed record SimulateOptions
{
    /// <summary>Stop after this step kind or stage name, e.g. <c>composite</c> or <c>cells_only</c>; null = the whole chain.</summary>
    public string? Until { get; init; }
    /// <summary>Threads; 0 = one per processor.</summary>
    public int Threads { get; init; }
    /// <summary>Told after every block of frames, from several threads.</summary>
    public IProgress<SimulationProgress>? Progress { get; init; }

    internal int ResolvedThreads => Threads > 0 ? Threads : Environment.ProcessorCount;
}

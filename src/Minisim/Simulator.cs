using Minisim.Steps;
using Minisim.Truth;

namespace Minisim;

/// <summary>Runs the forward chain: a spec in, a recording with its truth out.</summary>
public static class Simulator
{
    /// <summary>Simulates into memory.</summary>
    /// <param name="spec">The recipe.</param>
    /// <param name="options">Threads, progress, where to stop; null for the defaults.</param>
    /// <param name="cancellation">Stops the run.</param>
    /// <exception cref="SpecException">The spec breaks its rules.</exception>
    public static Recording Run(Spec spec, SimulateOptions? options = null, CancellationToken cancellation = default)
    {
        using var sink = new MemorySink();
        Run(spec, [sink], options, cancellation);
        return sink.Recording;
    }

    /// <summary>Simulates into sinks, all fed by one rendering, in memory that does not grow with the number of frames beyond
    /// the traces. Returns the ground truth.</summary>
    /// <param name="spec">The recipe.</param>
    /// <param name="sinks">Where the recording goes; the caller disposes them.</param>
    /// <param name="options">Threads, progress, where to stop; null for the defaults.</param>
    /// <param name="cancellation">Stops the run.</param>
    /// <exception cref="SpecException">The spec breaks its rules.</exception>
    public static GroundTruth Run(Spec spec, IReadOnlyList<IRecordingSink> sinks, SimulateOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new SimulateOptions();
        using var scene = Compile(spec, options, cancellation: cancellation);
        scene.RenderTo(sinks, options, cancellation);
        return scene.Truth;
    }

    /// <summary>Everything of a recording but its pixels: the truth, and frames on demand.</summary>
    /// <param name="spec">The recipe.</param>
    /// <param name="options">Threads and where to stop; null for the defaults.</param>
    /// <param name="previous">A scene compiled from a similar spec, not disposed yet: what the edits between the two leave as it was is taken over
    /// instead of being made again, with the same bytes. Both scenes may be used and disposed in any order afterwards.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="SpecException">The spec breaks its rules.</exception>
    public static CompiledScene Compile(Spec spec, SimulateOptions? options = null, CompiledScene? previous = null, CancellationToken cancellation = default)
    {
        options ??= new SimulateOptions();
        using var compiling = Rendering.RunEvents.Begin(Rendering.RunEvents.Compile);
        IReadOnlyList<Problem> warnings = [.. SpecValidator.Check(spec.Validated()).Where(p => p.IsWarning)];
        spec = spec.WithFilesKept();
        var last = LastStep(spec, options.Until);
        var steps = Compilation.Run(spec, last, options.ResolvedThreads, previous?.Steps, cancellation);
        return new CompiledScene(spec, steps, warnings, options.Until is null ? null : StepCatalog.Kinds[last].Kind, options.ResolvedThreads, previous, cancellation);
    }

    private static int LastStep(Spec spec, string? until)
    {
        if (until is null) return int.MaxValue;
        var present = spec.Steps.Select(StepCatalog.Of).ToList();
        var kind = StepCatalog.Find(until);
        if (kind is null || !present.Contains(kind))
            throw new SpecException([new Problem("until", $"\"{until}\"", kind is null ? "no step or stage has this name." : "the spec has no such step.",
                $"It has: {string.Join(", ", present.Select(k => k.Stage is null || k.Stage == k.Kind ? k.Kind : $"{k.Kind} ({k.Stage})"))}.")]);
        return StepCatalog.Kinds.ToList().IndexOf(kind);
    }
}

using System.Diagnostics;
using Minisim.Rendering;
using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim;

/// <summary>Runs the forward chain: a spec in, a recording with its truth out.</summary>
public static class Simulator
{
    /// <summary>Simulates into memory.</summary>
    /// <exception cref="SpecException">The spec breaks its rules.</exception>
    public static Recording Run(Spec spec, SimulateOptions? options = null)
    {
        using var sink = new MemorySink();
        Run(spec, [sink], options);
        return sink.Recording;
    }

    /// <summary>Simulates into sinks, all fed by one rendering, in memory that does not grow with the number of frames beyond
    /// the traces. Returns the ground truth.</summary>
    /// <exception cref="SpecException">The spec breaks its rules.</exception>
    public static GroundTruth Run(Spec spec, IReadOnlyList<IRecordingSink> sinks, SimulateOptions? options = null)
    {
        options ??= new SimulateOptions();
        var scene = Compile(spec, options);
        scene.RenderTo(sinks, options);
        return scene.Truth;
    }

    /// <summary>Everything of a recording but its pixels: the truth, and frames on demand.</summary>
    /// <exception cref="SpecException">The spec breaks its rules.</exception>
    public static CompiledScene Compile(Spec spec, SimulateOptions? options = null)
    {
        options ??= new SimulateOptions();
        IReadOnlyList<Problem> warnings = [.. SpecValidator.Check(spec.Validated()).Where(p => p.IsWarning)];
        var last = LastStep(spec, options.Until);
        var scene = new SceneBuilder(spec, options.ResolvedThreads, options.Cancellation);
        scene.Pixels = new PixelModel(scene.Grid, scene.Frames);
        var stages = new List<(string Name, PixelModel Pixels)>();
        var times = new List<(string Step, TimeSpan Time)>();
        foreach (var step in spec.Steps)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            if (StepCatalog.Order(step) > last) break;
            var clock = Stopwatch.StartNew();
            step.Compile(scene);
            times.Add((StepCatalog.Of(step).Kind, clock.Elapsed));
            if (StepCatalog.Of(step).Stage is { } stage) stages.Add((stage, scene.Pixels));
        }
        var assembly = Stopwatch.StartNew();
        var truth = TruthAssembly.Of(scene);
        times.Add(("truth", assembly.Elapsed));
        return new CompiledScene(spec, truth, scene.Pixels, stages, warnings, scene.Cells.Count)
        {
            CompileTimes = times,
            Until = options.Until is null ? null : StepCatalog.Kinds[last].Kind,
        };
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

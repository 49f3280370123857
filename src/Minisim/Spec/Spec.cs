using System.Text;
using Minisim.Steps;

namespace Minisim;

/// <summary>The recipe of a recording: instrument and tissue, seed, steps, output. Immutable; the same spec always gives
/// the same bytes.</summary>
/// <remarks>The order in which steps are listed does not matter: they are kept in canonical order, and two specs that
/// differ only in listing order are equal.</remarks>
public sealed record Spec
{
    private readonly ValueList<Step> _steps = [];

    /// <summary>Instrument, tissue and sampling.</summary>
    public Acquisition Acquisition { get; init; } = new();
    /// <summary>Seed of every random draw.</summary>
    [NonNegative] public long Seed { get; init; } = 42;
    /// <summary>The steps, in canonical order; each kind at most once.</summary>
    public ValueList<Step> Steps
    {
        get => _steps;
        init => _steps = new ValueList<Step>([.. value.OrderBy(StepCatalog.Order)]);
    }
    /// <summary>What is kept.</summary>
    public Output Output { get; init; } = new();

    /// <summary>The step of that type, or null.</summary>
    public T? Find<T>() where T : Step
    {
        foreach (var step in Steps)
            if (step is T found)
                return found;
        return null;
    }

    /// <summary>A copy in which <paramref name="step"/> is added, or replaces the step of its kind.</summary>
    public Spec With(Step step) => this with { Steps = new ValueList<Step>([.. Steps.Where(s => s.GetType() != step.GetType()), step]) };

    /// <summary>A copy without the step of that type.</summary>
    public Spec Without<T>() where T : Step => this with { Steps = new ValueList<Step>([.. Steps.Where(s => s is not T)]) };

    /// <summary>The spec itself, checked.</summary>
    /// <exception cref="SpecException">With every problem, if one of them is an error; warnings alone pass, see
    /// <see cref="SpecValidator.Check(Spec)"/>.</exception>
    public Spec Validated()
    {
        var problems = SpecValidator.Check(this);
        return problems.Any(p => !p.IsWarning) ? throw new SpecException(problems) : this;
    }

    /// <summary>The same spec with what its files hold in it, so that it can be simulated without them: what a recording keeps. The spec itself where it names no file.</summary>
    /// <exception cref="SpecException">A file cannot be used.</exception>
    public Spec WithFilesKept() => InputFiles.Kept(this);

    /// <summary>A stable hash (64 hex digits) of the canonical JSON, of the files that it names, the engine's model version and the place where the chain stops: equal keys
    /// mean equal recordings, to the byte.</summary>
    /// <param name="until">Step kind or stage name after which the chain stops; null for the whole chain.</param>
    public string CacheKey(string? until = null) => CacheKey(until, Engine.ModelVersion);

    /// <summary>The key that a model version gave.</summary>
    internal string CacheKey(string? until, int model) =>
        Hash($"{(until is null ? "" : (StepCatalog.Find(until)?.Kind ?? until) + "\n")}{SpecJson.Write(WithFilesKept(), indented: false)}", model);

    /// <summary>A stable hash (64 hex digits) of all that the movie and the truth after a step depend on, found from what the steps declare to
    /// read: specs with the same key have the same there, whatever else differs (later steps, what is kept of them, fields without an effect).</summary>
    /// <param name="kind">Step kind or stage name.</param>
    /// <exception cref="ArgumentException">The spec has no such step.</exception>
    public string StageKey(string kind)
    {
        var kept = WithFilesKept();
        if (!ReferenceEquals(kept, this)) return kept.StageKey(kind);
        var last = StepCatalog.Find(kind) is { } found ? Steps.FirstOrDefault(s => s.GetType() == found.Type) : null;
        if (last is null) throw new ArgumentException($"the spec has no step {kind}", nameof(kind));
        var needed = Compilation.Needed(this, StepCatalog.Order(last));
        var reads = needed.SelectMany(s => StepCatalog.Of(s).Reads).ToHashSet();
        // The chain's end is part of it: the truth knows only what the chain has reached.
        var text = new StringBuilder(StepCatalog.Of(last).Kind);
        // Canvas and FOV decide the shape of the movie, whoever reads them.
        foreach (var part in Compilation.PartsOf(this))
            if (reads.Contains(part.GetType()) || part is Scenes.Grid or Scenes.Timeline) text.Append('\n').Append(Describe(part));
        foreach (var step in needed.OrderBy(StepCatalog.Order)) text.Append('\n').Append(SpecWriter.Fragment(step));
        return Hash(text.ToString(), Engine.ModelVersion);
    }

    private static string Describe(object part)
    {
        static string N(double value) => SpecWriter.Number(value);
        return part switch
        {
            Seed seed => FormattableString.Invariant($"seed {seed.Value}"),
            Scenes.Grid grid => FormattableString.Invariant($"grid {grid.FovHeight} {grid.FovWidth} {grid.Margin} {N(grid.PixelSizeUm)}"),
            Scenes.Timeline time => FormattableString.Invariant($"time {time.Frames} {N(time.FramesPerSecond)}"),
            FocalSetting focus => focus.DepthUm is { } depth ? $"focus {N(depth)}" : "focus auto",
            ImagingPath path => SpecWriter.Fragment(path.Acquisition),
            CollectedShare share => $"collected {N(share.Value)}",
            ImageSensor sensor => SpecWriter.Fragment(sensor),
            _ => throw new NotSupportedException($"a key of {part.GetType().Name}"),
        };
    }

    private static string Hash(string text, int model) =>
        Convert.ToHexStringLower(Numerics.Sha256.Hash(Encoding.UTF8.GetBytes($"{Engine.Name}/{model}\n{text}")));
}

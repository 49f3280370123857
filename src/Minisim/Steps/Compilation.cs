using System.Diagnostics;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>The steps of a spec, compiled as a graph: a step runs when what it reads is there, beside those that do not depend on it, and not at
/// all if an earlier compilation had the same step with the same inputs.</summary>
internal sealed class Compilation
{
    private readonly Dictionary<StepKind, Node> _nodes;

    private Compilation(Grid grid, Timeline timeline, Dictionary<StepKind, Node> nodes, IReadOnlyList<StepKind> reached) =>
        (Grid, Timeline, _nodes, Reached) = (grid, timeline, nodes, reached);

    public Grid Grid { get; }
    public Timeline Timeline { get; }
    /// <summary>The steps of the chain as far as it goes, in canonical order.</summary>
    public IReadOnlyList<StepKind> Reached { get; }
    /// <summary>Time that each of them took, in order; 0 for what was taken over.</summary>
    public IReadOnlyList<(string Step, TimeSpan Time)> Times => [.. Reached.Select(k => (k.Kind, _nodes[k].Time))];
    /// <summary>Kinds that were compiled anew, and not taken over.</summary>
    public IReadOnlyList<StepKind> Compiled => [.. _nodes.Where(n => !n.Value.IsReused).Select(n => n.Key)];

    /// <summary>What a step gave.</summary>
    public StepOutput this[StepKind kind] => _nodes[kind].Output;

    /// <summary>The product of a type from any step, also from one beyond the end of a stopped chain; or null.</summary>
    public T? Find<T>() where T : class => _nodes.Values.Select(n => n.Output.Find<T>()).FirstOrDefault(p => p is not null);

    /// <summary>The parts of a spec that steps may read.</summary>
    public static IReadOnlyList<object> PartsOf(Spec spec)
    {
        var acquisition = spec.Acquisition;
        return
        [
            new Seed((ulong)spec.Seed), GridOf(spec), Timeline.Of(acquisition), ImagingPath.Of(acquisition), new CollectedShare(acquisition.Optics.CollectionEfficiency()), acquisition.ImageSensor, new FocalSetting(acquisition.FocalDepthInTissueUm),
        ];
    }

    /// <summary>Canvas and FOV of a spec.</summary>
    public static Grid GridOf(Spec spec) => Grid.Fov(spec.Acquisition) with { Margin = spec.Find<BrainMotion>()?.MarginPx(spec.Acquisition) ?? 0 };

    /// <summary>The steps that the chain up to <paramref name="last"/> needs, each after those that it reads from. Some may lie beyond the end of the
    /// chain: the excitation is known to bleaching wherever the chain stops.</summary>
    public static IReadOnlyList<Step> Needed(Spec spec, int last)
    {
        var ordered = new List<Step>();
        var seen = new HashSet<Step>(ReferenceEqualityComparer.Instance);
        void Visit(Step step)
        {
            if (!seen.Add(step)) return;
            foreach (var source in Sources(spec, step)) Visit(source);
            ordered.Add(step);
        }
        foreach (var step in spec.Steps)
            if (StepCatalog.Order(step) <= last) Visit(step);
        // The truth tells what can be detected.
        foreach (var step in spec.Steps)
            if (StepCatalog.Of(step).Gives.Contains(typeof(LightBudget))) Visit(step);
        return ordered;
    }

    /// <summary>The steps that a step reads from.</summary>
    public static IEnumerable<Step> Sources(Spec spec, Step step)
    {
        var reads = StepCatalog.Of(step).Reads;
        return spec.Steps.Where(s => !ReferenceEquals(s, step) && StepCatalog.Of(s).Gives.Any(reads.Contains));
    }

    /// <summary>Compiles.</summary>
    /// <param name="spec">A valid spec.</param>
    /// <param name="last">Place of the last step of the chain in the catalogue.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="previous">An earlier compilation to take equal outputs from, or null.</param>
    /// <param name="cancellation">Stops it.</param>
    public static Compilation Run(Spec spec, int last, int threads, Compilation? previous, CancellationToken cancellation)
    {
        var parts = PartsOf(spec);
        var parallelism = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        var needed = Needed(spec, last);
        var tasks = new Dictionary<StepKind, Task<Node>>();
        Node Compile(Step step, IEnumerable<Node> sources)
        {
            cancellation.ThrowIfCancellationRequested();
            var kind = StepCatalog.Of(step);
            var given = parts.Concat(sources.OrderBy(n => StepCatalog.Order(n.Step)).SelectMany(n => n.Output.Products));
            var inputs = given.Where(p => kind.Reads.Contains(p.GetType())).GroupBy(p => p.GetType()).ToDictionary(g => g.Key, g => g.ToArray());
            return Node.Of(step, kind, inputs, parallelism, previous?._nodes.GetValueOrDefault(kind));
        }
        foreach (var step in needed)
        {
            Task<Node>[] sources = [.. Sources(spec, step).Select(s => tasks[StepCatalog.Of(s)])];
            tasks[StepCatalog.Of(step)] = threads == 1 ? Task.FromResult(Compile(step, sources.Select(s => s.Result)))
                : Task.Run(async () => Compile(step, await Task.WhenAll(sources).ConfigureAwait(false)), CancellationToken.None);
        }
        Task.WhenAll(tasks.Values).GetAwaiter().GetResult();
        return new Compilation(parts.OfType<Grid>().Single(), parts.OfType<Timeline>().Single(), tasks.ToDictionary(t => t.Key, t => t.Value.Result),
            [.. spec.Steps.Where(s => StepCatalog.Order(s) <= last).Select(StepCatalog.Of)]);
    }

    // A step that ran, and everything that decides whether it has to run again.
    private sealed record Node(Step Step, IReadOnlyDictionary<Type, object[]> Inputs, StepOutput Output, IReadOnlyDictionary<object, object> Kept, TimeSpan Time, bool IsReused)
    {
        public static Node Of(Step step, StepKind kind, IReadOnlyDictionary<Type, object[]> inputs, ParallelOptions parallelism, Node? previous)
        {
            if (previous is not null && step.Equals(previous.Step) && AreSame(inputs, previous.Inputs)) return previous with { Time = default, IsReused = true };
            var clock = Stopwatch.StartNew();
            var view = new StepInputs(kind, inputs, parallelism, previous?.Kept);
            var output = step.Compile(view);
            foreach (var product in output.Products)
                if (!kind.Gives.Contains(product.GetType()))
                    throw new InvalidOperationException($"{kind.Kind} gives {product.GetType().Name}, which its catalogue line does not declare");
            return new Node(step, inputs, output.Settled(previous?.Output), view.Kept, clock.Elapsed, false);
        }

        // Parts of the spec and small products compare by value, the others are the same or not.
        private static bool AreSame(IReadOnlyDictionary<Type, object[]> a, IReadOnlyDictionary<Type, object[]> b) =>
            a.Count == b.Count && a.All(input => b.TryGetValue(input.Key, out var other) && input.Value.AsSpan().SequenceEqual(other));
    }
}

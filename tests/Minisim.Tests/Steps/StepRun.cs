using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Tests.Steps;

/// <summary>One step compiled alone: the parts of its spec and whatever products a test gives it.</summary>
internal sealed class StepRun(Spec spec, Step step, int threads, params object[] given)
{
    private double[][]? _c;
    private ushort[][]? _s;

    public Spec Spec => spec;
    public Grid Grid { get; } = Compilation.GridOf(spec);
    public int Frames { get; } = Timeline.Of(spec.Acquisition).Frames;
    public StepOutput Output { get; } = step.Compile(new StepInputs(StepCatalog.Of(step),
        Compilation.PartsOf(spec).Concat(given).Concat(given.OfType<PlacedCells>().Select(c => c.Roster)).GroupBy(p => p.GetType()).ToDictionary(g => g.Key, g => g.ToArray()),
        new ParallelOptions { MaxDegreeOfParallelism = threads }));

    public IReadOnlyList<Minisim.Scenes.Cell> Cells => Output.Find<PlacedCells>()!.Cells;
    public double[][] C => _c ??= [.. Enumerable.Range(0, Traces.Count).Select(Traces.Row)];
    public ushort[][] S => _s ??= [.. Enumerable.Range(0, Traces.Count).Select(Spikes)];
    public ITraces Traces => Output.Find<Activity>()!.C;
    public double[] Amplitude => Output.Find<Activity>()!.Amplitude;
    public IReadOnlyList<TruthArray> Arrays => Output.Truth;
    public TruthArray Array(string name) => Output.Truth.Single(a => a.Name == name);

    private ushort[] Spikes(int cell)
    {
        var counts = new ushort[Frames];
        ((CellTraces)Traces).FillSpikes(cell, 0, counts);
        return counts;
    }
}

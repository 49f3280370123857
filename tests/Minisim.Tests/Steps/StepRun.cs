using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Tests.Steps;

/// <summary>One step compiled alone: the parts of its spec and whatever products a test gives it.</summary>
internal sealed class StepRun(Spec spec, Step step, int threads, params object[] given)
{
    public Spec Spec => spec;
    public Grid Grid { get; } = Compilation.GridOf(spec);
    public int Frames { get; } = Timeline.Of(spec.Acquisition).Frames;
    public StepOutput Output { get; } = step.Compile(new StepInputs(StepCatalog.Of(step),
        Compilation.PartsOf(spec).Concat(given).Concat(given.OfType<PlacedCells>().Select(c => c.Roster)).GroupBy(p => p.GetType()).ToDictionary(g => g.Key, g => g.ToArray()),
        new ParallelOptions { MaxDegreeOfParallelism = threads }));

    public IReadOnlyList<Minisim.Scenes.Cell> Cells => Output.Find<PlacedCells>()!.Cells;
    public double[][] C => Output.Find<Activity>()!.C;
    public ushort[][] S => Output.Find<Activity>()!.S;
    public double[] Amplitude => Output.Find<Activity>()!.Amplitude;
    public IReadOnlyList<TruthArray> Arrays => Output.Truth;
    public TruthArray Array(string name) => Output.Truth.Single(a => a.Name == name);
}

using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>What the cells do: clean traces and brightness.</summary>
/// <param name="c">Clean trace (cell, frame).</param>
/// <param name="extremes">Lowest and highest value of every trace.</param>
/// <param name="amplitude">Brightness of each cell.</param>
/// <param name="meanRest">Expected light of a cell at rest, those without indicator included: b·f0·expressing_fraction.</param>
internal sealed class Activity(ITraces c, (double Min, double Max)[] extremes, double[] amplitude, double meanRest = 1)
{
    /// <summary>Name of the truth array with the traces of cells that are background only.</summary>
    public const string OfBackground = "background_cells_c";

    /// <summary>The activity of traces in memory.</summary>
    /// <param name="c">Clean trace (cell, frame).</param>
    /// <param name="amplitude">Brightness of each cell.</param>
    public Activity(double[][] c, double[] amplitude) : this(new KeptTraces(c), Array.ConvertAll(c, row => Scenes.Extremes.Of(row)), amplitude) { }

    public ITraces C => c;
    public double[] Amplitude => amplitude;
    public double MeanRest => meanRest;
    /// <summary>Lowest and highest value of every trace.</summary>
    public (double Min, double Max)[] Extremes => extremes;
}

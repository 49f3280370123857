using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>What the cells do: clean traces, spikes and brightness.</summary>
/// <param name="c">Clean trace (cell, frame).</param>
/// <param name="s">Spikes (cell, frame).</param>
/// <param name="amplitude">Brightness of each cell.</param>
/// <param name="meanRest">Expected light of a cell at rest, those without indicator included: b·f0·expressing_fraction.</param>
internal sealed class Activity(double[][] c, ushort[][] s, double[] amplitude, double meanRest = 1)
{
    /// <summary>Name of the truth array with the traces of cells that are background only.</summary>
    public const string OfBackground = "background_cells_c";

    private readonly Lazy<(double Min, double Max)[]> _extremes = new(() =>
    {
        var extremes = new (double, double)[c.Length];
        Parallel.For(0, extremes.Length, i => extremes[i] = Scenes.Extremes.Of(c[i]));
        return extremes;
    });

    public double[][] C => c;
    public ushort[][] S => s;
    public double[] Amplitude => amplitude;
    public double MeanRest => meanRest;
    /// <summary>Lowest and highest value of every trace.</summary>
    public (double Min, double Max)[] Extremes => _extremes.Value;
}

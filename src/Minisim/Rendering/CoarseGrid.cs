using Minisim.Scenes;

namespace Minisim.Rendering;

/// <summary>Every <paramref name="Step"/>-th pixel of the canvas in both directions, counted from the optical axis, with so many nodes
/// beyond the canvas that the interpolation finds all it needs, also that of the nodes of a grid twice as fine.</summary>
/// <param name="Canvas">The canvas.</param>
/// <param name="Step">Pixels from a node to the next.</param>
internal sealed record CoarseGrid(Grid Canvas, int Step)
{
    /// <summary>Nodes that the interpolation of one pixel needs, along one axis.</summary>
    public const int Taps = 6;
    // Reach of the interpolation of a pixel, and what lies beyond it for the outermost nodes of the next finer grid, which has these, too:
    // 2 + 4/2 = 4 below and 3 + 6/2 = 6 above.
    private const int Before = 2, After = 3, RimBefore = 4, RimAfter = 6;

    /// <summary>Rows of nodes.</summary>
    public int Rows { get; } = Count(Canvas.Margin + Canvas.FovHeight / 2, Canvas.Height, Step);
    /// <summary>Columns of nodes.</summary>
    public int Columns { get; } = Count(Canvas.Margin + Canvas.FovWidth / 2, Canvas.Width, Step);

    /// <summary>Canvas row of the first row of nodes; negative.</summary>
    public int FirstRow { get; } = First(Canvas.Margin + Canvas.FovHeight / 2, Step);
    /// <summary>Canvas column of the first column of nodes; negative.</summary>
    public int FirstColumn { get; } = First(Canvas.Margin + Canvas.FovWidth / 2, Step);

    /// <summary>The nodes in a canvas patch, and those around it whose pixels it reaches by interpolation.</summary>
    public Patch Around(Patch pixels)
    {
        var (top, height) = Span(pixels.Row - FirstRow, pixels.Height, Rows);
        var (left, width) = Span(pixels.Col - FirstColumn, pixels.Width, Columns);
        return new Patch(top, left, height, width);
    }

    /// <summary>The nodes in a patch that may reach beyond the canvas.</summary>
    public Patch Within(Patch pixels)
    {
        var (top, height) = Inside(pixels.Row - FirstRow, pixels.Height, Rows);
        var (left, width) = Inside(pixels.Col - FirstColumn, pixels.Width, Columns);
        return new Patch(top, left, height, width);
    }

    /// <summary>Six-point Lagrange weights (phase, node) of the pixels between two nodes.</summary>
    /// <remarks>For a Gaussian of σ ≥ 6 steps the error is at most 5/1024·15·(step/σ)⁶ = 1.6e-6 of its peak.</remarks>
    public static float[] Weights(int step)
    {
        var weights = new float[step * Taps];
        for (var phase = 0; phase < step; phase++)
            for (var i = 0; i < Taps; i++)
            {
                double t = (double)phase / step, weight = 1;
                for (var j = 0; j < Taps; j++)
                    if (j != i) weight *= (t - (j - Before)) / (i - j);
                weights[phase * Taps + i] = (float)weight;
            }
        return weights;
    }

    private (int First, int Count) Span(int first, int length, int nodes)
    {
        int from = Math.Max(0, FloorDiv(first + Step - 1, Step) - After), to = Math.Min(nodes, FloorDiv(first + length - 1, Step) + Before + 2);
        return (from, Math.Max(0, to - from));
    }

    private (int First, int Count) Inside(int first, int length, int nodes)
    {
        int from = Math.Max(0, FloorDiv(first + Step - 1, Step)), to = Math.Min(nodes, FloorDiv(first + length - 1, Step) + 1);
        return (from, Math.Max(0, to - from));
    }

    private static int First(int origin, int step) => origin + (FloorDiv(-origin, step) - RimBefore) * step;

    private static int Count(int origin, int pixels, int step) => FloorDiv(pixels - 1 - origin, step) + RimAfter + 1 - (FloorDiv(-origin, step) - RimBefore);

    private static int FloorDiv(int a, int b) => (int)Math.Floor((double)a / b);
}

using Minisim.Numerics;

namespace Minisim.Scenes;

/// <summary>A source that is nothing but a blur.</summary>
/// <param name="Row">Centre, FOV row.</param>
/// <param name="Col">Centre, FOV column.</param>
/// <param name="SigmaPx">Gaussian σ, px.</param>
/// <param name="Light">Light of all its pixels together.</param>
/// <param name="CentreUm">Centre, µm.</param>
internal readonly record struct Blur(double Row, double Col, double SigmaPx, double Light, Lateral CentreUm);

/// <summary>Cells far out of focus as Gaussians, each on a grid as coarse as its blur allows.</summary>
internal sealed class BackgroundShapes(Blur[] blurs, Grid grid) : IFootprints, IEquatable<BackgroundShapes>
{
    /// <summary>Pixels from node to node on the finest of the grids.</summary>
    /// <remarks>Decided by the sources whose centre is in the field of view: what lies in the margin decides nothing.</remarks>
    public int FinestStep { get; } = blurs.Where(b => grid.InFov(b.CentreUm.Y, b.CentreUm.X)).Select(b => StepFor(b.SigmaPx)).Where(s => s > 1).DefaultIfEmpty(CoarsestStep).Min();

    /// <summary>Pixels from node to node on the coarsest of the grids.</summary>
    public const int CoarsestStep = 16;

    /// <summary>Pixels from node to node that a source is sampled at: at most two thirds of its blur. Six-point interpolation then errs by less than
    /// 0.7 % of a peak, and keeps all light. Sources sharper than 6 pixels take every pixel.</summary>
    public int Step(int source) => StepFor(blurs[source].SigmaPx) is var step and > 1 ? Math.Max(step, FinestStep) : 1;

    private static int StepFor(double sigmaPx) => sigmaPx switch { >= 24 => CoarsestStep, >= 12 => 8, >= 6 => 4, _ => 1 };

    public IReadOnlyList<Blur> Blurs => blurs;
    public int Count => blurs.Length;
    public double SigmaPx(int source) => blurs[source].SigmaPx;
    public Lateral CentreUm(int source) => blurs[source].CentreUm;

    public Patch Bounds(int source)
    {
        var reach = Reach(source);
        int top = Math.Max(0, reach.Row), left = Math.Max(0, reach.Col), bottom = Math.Min(grid.Height, reach.Row + reach.Height), right = Math.Min(grid.Width, reach.Col + reach.Width);
        return bottom <= top || right <= left ? default : new Patch(top, left, bottom - top, right - left);
    }

    /// <summary>The pixels that a source lights, also beyond the canvas.</summary>
    public Patch Reach(int source)
    {
        var blur = blurs[source];
        int radius = FootprintOptics.GaussianRadius(blur.SigmaPx), side = 2 * radius + 1;
        return new Patch((int)Math.Round(blur.Row + grid.Margin) - radius, (int)Math.Round(blur.Col + grid.Margin) - radius, side, side);
    }

    public void Fill(int source, Span<float> values) => Sample(source, Bounds(source), 1, values);

    public void Sample(int source, Patch nodes, int step, Span<float> values)
    {
        var blur = blurs[source];
        var across = new double[nodes.Width];
        Line(blur.Col + grid.Margin, blur.SigmaPx, nodes.Col, step, across);
        var down = new double[nodes.Height];
        Line(blur.Row + grid.Margin, blur.SigmaPx, nodes.Row, step, down);
        for (var r = 0; r < nodes.Height; r++)
            for (var c = 0; c < nodes.Width; c++)
                values[r * nodes.Width + c] = (float)(blur.Light * down[r] * across[c]);
    }

    /// <summary>Light of a source at a place of the canvas (row, column).</summary>
    public double At(int source, int row, int col)
    {
        Span<double> one = stackalloc double[1];
        Line(blurs[source].Row + grid.Margin, blurs[source].SigmaPx, row, 1, one);
        var down = one[0];
        Line(blurs[source].Col + grid.Margin, blurs[source].SigmaPx, col, 1, one);
        return blurs[source].Light * down * one[0];
    }

    // The Gaussian along one axis: its sum over all pixels is 1, however sharp it is.
    private static void Line(double centre, double sigmaPx, int first, int step, Span<double> values)
    {
        int radius = FootprintOptics.GaussianRadius(sigmaPx), middle = (int)Math.Round(centre);
        double scale = 1 / (Math.Sqrt(2 * Math.PI) * sigmaPx);
        if (sigmaPx < 1)
        {
            double sum = 0;
            for (var i = middle - radius; i <= middle + radius; i++) sum += Gauss(i);
            scale = 1 / sum;
        }
        for (var k = 0; k < values.Length; k++)
        {
            var at = first + k * step;
            values[k] = Math.Abs(at - middle) <= radius ? scale * Gauss(at) : 0;
        }

        double Gauss(int at) => radius == 0 ? 1 : PortableMath.Exp(-0.5 * ((at - centre) / sigmaPx) * ((at - centre) / sigmaPx));
    }

    public bool Equals(BackgroundShapes? other) => other is not null && other.Grid == grid && blurs.AsSpan().SequenceEqual(other.Blurs.ToArray());
    private Grid Grid => grid;
    public override bool Equals(object? obj) => Equals(obj as BackgroundShapes);
    public override int GetHashCode() => HashCode.Combine(blurs.Length, grid);
}

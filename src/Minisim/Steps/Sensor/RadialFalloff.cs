using Minisim.Numerics;

namespace Minisim.Steps;

/// <summary>A field that falls from a bright centre: <c>1 − (1 − falloff)·(ρ/ρ_max)^exponent</c>, ρ the distance to the
/// centre, ρ_max that of the farthest corner pixel.</summary>
public static class RadialFalloff
{
    /// <summary>The field (height, width), row-major; all ones when the grid is the centre pixel alone.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="centerRow">Row of the bright centre, sub-pixel; may lie outside.</param>
    /// <param name="centerCol">Column of the bright centre, sub-pixel; may lie outside.</param>
    /// <param name="falloff">Value at the farthest corner pixel, [0, 1].</param>
    /// <param name="exponent">Exponent of the fall, &gt; 0.</param>
    /// <param name="parallelism">Threads; null for one.</param>
    public static double[] Field(int height, int width, double centerRow, double centerCol, double falloff, double exponent, ParallelOptions? parallelism = null)
    {
        var field = new double[height * width];
        var rowReach = Math.Max(Math.Abs(centerRow), Math.Abs(height - 1 - centerRow));
        var colReach = Math.Max(Math.Abs(centerCol), Math.Abs(width - 1 - centerCol));
        var farthest = Math.Sqrt(rowReach * rowReach + colReach * colReach);
        Parallel.For(0, height, parallelism ?? new ParallelOptions { MaxDegreeOfParallelism = 1 }, r =>
        {
            for (var c = 0; c < width; c++)
            {
                double dy = r - centerRow, dx = c - centerCol;
                var rho = farthest == 0 ? 0 : Math.Sqrt(dy * dy + dx * dx) / farthest;
                field[r * width + c] = 1 - (1 - falloff) * PortableMath.Pow(rho, exponent);
            }
        });
        return field;
    }
}

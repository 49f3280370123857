namespace Minisim.Steps;

/// <summary>Share of the indicator that is not bleached (cell, frame).</summary>
internal sealed class Unbleached(double[][] share)
{
    public double[][] Share => share;
}

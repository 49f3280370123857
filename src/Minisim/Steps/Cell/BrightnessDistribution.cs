using Minisim.Numerics;
using Minisim.Random;

namespace Minisim.Steps;

/// <summary>Law of the brightness of cells.</summary>
public enum BrightnessDistribution
{
    /// <summary>Lognormal, as in the reference.</summary>
    Lognormal,
    /// <summary>Gamma: more dim cells, no very bright ones.</summary>
    Gamma,
}

/// <summary>Gamma law of mean k and variance k, from draws at fixed places (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000).</summary>
internal static class GammaLaw
{
    /// <summary>A value.</summary>
    /// <param name="shape">k &gt; 0.</param>
    /// <param name="draws">The cell's draws.</param>
    /// <param name="first">First index; two a try from there on.</param>
    public static double Draw(double shape, Draws draws, uint first)
    {
        // Below 1: the law of k + 1, times u^(1/k).
        var boost = shape < 1 ? PortableMath.Pow(1 - draws.Uniform(first++), 1 / shape) : 1;
        var d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
        var c = 1 / (3 * Math.Sqrt(d));
        for (var index = first; ; index += 2)
        {
            var x = draws.Normal(index);
            var v = 1 + c * x;
            v = v * v * v;
            if (v <= 0) continue;
            var u = 1 - draws.Uniform(index + 1);
            if (PortableMath.Log(u) < 0.5 * x * x + d - d * v + d * PortableMath.Log(v)) return boost * d * v;
        }
    }
}

/// <summary>A cell whose nucleus is filled with indicator: brighter, with weak and slow responses (Tian 2009: such cells decay more slowly; the numbers are choices).</summary>
internal static class FilledNucleus
{
    /// <summary>Brightness, times that of another cell.</summary>
    public const double Brightness = 2;
    /// <summary>ΔF/F, times that of another cell.</summary>
    public const double Response = 0.3;
    /// <summary>Decay time, times that of another cell.</summary>
    public const double Decay = 2;
}

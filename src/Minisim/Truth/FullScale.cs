using Minisim.Numerics;

namespace Minisim.Truth;

/// <summary>A sensor's largest count: what is left of a normal variable <c>x ~ N(μ, σ²)</c> after <c>min(x, X)</c>.</summary>
/// <remarks>With <c>z = (X − μ)/σ</c>, φ and Φ the normal density and distribution, the part below full scale <c>v = max(X − x, 0)</c> has
/// <c>E v = σ·(z·Φ(z) + φ(z))</c> and <c>E v² = σ²·((z² + 1)·Φ(z) + z·φ(z))</c>. At μ = X half of the slope and <c>½ − 1/2π</c> = 0.34 of the
/// variance are left.</remarks>
public static class FullScale
{
    // Beyond this many σ the clipped part is below 1e-9 of σ, and above it no more than that is left.
    private const double Far = 6;

    /// <summary>Mean of <c>min(x, X)</c>.</summary>
    public static double Mean(double mean, double sigma, double fullScale)
    {
        if (mean + Far * sigma <= fullScale) return mean;
        if (mean - Far * sigma >= fullScale) return fullScale;
        var z = (fullScale - mean) / sigma;
        return fullScale - sigma * (z * Normal(z) + Density(z));
    }

    /// <summary>Variance of <c>min(x, X)</c>; 0 far above full scale.</summary>
    public static double Variance(double mean, double sigma, double fullScale)
    {
        if (mean + Far * sigma <= fullScale) return sigma * sigma;
        if (mean - Far * sigma >= fullScale) return 0;
        double z = (fullScale - mean) / sigma, below = Normal(z), density = Density(z);
        var first = z * below + density;
        return sigma * sigma * Math.Max((z * z + 1) * below + z * density - first * first, 0);
    }

    /// <summary>How much a small change of μ still changes the mean of <c>min(x, X)</c>: the share of values below full scale, <c>Φ(z)</c>.</summary>
    public static double Slope(double mean, double sigma, double fullScale) =>
        mean + Far * sigma <= fullScale ? 1 : mean - Far * sigma >= fullScale ? 0 : Normal((fullScale - mean) / sigma);

    private static double Density(double z) => 0.3989422804014327 * PortableMath.Exp(-0.5 * z * z);

    /// <summary>The normal distribution Φ(z) to 1e-14, relative in its lower tail.</summary>
    /// <remarks>Near 0 the series <c>½ + φ(z)·Σ z^(2k+1)/(1·3·…·(2k+1))</c>, in the tail the continued fraction of Mills' ratio.</remarks>
    public static double Normal(double z)
    {
        if (z < -3) return Density(z) * Mills(-z);
        if (z > 3) return 1 - Density(z) * Mills(z);
        double term = z, sum = z;
        for (var k = 1; Math.Abs(term) > 1e-17 && k < 100; k++) sum += term *= z * z / (2 * k + 1);
        return 0.5 + Density(z) * sum;
    }

    private static double Mills(double z)
    {
        var fraction = 0.0;
        for (var k = 60; k > 0; k--) fraction = k / (z + fraction);
        return 1 / (z + fraction);
    }
}

using System.Collections;
using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>Draws for the bootstrap: SplitMix64, the same on every machine.</summary>
internal struct SmallRandom(ulong seed)
{
    private ulong _state = seed * 0x9E3779B97F4A7C15;

    private ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    public int Below(int n) => (int)(Uniform() * n);

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    /// <summary>Exact for few trials; beyond 60 with both outcomes expected often, by its normal limit.</summary>
    public int Binomial(int n, double p)
    {
        if (n <= 0 || p <= 0) return 0;
        if (p >= 1) return n;
        var variance = n * p * (1 - p);
        if (n > 60 && variance > 9) return (int)Math.Clamp(Math.Round(n * p + Math.Sqrt(variance) * Normal()), 0, n);
        var k = 0;
        for (var i = 0; i < n; i++) k += Uniform() < p ? 1 : 0;
        return k;
    }

    public int Poisson(double mean)
    {
        if (mean <= 0) return 0;
        if (mean > 30) return (int)Math.Max(0, Math.Round(mean + Math.Sqrt(mean) * Normal()));
        var limit = Math.Exp(-mean);
        var k = 0;
        for (var product = Uniform(); product > limit; product *= Uniform()) k++;
        return k;
    }
}

using Minisim.Numerics;

namespace Minisim.Random;

/// <summary>The draws of one entity (a cell, a vessel root, …) in one stream of one seed. A draw is a
/// function of its index alone; nothing is consumed or advanced.</summary>
/// <param name="seed">The recording's seed.</param>
/// <param name="stream">Family of draws.</param>
/// <param name="entity">Which cell, root, row, … within the stream.</param>
/// <param name="sub">Second coordinate, e.g. the population of the cell.</param>
internal readonly struct Draws(ulong seed, RandomStream stream, uint entity = 0, uint sub = 0)
{
    private readonly uint _k0 = (uint)seed, _k1 = (uint)(seed >> 32), _stream = stream.Number, _entity = entity, _sub = sub;

    /// <summary>The four words behind draw <paramref name="index"/>.</summary>
    public (uint W0, uint W1, uint W2, uint W3) Block(uint index) => Philox.Block(index, _entity, _sub, _stream, _k0, _k1);

    /// <summary>Uniform in [0, 1) with 53 bits.</summary>
    public double Uniform(uint index)
    {
        var (w0, w1, _, _) = Block(index);
        return (((ulong)w0 << 21) ^ (w1 >> 11)) * (1.0 / (1ul << 53));
    }

    /// <summary>Uniform in [<paramref name="min"/>, <paramref name="max"/>).</summary>
    public double Uniform(uint index, double min, double max) => min + (max - min) * Uniform(index);

    /// <summary>Standard normal, by Box and Muller from 53-bit uniforms.</summary>
    public double Normal(uint index)
    {
        var (w0, w1, w2, w3) = Block(index);
        // 1 − u is in (0, 1], so the logarithm is finite.
        var u = 1 - (((ulong)w0 << 21) ^ (w1 >> 11)) * (1.0 / (1ul << 53));
        var v = (((ulong)w2 << 21) ^ (w3 >> 11)) * (1.0 / (1ul << 53));
        return Math.Sqrt(-2 * PortableMath.Log(u)) * PortableMath.Cos(2 * Math.PI * v);
    }

    /// <summary>Poisson count by inversion of one uniform; <paramref name="mean"/> ≤ 50.</summary>
    public int Poisson(uint index, double mean)
    {
        var u = Uniform(index);
        var p = PortableMath.Exp(-mean);
        var cumulative = p;
        var k = 0;
        while (u >= cumulative && k < 1000)
        {
            k++;
            p *= mean / k;
            cumulative += p;
        }
        return k;
    }
}

using Minisim.Numerics;

namespace Minisim.Random;

/// <summary>Names of the independent families of draws. Adding one at the end changes no other; a
/// number once used is never given a new meaning, because recordings depend on it.</summary>
public enum RandomStream : uint
{
    /// <summary>Cell centres: entity = population, sub = 0 in the FOV and 1 in the margin, index = 3·try + axis.</summary>
    Placement = 1,
    /// <summary>Outline noise of a soma: entity = cell, sub = population.</summary>
    SomaShape = 2,
    /// <summary>Dendrites of a cell: entity = cell, sub = population.</summary>
    Dendrites = 3,
    /// <summary>Active/quiescent gate: entity = cell, sub = population, index = dwell, odd after and even before the first
    /// frame.</summary>
    Gate = 4,
    /// <summary>Spikes on the fine grid: entity = cell, sub = population; one word a frame for their number, then their places.</summary>
    Spikes = 5,
    /// <summary>Brightness of a cell: entity = cell, sub = population.</summary>
    Amplitude = 6,
    /// <summary>Noise on the truth trace: entity = cell, sub = population, index = frame.</summary>
    TraceNoise = 7,
    /// <summary>White noise behind the neuropil fields: entity = row, sub = component.</summary>
    NeuropilField = 8,
    /// <summary>Neuropil envelopes: entity = component, index = frame.</summary>
    NeuropilEnvelope = 9,
    /// <summary>Vessel trees: entity = root, sub = layer.</summary>
    Vessels = 10,
    /// <summary>Frequency wander of locomotion: index = fine step.</summary>
    Locomotion = 11,
    /// <summary>Postural drive: entity = axis, index = fine step.</summary>
    Posture = 12,
    /// <summary>Random-walk motion: entity = axis, index = frame.</summary>
    Walk = 13,
    /// <summary>Sensor noise: one block of four words for the pixels of one column group.</summary>
    Sensor = 14,
    /// <summary>Second words of the sensor, used only at low light.</summary>
    SensorLowLight = 15,
    /// <summary>Resampling of cells for confidence intervals of a score: entity = resample, index = item. Never reaches a
    /// recording.</summary>
    Bootstrap = 64,
}

/// <summary>The draws of one entity (a cell, a vessel root, …) in one stream of one seed. A draw is a
/// function of its index alone; nothing is consumed or advanced.</summary>
/// <param name="seed">The recording's seed.</param>
/// <param name="stream">Family of draws.</param>
/// <param name="entity">Which cell, root, row, … within the stream.</param>
/// <param name="sub">Second coordinate, e.g. the population of the cell.</param>
public readonly struct Draws(ulong seed, RandomStream stream, uint entity = 0, uint sub = 0)
{
    private readonly uint _k0 = (uint)seed, _k1 = (uint)(seed >> 32), _stream = (uint)stream, _entity = entity, _sub = sub;

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

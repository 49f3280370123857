using System.Runtime.CompilerServices;
using Minisim.Random;
using Minisim.Rendering.Simd;

namespace Minisim.Rendering;

/// <summary>Expected electrons to counts, for one row: shot noise, read noise, gain, quantisation, clipping.</summary>
/// <remarks>
/// <para>Pixels are taken in groups of 64 columns, aligned to the optical axis. Philox block <c>16·g + l</c> of the row serves the
/// four pixels <c>64·g + 16·m + l</c>, m = 0…3, word by word: words 0 and 1 make the normals of m = 0 and 1, words 2 and 3 those
/// of m = 2 and 3. No shuffle is needed at any width, and a crop of the FOV keeps every draw.</para>
/// <para>From <see cref="PoissonBelow"/> electrons on, shot noise is a normal z bent by the Cornish–Fisher expansion to third order,
/// <c>e = λ + z·(s + lin + z·(b + d·z)) − b</c>: mean, variance, third and fourth cumulant are those of Poisson plus
/// Gaussian. Below it, the Poisson count is drawn by inversion, and z is the read noise.</para>
/// <para>With read noise under <see cref="FineReadNoise"/> electrons single electrons would show as steps; there the bent normal has
/// the variance of the shot noise alone (less the 1/12 that rounding adds), is rounded, and read noise is added to it.</para>
/// </remarks>
internal static class SensorKernel
{
    /// <summary>Expected electrons below which shot noise is drawn from the Poisson distribution itself.</summary>
    public const float PoissonBelow = 16;
    /// <summary>Read noise (e⁻) that blurs the steps of single electrons: their ripple is 2·exp(−2π²·r²) = 5e-4 there.</summary>
    public const double FineReadNoise = 0.65;
    /// <summary>Columns of a group.</summary>
    public const int Group = 64;
    private const int MaxCountPoisson = 80;

    /// <summary>Constants of the sensor, ready for the kernel.</summary>
    internal unsafe struct Constants
    {
        public fixed uint Keys[20];
        public fixed float Reciprocals[MaxCountPoisson + 1];
        public float ReadNoise, ReadVariance, Gain, MaxCount;
        public bool FineRead;

        public static Constants Of(SensorModel sensor)
        {
            var c = new Constants
            {
                ReadNoise = (float)sensor.ReadNoiseE,
                FineRead = sensor.ReadNoiseE < FineReadNoise,
                Gain = (float)sensor.GainAduPerE,
                MaxCount = sensor.MaxCount,
            };
            c.ReadVariance = c.FineRead ? -1f / 12 : (float)(sensor.ReadNoiseE * sensor.ReadNoiseE);
            VectorMath.RoundKeys(sensor.Seed, c.Keys);
            for (var k = 1; k <= MaxCountPoisson; k++) c.Reciprocals[k] = 1f / k;
            return c;
        }
    }

    /// <param name="electrons">Expected electrons; column 0 is the first of group <paramref name="firstGroup"/>. May be negative
    /// (nothing is expected there then).</param>
    /// <param name="firstGroup">Group of the first column, relative to the optical axis.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="row">Row relative to the optical axis.</param>
    /// <param name="frame">Frame.</param>
    /// <param name="c">Constants of the sensor.</param>
    /// <param name="counts">One count per column: bytes for 8 bits and less, else 16-bit.</param>
    /// <param name="wide">Whether counts are 16-bit.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Row<S, F, U>(float* electrons, int firstGroup, int groups, int row, int frame, Constants* c, byte* counts, bool wide)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        for (var g = 0; g < groups; g++)
            for (var lane = 0; lane < 16; lane += S.Count)
            {
                var block = (uint)((firstGroup + g) * 16 + lane);
                VectorMath.PhiloxBlocks<S, F, U>(block, (uint)row, (uint)frame, (uint)RandomStream.Sensor, c->Keys,
                    out var w0, out var w1, out var w2, out var w3);
                VectorMath.Normals<S, F, U>(w0, w1, out var z0, out var z1);
                VectorMath.Normals<S, F, U>(w2, w3, out var z2, out var z3);

                var at = electrons + g * Group + lane;
                var zero = S.Broadcast(0f);
                F l0 = S.Max(S.Load(at), zero), l1 = S.Max(S.Load(at + 16), zero), l2 = S.Max(S.Load(at + 32), zero), l3 = S.Max(S.Load(at + 48), zero);
                F e0, e1, e2, e3;
                var low = S.Less(S.Min(S.Min(l0, l1), S.Min(l2, l3)), S.Broadcast(PoissonBelow));
                if (c->FineRead || S.Any(low))
                {
                    VectorMath.PhiloxBlocks<S, F, U>(block, (uint)row, (uint)frame, (uint)RandomStream.SensorLowLight, c->Keys,
                        out var v0, out var v1, out var v2, out var v3);
                    F r0 = zero, r1 = zero, r2 = zero, r3 = zero;
                    if (c->FineRead)
                    {
                        VectorMath.Normals<S, F, U>(v0, v1, out r0, out r1);
                        VectorMath.Normals<S, F, U>(v2, v3, out r2, out r3);
                    }
                    e0 = LowLight<S, F, U>(l0, z0, r0, v0, c);
                    e1 = LowLight<S, F, U>(l1, z1, r1, v1, c);
                    e2 = LowLight<S, F, U>(l2, z2, r2, v2, c);
                    e3 = LowLight<S, F, U>(l3, z3, r3, v3, c);
                }
                else
                {
                    var readVariance = S.Broadcast(c->ReadVariance);
                    e0 = Bent<S, F, U>(l0, S.Add(l0, readVariance), z0);
                    e1 = Bent<S, F, U>(l1, S.Add(l1, readVariance), z1);
                    e2 = Bent<S, F, U>(l2, S.Add(l2, readVariance), z2);
                    e3 = Bent<S, F, U>(l3, S.Add(l3, readVariance), z3);
                }
                U n0 = Quantise<S, F, U>(e0, c), n1 = Quantise<S, F, U>(e1, c), n2 = Quantise<S, F, U>(e2, c), n3 = Quantise<S, F, U>(e3, c);
                var to = g * Group + lane;
                if (wide)
                {
                    var target = (ushort*)counts + to;
                    S.StoreUShorts(n0, target);
                    S.StoreUShorts(n1, target + 16);
                    S.StoreUShorts(n2, target + 32);
                    S.StoreUShorts(n3, target + 48);
                }
                else
                {
                    var target = counts + to;
                    S.StoreBytes(n0, target);
                    S.StoreBytes(n1, target + 16);
                    S.StoreBytes(n2, target + 32);
                    S.StoreBytes(n3, target + 48);
                }
            }
    }

    /// <summary>λ plus noise of the given variance and third cumulant λ.</summary>
    /// <remarks>With <c>q = λ/σ²</c> (1 without read noise) the standardised cumulants are q/σ and q/σ², and Cornish–Fisher gives
    /// <c>b = q/6, d = (q/σ)(1/24 − q/18), lin = (q/σ)(5q/36 − 1/8)</c>.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Bent<S, F, U>(F lambda, F variance, F z)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        var y = VectorMath.InverseSqrt<S, F, U>(variance);
        var q = S.Mul(S.Mul(lambda, y), y);
        var t = S.Mul(q, y);
        var d = S.Mul(t, S.Fma(q, S.Broadcast(-1f / 18), S.Broadcast(1f / 24)));
        var b = S.Mul(q, S.Broadcast(1f / 6));
        var a = S.Fma(t, S.Fma(q, S.Broadcast(5f / 36), S.Broadcast(-1f / 8)), S.Mul(variance, y));
        var bend = S.Fma(z, S.Fma(z, S.Fma(z, d, b), a), S.Sub(lambda, b));
        return bend;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe F LowLight<S, F, U>(F lambda, F z, F z2, U word, Constants* c)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        var low = S.Less(lambda, S.Broadcast(PoissonBelow));
        var bright = S.Max(lambda, S.Broadcast(PoissonBelow));
        var read = S.Broadcast(c->ReadNoise);
        var many = Bent<S, F, U>(bright, S.Add(bright, S.Broadcast(c->ReadVariance)), z);
        if (c->FineRead) many = S.Fma(read, z2, S.Floor(S.Add(many, S.Broadcast(0.5f))));
        if (!S.Any(low)) return many;
        var few = S.Fma(read, z, Poisson<S, F, U>(S.Min(lambda, S.Broadcast(PoissonBelow)), word, c));
        return S.Select(low, few, many);
    }

    /// <summary>Poisson counts by inversion: the smallest k whose cumulative probability reaches a 23-bit uniform.</summary>
    /// <remarks>The sum of float probabilities may stop just short of the largest uniforms; a lane therefore also ends where the
    /// probability of a further count is below 3e-9 (it starts at e⁻¹⁶ = 1e-7 or more).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe F Poisson<S, F, U>(F lambda, U word, Constants* c)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        // (n + 1/2)/2²³: never 0 and never 1, and exact.
        var u = S.Fma(S.FromInt(S.Shr(word, 9)), S.Broadcast(1.1920929e-7f), S.Broadcast(5.9604645e-8f));
        var p = VectorMath.Exp<S, F, U>(S.Sub(S.Broadcast(0f), lambda));
        var cumulative = p;
        var count = S.Broadcast(0f);
        for (var k = 1; k <= MaxCountPoisson; k++)
        {
            var above = S.And(S.Less(cumulative, u), S.Less(S.Broadcast(3e-9f), p));
            if (!S.Any(above)) break;
            count = S.Add(count, S.AsFloat(S.And(above, S.AsUInt(S.Broadcast(1f)))));
            p = S.Mul(S.Mul(p, lambda), S.Broadcast(c->Reciprocals[k]));
            cumulative = S.Add(cumulative, p);
        }
        return count;
    }

    /// <summary>clip(⌊electrons·gain⌋, 0, largest count).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe U Quantise<S, F, U>(F electrons, Constants* c)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        var counts = S.Mul(electrons, S.Broadcast(c->Gain));
        return S.ToInt(S.Min(S.Max(counts, S.Broadcast(0f)), S.Broadcast(c->MaxCount)));
    }
}

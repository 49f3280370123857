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

    /// <summary>The standard normals of a row: <paramref name="normals"/>[64·g + …] for every group.</summary>
    /// <param name="firstGroup">Group of the first column, relative to the optical axis.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="row">Row relative to the optical axis.</param>
    /// <param name="frame">Frame.</param>
    /// <param name="stream">Which draws.</param>
    /// <param name="c">Constants of the sensor.</param>
    /// <param name="normals">64 normals per group.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Normals<S, F, U>(int firstGroup, int groups, int row, int frame, RandomStream stream, Constants* c, float* normals)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        for (var g = 0; g < groups; g++)
            for (var lane = 0; lane < 16; lane += S.Count)
            {
                VectorMath.PhiloxBlocks<S, F, U>((uint)((firstGroup + g) * 16 + lane), (uint)row, (uint)frame, (uint)stream, c->Keys,
                    out var w0, out var w1, out var w2, out var w3);
                var to = normals + g * Group + lane;
                VectorMath.Normals<S, F, U>(w0, w1, out var z0, out var z1);
                S.Store(z0, to);
                S.Store(z1, to + 16);
                VectorMath.Normals<S, F, U>(w2, w3, out z0, out z1);
                S.Store(z0, to + 32);
                S.Store(z1, to + 48);
            }
    }

    /// <summary>Counts of a row.</summary>
    /// <param name="electrons">Expected electrons; column 0 is the first of group <paramref name="firstGroup"/>. Negative ones
    /// count as none.</param>
    /// <param name="normals">Standard normals of the row.</param>
    /// <param name="firstGroup">Group of the first column, relative to the optical axis.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="row">Row relative to the optical axis.</param>
    /// <param name="frame">Frame.</param>
    /// <param name="c">Constants of the sensor.</param>
    /// <param name="counts">One count per column: bytes for 8 bits and less, else 16-bit.</param>
    /// <param name="wide">Whether counts are 16-bit.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Counts<S, F, U>(float* electrons, float* normals, int firstGroup, int groups, int row, int frame, Constants* c, byte* counts, bool wide)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        F readVariance = S.Broadcast(c->ReadVariance), gain = S.Broadcast(c->Gain), zero = S.Broadcast(0f), max = S.Broadcast(c->MaxCount);
        // All pixels as if they were bright; dark ones are then done again. A branch here would cost every pixel its registers.
        var least = S.Broadcast(float.PositiveInfinity);
        for (var x = 0; x < groups * Group; x += S.Count)
        {
            var lambda = S.Load(electrons + x);
            least = S.Min(least, lambda);
            var e = Bent<S, F, U>(lambda, S.Add(S.Max(lambda, zero), readVariance), S.Load(normals + x));
            var n = S.ToInt(S.Min(S.Max(S.Mul(e, gain), zero), max));
            if (wide) S.StoreUShorts(n, (ushort*)counts + x);
            else S.StoreBytes(n, counts + x);
        }
        if (c->FineRead || S.Any(S.Less(least, S.Broadcast(PoissonBelow))))
            LowLight<S, F, U>(electrons, normals, firstGroup, groups, row, frame, c, counts, wide);
    }

    /// <summary>λ plus noise of the given variance and third cumulant λ.</summary>
    /// <remarks>With <c>q = λ/σ²</c> (1 without read noise) the standardised cumulants are q/σ and q/σ², and Cornish–Fisher gives
    /// <c>b = q/6, d = (q/σ)(1/24 − q/18), lin = (q/σ)(5q/36 − 1/8)</c>.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static F Bent<S, F, U>(F lambda, F variance, F z)
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

    /// <summary>Does the vectors again that hold a dark pixel, or all where read noise is fine.</summary>
    /// <remarks>A pixel's result does not depend on its neighbours: a bright one gets here what it got before.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static unsafe void LowLight<S, F, U>(float* electrons, float* normals, int firstGroup, int groups, int row, int frame, Constants* c, byte* counts, bool wide)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        F read = S.Broadcast(c->ReadNoise), threshold = S.Broadcast(PoissonBelow);
        for (var x = 0; x < groups * Group; x += S.Count)
        {
            var lambda = S.Max(S.Load(electrons + x), S.Broadcast(0f));
            var low = S.Less(lambda, threshold);
            if (!c->FineRead && !S.Any(low)) continue;
            // Column x is word m of block 16·g + l, x = 64·g + 16·m + l.
            VectorMath.PhiloxBlocks<S, F, U>((uint)((firstGroup + x / Group) * 16 + x % 16), (uint)row, (uint)frame, (uint)RandomStream.SensorLowLight,
                c->Keys, out var w0, out var w1, out var w2, out var w3);
            var m = x % Group / 16;
            var z = S.Load(normals + x);
            var bright = S.Max(lambda, threshold);
            var e = Bent<S, F, U>(bright, S.Add(bright, S.Broadcast(c->ReadVariance)), z);
            if (c->FineRead)
            {
                VectorMath.Normals<S, F, U>(m < 2 ? w0 : w2, m < 2 ? w1 : w3, out var z0, out var z1);
                e = S.Fma(read, m % 2 == 0 ? z0 : z1, S.Floor(S.Add(e, S.Broadcast(0.5f))));
            }
            if (S.Any(low))
            {
                var few = S.Fma(read, z, Poisson<S, F, U>(S.Min(lambda, threshold), m == 0 ? w0 : m == 1 ? w1 : m == 2 ? w2 : w3, c));
                e = S.Select(low, few, e);
            }
            var n = S.ToInt(S.Min(S.Max(S.Mul(e, S.Broadcast(c->Gain)), S.Broadcast(0f)), S.Broadcast(c->MaxCount)));
            if (wide) S.StoreUShorts(n, (ushort*)counts + x);
            else S.StoreBytes(n, counts + x);
        }
    }

    /// <summary>Poisson counts by inversion from the upper tail: the smallest k with <c>P(N &gt; k) ≤ v</c>, v uniform.</summary>
    /// <remarks>The tail, not the cumulative sum, because near darkness P(N ≥ 1) ≈ λ must keep its relative precision, which floats
    /// have near 0 and not near 1. Rounding may leave the tail a little above the smallest v; a lane therefore also ends where the
    /// probability of a further count is below 3e-9 (it starts at e⁻¹⁶ = 1e-7 or more).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe F Poisson<S, F, U>(F lambda, U word, Constants* c)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        // (n + 1/2)/2³¹ in (0, 1].
        var v = S.Fma(S.FromInt(S.Shr(word, 1)), S.Broadcast(4.656612873077393e-10f), S.Broadcast(2.3283064365386963e-10f));
        var p = VectorMath.Exp<S, F, U>(S.Sub(S.Broadcast(0f), lambda));
        // 1 − e^−λ = λ·(1 − λ/2·(1 − λ/3·(1 − λ/4·(1 − λ/5)))) below 1/8: 4e-8 relative.
        var series = S.Fnma(lambda, S.Broadcast(1f / 5), S.Broadcast(1f));
        series = S.Fnma(S.Mul(lambda, series), S.Broadcast(1f / 4), S.Broadcast(1f));
        series = S.Fnma(S.Mul(lambda, series), S.Broadcast(1f / 3), S.Broadcast(1f));
        series = S.Fnma(S.Mul(lambda, series), S.Broadcast(1f / 2), S.Broadcast(1f));
        var tail = S.Select(S.Less(lambda, S.Broadcast(0.125f)), S.Mul(lambda, series), S.Sub(S.Broadcast(1f), p));
        var count = S.Broadcast(0f);
        for (var k = 1; k <= MaxCountPoisson; k++)
        {
            var above = S.And(S.Less(v, tail), S.Less(S.Broadcast(3e-9f), p));
            if (!S.Any(above)) break;
            count = S.Add(count, S.AsFloat(S.And(above, S.AsUInt(S.Broadcast(1f)))));
            p = S.Mul(S.Mul(p, lambda), S.Broadcast(c->Reciprocals[k]));
            tail = S.Sub(tail, p);
        }
        return count;
    }
}

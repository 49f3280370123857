using System.Runtime.CompilerServices;
using Minisim.Random;
using Minisim.Rendering.Simd;
using Minisim.Scenes;

namespace Minisim.Rendering;

/// <summary>Expected electrons to counts, for one row: shot noise, read noise, gain, quantisation, clipping.</summary>
/// <remarks>
/// <para>Pixels are taken in groups of 64 columns, aligned to the optical axis. Blocks <c>16·g</c> to <c>16·g + 15</c> of the row serve group g, a word
/// a pixel: word i is the radius and word <c>32 + i</c> the angle of the pair of normals of pixels <c>64·g + i</c> and <c>64·g + 32 + i</c>. No shuffle is
/// needed at any width, and a crop of the FOV keeps every draw.</para>
/// <para>From <see cref="PoissonBelow"/> electrons on, shot noise is a bent normal z, <c>e = λ + a·z + b·(z² − 1)</c>: mean, variance and third
/// cumulant are those of Poisson plus Gaussian, and the fourth is 2 % of σ⁴ off at most. Below it, the Poisson count is drawn by inversion, and z is the read noise.</para>
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
        public Ars.Keys Keys;
        public fixed float Reciprocals[MaxCountPoisson + 1];
        public uint InverseSqrtBits;
        public float ReadNoise, ReadVariance, Gain, MaxCount;
        public bool FineRead;

        public static Constants Of(SensorModel sensor)
        {
            var c = new Constants
            {
                Keys = Ars.Keys.Of(sensor.Seed),
                InverseSqrtBits = VectorMath.InverseSqrtBits,
                ReadNoise = (float)sensor.ReadNoiseE,
                FineRead = sensor.ReadNoiseE < FineReadNoise,
                Gain = (float)sensor.GainAduPerE,
                MaxCount = sensor.MaxCount,
            };
            c.ReadVariance = c.FineRead ? -1f / 12 : (float)(sensor.ReadNoiseE * sensor.ReadNoiseE);
            for (var k = 1; k <= MaxCountPoisson; k++) c.Reciprocals[k] = 1f / k;
            return c;
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
        // All pixels as if they were bright; dark ones, whose variance may be no number, are then done again. A branch here would cost every pixel its
        // registers, and so would constants kept in them.
        var least = S.Broadcast(float.PositiveInfinity);
        var step = S.Count;
        for (var x = 0; x < groups * Group; x += 2 * step)
        {
            float* from = electrons + x, z = normals + x;
            var e0 = S.Load(from);
            var e1 = S.Load(from + step);
            least = S.Min(least, S.Min(e0, e1));
            Bend<S, F, U>(S.Broadcast(c->InverseSqrtBits), ref e0, ref e1, S.Add(e0, S.Broadcast(c->ReadVariance)), S.Add(e1, S.Broadcast(c->ReadVariance)), S.Load(z), S.Load(z + step));
            Quantise<S, F, U>(e0, e1, c, counts, x, step, wide);
        }
        if (c->FineRead || S.Any(S.Less(least, S.Broadcast(PoissonBelow))))
            LowLight<S, F, U>(electrons, normals, firstGroup, groups, row, frame, c, counts, wide);
    }

    /// <summary>λ plus noise of the given variance and third cumulant λ, for two vectors, in place of λ.</summary>
    /// <remarks>
    /// <para>With <c>q = λ/σ²</c> (1 without read noise), <c>b = q/6</c> and <c>a = σ − b²/σ</c>, which is √(σ² − 2b²) within 2e-6 of itself, the third cumulant
    /// is <c>6a²b + 8b³ = λ − 4b³</c> (0.12 % less at 16 electrons). The fourth, <c>48a²b² + 48b⁴</c>, is 4/3·q²σ² instead of q·σ².</para>
    /// <para>Two at once: the chain is mostly waiting, and more have no room in 16 registers. It is kept short: <c>z/σ</c> and z² − 1 are there
    /// before b is.</para>
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Bend<S, F, U>(U bits, ref F e0, ref F e1, F variance0, F variance1, F z0, F z1)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        VectorMath.InverseSqrt<S, F, U>(bits, variance0, variance1, out var y0, out var y1);
        var b0 = S.Mul(S.Mul(S.Mul(e0, S.Broadcast(1f / 6)), y0), y0);
        var b1 = S.Mul(S.Mul(S.Mul(e1, S.Broadcast(1f / 6)), y1), y1);
        y0 = S.Mul(y0, z0);
        y1 = S.Mul(y1, z1);
        z0 = S.Fma(z0, z0, S.Broadcast(-1f));
        z1 = S.Fma(z1, z1, S.Broadcast(-1f));
        e0 = S.Fma(b0, S.Fnma(y0, b0, z0), S.Fma(y0, variance0, e0));
        e1 = S.Fma(b1, S.Fnma(y1, b1, z1), S.Fma(y1, variance1, e1));
    }

    /// <summary>Gain, rounding towards zero, clipping: counts at <paramref name="x"/> and <paramref name="step"/> further.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Quantise<S, F, U>(F e0, F e1, Constants* c, byte* counts, int x, int step, bool wide)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        F gain = S.Broadcast(c->Gain), zero = S.Broadcast(0f), max = S.Broadcast(c->MaxCount);
        var n0 = S.ToInt(S.Min(S.Max(S.Mul(e0, gain), zero), max));
        var n1 = S.ToInt(S.Min(S.Max(S.Mul(e1, gain), zero), max));
        if (wide)
        {
            var to = (ushort*)counts + x;
            S.StoreUShorts(n0, to);
            S.StoreUShorts(n1, to + step);
        }
        else
        {
            var to = counts + x;
            S.StoreBytes(n0, to);
            S.StoreBytes(n1, to + step);
        }
    }

    /// <summary>Does the groups again that hold a dark pixel, or all where read noise is fine.</summary>
    /// <remarks>A pixel's result does not depend on its neighbours: a bright one gets here what it got before.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static unsafe void LowLight<S, F, U>(float* electrons, float* normals, int firstGroup, int groups, int row, int frame, Constants* c, byte* counts, bool wide)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        F read = S.Broadcast(c->ReadNoise), readVariance = S.Broadcast(c->ReadVariance), threshold = S.Broadcast(PoissonBelow), zero = S.Broadcast(0f);
        var words = stackalloc float[Group];
        for (var g = 0; g < groups; g++)
        {
            var hasWords = false;
            for (var lane = 0; lane < 16; lane += S.Count)
            {
                // Four vectors whose words are one another's radii and angles.
                var x = g * Group + lane;
                float* from = electrons + x, normal = normals + x;
                var lambda0 = S.Max(S.Load(from), zero);
                var lambda1 = S.Max(S.Load(from + 16), zero);
                var lambda2 = S.Max(S.Load(from + 32), zero);
                var lambda3 = S.Max(S.Load(from + 48), zero);
                var low0 = S.Less(lambda0, threshold);
                var low1 = S.Less(lambda1, threshold);
                var low2 = S.Less(lambda2, threshold);
                var low3 = S.Less(lambda3, threshold);
                var dark = S.Any(S.Or(S.Or(low0, low1), S.Or(low2, low3)));
                if (!c->FineRead && !dark) continue;
                if (!hasWords)
                    Ars.Fill((uint)((firstGroup + g) * Ars.Step), Ars.Step, (uint)row, (uint)frame, RandomStream.SensorLowLight.Number, &c->Keys, (uint*)words);
                hasWords = true;
                U w0 = S.AsUInt(S.Load(words + lane)), w1 = S.AsUInt(S.Load(words + lane + 16)), w2 = S.AsUInt(S.Load(words + lane + 32)), w3 = S.AsUInt(S.Load(words + lane + 48));
                var z0 = S.Load(normal);
                var z1 = S.Load(normal + 16);
                var z2 = S.Load(normal + 32);
                var z3 = S.Load(normal + 48);
                var e0 = S.Max(lambda0, threshold);
                var e1 = S.Max(lambda1, threshold);
                var e2 = S.Max(lambda2, threshold);
                var e3 = S.Max(lambda3, threshold);
                Bend<S, F, U>(S.Broadcast(c->InverseSqrtBits), ref e0, ref e1, S.Add(e0, readVariance), S.Add(e1, readVariance), z0, z1);
                Bend<S, F, U>(S.Broadcast(c->InverseSqrtBits), ref e2, ref e3, S.Add(e2, readVariance), S.Add(e3, readVariance), z2, z3);
                if (c->FineRead)
                {
                    VectorMath.Normals<S, F, U>(w0, w2, w1, w3, out var r0, out var r2, out var r1, out var r3);
                    e0 = S.Fma(read, r0, S.Floor(S.Add(e0, S.Broadcast(0.5f))));
                    e1 = S.Fma(read, r1, S.Floor(S.Add(e1, S.Broadcast(0.5f))));
                    e2 = S.Fma(read, r2, S.Floor(S.Add(e2, S.Broadcast(0.5f))));
                    e3 = S.Fma(read, r3, S.Floor(S.Add(e3, S.Broadcast(0.5f))));
                }
                if (dark)
                {
                    Poisson<S, F, U>(S.Min(lambda0, threshold), S.Min(lambda1, threshold), S.Min(lambda2, threshold), S.Min(lambda3, threshold), w0, w1, w2, w3, c, out var n0, out var n1, out var n2, out var n3);
                    e0 = S.Select(low0, S.Fma(read, z0, n0), e0);
                    e1 = S.Select(low1, S.Fma(read, z1, n1), e1);
                    e2 = S.Select(low2, S.Fma(read, z2, n2), e2);
                    e3 = S.Select(low3, S.Fma(read, z3, n3), e3);
                }
                Quantise<S, F, U>(e0, e1, c, counts, x, 16, wide);
                Quantise<S, F, U>(e2, e3, c, counts, x + 32, 16, wide);
            }
        }
    }

    /// <summary>Poisson counts by inversion from the upper tail: the smallest k with <c>P(N &gt; k) ≤ v</c>, v uniform.</summary>
    /// <remarks>The tail, not the cumulative sum, because near darkness P(N ≥ 1) ≈ λ must keep its relative precision, which floats
    /// have near 0 and not near 1. Rounding may leave the tail a little above the smallest v; a lane therefore also ends where the
    /// probability of a further count is below 3e-9 (it starts at e⁻¹⁶ = 1e-7 or more). All lanes go on until the last has ended:
    /// no branch per pixel.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Poisson<S, F, U>(F lambda0, F lambda1, F lambda2, F lambda3, U w0, U w1, U w2, U w3, Constants* c,
        out F count0, out F count1, out F count2, out F count3)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        F one = S.Broadcast(1f), end = S.Broadcast(3e-9f), zero = S.Broadcast(0f);
        var v0 = S.Fma(S.FromInt(S.Shr(w0, 1)), S.Broadcast(VectorMath.Unit), S.Broadcast(VectorMath.HalfUnit));
        var v1 = S.Fma(S.FromInt(S.Shr(w1, 1)), S.Broadcast(VectorMath.Unit), S.Broadcast(VectorMath.HalfUnit));
        var v2 = S.Fma(S.FromInt(S.Shr(w2, 1)), S.Broadcast(VectorMath.Unit), S.Broadcast(VectorMath.HalfUnit));
        var v3 = S.Fma(S.FromInt(S.Shr(w3, 1)), S.Broadcast(VectorMath.Unit), S.Broadcast(VectorMath.HalfUnit));
        var p0 = VectorMath.Exp<S, F, U>(S.Sub(zero, lambda0));
        var p1 = VectorMath.Exp<S, F, U>(S.Sub(zero, lambda1));
        var p2 = VectorMath.Exp<S, F, U>(S.Sub(zero, lambda2));
        var p3 = VectorMath.Exp<S, F, U>(S.Sub(zero, lambda3));
        var tail0 = SomeProbability<S, F, U>(lambda0, p0);
        var tail1 = SomeProbability<S, F, U>(lambda1, p1);
        var tail2 = SomeProbability<S, F, U>(lambda2, p2);
        var tail3 = SomeProbability<S, F, U>(lambda3, p3);
        count0 = count1 = count2 = count3 = zero;
        for (var k = 1; k <= MaxCountPoisson; k++)
        {
            var above0 = S.And(S.Less(v0, tail0), S.Less(end, p0));
            var above1 = S.And(S.Less(v1, tail1), S.Less(end, p1));
            var above2 = S.And(S.Less(v2, tail2), S.Less(end, p2));
            var above3 = S.And(S.Less(v3, tail3), S.Less(end, p3));
            if (!S.Any(S.Or(S.Or(above0, above1), S.Or(above2, above3)))) break;
            count0 = S.Add(count0, S.AsFloat(S.And(above0, S.AsUInt(one))));
            count1 = S.Add(count1, S.AsFloat(S.And(above1, S.AsUInt(one))));
            count2 = S.Add(count2, S.AsFloat(S.And(above2, S.AsUInt(one))));
            count3 = S.Add(count3, S.AsFloat(S.And(above3, S.AsUInt(one))));
            var next = S.Broadcast(c->Reciprocals[k]);
            p0 = S.Mul(S.Mul(p0, lambda0), next);
            p1 = S.Mul(S.Mul(p1, lambda1), next);
            p2 = S.Mul(S.Mul(p2, lambda2), next);
            p3 = S.Mul(S.Mul(p3, lambda3), next);
            tail0 = S.Sub(tail0, p0);
            tail1 = S.Sub(tail1, p1);
            tail2 = S.Sub(tail2, p2);
            tail3 = S.Sub(tail3, p3);
        }
    }

    /// <summary><c>1 − e^−λ</c>, P(N ≥ 1), given e^−λ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F SomeProbability<S, F, U>(F lambda, F none)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        // λ·(1 − λ/2·(1 − λ/3·(1 − λ/4·(1 − λ/5)))) below 1/8: 4e-8 relative.
        var series = S.Fnma(lambda, S.Broadcast(1f / 5), S.Broadcast(1f));
        series = S.Fnma(S.Mul(lambda, series), S.Broadcast(1f / 4), S.Broadcast(1f));
        series = S.Fnma(S.Mul(lambda, series), S.Broadcast(1f / 3), S.Broadcast(1f));
        series = S.Fnma(S.Mul(lambda, series), S.Broadcast(1f / 2), S.Broadcast(1f));
        return S.Select(S.Less(lambda, S.Broadcast(0.125f)), S.Mul(lambda, series), S.Sub(S.Broadcast(1f), none));
    }
}

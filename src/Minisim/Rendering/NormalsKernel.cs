using System.Runtime.CompilerServices;
using Minisim.Random;
using Minisim.Rendering.Simd;

namespace Minisim.Rendering;

/// <summary>The standard normals of a row.</summary>
/// <remarks>
/// <para>The words of Philox block <c>16·g + l</c> of the row serve pixels of group g as <see cref="SensorKernel"/> says; the arithmetic is that of
/// <see cref="VectorMath.Normals"/>.</para>
/// <para>The words of one step are made while those of the step before become normals, stage by stage between the rounds: a round is a chain of
/// multiplications and a polynomial one of additions, and the processor looks less far ahead than either is long. The first two rounds
/// are mostly the same for a whole row, since three of the four counters are.</para>
/// </remarks>
internal static class NormalsKernel
{
    /// <param name="firstGroup">Group of the first column, relative to the optical axis.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="row">Row relative to the optical axis.</param>
    /// <param name="frame">Frame.</param>
    /// <param name="stream">Which draws.</param>
    /// <param name="keys">Round keys.</param>
    /// <param name="normals">64 normals per group: [64·g + …].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Row<S, F, U>(int firstGroup, int groups, int row, int frame, RandomStream stream, uint* keys, float* normals)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        var first = (uint)firstGroup * 16;
        if (S.Count == 1)
        {
            // No chains to interleave.
            for (var block = 0; block < 16 * groups; block++)
            {
                VectorMath.PhiloxBlocks<S, F, U>(first + (uint)block, (uint)row, (uint)frame, stream.Number, keys, out var w0, out var w1, out var w2, out var w3);
                VectorMath.Normals<S, F, U>(w0, w1, w2, w3, out var z0, out var z1, out var z2, out var z3);
                Store<S, F, U>(z0, z1, z2, z3, normals + block + block / 16 * 48);
            }
            return;
        }

        // Rounds 1 and 2 of the counters (block, row, frame, stream), as far as they do not depend on the block.
        var product = (ulong)Philox.Multiplier1 * (uint)frame;
        var again = (ulong)Philox.Multiplier0 * ((uint)(product >> 32) ^ (uint)row ^ keys[0]);
        U key1 = S.Broadcast(stream.Number ^ keys[1]), key2 = S.Broadcast((uint)product ^ keys[2]), key3 = S.Broadcast((uint)(again >> 32) ^ keys[3]), word3 = S.Broadcast((uint)again);
        U m0 = S.Broadcast(Philox.Multiplier0), m1 = S.Broadcast(Philox.Multiplier1);
        U radius0 = S.Broadcast(0u), radius1 = radius0, angle0 = radius0, angle1 = radius0;
        for (var block = 0; block <= 16 * groups; block += S.Count)
        {
            U even0 = S.Sequence(first + (uint)block), odd0 = S.HighHalf(even0);
            U even2 = S.MulEven(even0, m0), odd2 = S.MulEven(odd0, m0);
            // u = (n + 1/2)/2³¹ in (0, 1] is 2^e·(1 + f), f in [−1/3, 1/3).
            var u0 = S.Fma(S.FromInt(S.Shr(radius0, 1)), S.Broadcast(VectorMath.Unit), S.Broadcast(VectorMath.HalfUnit));
            var u1 = S.Fma(S.FromInt(S.Shr(radius1, 1)), S.Broadcast(VectorMath.Unit), S.Broadcast(VectorMath.HalfUnit));
            U even1 = S.MulEven(S.Xor(S.HighHalf(even2), key1), m1), odd1 = S.MulEven(S.Xor(S.HighHalf(odd2), key1), m1);
            var bits0 = S.Sub(S.AsUInt(u0), S.Broadcast(VectorMath.TwoThirds));
            var bits1 = S.Sub(S.AsUInt(u1), S.Broadcast(VectorMath.TwoThirds));
            even0 = S.Xor(S.HighHalf(even1), key2);
            odd0 = S.Xor(S.HighHalf(odd1), key2);
            even2 = S.Xor(even2, key3);
            odd2 = S.Xor(odd2, key3);
            U even3 = word3, odd3 = word3;
            var f0 = S.Sub(S.AsFloat(S.Add(S.And(bits0, S.Broadcast(VectorMath.Mantissa)), S.Broadcast(VectorMath.TwoThirds))), S.Broadcast(1f));
            var f1 = S.Sub(S.AsFloat(S.Add(S.And(bits1, S.Broadcast(VectorMath.Mantissa)), S.Broadcast(VectorMath.TwoThirds))), S.Broadcast(1f));
            var e0 = S.FromInt(S.Sar(bits0, 23));
            var e1 = S.FromInt(S.Sar(bits1, 23));
            var log0 = S.Fma(S.Broadcast(VectorMath.L0), f0, S.Broadcast(VectorMath.L1));
            var log1 = S.Fma(S.Broadcast(VectorMath.L0), f1, S.Broadcast(VectorMath.L1));
            log0 = S.Fma(log0, f0, S.Broadcast(VectorMath.L2));
            log1 = S.Fma(log1, f1, S.Broadcast(VectorMath.L2));

            VectorMath.PhiloxRounds<S, F, U>(keys + 4, ref even0, ref even1, ref even2, ref even3, ref odd0, ref odd1, ref odd2, ref odd3);
            log0 = S.Fma(log0, f0, S.Broadcast(VectorMath.L3));
            log1 = S.Fma(log1, f1, S.Broadcast(VectorMath.L3));
            log0 = S.Fma(log0, f0, S.Broadcast(VectorMath.L4));
            log1 = S.Fma(log1, f1, S.Broadcast(VectorMath.L4));
            log0 = S.Fma(log0, f0, S.Broadcast(VectorMath.L5));
            log1 = S.Fma(log1, f1, S.Broadcast(VectorMath.L5));
            log0 = S.Fma(S.Broadcast(-2f), f0, S.Mul(S.Mul(f0, f0), log0));
            log1 = S.Fma(S.Broadcast(-2f), f1, S.Mul(S.Mul(f1, f1), log1));

            VectorMath.PhiloxRounds<S, F, U>(keys + 8, ref even0, ref even1, ref even2, ref even3, ref odd0, ref odd1, ref odd2, ref odd3);
            var r0 = S.Sqrt(S.Fma(e0, S.Broadcast(VectorMath.LogOfTwo), log0));
            var r1 = S.Sqrt(S.Fma(e1, S.Broadcast(VectorMath.LogOfTwo), log1));
            // x in [−1, 1) for an angle of πx/2; the lowest bit of the word is spent on the sign.
            var x0 = S.Mul(S.FromInt(S.And(angle0, S.Broadcast(0xFFFFFFFEu))), S.Broadcast(VectorMath.Unit));
            var x1 = S.Mul(S.FromInt(S.And(angle1, S.Broadcast(0xFFFFFFFEu))), S.Broadcast(VectorMath.Unit));
            var s0 = S.Mul(x0, x0);
            var s1 = S.Mul(x1, x1);
            var cosine0 = S.Fma(S.Broadcast(VectorMath.C0), s0, S.Broadcast(VectorMath.C1));
            var cosine1 = S.Fma(S.Broadcast(VectorMath.C0), s1, S.Broadcast(VectorMath.C1));
            var sine0 = S.Fma(S.Broadcast(VectorMath.S0), s0, S.Broadcast(VectorMath.S1));
            var sine1 = S.Fma(S.Broadcast(VectorMath.S0), s1, S.Broadcast(VectorMath.S1));

            VectorMath.PhiloxRounds<S, F, U>(keys + 12, ref even0, ref even1, ref even2, ref even3, ref odd0, ref odd1, ref odd2, ref odd3);
            cosine0 = S.Fma(cosine0, s0, S.Broadcast(VectorMath.C2));
            cosine1 = S.Fma(cosine1, s1, S.Broadcast(VectorMath.C2));
            sine0 = S.Fma(sine0, s0, S.Broadcast(VectorMath.S2));
            sine1 = S.Fma(sine1, s1, S.Broadcast(VectorMath.S2));
            cosine0 = S.Fma(cosine0, s0, S.Broadcast(VectorMath.C3));
            cosine1 = S.Fma(cosine1, s1, S.Broadcast(VectorMath.C3));
            sine0 = S.Mul(S.Fma(sine0, s0, S.Broadcast(VectorMath.S3)), x0);
            sine1 = S.Mul(S.Fma(sine1, s1, S.Broadcast(VectorMath.S3)), x1);
            cosine0 = S.Fma(cosine0, s0, S.Broadcast(VectorMath.C4));
            cosine1 = S.Fma(cosine1, s1, S.Broadcast(VectorMath.C4));

            VectorMath.PhiloxRounds<S, F, U>(keys + 16, ref even0, ref even1, ref even2, ref even3, ref odd0, ref odd1, ref odd2, ref odd3);
            r0 = S.AsFloat(S.Xor(S.AsUInt(r0), S.Shl(angle0, 31)));
            r1 = S.AsFloat(S.Xor(S.AsUInt(r1), S.Shl(angle1, 31)));
            if (block > 0)
            {
                var done = block - S.Count;
                Store<S, F, U>(S.Mul(r0, cosine0), S.Mul(r0, sine0), S.Mul(r1, cosine1), S.Mul(r1, sine1), normals + done + done / 16 * 48);
            }
            radius0 = S.Interleave(even0, odd0);
            angle0 = S.Interleave(even1, odd1);
            radius1 = S.Interleave(even2, odd2);
            angle1 = S.Interleave(even3, odd3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store<S, F, U>(F z0, F z1, F z2, F z3, float* to)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        S.Store(z0, to);
        S.Store(z1, to + 16);
        S.Store(z2, to + 32);
        S.Store(z3, to + 48);
    }
}

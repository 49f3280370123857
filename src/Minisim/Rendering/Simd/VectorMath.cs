using System.Runtime.CompilerServices;
using Minisim.Random;

namespace Minisim.Rendering.Simd;

/// <summary>Random words, normals and elementary functions on vectors of any width: the same bits in every lane of every
/// width. Polynomials are minimax or Taylor forms with the stated errors; the platform's mathematics library is never asked.</summary>
internal static class VectorMath
{
    /// <summary>The ten round keys of Philox4x32-10, (k0, k1) in turn.</summary>
    public static unsafe void RoundKeys(ulong seed, uint* keys)
    {
        uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
        for (var round = 0; round < Philox.Rounds; round++)
        {
            keys[2 * round] = k0;
            keys[2 * round + 1] = k1;
            k0 += Philox.Weyl0;
            k1 += Philox.Weyl1;
        }
    }

    /// <summary>Philox blocks of the counters (first + lane, c1, c2, c3), word by word.</summary>
    /// <remarks>Two chains of 64-bit lanes, for the even and the odd counters: a product of two 32-bit numbers then needs one
    /// instruction and no shuffle, and the upper halves may hold rubbish, since the multiplier reads the lower ones only.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void PhiloxBlocks<S, F, U>(uint first, uint c1, uint c2, uint c3, uint* keys, out U w0, out U w1, out U w2, out U w3)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        if (S.Count == 1)
        {
            var (a, b, c, d) = Philox.Block(first, c1, c2, c3, keys[0], keys[1]);
            (w0, w1, w2, w3) = (S.Broadcast(a), S.Broadcast(b), S.Broadcast(c), S.Broadcast(d));
            return;
        }
        var m0 = S.Broadcast(Philox.Multiplier0);
        var m1 = S.Broadcast(Philox.Multiplier1);
        U even0 = S.Sequence(first), even1 = S.Broadcast(c1), even2 = S.Broadcast(c2), even3 = S.Broadcast(c3);
        U odd0 = S.HighHalf(even0), odd1 = even1, odd2 = even2, odd3 = even3;
        // Two rounds at a time: the words then come back to their own registers without a move.
        for (var key = keys; key < keys + 2 * Philox.Rounds; key += 4)
        {
            U k0 = S.Broadcast(key[0]), k1 = S.Broadcast(key[1]), k2 = S.Broadcast(key[2]), k3 = S.Broadcast(key[3]);
            U p0 = S.MulEven(even0, m0), p1 = S.MulEven(even2, m1), q0 = S.MulEven(odd0, m0), q1 = S.MulEven(odd2, m1);
            U a0 = S.Xor(S.Xor(S.HighHalf(p1), even1), k0), a2 = S.Xor(S.Xor(S.HighHalf(p0), even3), k1);
            U b0 = S.Xor(S.Xor(S.HighHalf(q1), odd1), k0), b2 = S.Xor(S.Xor(S.HighHalf(q0), odd3), k1);
            even3 = S.MulEven(a0, m0);
            even1 = S.MulEven(a2, m1);
            odd3 = S.MulEven(b0, m0);
            odd1 = S.MulEven(b2, m1);
            even0 = S.Xor(S.Xor(S.HighHalf(even1), p1), k2);
            even2 = S.Xor(S.Xor(S.HighHalf(even3), p0), k3);
            odd0 = S.Xor(S.Xor(S.HighHalf(odd1), q1), k2);
            odd2 = S.Xor(S.Xor(S.HighHalf(odd3), q0), k3);
        }
        w0 = S.Interleave(even0, odd0);
        w1 = S.Interleave(even1, odd1);
        w2 = S.Interleave(even2, odd2);
        w3 = S.Interleave(even3, odd3);
    }

    /// <summary>Two independent standard normals per lane from two words, by Box and Muller.</summary>
    /// <remarks>The radius comes from 31 bits, centred, so that it reaches √(2·ln 2³²) = 6.66 and the smallest uniforms are
    /// not rounded; the angle from 31 bits over half a turn and one sign bit. Sine and cosine are within 6e-7.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Normals<S, F, U>(U radiusWord, U angleWord, out F first, out F second)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        // (n + 1/2)/2³¹ in (0, 1].
        var u = S.Fma(S.FromInt(S.Shr(radiusWord, 1)), S.Broadcast(4.656612873077393e-10f), S.Broadcast(2.3283064365386963e-10f));
        var radius = S.Sqrt(S.Max(S.Mul(S.Broadcast(-2f), Log<S, F, U>(u)), S.Broadcast(0f)));

        // x in [−1, 1) for an angle of πx/2; the lowest bit of the word is spent on the sign.
        var x = S.Mul(S.FromInt(S.And(angleWord, S.Broadcast(0xFFFFFFFEu))), S.Broadcast(4.656612873077393e-10f));
        var x2 = S.Mul(x, x);
        var sine = S.Broadcast(-0.0043339026f);
        sine = S.Fma(sine, x2, S.Broadcast(0.07943587f));
        sine = S.Fma(sine, x2, S.Broadcast(-0.6458937f));
        sine = S.Fma(sine, x2, S.Broadcast(1.5707911f));
        sine = S.Mul(sine, x);
        var cosine = S.Broadcast(0.00085819064f);
        cosine = S.Fma(cosine, x2, S.Broadcast(-0.020810628f));
        cosine = S.Fma(cosine, x2, S.Broadcast(0.25365075f));
        cosine = S.Fma(cosine, x2, S.Broadcast(-1.2336982f));
        cosine = S.Fma(cosine, x2, S.Broadcast(0.99999994f));

        var sign = S.Shl(angleWord, 31);
        radius = S.AsFloat(S.Xor(S.AsUInt(radius), sign));
        first = S.Mul(radius, cosine);
        second = S.Mul(radius, sine);
    }

    /// <summary>Natural logarithm of positive, normal floats; relative error below 1.3e-6, a hundredth of what the largest sample
    /// of normals ever drawn could show.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Log<S, F, U>(F x)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        // x = 2^e·m, m in [2/3, 4/3).
        var bits = S.Sub(S.AsUInt(x), S.Broadcast(0x3F2AAAABu));
        var e = S.FromInt(S.Sar(bits, 23));
        var m = S.AsFloat(S.Add(S.And(bits, S.Broadcast(0x007FFFFFu)), S.Broadcast(0x3F2AAAABu)));
        var f = S.Sub(m, S.Broadcast(1f));
        var p = S.Broadcast(0.17411026f);
        p = S.Fma(p, f, S.Broadcast(-0.19364733f));
        p = S.Fma(p, f, S.Broadcast(0.19751658f));
        p = S.Fma(p, f, S.Broadcast(-0.24848388f));
        p = S.Fma(p, f, S.Broadcast(0.33339113f));
        p = S.Fma(p, f, S.Broadcast(-0.5000201f));
        var tail = S.Mul(S.Mul(f, f), p);
        return S.Fma(e, S.Broadcast(0.693147182f), S.Add(f, tail));
    }

    /// <summary>e^x for x in [−80, 0]; relative error below 2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Exp<S, F, U>(F x)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        var n = S.Floor(S.Fma(x, S.Broadcast(1.44269504f), S.Broadcast(0.5f)));
        var r = S.Fnma(n, S.Broadcast(0.693359375f), x);
        r = S.Fnma(n, S.Broadcast(-2.12194440e-4f), r);
        var p = S.Broadcast(1.0f / 5040);
        p = S.Fma(p, r, S.Broadcast(1.0f / 720));
        p = S.Fma(p, r, S.Broadcast(1.0f / 120));
        p = S.Fma(p, r, S.Broadcast(1.0f / 24));
        p = S.Fma(p, r, S.Broadcast(1.0f / 6));
        p = S.Fma(p, r, S.Broadcast(0.5f));
        p = S.Fma(p, r, S.Broadcast(1f));
        p = S.Fma(p, r, S.Broadcast(1f));
        return S.Mul(p, S.AsFloat(S.Shl(S.Add(S.ToInt(n), S.Broadcast(127u)), 23)));
    }

    /// <summary>1/√x for normal x &gt; 0; relative error below 1.2e-4.</summary>
    /// <remarks>The exponent trick (3.4 % off) and one step of Halley's third-order iteration. The instruction for it gives other
    /// bits on other makers' chips, and square root and division keep the divider busy for longer.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F InverseSqrt<S, F, U>(F x)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        var y = S.AsFloat(S.Sub(S.Broadcast(0x5F375A86u), S.Shr(S.AsUInt(x), 1)));
        var t = S.Mul(S.Mul(x, y), y);
        return S.Mul(y, S.Fma(t, S.Fma(t, S.Broadcast(0.375f), S.Broadcast(-1.25f)), S.Broadcast(1.875f)));
    }
}

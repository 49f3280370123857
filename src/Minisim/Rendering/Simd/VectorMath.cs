using System.Runtime.CompilerServices;

namespace Minisim.Rendering.Simd;

/// <summary>Normals and elementary functions on vectors of any width: the same bits in every lane of every
/// width. Polynomials are minimax or Taylor forms with the stated errors; the platform's mathematics library is never asked.</summary>
internal static class VectorMath
{
    /// <summary>2⁻³¹ and half of it: a word of 31 bits n becomes n·Unit + HalfUnit in (0, 1].</summary>
    public const float Unit = 4.656612873077393e-10f, HalfUnit = 2.3283064365386963e-10f;

    /// <summary>−2·log(1 + f) = f·(−2 + f·(L5 + f·(L4 + f·(L3 + f·(L2 + f·(L1 + f·L0)))))) for f in [−1/3, 1/3).</summary>
    public const float L0 = -2 * 0.17411026f, L1 = 2 * 0.19364733f, L2 = -2 * 0.19751658f, L3 = 2 * 0.24848388f, L4 = -2 * 0.33339113f, L5 = 2 * 0.5000201f;
    /// <summary>−2·log 2.</summary>
    public const float LogOfTwo = -2 * 0.693147182f;
    /// <summary>Cosine of πx/2 for x in [−1, 1), in powers of x² from the highest.</summary>
    public const float C0 = 0.00085819064f, C1 = -0.020810628f, C2 = 0.25365075f, C3 = -1.2336982f, C4 = 0.99999994f;
    /// <summary>Sine of πx/2 by x, likewise.</summary>
    public const float S0 = -0.0043339026f, S1 = 0.07943587f, S2 = -0.6458937f, S3 = 1.5707911f;
    /// <summary>Bits of 2/3, from which mantissas are counted, and where their exponent begins.</summary>
    public const uint TwoThirds = 0x3F2AAAAB, Mantissa = 0x007FFFFF;

    /// <summary>Four independent standard normals per lane from two pairs of words, by Box and Muller.</summary>
    /// <remarks>
    /// <para>The radius comes from 31 bits, centred, so that it reaches √(2·ln 2³²) = 6.66 and the smallest uniforms are
    /// not rounded; the angle from 31 bits over half a turn and one sign bit. Sine and cosine are within 6e-7, −2·log within
    /// 1.3e-6 relative: a hundredth of what the largest sample of normals ever drawn could show.</para>
    /// <para>Two pairs at once, interleaved: the chains of one fill the waits of the other.</para>
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Normals<S, F, U>(U radius0, U angle0, U radius1, U angle1, out F z0, out F z1, out F z2, out F z3)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        // u = (n + 1/2)/2³¹ in (0, 1] is 2^e·(1 + f), f in [−1/3, 1/3).
        var u0 = S.Fma(S.FromInt(S.Shr(radius0, 1)), S.Broadcast(Unit), S.Broadcast(HalfUnit));
        var u1 = S.Fma(S.FromInt(S.Shr(radius1, 1)), S.Broadcast(Unit), S.Broadcast(HalfUnit));
        var bits0 = S.Sub(S.AsUInt(u0), S.Broadcast(TwoThirds));
        var bits1 = S.Sub(S.AsUInt(u1), S.Broadcast(TwoThirds));
        var f0 = S.Sub(S.AsFloat(S.Add(S.And(bits0, S.Broadcast(Mantissa)), S.Broadcast(TwoThirds))), S.Broadcast(1f));
        var f1 = S.Sub(S.AsFloat(S.Add(S.And(bits1, S.Broadcast(Mantissa)), S.Broadcast(TwoThirds))), S.Broadcast(1f));
        var e0 = S.FromInt(S.Sar(bits0, 23));
        var e1 = S.FromInt(S.Sar(bits1, 23));
        // x in [−1, 1) for an angle of πx/2; the lowest bit of the word is spent on the sign.
        var x0 = S.Mul(S.FromInt(S.And(angle0, S.Broadcast(0xFFFFFFFEu))), S.Broadcast(Unit));
        var x1 = S.Mul(S.FromInt(S.And(angle1, S.Broadcast(0xFFFFFFFEu))), S.Broadcast(Unit));
        var s0 = S.Mul(x0, x0);
        var s1 = S.Mul(x1, x1);
        var log0 = S.Fma(S.Broadcast(L0), f0, S.Broadcast(L1));
        var log1 = S.Fma(S.Broadcast(L0), f1, S.Broadcast(L1));
        var cosine0 = S.Fma(S.Broadcast(C0), s0, S.Broadcast(C1));
        var cosine1 = S.Fma(S.Broadcast(C0), s1, S.Broadcast(C1));
        log0 = S.Fma(log0, f0, S.Broadcast(L2));
        log1 = S.Fma(log1, f1, S.Broadcast(L2));
        var sine0 = S.Fma(S.Broadcast(S0), s0, S.Broadcast(S1));
        var sine1 = S.Fma(S.Broadcast(S0), s1, S.Broadcast(S1));
        log0 = S.Fma(log0, f0, S.Broadcast(L3));
        log1 = S.Fma(log1, f1, S.Broadcast(L3));
        cosine0 = S.Fma(cosine0, s0, S.Broadcast(C2));
        cosine1 = S.Fma(cosine1, s1, S.Broadcast(C2));
        log0 = S.Fma(log0, f0, S.Broadcast(L4));
        log1 = S.Fma(log1, f1, S.Broadcast(L4));
        sine0 = S.Fma(sine0, s0, S.Broadcast(S2));
        sine1 = S.Fma(sine1, s1, S.Broadcast(S2));
        log0 = S.Fma(log0, f0, S.Broadcast(L5));
        log1 = S.Fma(log1, f1, S.Broadcast(L5));
        cosine0 = S.Fma(cosine0, s0, S.Broadcast(C3));
        cosine1 = S.Fma(cosine1, s1, S.Broadcast(C3));
        log0 = S.Fma(S.Broadcast(-2f), f0, S.Mul(S.Mul(f0, f0), log0));
        log1 = S.Fma(S.Broadcast(-2f), f1, S.Mul(S.Mul(f1, f1), log1));
        sine0 = S.Mul(S.Fma(sine0, s0, S.Broadcast(S3)), x0);
        sine1 = S.Mul(S.Fma(sine1, s1, S.Broadcast(S3)), x1);
        cosine0 = S.Fma(cosine0, s0, S.Broadcast(C4));
        cosine1 = S.Fma(cosine1, s1, S.Broadcast(C4));
        var r0 = S.Sqrt(S.Fma(e0, S.Broadcast(LogOfTwo), log0));
        var r1 = S.Sqrt(S.Fma(e1, S.Broadcast(LogOfTwo), log1));
        r0 = S.AsFloat(S.Xor(S.AsUInt(r0), S.Shl(angle0, 31)));
        r1 = S.AsFloat(S.Xor(S.AsUInt(r1), S.Shl(angle1, 31)));
        z0 = S.Mul(r0, cosine0);
        z1 = S.Mul(r0, sine0);
        z2 = S.Mul(r1, cosine1);
        z3 = S.Mul(r1, sine1);
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

    /// <summary>What the exponent trick of <see cref="InverseSqrt"/> subtracts from.</summary>
    public const uint InverseSqrtBits = 0x5F375A86;

    /// <summary>1/√x for two vectors of normal x &gt; 0; relative error below 1.2e-4.</summary>
    /// <remarks>
    /// <para><paramref name="bits"/> is <see cref="InverseSqrtBits"/>, from memory: of "constant − x" the compiler makes two operations.</para>
    /// <para>The exponent trick (3.4 % off) and one step of Halley's third-order iteration. The instruction for it gives other
    /// bits on other makers' chips, and square root and division keep the divider busy for longer.</para>
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InverseSqrt<S, F, U>(U bits, F x0, F x1, out F y0, out F y1)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        y0 = S.AsFloat(S.Sub(bits, S.Shr(S.AsUInt(x0), 1)));
        y1 = S.AsFloat(S.Sub(bits, S.Shr(S.AsUInt(x1), 1)));
        var t0 = S.Mul(S.Mul(x0, y0), y0);
        var t1 = S.Mul(S.Mul(x1, y1), y1);
        y0 = S.Mul(y0, S.Fma(t0, S.Fma(t0, S.Broadcast(0.375f), S.Broadcast(-1.25f)), S.Broadcast(1.875f)));
        y1 = S.Mul(y1, S.Fma(t1, S.Fma(t1, S.Broadcast(0.375f), S.Broadcast(-1.25f)), S.Broadcast(1.875f)));
    }
}

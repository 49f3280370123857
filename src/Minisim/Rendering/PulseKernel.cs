using System.Runtime.CompilerServices;
using Minisim.Rendering.Simd;

namespace Minisim.Rendering;

/// <summary>Multiplies a canvas row by what blood in motion lets through.</summary>
internal static class PulseKernel
{
    /// <summary><c>row[x] *= lerp(a0, a1)[x]·lerp(v0, v1)[x]·(1 − loss·p[x])</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Vessels<S, F, U>(float* row, float* a0, float* a1, float aw, float* v0, float* v1, float vw, float* p, float loss, int width)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        F wa = S.Broadcast(aw), wv = S.Broadcast(vw), l = S.Broadcast(loss), one = S.Broadcast(1f);
        for (var x = 0; x < width; x += S.Count)
        {
            F a = S.Load(a0 + x), v = S.Load(v0 + x);
            a = S.Fma(wa, S.Sub(S.Load(a1 + x), a), a);
            v = S.Fma(wv, S.Sub(S.Load(v1 + x), v), v);
            var factor = S.Mul(S.Mul(a, v), S.Fnma(l, S.Load(p + x), one));
            S.Store(S.Mul(S.Load(row + x), factor), row + x);
        }
    }

    /// <summary><c>row[x] *= 1 − loss·p[x]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Tissue<S, F, U>(float* row, float* p, float loss, int width)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        F l = S.Broadcast(loss), one = S.Broadcast(1f);
        for (var x = 0; x < width; x += S.Count)
            S.Store(S.Mul(S.Load(row + x), S.Fnma(l, S.Load(p + x), one)), row + x);
    }
}

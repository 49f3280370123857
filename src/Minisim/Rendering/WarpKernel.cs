using System.Runtime.CompilerServices;
using Minisim.Rendering.Simd;

namespace Minisim.Rendering;

/// <summary>Samples one FOV row from the moving canvas and applies the static fields of the sensor side.</summary>
internal static class WarpKernel
{
    /// <summary><c>target[x] = bilinear(canvas)·gain[x] + offset[x]</c>.</summary>
    /// <param name="upper">Canvas row above the sample, at its first column.</param>
    /// <param name="lower">Canvas row below the sample, at its first column.</param>
    /// <param name="fy">Weight of <paramref name="lower"/>.</param>
    /// <param name="fx">Weight of the column to the right.</param>
    /// <param name="gain">Static factor.</param>
    /// <param name="offset">Static addition.</param>
    /// <param name="target">FOV row.</param>
    /// <param name="width">Columns; up to a vector more are read and written.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Shifted<S, F, U>(float* upper, float* lower, float fy, float fx, float* gain, float* offset, float* target, int width)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        F wy = S.Broadcast(fy), wx = S.Broadcast(fx);
        for (var x = 0; x < width; x += S.Count)
        {
            F u0 = S.Load(upper + x), u1 = S.Load(upper + x + 1);
            var left = S.Fma(wy, S.Sub(S.Load(lower + x), u0), u0);
            var right = S.Fma(wy, S.Sub(S.Load(lower + x + 1), u1), u1);
            var value = S.Fma(wx, S.Sub(right, left), left);
            S.Store(S.Fma(value, S.Load(gain + x), S.Load(offset + x)), target + x);
        }
    }

    /// <summary><c>target[x] = canvas[x]·gain[x] + offset[x]</c>: no motion.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Still<S, F, U>(float* row, float* gain, float* offset, float* target, int width)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        for (var x = 0; x < width; x += S.Count)
            S.Store(S.Fma(S.Load(row + x), S.Load(gain + x), S.Load(offset + x)), target + x);
    }
}

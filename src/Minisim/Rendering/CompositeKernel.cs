using System.Runtime.CompilerServices;
using Minisim.Rendering.Simd;

namespace Minisim.Rendering;

/// <summary>Sums fields and cells on one run of canvas columns for a group of 8 frames.</summary>
/// <remarks>The accumulators stay in registers while the entries of a run pass by: a weight is loaded once for 8 frames and, where
/// there are registers for it, an emission once for two vectors of pixels. Each pixel's sum has one order (fields, then
/// cells, each by a fused multiply–add), whatever the vector width.</remarks>
internal static class CompositeKernel
{
    /// <summary>Frames of a group.</summary>
    public const int Group = 8;

    /// <param name="column">First column of the run.</param>
    /// <param name="source">Cell of every entry of the run.</param>
    /// <param name="weights">32 weights of every entry of the run.</param>
    /// <param name="entries">Entries of the run.</param>
    /// <param name="emission">(cell, 8): light of every cell in the frames of the group.</param>
    /// <param name="fields">Pointers to this row of every field.</param>
    /// <param name="envelopes">(field, 8): envelope of every field in the frames of the group.</param>
    /// <param name="fieldCount">Number of fields.</param>
    /// <param name="target">Row of the first frame.</param>
    /// <param name="frameStride">Floats from a frame's row to the next frame's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Run<S, F, U>(int column, int* source, float* weights, int entries, float* emission,
        float** fields, float* envelopes, int fieldCount, float* target, long frameStride)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        // Sixteen accumulators need the 32 registers that come with 512 bits.
        if (S.Count == 16)
        {
            Pair<S, F, U>(column, source, weights, entries, emission, fields, envelopes, fieldCount, target, frameStride);
            return;
        }
        for (var lane = 0; lane < SourceTiles.RunLength; lane += S.Count)
        {
            F a0 = S.Broadcast(0f), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
            for (var i = -fieldCount; i < entries; i++)
            {
                var w = S.Load(i < 0 ? fields[i + fieldCount] + column + lane : weights + (long)i * SourceTiles.RunLength + lane);
                var e = i < 0 ? envelopes + (i + fieldCount) * Group : emission + (long)source[i] * Group;
                a0 = S.Fma(w, S.Broadcast(e[0]), a0);
                a1 = S.Fma(w, S.Broadcast(e[1]), a1);
                a2 = S.Fma(w, S.Broadcast(e[2]), a2);
                a3 = S.Fma(w, S.Broadcast(e[3]), a3);
                a4 = S.Fma(w, S.Broadcast(e[4]), a4);
                a5 = S.Fma(w, S.Broadcast(e[5]), a5);
                a6 = S.Fma(w, S.Broadcast(e[6]), a6);
                a7 = S.Fma(w, S.Broadcast(e[7]), a7);
            }
            var t = target + column + lane;
            S.Store(a0, t);
            S.Store(a1, t + frameStride);
            S.Store(a2, t + 2 * frameStride);
            S.Store(a3, t + 3 * frameStride);
            S.Store(a4, t + 4 * frameStride);
            S.Store(a5, t + 5 * frameStride);
            S.Store(a6, t + 6 * frameStride);
            S.Store(a7, t + 7 * frameStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Pair<S, F, U>(int column, int* source, float* weights, int entries, float* emission,
        float** fields, float* envelopes, int fieldCount, float* target, long frameStride)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        F a0 = S.Broadcast(0f), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
        F b0 = a0, b1 = a0, b2 = a0, b3 = a0, b4 = a0, b5 = a0, b6 = a0, b7 = a0;
        for (var i = -fieldCount; i < entries; i++)
        {
            var at = i < 0 ? fields[i + fieldCount] + column : weights + (long)i * SourceTiles.RunLength;
            var e = i < 0 ? envelopes + (i + fieldCount) * Group : emission + (long)source[i] * Group;
            F w = S.Load(at), v = S.Load(at + S.Count);
            var x = S.Broadcast(e[0]);
            a0 = S.Fma(w, x, a0);
            b0 = S.Fma(v, x, b0);
            x = S.Broadcast(e[1]);
            a1 = S.Fma(w, x, a1);
            b1 = S.Fma(v, x, b1);
            x = S.Broadcast(e[2]);
            a2 = S.Fma(w, x, a2);
            b2 = S.Fma(v, x, b2);
            x = S.Broadcast(e[3]);
            a3 = S.Fma(w, x, a3);
            b3 = S.Fma(v, x, b3);
            x = S.Broadcast(e[4]);
            a4 = S.Fma(w, x, a4);
            b4 = S.Fma(v, x, b4);
            x = S.Broadcast(e[5]);
            a5 = S.Fma(w, x, a5);
            b5 = S.Fma(v, x, b5);
            x = S.Broadcast(e[6]);
            a6 = S.Fma(w, x, a6);
            b6 = S.Fma(v, x, b6);
            x = S.Broadcast(e[7]);
            a7 = S.Fma(w, x, a7);
            b7 = S.Fma(v, x, b7);
        }
        var t = target + column;
        S.Store(a0, t);
        S.Store(b0, t + S.Count);
        t += frameStride;
        S.Store(a1, t);
        S.Store(b1, t + S.Count);
        t += frameStride;
        S.Store(a2, t);
        S.Store(b2, t + S.Count);
        t += frameStride;
        S.Store(a3, t);
        S.Store(b3, t + S.Count);
        t += frameStride;
        S.Store(a4, t);
        S.Store(b4, t + S.Count);
        t += frameStride;
        S.Store(a5, t);
        S.Store(b5, t + S.Count);
        t += frameStride;
        S.Store(a6, t);
        S.Store(b6, t + S.Count);
        t += frameStride;
        S.Store(a7, t);
        S.Store(b7, t + S.Count);
    }
}

using System.Runtime.CompilerServices;
using Minisim.Rendering.Simd;

namespace Minisim.Rendering;

/// <summary>Sums fields and cells on one canvas row for a group of 8 frames.</summary>
/// <remarks>Eight accumulators stay in registers while the entries of a run pass by, so that a weight is loaded once for 8
/// frames. Each pixel's sum has one order (fields, then cells, each by a fused multiply–add), whatever the vector width.</remarks>
internal static class CompositeKernel
{
    /// <summary>Frames of a group.</summary>
    public const int Group = 8;

    /// <param name="runs">Runs of 16 columns in the row.</param>
    /// <param name="start">First entry of every run.</param>
    /// <param name="source">Cell of every entry.</param>
    /// <param name="weights">16 weights of every entry.</param>
    /// <param name="emission">(cell, 8): light of every cell in the frames of the group.</param>
    /// <param name="fields">Pointers to this row of every field.</param>
    /// <param name="envelopes">(field, 8): envelope of every field in the frames of the group.</param>
    /// <param name="fieldCount">Number of fields.</param>
    /// <param name="target">Row of the first frame.</param>
    /// <param name="frameStride">Floats from a frame's row to the next frame's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Row<S, F, U>(int runs, int* start, int* source, float* weights, float* emission,
        float** fields, float* envelopes, int fieldCount, float* target, long frameStride)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        for (var run = 0; run < runs; run++)
        {
            int begin = start[run], end = start[run + 1];
            for (var lane = 0; lane < SourceTiles.RunLength; lane += S.Count)
            {
                var column = run * SourceTiles.RunLength + lane;
                F a0 = S.Broadcast(0f), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
                for (var k = 0; k < fieldCount; k++)
                {
                    var w = S.Load(fields[k] + column);
                    var e = envelopes + k * Group;
                    a0 = S.Fma(w, S.Broadcast(e[0]), a0);
                    a1 = S.Fma(w, S.Broadcast(e[1]), a1);
                    a2 = S.Fma(w, S.Broadcast(e[2]), a2);
                    a3 = S.Fma(w, S.Broadcast(e[3]), a3);
                    a4 = S.Fma(w, S.Broadcast(e[4]), a4);
                    a5 = S.Fma(w, S.Broadcast(e[5]), a5);
                    a6 = S.Fma(w, S.Broadcast(e[6]), a6);
                    a7 = S.Fma(w, S.Broadcast(e[7]), a7);
                }
                for (var i = begin; i < end; i++)
                {
                    var w = S.Load(weights + (long)i * SourceTiles.RunLength + lane);
                    var e = emission + (long)source[i] * Group;
                    a0 = S.Fma(w, S.Broadcast(e[0]), a0);
                    a1 = S.Fma(w, S.Broadcast(e[1]), a1);
                    a2 = S.Fma(w, S.Broadcast(e[2]), a2);
                    a3 = S.Fma(w, S.Broadcast(e[3]), a3);
                    a4 = S.Fma(w, S.Broadcast(e[4]), a4);
                    a5 = S.Fma(w, S.Broadcast(e[5]), a5);
                    a6 = S.Fma(w, S.Broadcast(e[6]), a6);
                    a7 = S.Fma(w, S.Broadcast(e[7]), a7);
                }
                var t = target + column;
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
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Minisim.Rendering.Simd;

namespace Minisim.Rendering;

/// <summary>Sums the light of all sources on one run of canvas columns for groups of 16 frames.</summary>
/// <remarks>The accumulators stay in registers while the entries of a run pass by: a weight is loaded once for as many frames as
/// there are registers for. Each pixel's sum has one order, that of the entries, each by a fused multiply–add, whatever the vector width.</remarks>
internal static class CompositeKernel
{
    /// <summary>Frames of a group.</summary>
    public const int Group = 16;
    // Floats of the weights that are fetched before they are needed: those of the next run.
    private const int Ahead = 1024;

    /// <param name="row">A row of sources.</param>
    /// <param name="run">Which of its runs.</param>
    /// <param name="emission">(source, 16): light of every source in the frames of the first group.</param>
    /// <param name="emissionStride">Floats from a group's emission to the next group's.</param>
    /// <param name="groups">Groups of frames.</param>
    /// <param name="target">First pixel of the run in the first frame.</param>
    /// <param name="frameStride">Floats from a frame to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Run<S, F, U>(SourceTiles.TileRow row, int run, float* emission, long emissionStride, int groups,
        float* target, long frameStride)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        int start = row.Start[run], entries = row.Start[run + 1] - start;
        var source = row.Source + start;
        var weights = row.Weights + (long)start * SourceTiles.RunLength;
        for (var group = 0; group < groups; group++, emission += emissionStride, target += Group * frameStride)
            if (S.Count == 16) Frames16<S, F, U>(source, weights, entries, emission, target, frameStride);
            else
                // Sixteen accumulators need the 32 registers that come with 512 bits. Of eight, two by four need the fewest loads.
                for (var lane = 0; lane < SourceTiles.RunLength; lane += 2 * S.Count)
                    for (var frame = 0; frame < Group; frame += 4)
                        Frames4<S, F, U>(source, weights + lane, entries, emission + frame, target + lane + frame * frameStride, frameStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Frames16<S, F, U>(int* source, float* weights, int entries, float* emission, float* target, long frameStride)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        F a0 = S.Broadcast(0f), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0, a8 = a0, a9 = a0, a10 = a0, a11 = a0, a12 = a0, a13 = a0, a14 = a0, a15 = a0;
        for (var end = source + entries; source < end; source++, weights += SourceTiles.RunLength)
        {
            if (Sse.IsSupported) Sse.Prefetch0(weights + Ahead);
            var e = emission + (long)*source * Group;
            var w = S.Load(weights);
            a0 = S.Fma(w, S.Broadcast(e[0]), a0);
            a1 = S.Fma(w, S.Broadcast(e[1]), a1);
            a2 = S.Fma(w, S.Broadcast(e[2]), a2);
            a3 = S.Fma(w, S.Broadcast(e[3]), a3);
            a4 = S.Fma(w, S.Broadcast(e[4]), a4);
            a5 = S.Fma(w, S.Broadcast(e[5]), a5);
            a6 = S.Fma(w, S.Broadcast(e[6]), a6);
            a7 = S.Fma(w, S.Broadcast(e[7]), a7);
            a8 = S.Fma(w, S.Broadcast(e[8]), a8);
            a9 = S.Fma(w, S.Broadcast(e[9]), a9);
            a10 = S.Fma(w, S.Broadcast(e[10]), a10);
            a11 = S.Fma(w, S.Broadcast(e[11]), a11);
            a12 = S.Fma(w, S.Broadcast(e[12]), a12);
            a13 = S.Fma(w, S.Broadcast(e[13]), a13);
            a14 = S.Fma(w, S.Broadcast(e[14]), a14);
            a15 = S.Fma(w, S.Broadcast(e[15]), a15);
        }
        S.Store(a0, target);
        S.Store(a1, target += frameStride);
        S.Store(a2, target += frameStride);
        S.Store(a3, target += frameStride);
        S.Store(a4, target += frameStride);
        S.Store(a5, target += frameStride);
        S.Store(a6, target += frameStride);
        S.Store(a7, target += frameStride);
        S.Store(a8, target += frameStride);
        S.Store(a9, target += frameStride);
        S.Store(a10, target += frameStride);
        S.Store(a11, target += frameStride);
        S.Store(a12, target += frameStride);
        S.Store(a13, target += frameStride);
        S.Store(a14, target += frameStride);
        S.Store(a15, target += frameStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Frames4<S, F, U>(int* source, float* weights, int entries, float* emission, float* target, long frameStride)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        F a0 = S.Broadcast(0f), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        for (var end = source + entries; source < end; source++, weights += SourceTiles.RunLength)
        {
            if (Sse.IsSupported) Sse.Prefetch0(weights + Ahead);
            var e = emission + (long)*source * Group;
            F v = S.Load(weights), w = S.Load(weights + S.Count), e0 = S.Broadcast(e[0]), e1 = S.Broadcast(e[1]), e2 = S.Broadcast(e[2]), e3 = S.Broadcast(e[3]);
            a0 = S.Fma(v, e0, a0);
            b0 = S.Fma(w, e0, b0);
            a1 = S.Fma(v, e1, a1);
            b1 = S.Fma(w, e1, b1);
            a2 = S.Fma(v, e2, a2);
            b2 = S.Fma(w, e2, b2);
            a3 = S.Fma(v, e3, a3);
            b3 = S.Fma(w, e3, b3);
        }
        S.Store(a0, target);
        S.Store(b0, target + S.Count);
        S.Store(a1, target += frameStride);
        S.Store(b1, target + S.Count);
        S.Store(a2, target += frameStride);
        S.Store(b2, target + S.Count);
        S.Store(a3, target += frameStride);
        S.Store(b3, target + S.Count);
    }
}

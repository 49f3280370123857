using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Minisim.Random;
using Minisim.Rendering;
using Minisim.Rendering.Simd;

namespace Minisim.Benchmarks;

/// <summary>What one core of this machine can do at the best.</summary>
/// <param name="CopyNsPerByte">Copying memory from and to beyond the caches, ns per byte.</param>
/// <param name="Widths">Arithmetic by register width, widest first; the first is the one that the renderer uses.</param>
public sealed record MachineCeilings(double CopyNsPerByte, IReadOnlyList<VectorCeiling> Widths);

/// <summary>What one core can do with registers of one width.</summary>
/// <param name="Bits">Register width.</param>
/// <param name="MultiplyAddNs">One fused multiply–add of floats, ns.</param>
/// <param name="RandomWordNs">One 32-bit word of ARS with 7 rounds, ns.</param>
public sealed record VectorCeiling(int Bits, double MultiplyAddNs, double RandomWordNs);

/// <summary>Measures the ceilings: loops that do one thing and touch nothing else.</summary>
internal static class CeilingLoops
{
    /// <summary>Independent chains of multiply–adds: more than latency × units on any processor, few enough for 16 registers.</summary>
    public const int Chains = 12;
    private const int CopyBytes = 128 << 20, Steps = 2_000_000, Rows = 10_000, Blocks = 10 * Ars.Step;

    /// <summary>Register widths that this machine has, widest first.</summary>
    public static SimdWidth[] Widths { get; } = SimdChoice.Best == SimdWidth.Scalar ? [SimdWidth.Scalar]
        : [.. new[] { SimdWidth.V512, SimdWidth.V256, SimdWidth.V128 }.Where(w => w <= SimdChoice.Best)];

    /// <summary>All of them, about half a second.</summary>
    public static unsafe MachineCeilings Measure()
    {
        using AlignedBuffer from = new(CopyBytes), to = new(CopyBytes);
        var (f, t) = ((nint)from.Data, (nint)to.Data);
        var copy = BestSeconds(() => Buffer.MemoryCopy((void*)f, (void*)t, CopyBytes, CopyBytes));
        return new MachineCeilings(copy * 1e9 / CopyBytes, [.. Widths.Select(w => new VectorCeiling((int)w,
            BestSeconds(() => MultiplyAdds(w, Steps)) * 1e9 / ((double)Steps * Chains * Lanes(w)),
            BestSeconds(() => RandomWords(Rows)) * 1e9 / ((double)Rows * WordsOfRow)))]);
    }

    /// <summary>Shortest of several runs after a first one: other programs only ever add time.</summary>
    public static double BestSeconds(Action action, int repeats = 5)
    {
        action();
        var best = double.MaxValue;
        for (var i = 0; i < repeats; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }

    /// <summary>Floats of a register.</summary>
    public static int Lanes(SimdWidth width) => (int)width / 32;

    /// <summary>Words of a row of <see cref="RandomWords"/>: ten groups of pixels, which stay in the first cache.</summary>
    public const int WordsOfRow = 4 * Blocks;

    /// <summary><paramref name="steps"/> fused multiply–adds in each of <see cref="Chains"/> chains of registers.</summary>
    public static float MultiplyAdds(SimdWidth width, int steps) => width switch
    {
        SimdWidth.V512 => MultiplyAdds<Simd512, Vector512<float>, Vector512<uint>>(steps),
        SimdWidth.V256 => MultiplyAdds<Simd256, Vector256<float>, Vector256<uint>>(steps),
        SimdWidth.V128 => MultiplyAdds<Simd128, Vector128<float>, Vector128<uint>>(steps),
        _ => MultiplyAdds<SimdScalar, float, uint>(steps),
    };

    /// <summary>Random words of <paramref name="rows"/> rows; they cost the same whatever the registers.</summary>
    public static unsafe uint RandomWords(int rows)
    {
        var keys = Ars.Keys.Of(1);
        var words = stackalloc uint[WordsOfRow];
        for (var row = 0; row < rows; row++) Ars.Fill(0, Blocks, (uint)row, 2, 3, &keys, words);
        return words[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe float MultiplyAdds<S, F, U>(int steps) where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        var m = S.Broadcast(0.999f);
        F a = m, b = m, c = m, d = m, e = m, f = m, g = m, h = m, i = m, j = m, k = m, l = m;
        for (var t = 0; t < steps; t++)
        {
            a = S.Fma(a, m, m);
            b = S.Fma(b, m, m);
            c = S.Fma(c, m, m);
            d = S.Fma(d, m, m);
            e = S.Fma(e, m, m);
            f = S.Fma(f, m, m);
            g = S.Fma(g, m, m);
            h = S.Fma(h, m, m);
            i = S.Fma(i, m, m);
            j = S.Fma(j, m, m);
            k = S.Fma(k, m, m);
            l = S.Fma(l, m, m);
        }
        var sum = S.Add(S.Add(S.Add(a, b), S.Add(c, d)), S.Add(S.Add(e, f), S.Add(S.Add(g, h), S.Add(S.Add(i, j), S.Add(k, l)))));
        var lanes = stackalloc float[16];
        S.Store(sum, lanes);
        return lanes[0];
    }
}

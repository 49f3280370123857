using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Minisim.Scenes;

/// <summary>The model's one Gaussian <c>G_σ</c>: sampled, sum-normalised, cut at radius <c>⌊4σ + 0.5⌋</c> px, separable.</summary>
/// <remarks>Every output is the sum of its taps in ascending order, each a fused multiply–add. Lanes of a vector are
/// different outputs, so the bytes depend neither on the vector width nor on how the image is cut between
/// threads.</remarks>
internal static class GaussianBlur
{
    /// <summary>The 2·radius + 1 weights, computed in double.</summary>
    public static float[] Kernel(double sigmaPx) => Array.ConvertAll(FootprintOptics.GaussianKernel(sigmaPx), w => (float)w);

    /// <summary>Blurs an image that carries its own surroundings: <paramref name="source"/> has
    /// (height + 2·radius, width + 2·radius) pixels, the result (height, width).</summary>
    public static float[] Valid(float[] source, int height, int width, double sigmaPx, ParallelOptions parallelism)
    {
        var kernel = Kernel(sigmaPx);
        var padded = width + kernel.Length - 1;
        return Valid((row, line) => source.AsSpan(row * padded, padded).CopyTo(line), height, width, kernel, parallelism);
    }

    /// <summary>As the other overload, but the padded rows are made on demand, so that a huge kernel needs no huge image.</summary>
    /// <param name="fill">Writes padded row 0 … height + 2·radius − 1 into a span of width + 2·radius pixels. Called from
    /// several threads.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="kernel">Weights of <see cref="Kernel"/>.</param>
    /// <param name="parallelism">Threads.</param>
    public static float[] Valid(FillRow fill, int height, int width, float[] kernel, ParallelOptions parallelism)
    {
        var reach = kernel.Length - 1;
        var across = ArrayPool<float>.Shared.Rent(checked((height + reach) * width));
        Parallel.For(0, height + reach, parallelism,
            () => new float[width + reach],
            (row, _, line) =>
            {
                fill(row, line);
                WeightedSum(line, 1, kernel, across.AsSpan(row * width, width));
                return line;
            }, _ => { });

        var result = new float[height * width];
        // A strip of 64 columns under the kernel stays in the first-level cache from one row to the next.
        const int strip = 64;
        var strips = (width + strip - 1) / strip;
        const int band = 64;
        var bands = (height + band - 1) / band;
        Parallel.For(0, strips * bands, parallelism, job =>
        {
            int first = job % strips * strip, count = Math.Min(strip, width - first);
            int top = job / strips * band, bottom = Math.Min(height, top + band);
            for (var row = top; row < bottom; row++)
                WeightedSum(across.AsSpan(row * width + first), width, kernel, result.AsSpan(row * width + first, count));
        });
        ArrayPool<float>.Shared.Return(across);
        return result;
    }

    /// <summary>Writes one row of an image.</summary>
    public delegate void FillRow(int row, Span<float> line);

    /// <summary><c>target[i] = Σ_k weights[k]·rows[k·stride + i]</c>, k ascending, fused.</summary>
    public static void WeightedSum(ReadOnlySpan<float> rows, int stride, ReadOnlySpan<float> weights, Span<float> target)
    {
        // The loops below go without bounds checks.
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, (weights.Length - 1) * stride + target.Length);
        Sum(ref MemoryMarshal.GetReference(rows), stride, weights, target);
    }

    private static void Sum(ref float source, int stride, ReadOnlySpan<float> kernel, Span<float> target)
    {
        ref var to = ref MemoryMarshal.GetReference(target);
        // The last vectors overlap those before them: what is summed twice is the same sum.
        if (target.Length >= 32)
        {
            for (var i = 0; ; i = Math.Min(i + 32, target.Length - 32))
            {
                Vector256<float> a = default, b = default, c = default, d = default;
                ref var from = ref Unsafe.Add(ref source, i);
                for (var k = 0; k < kernel.Length; k++)
                {
                    var weight = Vector256.Create(kernel[k]);
                    a = Vector256.FusedMultiplyAdd(weight, Vector256.LoadUnsafe(ref from), a);
                    b = Vector256.FusedMultiplyAdd(weight, Vector256.LoadUnsafe(ref from, 8), b);
                    c = Vector256.FusedMultiplyAdd(weight, Vector256.LoadUnsafe(ref from, 16), c);
                    d = Vector256.FusedMultiplyAdd(weight, Vector256.LoadUnsafe(ref from, 24), d);
                    from = ref Unsafe.Add(ref from, stride);
                }
                a.StoreUnsafe(ref to, (nuint)i);
                b.StoreUnsafe(ref to, (nuint)i + 8);
                c.StoreUnsafe(ref to, (nuint)i + 16);
                d.StoreUnsafe(ref to, (nuint)i + 24);
                if (i == target.Length - 32) return;
            }
        }
        if (target.Length >= 8)
        {
            for (var i = 0; ; i = Math.Min(i + 8, target.Length - 8))
            {
                Vector256<float> a = default;
                ref var from = ref Unsafe.Add(ref source, i);
                for (var k = 0; k < kernel.Length; k++)
                {
                    a = Vector256.FusedMultiplyAdd(Vector256.Create(kernel[k]), Vector256.LoadUnsafe(ref from), a);
                    from = ref Unsafe.Add(ref from, stride);
                }
                a.StoreUnsafe(ref to, (nuint)i);
                if (i == target.Length - 8) return;
            }
        }
        for (var i = 0; i < target.Length; i++)
        {
            float a = 0;
            ref var from = ref Unsafe.Add(ref source, i);
            for (var k = 0; k < kernel.Length; k++)
            {
                a = MathF.FusedMultiplyAdd(kernel[k], from, a);
                from = ref Unsafe.Add(ref from, stride);
            }
            target[i] = a;
        }
    }
}

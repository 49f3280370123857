using System.Numerics;
using System.Runtime.InteropServices;

namespace Minisim.Numerics;

/// <summary>Elementwise arithmetic on spans, with the same bits for every vector width.</summary>
internal static class FloatSpans
{
    /// <summary><c>y[i] = fma(a, x[i], y[i])</c>; <paramref name="y"/> is at least as long as <paramref name="x"/>.</summary>
    public static void MultiplyAdd(float a, ReadOnlySpan<float> x, Span<float> y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(x.Length, y.Length);
        ref var source = ref MemoryMarshal.GetReference(x);
        ref var target = ref MemoryMarshal.GetReference(y);
        var wide = new Vector<float>(a);
        nuint i = 0, n = (nuint)x.Length;
        for (; i + (nuint)Vector<float>.Count <= n; i += (nuint)Vector<float>.Count)
            Vector.FusedMultiplyAdd(wide, Vector.LoadUnsafe(ref source, i), Vector.LoadUnsafe(ref target, i)).StoreUnsafe(ref target, i);
        for (var k = (int)i; k < x.Length; k++) y[k] = MathF.FusedMultiplyAdd(a, x[k], y[k]);
    }

    /// <summary><c>y[i] = y[i] + a·x[i]</c>, product and sum each rounded; <paramref name="y"/> is at least as long as <paramref name="x"/>.</summary>
    public static void AddScaled(double a, ReadOnlySpan<double> x, Span<double> y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(x.Length, y.Length);
        ref var source = ref MemoryMarshal.GetReference(x);
        ref var target = ref MemoryMarshal.GetReference(y);
        nuint i = 0, n = (nuint)x.Length;
        for (; i + (nuint)Vector<double>.Count <= n; i += (nuint)Vector<double>.Count)
            (Vector.LoadUnsafe(ref target, i) + a * Vector.LoadUnsafe(ref source, i)).StoreUnsafe(ref target, i);
        for (var k = (int)i; k < x.Length; k++) y[k] += a * x[k];
    }
}

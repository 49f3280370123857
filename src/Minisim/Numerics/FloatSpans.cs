using System.Numerics;
using System.Runtime.InteropServices;

namespace Minisim.Numerics;

/// <summary>Elementwise arithmetic on spans, with the same bits for every vector width.</summary>
internal static class FloatSpans
{
    /// <summary><c>y[i] = fma(a, x[i], y[i])</c>; <paramref name="y"/> is at least as long as <paramref name="x"/>.</summary>
    public static void MultiplyAdd(float a, ReadOnlySpan<float> x, Span<float> y)
    {
        y = y[..x.Length];
        var wide = new Vector<float>(a);
        var i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            ref var target = ref MemoryMarshal.GetReference(y[i..]);
            Vector.FusedMultiplyAdd(wide, new Vector<float>(x[i..]), Vector.LoadUnsafe(ref target)).StoreUnsafe(ref target);
        }
        for (; i < x.Length; i++) y[i] = MathF.FusedMultiplyAdd(a, x[i], y[i]);
    }
}

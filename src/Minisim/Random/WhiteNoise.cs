using System.Runtime.Intrinsics;

namespace Minisim.Random;

/// <summary>Standard normals in bulk, one per pixel of a row, as a function of the pixel's place.</summary>
/// <remarks>Single precision and 24-bit uniforms, so no value beyond 5.77 standard deviations occurs: for noise that is
/// smoothed, not for tails. Plain products and sums only, no fused ones, so that every machine gives the same bits.</remarks>
internal static class WhiteNoise
{
    // Columns that are made together: 8 Philox blocks of 4 words, each word one normal.
    private const int Group = 32;

    /// <summary><c>target[i]</c> = the normal of column <paramref name="firstColumn"/> + i, which may be negative.</summary>
    public static void Fill(in Draws draws, int firstColumn, Span<float> target)
    {
        Span<uint> words = stackalloc uint[Group];
        Span<float> normals = stackalloc float[Group];
        // Arithmetic shift: floor also left of the axis.
        for (var group = firstColumn >> 5; group * Group < firstColumn + target.Length; group++)
        {
            for (var lane = 0; lane < 8; lane++)
                (words[lane], words[8 + lane], words[16 + lane], words[24 + lane]) = draws.Block((uint)(group * 8 + lane));
            BoxMuller(Vector256.Create<uint>(words), Vector256.Create<uint>(words[8..]), out var a, out var b);
            BoxMuller(Vector256.Create<uint>(words[16..]), Vector256.Create<uint>(words[24..]), out var c, out var d);
            a.CopyTo(normals);
            b.CopyTo(normals[8..]);
            c.CopyTo(normals[16..]);
            d.CopyTo(normals[24..]);
            var offset = group * Group - firstColumn;
            var skip = Math.Max(0, -offset);
            var count = Math.Min(Group, target.Length - offset) - skip;
            normals.Slice(skip, count).CopyTo(target[(offset + skip)..]);
        }
    }

    private static void BoxMuller(Vector256<uint> radiusWords, Vector256<uint> angleWords, out Vector256<float> first, out Vector256<float> second)
    {
        // u = (w + 1)/2^24 in (0, 1], so the logarithm is finite.
        var u = Vector256.ConvertToSingle((radiusWords >>> 8).AsInt32() + Vector256<int>.One) * Vector256.Create(1f / (1 << 24));
        var radius = Vector256.Sqrt(Log(u) * Vector256.Create(-2f));
        // The top two bits are the quadrant, the next 24 the place in it, in [−½, ½) quarter turns.
        var quadrant = angleWords >>> 30;
        var f = Vector256.ConvertToSingle(((angleWords >>> 6) & Vector256.Create(0xFFFFFFu)).AsInt32()) * Vector256.Create(1f / (1 << 24)) - Vector256.Create(0.5f);
        var x = f * Vector256.Create(1.57079632679f);                   // |x| ≤ π/4
        var z = x * x;
        // Taylor series; the first term left out is below 4e-9 at π/4.
        var sine = x + x * z * (Vector256.Create(-1f / 6) + z * (Vector256.Create(1f / 120) + z * (Vector256.Create(-1f / 5040) + z * Vector256.Create(1f / 362880))));
        var cosine = Vector256<float>.One + z * (Vector256.Create(-0.5f) + z * (Vector256.Create(1f / 24) + z * (Vector256.Create(-1f / 720) + z * Vector256.Create(1f / 40320))));
        var swap = Vector256.Equals(quadrant & Vector256<uint>.One, Vector256<uint>.One).AsSingle();
        var sign = (quadrant << 30) & Vector256.Create(0x80000000u);
        first = radius * (Vector256.ConditionalSelect(swap, sine, cosine).AsUInt32() ^ sign ^ (swap.AsUInt32() & Vector256.Create(0x80000000u))).AsSingle();
        second = radius * (Vector256.ConditionalSelect(swap, cosine, sine).AsUInt32() ^ sign).AsSingle();
    }

    // ln u for u in (0, 1], by ln m = 2·atanh((m − 1)/(m + 1)), m in [√½, √2).
    private static Vector256<float> Log(Vector256<float> u)
    {
        var bits = u.AsInt32() - Vector256.Create(0x3F3504F3);          // √½
        var exponent = Vector256.ConvertToSingle(bits >> 23);
        var m = ((bits & Vector256.Create(0x7FFFFF)) + Vector256.Create(0x3F3504F3)).AsSingle();
        var s = (m - Vector256<float>.One) / (m + Vector256<float>.One);
        var z = s * s;
        var p = s * (Vector256.Create(2f) + z * (Vector256.Create(2f / 3) + z * (Vector256.Create(2f / 5) + z * (Vector256.Create(2f / 7) + z * Vector256.Create(2f / 9)))));
        return exponent * Vector256.Create(0.69314718056f) + p;
    }
}

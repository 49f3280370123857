using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Minisim.Formats.Zarr;

/// <summary>Blosc's shuffles: the bytes (or bits) of one significance of all elements side by side, so that what hardly
/// changes between neighbours becomes long runs.</summary>
internal static class ByteShuffle
{
    /// <summary><c>target[b·n + i] = source[i·size + b]</c> for the n whole elements; what is left over is copied.</summary>
    public static void Shuffle(ReadOnlySpan<byte> source, Span<byte> target, int size)
    {
        var n = source.Length / size;
        var i = 0;
        if (Vector128.IsHardwareAccelerated && n >= Vector256<byte>.Count)
            i = size switch { 2 => Shuffle2(source, target, n), 4 => Shuffle4(source, target, n), 8 => Shuffle8(source, target, n), _ => 0 };
        for (; i < n; i++)
            for (var b = 0; b < size; b++)
                target[b * n + i] = source[i * size + b];
        source[(n * size)..].CopyTo(target[(n * size)..]);
    }

    /// <summary>Undoes <see cref="Shuffle"/>.</summary>
    public static void Unshuffle(ReadOnlySpan<byte> source, Span<byte> target, int size)
    {
        var n = source.Length / size;
        var i = 0;
        if (Vector128.IsHardwareAccelerated && n >= Vector256<byte>.Count)
            i = size switch { 2 => Unshuffle2(source, target, n), 4 => Unshuffle4(source, target, n), 8 => Unshuffle8(source, target, n), _ => 0 };
        for (; i < n; i++)
            for (var b = 0; b < size; b++)
                target[i * size + b] = source[b * n + i];
        source[(n * size)..].CopyTo(target[(n * size)..]);
    }

    /// <summary>Undoes Blosc's bit shuffle: plane k of the 8·size bit planes holds bit k of every element. Blosc leaves blocks
    /// alone whose number of elements is not a multiple of eight.</summary>
    public static void Unbitshuffle(ReadOnlySpan<byte> source, Span<byte> target, int size)
    {
        var n = source.Length / size;
        if (n % 8 != 0)
        {
            source.CopyTo(target);
            return;
        }
        var plane = n / 8;
        for (var b = 0; b < size; b++)
            for (var m = 0; m < plane; m++)
            {
                ulong rows = 0;
                for (var k = 0; k < 8; k++) rows |= (ulong)source[(b * 8 + k) * plane + m] << (8 * k);
                var columns = Transpose8X8(rows);
                for (var j = 0; j < 8; j++) target[(m * 8 + j) * size + b] = (byte)(columns >> (8 * j));
            }
        source[(n * size)..].CopyTo(target[(n * size)..]);
    }

    /// <summary>Blosc's bit shuffle; see <see cref="Unbitshuffle"/>.</summary>
    public static void Bitshuffle(ReadOnlySpan<byte> source, Span<byte> target, int size)
    {
        var n = source.Length / size;
        if (n % 8 != 0)
        {
            source.CopyTo(target);
            return;
        }
        var plane = n / 8;
        for (var b = 0; b < size; b++)
            for (var m = 0; m < plane; m++)
            {
                ulong rows = 0;
                for (var j = 0; j < 8; j++) rows |= (ulong)source[(m * 8 + j) * size + b] << (8 * j);
                var columns = Transpose8X8(rows);
                for (var k = 0; k < 8; k++) target[(b * 8 + k) * plane + m] = (byte)(columns >> (8 * k));
            }
        source[(n * size)..].CopyTo(target[(n * size)..]);
    }

    /// <summary>Transposes an 8×8 bit matrix held as eight bytes, by swapping 1×1, 2×2 and 4×4 blocks.</summary>
    private static ulong Transpose8X8(ulong x)
    {
        var t = (x ^ (x >> 7)) & 0x00AA00AA00AA00AA;
        x ^= t ^ (t << 7);
        t = (x ^ (x >> 14)) & 0x0000CCCC0000CCCC;
        x ^= t ^ (t << 14);
        t = (x ^ (x >> 28)) & 0x00000000F0F0F0F0;
        return x ^ t ^ (t << 28);
    }

    /// <summary>The two upper byte planes of 8-bit counts as float32; the two lower ones are zero, since the seven bits below
    /// the leading one fit the upper seven of the significand. Saves writing and shuffling four bytes a pixel.</summary>
    public static void CountsToFloatPlanes(ReadOnlySpan<byte> counts, Span<byte> plane2, Span<byte> plane3)
    {
        var i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            ref var from = ref MemoryMarshal.GetReference(counts);
            var mask = Vector256.Create((ushort)0xFF);
            for (; i <= counts.Length - 32; i += 32)
            {
                var (lo, hi) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i));
                Vector256<ushort> a = UpperHalves(lo), b = UpperHalves(hi);
                Vector256.Narrow(a & mask, b & mask).CopyTo(plane2[i..]);
                Vector256.Narrow(a >>> 8, b >>> 8).CopyTo(plane3[i..]);
            }
        }
        for (; i < counts.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(counts[i]);
            plane2[i] = (byte)(bits >> 16);
            plane3[i] = (byte)(bits >> 24);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<ushort> UpperHalves(Vector256<ushort> values)
        {
            var (lo, hi) = Vector256.Widen(values);
            return Vector256.Narrow(Vector256.ConvertToSingle(lo.AsInt32()).AsUInt32() >>> 16, Vector256.ConvertToSingle(hi.AsInt32()).AsUInt32() >>> 16);
        }
    }

    private static int Shuffle2(ReadOnlySpan<byte> source, Span<byte> target, int n)
    {
        ref var from = ref Unsafe.As<byte, ushort>(ref MemoryMarshal.GetReference(source));
        ref var to = ref MemoryMarshal.GetReference(target);
        var mask = Vector256.Create((ushort)0xFF);
        var i = 0;
        for (; i <= n - 32; i += 32)
        {
            var v0 = Vector256.LoadUnsafe(ref from, (nuint)i);
            var v1 = Vector256.LoadUnsafe(ref from, (nuint)i + 16);
            Vector256.Narrow(v0 & mask, v1 & mask).StoreUnsafe(ref to, (nuint)i);
            Vector256.Narrow(v0 >>> 8, v1 >>> 8).StoreUnsafe(ref to, (nuint)(n + i));
        }
        return i;
    }

    private static int Shuffle4(ReadOnlySpan<byte> source, Span<byte> target, int n)
    {
        ref var from = ref Unsafe.As<byte, uint>(ref MemoryMarshal.GetReference(source));
        ref var to = ref MemoryMarshal.GetReference(target);
        var i = 0;
        for (; i <= n - 32; i += 32)
            Planes(Vector256.LoadUnsafe(ref from, (nuint)i), Vector256.LoadUnsafe(ref from, (nuint)i + 8), Vector256.LoadUnsafe(ref from, (nuint)i + 16), Vector256.LoadUnsafe(ref from, (nuint)i + 24), ref to, i, n);
        return i;
    }

    private static int Shuffle8(ReadOnlySpan<byte> source, Span<byte> target, int n)
    {
        ref var from = ref Unsafe.As<byte, ulong>(ref MemoryMarshal.GetReference(source));
        ref var to = ref MemoryMarshal.GetReference(target);
        var mask = Vector256.Create((ulong)uint.MaxValue);
        var i = 0;
        for (; i <= n - 32; i += 32)
        {
            var at = (nuint)i;
            Vector256<ulong> a = Vector256.LoadUnsafe(ref from, at), b = Vector256.LoadUnsafe(ref from, at + 4), c = Vector256.LoadUnsafe(ref from, at + 8), d = Vector256.LoadUnsafe(ref from, at + 12);
            Vector256<ulong> e = Vector256.LoadUnsafe(ref from, at + 16), f = Vector256.LoadUnsafe(ref from, at + 20), g = Vector256.LoadUnsafe(ref from, at + 24), h = Vector256.LoadUnsafe(ref from, at + 28);
            Planes(Vector256.Narrow(a & mask, b & mask), Vector256.Narrow(c & mask, d & mask), Vector256.Narrow(e & mask, f & mask), Vector256.Narrow(g & mask, h & mask), ref to, i, n);
            Planes(Vector256.Narrow(a >>> 32, b >>> 32), Vector256.Narrow(c >>> 32, d >>> 32), Vector256.Narrow(e >>> 32, f >>> 32), Vector256.Narrow(g >>> 32, h >>> 32), ref Unsafe.Add(ref to, 4 * n), i, n);
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Planes(Vector256<uint> v0, Vector256<uint> v1, Vector256<uint> v2, Vector256<uint> v3, ref byte to, int i, int n)
    {
        var mask = Vector256.Create((uint)0xFFFF);
        var low = Vector256.Create((ushort)0xFF);
        Vector256<ushort> a = Vector256.Narrow(v0 & mask, v1 & mask), b = Vector256.Narrow(v2 & mask, v3 & mask);
        Vector256.Narrow(a & low, b & low).StoreUnsafe(ref to, (nuint)i);
        Vector256.Narrow(a >>> 8, b >>> 8).StoreUnsafe(ref to, (nuint)(n + i));
        a = Vector256.Narrow(v0 >>> 16, v1 >>> 16);
        b = Vector256.Narrow(v2 >>> 16, v3 >>> 16);
        Vector256.Narrow(a & low, b & low).StoreUnsafe(ref to, (nuint)(2 * n + i));
        Vector256.Narrow(a >>> 8, b >>> 8).StoreUnsafe(ref to, (nuint)(3 * n + i));
    }

    private static int Unshuffle2(ReadOnlySpan<byte> source, Span<byte> target, int n)
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref Unsafe.As<byte, ushort>(ref MemoryMarshal.GetReference(target));
        var i = 0;
        for (; i <= n - 32; i += 32)
        {
            var (lo, hi) = Pairs(ref from, i, n);
            lo.StoreUnsafe(ref to, (nuint)i);
            hi.StoreUnsafe(ref to, (nuint)i + 16);
        }
        return i;
    }

    private static int Unshuffle4(ReadOnlySpan<byte> source, Span<byte> target, int n)
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref Unsafe.As<byte, uint>(ref MemoryMarshal.GetReference(target));
        var i = 0;
        for (; i <= n - 32; i += 32)
        {
            var (v0, v1, v2, v3) = Quads(ref from, i, n);
            v0.StoreUnsafe(ref to, (nuint)i);
            v1.StoreUnsafe(ref to, (nuint)i + 8);
            v2.StoreUnsafe(ref to, (nuint)i + 16);
            v3.StoreUnsafe(ref to, (nuint)i + 24);
        }
        return i;
    }

    private static int Unshuffle8(ReadOnlySpan<byte> source, Span<byte> target, int n)
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref Unsafe.As<byte, ulong>(ref MemoryMarshal.GetReference(target));
        var i = 0;
        for (; i <= n - 32; i += 32)
        {
            var (l0, l1, l2, l3) = Quads(ref from, i, n);
            var (h0, h1, h2, h3) = Quads(ref Unsafe.Add(ref from, 4 * n), i, n);
            Store(l0, h0, ref to, i);
            Store(l1, h1, ref to, i + 8);
            Store(l2, h2, ref to, i + 16);
            Store(l3, h3, ref to, i + 24);
        }
        return i;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Store(Vector256<uint> low, Vector256<uint> high, ref ulong to, int i)
        {
            var (a, b) = Vector256.Widen(low);
            var (c, d) = Vector256.Widen(high);
            (a | (c << 32)).StoreUnsafe(ref to, (nuint)i);
            (b | (d << 32)).StoreUnsafe(ref to, (nuint)i + 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<ushort>, Vector256<ushort>) Pairs(ref byte from, int i, int n)
    {
        var (a, b) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i));
        var (c, d) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)(n + i)));
        return (a | (c << 8), b | (d << 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<uint>, Vector256<uint>, Vector256<uint>, Vector256<uint>) Quads(ref byte from, int i, int n)
    {
        var (low0, low1) = Pairs(ref from, i, n);
        var (high0, high1) = Pairs(ref Unsafe.Add(ref from, 2 * n), i, n);
        var (a, b) = Vector256.Widen(low0);
        var (c, d) = Vector256.Widen(low1);
        var (e, f) = Vector256.Widen(high0);
        var (g, h) = Vector256.Widen(high1);
        return (a | (e << 16), b | (f << 16), c | (g << 16), d | (h << 16));
    }
}

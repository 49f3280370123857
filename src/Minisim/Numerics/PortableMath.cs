using System.Numerics;

namespace Minisim.Numerics;

/// <summary>Exponential, logarithm, powers and circular functions from IEEE additions and products
/// alone, so that every platform gives the same bits. The platform's mathematics library does not:
/// its last bit differs between operating systems, and a recording must not.</summary>
/// <remarks>Errors stay below 2e-15 relative (measured against <see cref="Math"/> in the tests). No fused
/// multiply–add is used here: the plain form is the same with and without hardware for it.</remarks>
public static class PortableMath
{
    private const double Ln2High = 6.93147180369123816490e-01, Ln2Low = 1.90821492927058770002e-10;

    /// <summary>e^<paramref name="x"/>; 0 below −745, ∞ above 709.78.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x > 709.782712893384) return double.PositiveInfinity;
        if (x < -745.133219101941) return 0;
        var n = Math.Round(x * 1.4426950408889634);
        var r = (x - n * Ln2High) - n * Ln2Low;                     // |r| ≤ 0.3466
        // Taylor to r^13: 0.3466^14/14! = 4e-18.
        var p = 1.0 / 6227020800.0;
        p = p * r + 1.0 / 479001600.0;
        p = p * r + 1.0 / 39916800.0;
        p = p * r + 1.0 / 3628800.0;
        p = p * r + 1.0 / 362880.0;
        p = p * r + 1.0 / 40320.0;
        p = p * r + 1.0 / 5040.0;
        p = p * r + 1.0 / 720.0;
        p = p * r + 1.0 / 120.0;
        p = p * r + 1.0 / 24.0;
        p = p * r + 1.0 / 6.0;
        p = p * r + 0.5;
        p = p * r * r + r + 1;
        return ScaleByPowerOfTwo(p, (int)n);
    }

    /// <summary>e^x of every value, each with the bits of <see cref="Exp(double)"/>; <paramref name="to"/> may be <paramref name="x"/>.</summary>
    internal static void Exp(ReadOnlySpan<double> x, Span<double> to)
    {
        // 1.5·2^52 more has a whole number, negative ones included, in its last bits.
        const double shift = 6755399441055744;
        var k = 0;
        for (; k + Vector<double>.Count <= x.Length; k += Vector<double>.Count)
        {
            var v = new Vector<double>(x[k..]);
            if (!Vector.LessThanOrEqualAll(Vector.Abs(v), new Vector<double>(700)))
            {
                for (var j = k; j < k + Vector<double>.Count; j++) to[j] = Exp(x[j]);
                continue;
            }
            var n = Vector.Round(v * 1.4426950408889634);
            var r = (v - n * Ln2High) - n * Ln2Low;
            var p = new Vector<double>(1.0 / 6227020800.0);
            p = p * r + new Vector<double>(1.0 / 479001600.0);
            p = p * r + new Vector<double>(1.0 / 39916800.0);
            p = p * r + new Vector<double>(1.0 / 3628800.0);
            p = p * r + new Vector<double>(1.0 / 362880.0);
            p = p * r + new Vector<double>(1.0 / 40320.0);
            p = p * r + new Vector<double>(1.0 / 5040.0);
            p = p * r + new Vector<double>(1.0 / 720.0);
            p = p * r + new Vector<double>(1.0 / 120.0);
            p = p * r + new Vector<double>(1.0 / 24.0);
            p = p * r + new Vector<double>(1.0 / 6.0);
            p = p * r + new Vector<double>(0.5);
            p = p * r * r + r + Vector<double>.One;
            var exponent = Vector.AsVectorInt64(n + new Vector<double>(shift)) - new Vector<long>(BitConverter.DoubleToInt64Bits(shift));
            (p * Vector.AsVectorDouble(Vector.ShiftLeft(exponent + new Vector<long>(1023), 52))).CopyTo(to[k..]);
        }
        for (; k < x.Length; k++) to[k] = Exp(x[k]);
    }

    /// <summary>e^<paramref name="x"/> − 1, accurate near 0.</summary>
    public static double ExpM1(double x)
    {
        if (Math.Abs(x) > 0.3) return Exp(x) - 1;
        double term = x, sum = x;
        for (var k = 2; k <= 16; k++)
        {
            term *= x / k;
            sum += term;
        }
        return sum;
    }

    /// <summary>Natural logarithm; −∞ at 0, NaN below.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0) return double.NaN;
        if (x == 0) return double.NegativeInfinity;
        if (double.IsPositiveInfinity(x)) return x;
        var exponent = 0;
        if (x < 2.2250738585072014e-308)
        {
            x *= 18014398509481984.0;                               // 2^54: lift a subnormal
            exponent = -54;
        }
        var bits = BitConverter.DoubleToInt64Bits(x);
        exponent += (int)(bits >> 52) - 1023;
        var m = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }
        // ln m = 2·atanh(s), s = (m − 1)/(m + 1), |s| ≤ 0.1716.
        var f = m - 1;
        var s = f / (2 + f);
        var z = s * s;
        var p = 1.0 / 21;
        p = p * z + 1.0 / 19;
        p = p * z + 1.0 / 17;
        p = p * z + 1.0 / 15;
        p = p * z + 1.0 / 13;
        p = p * z + 1.0 / 11;
        p = p * z + 1.0 / 9;
        p = p * z + 1.0 / 7;
        p = p * z + 1.0 / 5;
        p = p * z + 1.0 / 3;
        // f − s·(f − 2·z·p) = 2s + 2s·z·p, without the rounding of 2s.
        return exponent * Ln2High + (f - (s * (f - 2 * z * p) - exponent * Ln2Low));
    }

    /// <summary>ln(1 + <paramref name="x"/>), accurate near 0; <paramref name="x"/> &gt; −1.</summary>
    public static double Log1P(double x) => Math.Abs(x) > 1e-4 ? Log(1 + x) : x * (1 - x * (0.5 - x * (1.0 / 3 - x * 0.25)));

    /// <summary><paramref name="x"/>^<paramref name="y"/> for <paramref name="x"/> ≥ 0.</summary>
    public static double Pow(double x, double y)
    {
        if (y == 0) return 1;
        if (x == 0) return y > 0 ? 0 : double.PositiveInfinity;
        if (y == 1) return x;
        if (y == 2) return x * x;
        if (y == 3) return x * x * x;
        if (y == 0.5) return Math.Sqrt(x);
        return Exp(y * Log(x));
    }

    /// <summary>Cube root of <paramref name="x"/> ≥ 0.</summary>
    public static double Cbrt(double x)
    {
        if (x == 0) return 0;
        var y = Exp(Log(x) / 3);
        return y - (y * y * y - x) / (3 * y * y);                   // one Newton step
    }

    /// <summary>Sine; |<paramref name="x"/>| ≤ 1e6.</summary>
    public static double Sin(double x)
    {
        var quadrant = Reduce(x, out var r);
        var v = (quadrant & 1) == 0 ? SinKernel(r) : CosKernel(r);
        return (quadrant & 2) == 0 ? v : -v;
    }

    /// <summary>Cosine; |<paramref name="x"/>| ≤ 1e6.</summary>
    public static double Cos(double x)
    {
        var quadrant = Reduce(x, out var r);
        var v = (quadrant & 1) == 0 ? CosKernel(r) : SinKernel(r);
        return ((quadrant + 1) & 2) == 0 ? v : -v;
    }

    /// <summary>The angle of the point (<paramref name="x"/>, <paramref name="y"/>) in (−π, π]; 0 at the origin.</summary>
    public static double Atan2(double y, double x)
    {
        if (x == 0 && y == 0) return 0;
        double ax = Math.Abs(x), ay = Math.Abs(y);
        var t = ay <= ax ? ay / ax : ax / ay;
        // Half the angle twice: tan(π/16) = 0.199.
        t /= 1 + Math.Sqrt(1 + t * t);
        t /= 1 + Math.Sqrt(1 + t * t);
        var z = t * t;
        var p = 1.0 / 21;
        for (var k = 19; k >= 1; k -= 2) p = 1.0 / k - z * p;
        var angle = 4 * t * p;
        if (ay > ax) angle = Math.PI / 2 - angle;
        if (x < 0) angle = Math.PI - angle;
        return y < 0 ? -angle : angle;
    }

    // π/2 in three parts of 33 bits each, so that n·part is exact for n < 2^20.
    private static int Reduce(double x, out double r)
    {
        var n = Math.Round(x * 0.63661977236758138);
        r = ((x - n * 1.57079632673412561417) - n * 6.07710050630396597660e-11) - n * 2.02226624879595063154e-21;
        return (int)(long)n & 3;
    }

    private static double SinKernel(double r)
    {
        var z = r * r;
        var p = 1.0 / 355687428096000.0;
        p = p * z - 1.0 / 1307674368000.0;
        p = p * z + 1.0 / 6227020800.0;
        p = p * z - 1.0 / 39916800.0;
        p = p * z + 1.0 / 362880.0;
        p = p * z - 1.0 / 5040.0;
        p = p * z + 1.0 / 120.0;
        p = p * z - 1.0 / 6.0;
        return r + r * (z * p);
    }

    private static double CosKernel(double r)
    {
        var z = r * r;
        var p = 1.0 / 20922789888000.0;
        p = p * z - 1.0 / 87178291200.0;
        p = p * z + 1.0 / 479001600.0;
        p = p * z - 1.0 / 3628800.0;
        p = p * z + 1.0 / 40320.0;
        p = p * z - 1.0 / 720.0;
        p = p * z + 1.0 / 24.0;
        p = p * z - 0.5;
        return 1 + z * p;
    }

    private static double ScaleByPowerOfTwo(double x, int n)
    {
        if (n > 1023) return x * 8.98846567431158e307 * BitConverter.Int64BitsToDouble((long)(n - 1023 + 1023) << 52);
        if (n < -1022) return x * BitConverter.Int64BitsToDouble((long)(n + 54 + 1023) << 52) * 5.551115123125783e-17;
        return x * BitConverter.Int64BitsToDouble((long)(n + 1023) << 52);
    }
}

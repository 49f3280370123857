namespace Minisim.Formats.Writing;

/// <summary>A rate as a quotient of integers, as video containers want it.</summary>
internal static class Rational
{
    /// <summary>The simplest quotient within a part in 10¹⁰ of a positive rate (convergents of its continued fraction), both parts at
    /// most 10⁹.</summary>
    public static (uint Numerator, uint Denominator) Of(double rate)
    {
        double n0 = 0, n1 = 1, d0 = 1, d1 = 0, x = rate;
        for (var i = 0; i < 40; i++)
        {
            var whole = Math.Floor(x);
            double n = whole * n1 + n0, d = whole * d1 + d0;
            if (n > 1e9 || d > 1e9) break;
            (n0, n1, d0, d1) = (n1, n, d1, d);
            if (Math.Abs(n / d - rate) <= 1e-10 * rate || x == whole) break;
            x = 1 / (x - whole);
        }
        return ((uint)Math.Max(n1, 1), (uint)Math.Max(d1, 1));
    }
}

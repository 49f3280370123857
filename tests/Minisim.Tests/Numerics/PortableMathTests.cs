using CsCheck;
using Minisim.Numerics;

namespace Minisim.Tests.Numerics;

public class PortableMathTests
{
    private static void Agree(double expected, double actual, string what)
    {
        if (double.IsNaN(expected) && double.IsNaN(actual) || expected == actual) return;
        Assert.True(Math.Abs(actual - expected) <= 2e-15 * Math.Max(Math.Abs(expected), 1e-300), $"{what}: {actual:r}, platform {expected:r}");
    }

    [Fact]
    public void Exponentials_side_by_side_have_the_bits_of_each_alone()
    {
        var random = new System.Random(8);
        foreach (var length in new[] { 0, 1, 3, 4, 5, 8, 1000 })
        {
            double[] x = [.. Enumerable.Range(0, length).Select(i => i % 97 == 13 ? 1e5 * (random.NextDouble() - 0.5) : i % 101 == 7 ? double.NaN : i % 89 == 5 ? 0 : 1400 * (random.NextDouble() - 0.5) * random.NextDouble())];
            double[] expected = Array.ConvertAll(x, PortableMath.Exp), together = new double[length];
            PortableMath.Exp(x, together);
            Assert.Equal(expected.Select(BitConverter.DoubleToInt64Bits), together.Select(BitConverter.DoubleToInt64Bits));
            PortableMath.Exp(x, x);
            Assert.Equal(expected.Select(BitConverter.DoubleToInt64Bits), x.Select(BitConverter.DoubleToInt64Bits));
        }
    }

    [Fact]
    public void Exponential_and_logarithm_agree_with_the_platform_to_the_last_digits()
    {
        Gen.Double[-700, 700].Sample(x => Agree(Math.Exp(x), PortableMath.Exp(x), $"exp({x:r})"), iter: 20000);
        Gen.Double[-0.3, 0.3].Sample(x => Agree(Math.Exp(x), PortableMath.Exp(x), $"exp({x:r})"), iter: 20000);
        Gen.Double[1e-300, 1e300].Sample(x => Agree(Math.Log(x), PortableMath.Log(x), $"log({x:r})"), iter: 20000);
        Gen.Double[1e-6, 3].Sample(x => Assert.Equal(Math.Log(x), PortableMath.Log(x), 2e-15 * Math.Max(1, Math.Abs(Math.Log(x)))), iter: 20000);
        foreach (var x in new[] { 0, -0.0, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, 1, 710, -746 })
        {
            Agree(Math.Exp(x), PortableMath.Exp(x), $"exp({x})");
            Agree(Math.Log(x), PortableMath.Log(x), $"log({x})");
        }
    }

    [Fact]
    public void Circular_functions_agree_with_the_platform_to_the_last_digits()
    {
        Gen.Double[-1e6, 1e6].Sample(x =>
        {
            Assert.Equal(Math.Sin(x), PortableMath.Sin(x), 1e-15);
            Assert.Equal(Math.Cos(x), PortableMath.Cos(x), 1e-15);
        }, iter: 20000);
        Gen.Double[-4, 4].Sample(x => Assert.Equal(Math.Sin(x), PortableMath.Sin(x), 4e-16), iter: 20000);
    }

    [Fact]
    public void Powers_and_roots_agree_with_the_platform()
    {
        Gen.Select(Gen.Double[1e-3, 1e3], Gen.Double[-5, 5]).Sample((x, y) =>
            Assert.Equal(1.0, PortableMath.Pow(x, y) / Math.Pow(x, y), 1e-13), iter: 20000);
        Gen.Double[1e-9, 1e9].Sample(x => Agree(Math.Cbrt(x), PortableMath.Cbrt(x), $"cbrt({x:r})"), iter: 20000);
        Gen.Double[-0.5, 0.5].Sample(x =>
        {
            var expected = Math.Abs(x) < 1e-4 ? x + x * x / 2 + x * x * x / 6 : Math.Exp(x) - 1;
            Assert.Equal(expected, PortableMath.ExpM1(x), 1e-11 * Math.Abs(expected));
        }, iter: 20000);
    }
}

using Minisim.Metrics;
using Minisim.Random;

namespace Minisim.Tests.Metrics;

public class FourierTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(48)]
    [InlineData(97)]
    [InlineData(608)]
    public void The_transform_is_the_sum_that_defines_it(int n)
    {
        var draws = new Draws(1, RandomStream.Placement);
        double[] re = [.. Enumerable.Range(0, n).Select(i => draws.Normal((uint)i))], im = [.. Enumerable.Range(0, n).Select(i => draws.Normal((uint)(n + i)))];
        var (a, b) = (re.ToArray(), im.ToArray());
        new Fourier(n).Forward(a, b);
        foreach (var k in Enumerable.Range(0, n).Where(k => n < 100 || k % 37 == 0))
        {
            double x = 0, y = 0;
            for (var j = 0; j < n; j++)
            {
                var angle = -2 * Math.PI * ((long)j * k % n) / n;
                x += re[j] * Math.Cos(angle) - im[j] * Math.Sin(angle);
                y += re[j] * Math.Sin(angle) + im[j] * Math.Cos(angle);
            }
            Assert.Equal(x, a[k], 9);
            Assert.Equal(y, b[k], 9);
        }
    }

    [Theory]
    [InlineData(4, -7)]
    [InlineData(-11, 3)]
    public void Phase_correlation_finds_a_shift_on_any_field(int dy, int dx)
    {
        var cells = SparseFootprints.FromPatches([HandBuilt.Disc(30, 40, 6), HandBuilt.Disc(50, 22, 4), HandBuilt.Disc(41, 60, 7)], 83, 90);
        Assert.Equal((-dy, -dx), PhaseCorrelation.Shift(cells.Shift(dy, dx), cells));
    }
}

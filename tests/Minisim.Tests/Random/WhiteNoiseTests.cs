using Minisim.Random;

namespace Minisim.Tests.Random;

public class WhiteNoiseTests
{
    [Fact]
    public void A_column_has_its_value_wherever_the_row_starts()
    {
        var draws = new Draws(7, RandomStream.NeuropilField, 3, 1);
        var row = new float[500];
        WhiteNoise.Fill(draws, -250, row);
        for (var first = -250; first < 200; first += 7)
            for (var length = 1; first + length <= 250; length += 41)
            {
                var part = new float[length];
                WhiteNoise.Fill(draws, first, part);
                Assert.True(row.AsSpan(first + 250, length).SequenceEqual(part));
            }
    }

    [Fact]
    public void Noise_is_standard_normal_and_uncorrelated()
    {
        // 1 million values; bounds at 4.4 standard errors, p = 1e-5 each.
        const int n = 1_000_000;
        var values = new float[n];
        for (var row = 0; row < 1000; row++) WhiteNoise.Fill(new Draws(11, RandomStream.NeuropilField, (uint)row), -500, values.AsSpan(row * 1000, 1000));
        double[] moment = new double[5];
        double along = 0, below = 0, far = 0;
        for (var i = 0; i < n; i++)
        {
            double v = values[i], p = 1;
            for (var k = 1; k < 5; k++) moment[k] += (p *= v) / n;
            if (i % 1000 > 0) along += v * values[i - 1] / n;
            if (i % 1000 >= 8) far += v * values[i - 8] / n;
            if (i >= 1000) below += v * values[i - 1000] / n;
        }
        const double z = 4.4 / 1000;
        Assert.Equal(0, moment[1], z);
        Assert.Equal(1, moment[2], z * Math.Sqrt(2));
        Assert.Equal(0, moment[3], z * Math.Sqrt(15));
        Assert.Equal(3, moment[4], z * Math.Sqrt(96));
        Assert.Equal(0, along, z);
        Assert.Equal(0, far, z);
        Assert.Equal(0, below, z);
        Assert.InRange(values.Count(v => Math.Abs(v) > 3) / (double)n, 0.0027 - z * 0.052, 0.0027 + z * 0.052);
    }
}

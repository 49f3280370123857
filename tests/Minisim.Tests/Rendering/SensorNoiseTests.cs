using System.Runtime.Intrinsics;
using Minisim.Random;
using Minisim.Rendering;
using Minisim.Rendering.Simd;
using Minisim.Scenes;

namespace Minisim.Tests.Rendering;

/// <summary>The sensor against the exact Poisson + Gaussian distribution.</summary>
public unsafe class SensorNoiseTests
{
    private const int Groups = 16, Width = Groups * SensorKernel.Group;

    /// <summary>Counts of uniform light; gain 1 unless given, 16 bit.</summary>
    private static IEnumerable<ushort> Counts(double lambda, double read, double gain, int rows, long seed = 1)
    {
        var counts = new ushort[rows * Width];
        Fill(counts, lambda, read, gain, rows, seed);
        return counts;
    }

    private static void Fill(ushort[] counts, double lambda, double read, double gain, int rows, long seed)
    {
        var c = SensorKernel.Constants.Of(new SensorModel((ulong)seed, 1, read, gain, 16));
        using AlignedBuffer electrons = new(4 * Width), normals = new(4 * Width);
        new Span<float>(electrons.Floats, Width).Fill((float)lambda);
        fixed (ushort* target = counts)
            for (var row = 0; row < rows; row++)
            {
                NormalsKernel.Row<Simd256, Vector256<float>, Vector256<uint>>(-8, Groups, row, 7, RandomStream.Sensor, &c.Keys, normals.Floats);
                SensorKernel.Counts<Simd256, Vector256<float>, Vector256<uint>>(electrons.Floats, normals.Floats, -8, Groups, row, 7, &c, (byte*)(target + row * Width), true);
            }
    }

    private static (double Mean, double Variance, double Third) Moments(IEnumerable<double> values)
    {
        double n = 0, mean = 0, m2 = 0, m3 = 0;
        foreach (var v in values)
        {
            n++;
            var d = v - mean;
            var dn = d / n;
            mean += dn;
            m3 += d * dn * dn * (n - 1) * (n - 2) - 3 * dn * m2;
            m2 += d * dn * (n - 1);
        }
        return (mean, m2 / n, m3 / n);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(2.0)]
    [InlineData(6.5)]
    public void Photon_transfer_curve_has_the_slope_of_the_gain_and_the_offset_of_the_read_noise(double read)
    {
        // Variance of n draws has standard error σ²·√(2/n); 30 points, Bonferroni at 1e-4 overall: 4.7 standard errors.
        foreach (var lambda in new[] { 0, 0.05, 0.2, 0.5, 1, 2, 5, 10, 14, 15.9, 16, 16.1, 20, 30, 50, 100, 200, 500, 1000, 3000, 10000 })
        {
            // Keep counts clear of both ends: a pedestal is not part of the sensor, so dark light is clipped at 0 where read noise is.
            if (lambda < 6 * Math.Sqrt(lambda + read * read) && read > 0) continue;
            var gain = lambda > 4000 ? 4 : 16.0;
            const int rows = 400;
            var electrons = Counts(lambda, read, gain, rows).Select(v => read == 0 ? v / gain : (v + 0.5) / gain);
            var (mean, variance, _) = Moments(electrons);
            double n = rows * Width, exact = lambda + read * read;
            // Whole electrons fall on whole counts and lose nothing to quantisation.
            var quantisation = read == 0 ? 0 : 1 / (12 * gain * gain);
            Assert.True(Math.Abs(mean - lambda) <= 4.7 * Math.Sqrt(exact / n) + 1e-3 * exact / Math.Max(Math.Sqrt(exact), 1) + 1e-6, $"read {read}, λ {lambda}: mean {mean}");
            Assert.True(Math.Abs(variance - quantisation - exact) <= 4.7 * exact * Math.Sqrt((2 + 1 / Math.Max(exact, 0.1)) / n) + 2e-3 * exact + 1e-9, $"read {read}, λ {lambda}: variance {variance}, exact {exact}");
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(20)]
    public void Dim_light_is_skewed_as_Poisson_is(double lambda)
    {
        const int rows = 2000;
        var (mean, variance, third) = Moments(Counts(lambda, 0, 1, rows).Select(v => (double)v));
        double n = rows * Width;
        Assert.Equal(lambda, mean, 4 * Math.Sqrt(lambda / n));
        Assert.Equal(lambda, variance, 4 * lambda * Math.Sqrt((2 + 1 / lambda) / n) + 2e-3 * lambda);
        // Standard error of the third moment of n normal draws: √(6·σ⁶/n); Poisson's is larger at small λ.
        Assert.Equal(lambda, third, 5 * Math.Sqrt((6 * Math.Pow(lambda, 3) + 18 * lambda * lambda + 12 * lambda) / n) + 0.01 * lambda);
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(1e-5)]
    [InlineData(1e-3)]
    public void Near_darkness_a_photon_is_as_rare_as_it_should_be(double lambda)
    {
        // The mean of n draws has standard error √(λ/n); three of them at 1e-4 overall: 4 standard errors, and 1 % of λ.
        const int rows = 20000, repeats = 5;
        double sum = 0;
        for (var seed = 1; seed <= repeats; seed++) sum += Counts(lambda, 0, 1, rows, seed).Sum(v => (double)v);
        var n = (double)rows * Width * repeats;
        Assert.Equal(lambda, sum / n, 4 * Math.Sqrt(lambda / n) + 0.01 * lambda);
    }

    [Fact]
    public void Bent_normal_has_the_first_three_moments_of_Poisson_plus_Gaussian_within_one_percent()
    {
        // Exact moments by quadrature over z, of the very kernel.
        foreach (var read in new[] { 0.65, 1, 2, 5, 20.0 })
            foreach (var lambda in new[] { 16, 17, 20, 30, 50, 100, 300, 1000, 10000.0 })
            {
                double w = 0, m1 = 0, m2 = 0, m3 = 0;
                for (var i = -8000; i <= 8000; i++)
                {
                    var z = i * 1e-3;
                    float bent = (float)lambda, other = 100, variance = (float)(lambda + read * read);
                    SensorKernel.Bend<SimdScalar, float, uint>(VectorMath.InverseSqrtBits, ref bent, ref other, variance, other, (float)z, 0);
                    var e = bent - lambda;
                    var p = Math.Exp(-0.5 * z * z);
                    w += p;
                    m1 += p * e;
                    m2 += p * e * e;
                    m3 += p * e * e * e;
                }
                (m1, m2, m3) = (m1 / w, m2 / w, m3 / w);
                var central3 = m3 - 3 * m1 * m2 + 2 * m1 * m1 * m1;
                Assert.True(Math.Abs(m1) < 1e-2 * lambda, $"read {read}, λ {lambda}: mean off by {m1}");
                Assert.True(Math.Abs(m2 / (lambda + read * read) - 1) < 1e-2, $"read {read}, λ {lambda}: variance {m2}");
                Assert.True(Math.Abs(central3 / lambda - 1) < 1e-2, $"read {read}, λ {lambda}: third moment {central3}");
            }
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(1.0)]
    [InlineData(0.3)]
    [InlineData(0.0)]
    public void Histogram_has_no_step_where_Poisson_turns_into_the_bent_normal(double read)
    {
        // Two-sample χ² of a million counts just below and just above the switch; significance 1e-4.
        const int rows = 1000;
        int[] below = Histogram(SensorKernel.PoissonBelow - 1e-3, 3), above = Histogram(SensorKernel.PoissonBelow, 4);
        double chi2 = 0;
        var degrees = -1;
        int a = 0, b = 0;
        for (var k = 0; k < below.Length; k++)
        {
            a += below[k];
            b += above[k];
            if (a + b < 40) continue;
            chi2 += (double)(a - b) * (a - b) / (a + b);
            degrees++;
            a = b = 0;
        }
        // Wilson–Hilferty: the 1 − 1e-4 quantile of χ² (z = 3.72).
        var limit = degrees * Math.Pow(1 - 2.0 / (9 * degrees) + 3.72 * Math.Sqrt(2.0 / (9 * degrees)), 3);
        Assert.True(chi2 < limit, $"read {read}: χ² = {chi2:f1} of {degrees} degrees, limit {limit:f1}");

        int[] Histogram(double lambda, long seed)
        {
            var bins = new int[256];
            foreach (var v in Counts(lambda, read, 1, rows, seed)) bins[Math.Min((int)v, 255)]++;
            return bins;
        }
    }

    [Fact]
    public void Normals_have_the_right_tails_beyond_four_and_five_sigma()
    {
        // 10⁹ draws in the full form, a tenth of it otherwise. Counts beyond a limit are Poisson; four of them at 1e-4 overall: 4.06 σ.
        var draws = TestSettings.Full ? 1_000_000_000L : 100_000_000L;
        var rows = (int)(draws / Width);
        long[] beyond = new long[4];
        var c = SensorKernel.Constants.Of(new SensorModel(5, 1, 2, 1, 8));
        Parallel.For(0, 64, part =>
        {
            var keys = c;
            using var normals = new AlignedBuffer(4 * Width);
            long a = 0, b = 0, d = 0, e = 0;
            for (var row = part; row < rows; row += 64)
            {
                NormalsKernel.Row<Simd256, Vector256<float>, Vector256<uint>>(0, Groups, row, 1, RandomStream.Sensor, &keys.Keys, normals.Floats);
                for (var x = 0; x < Width; x++)
                {
                    var z = normals.Floats[x];
                    if (z > 4) a++;
                    if (z < -4) b++;
                    if (z > 5) d++;
                    if (z < -5) e++;
                }
            }
            Interlocked.Add(ref beyond[0], a);
            Interlocked.Add(ref beyond[1], b);
            Interlocked.Add(ref beyond[2], d);
            Interlocked.Add(ref beyond[3], e);
        });
        var n = (double)rows * Width;
        // One-sided tails of the normal distribution (Abramowitz & Stegun, table 26.2).
        double[] expected = [3.167124e-5 * n, 3.167124e-5 * n, 2.866516e-7 * n, 2.866516e-7 * n];
        for (var i = 0; i < 4; i++)
            Assert.True(Math.Abs(beyond[i] - expected[i]) < 4.06 * Math.Sqrt(expected[i]) + 1, $"tail {i}: {beyond[i]} draws, expected {expected[i]:f0}");
    }

    [Fact]
    public void Counts_are_clipped_to_the_bit_depth()
    {
        var c = SensorKernel.Constants.Of(new SensorModel(1, 1, 2, 1, 8));
        using AlignedBuffer electrons = new(4 * Width), normals = new(4 * Width), counts = new(Width);
        for (var x = 0; x < Width; x++) electrons.Floats[x] = x % 2 == 0 ? 1e9f : -5;
        NormalsKernel.Row<Simd128, Vector128<float>, Vector128<uint>>(0, Groups, 0, 0, RandomStream.Sensor, &c.Keys, normals.Floats);
        SensorKernel.Counts<Simd128, Vector128<float>, Vector128<uint>>(electrons.Floats, normals.Floats, 0, Groups, 0, 0, &c, counts.Data, false);
        for (var x = 0; x < Width; x++) Assert.True(x % 2 == 0 ? counts.Data[x] == 255 : counts.Data[x] < 12, $"column {x}: {counts.Data[x]}");
    }
}

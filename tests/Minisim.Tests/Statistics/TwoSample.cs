namespace Minisim.Tests.Statistics;

/// <summary>Do two samples come from one distribution? For comparing simulated numbers with the reference's.</summary>
public static class TwoSample
{
    /// <summary>Kolmogorov–Smirnov: the largest distance of the two cumulative distributions and its asymptotic two-sided p-value
    /// (Stephens' small-sample correction). With ties the p-value is an upper bound, so the test errs towards passing.</summary>
    public static (double Distance, double P) KolmogorovSmirnov(IEnumerable<double> first, IEnumerable<double> second)
    {
        double[] a = [.. first.Order()], b = [.. second.Order()];
        double distance = 0;
        int i = 0, j = 0;
        while (i < a.Length && j < b.Length)
        {
            var x = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] == x) i++;
            while (j < b.Length && b[j] == x) j++;
            distance = Math.Max(distance, Math.Abs((double)i / a.Length - (double)j / b.Length));
        }
        var root = Math.Sqrt((double)a.Length * b.Length / (a.Length + b.Length));
        var lambda = (root + 0.12 + 0.11 / root) * distance;
        if (lambda < 0.2) return (distance, 1);
        double p = 0;
        for (var k = 1; k <= 100; k++) p += 2 * (k % 2 == 1 ? 1 : -1) * Math.Exp(-2.0 * k * k * lambda * lambda);
        return (distance, Math.Clamp(p, 0, 1));
    }

    /// <summary>Difference of the means in units of its standard error (Welch), and its two-sided normal p-value.</summary>
    public static (double Z, double P) Means(IEnumerable<double> first, IEnumerable<double> second)
    {
        double[] a = [.. first], b = [.. second];
        double meanA = a.Average(), meanB = b.Average();
        var error = Math.Sqrt(Variance(a, meanA) / a.Length + Variance(b, meanB) / b.Length);
        if (error == 0) return (meanA == meanB ? 0 : double.PositiveInfinity, meanA == meanB ? 1 : 0);
        var z = (meanA - meanB) / error;
        return (z, NormalTwoSided(z));
    }

    /// <summary>p-value of a z: <c>erfc(|z|/√2)</c>.</summary>
    public static double NormalTwoSided(double z)
    {
        // Numerical Recipes' rational Chebyshev fit of erfc, relative error below 1.2e-7.
        var x = Math.Abs(z) / Math.Sqrt(2);
        var t = 1 / (1 + 0.5 * x);
        return t * Math.Exp(-x * x - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
            + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277)))))))));
    }

    private static double Variance(double[] values, double mean) => values.Sum(v => (v - mean) * (v - mean)) / Math.Max(values.Length - 1, 1);
}

/// <summary>Many comparisons under one stated significance (Bonferroni): collects them all, then fails with every one that is
/// too unlikely.</summary>
public sealed class Comparisons(double significance)
{
    private readonly List<(string What, double P, string Detail)> _done = [];

    public IReadOnlyList<(string What, double P, string Detail)> Done => _done;

    /// <summary>Same distribution and same mean?</summary>
    public void Same(string what, IReadOnlyCollection<double> reference, IReadOnlyCollection<double> ours)
    {
        var (distance, p) = TwoSample.KolmogorovSmirnov(reference, ours);
        _done.Add((what + " distribution", p, $"KS distance {distance:0.####}"));
        SameMean(what, reference, ours);
    }

    public void SameMean(string what, IReadOnlyCollection<double> reference, IReadOnlyCollection<double> ours)
    {
        var (z, p) = TwoSample.Means(reference, ours);
        _done.Add((what + " mean", p, $"{ours.Average():0.#####} against {reference.Average():0.#####}, z = {-z:0.##}"));
    }

    /// <summary>A difference in standard errors.</summary>
    public void Z(string what, double z, string detail = "") => _done.Add((what, TwoSample.NormalTwoSided(z), $"z = {z:0.##} {detail}"));

    public void Assert()
    {
        var limit = significance / _done.Count;
        var failed = _done.Where(d => d.P < limit).ToList();
        Xunit.Assert.True(failed.Count == 0, $"{failed.Count} of {_done.Count} comparisons are below p = {limit:e1}:{Environment.NewLine}"
            + string.Join(Environment.NewLine, failed.Select(f => $"{f.What}: p = {f.P:e1} ({f.Detail})")));
    }
}

using Minisim.Numerics;

namespace Minisim.Steps;

/// <summary>The eight numbers of an indicator. A spike adds calcium <c>h(t) = [(1 − ρ)e^(−t/τd) + ρe^(−t/τs) − e^(−t/τr)]/h_pk</c>, peak 1; the fluorescence follows its sum x at once:
/// <c>ΔF/F = D·[g(x) − g(0)]</c>, <c>g(x) = (x + x0)^n/((x + x0)^n + κ^n)</c>, <c>D = a1/(g(1) − g(0))</c>, so that one spike from rest peaks at a1.</summary>
/// <remarks>Small sums are supralinear (n &gt; 1), large ones saturate at D(1 − g(0)), and the fluorescence of many spikes decays more slowly than that of one, as seen in data. n and κ are
/// effective numbers, per spike in a cell.</remarks>
/// <param name="TauRiseS">τr, s.</param>
/// <param name="TauDecayS">τd, s.</param>
/// <param name="TauSlowS">τs, s; of no effect with ρ = 0.</param>
/// <param name="SlowFraction">ρ.</param>
/// <param name="HillN">n.</param>
/// <param name="HalfSaturationAp">κ, spikes.</param>
/// <param name="OffsetAp">x0, spikes.</param>
/// <param name="Dff1Ap">a1: ΔF/F at the peak after one spike.</param>
public sealed record IndicatorParameters(double TauRiseS, double TauDecayS, double TauSlowS, double SlowFraction, double HillN, double HalfSaturationAp, double OffsetAp, double Dff1Ap)
{
    /// <summary>Brightness at rest b, relative to GCaMP6s.</summary>
    public double RelativeF0 { get; init; } = 1;

    /// <summary>Time from a spike to the peak, s: <c>ln(τd/τr)·τrτd/(τd − τr)</c> for ρ = 0, else by 80 bisections of h′ on (0, 5τd).</summary>
    public double TimeToPeakS()
    {
        if (SlowFraction == 0) return PortableMath.Log(TauDecayS / TauRiseS) * TauRiseS * TauDecayS / (TauDecayS - TauRiseS);
        double low = 0, high = 5 * TauDecayS;
        for (var i = 0; i < 80; i++)
        {
            var middle = (low + high) / 2;
            if (PortableMath.Exp(-middle / TauRiseS) / TauRiseS - (1 - SlowFraction) / TauDecayS * PortableMath.Exp(-middle / TauDecayS) - SlowFraction / TauSlowS * PortableMath.Exp(-middle / TauSlowS) > 0) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }

    /// <summary>h_pk: the continuous maximum of h before it is divided by it.</summary>
    public double PeakHeight() => Unscaled(TimeToPeakS());

    /// <summary>D: largest ΔF/F of the map from x = −x0.</summary>
    public double Scale() => Dff1Ap / (Hill(1) - Hill(0));

    /// <summary>ΔF/F under endless calcium: <c>D(1 − g(0))</c>.</summary>
    public double Saturation() => Scale() * (1 - Hill(0));

    /// <summary><c>∫h dt = [(1 − ρ)τd + ρτs − τr]/h_pk</c>, s: mean calcium per spike and second.</summary>
    public double IntegralS() => ((1 - SlowFraction) * TauDecayS + SlowFraction * TauSlowS - TauRiseS) / PeakHeight();

    /// <summary>ΔF/F at a calcium of x spikes.</summary>
    public double Map(double x) => Scale() * (Hill(Math.Max(x, 0)) - Hill(0));

    /// <summary>The calcium at which ΔF/F is y: <c>κ(q/(1 − q))^(1/n) − x0</c>, <c>q = y/D + g(0)</c>; y below saturation.</summary>
    public double Inverse(double y)
    {
        var q = y / Scale() + Hill(0);
        return HalfSaturationAp * PortableMath.Pow(q / (1 - q), 1 / HillN) - OffsetAp;
    }

    /// <summary>Calcium after spikes, in peaks of one.</summary>
    /// <param name="spikesS">Spike times, s.</param>
    /// <param name="timeS">When, s.</param>
    public double Calcium(ReadOnlySpan<double> spikesS, double timeS)
    {
        double sum = 0, peak = PeakHeight();
        foreach (var spike in spikesS)
            if (timeS >= spike)
                sum += Unscaled(timeS - spike) / peak;
        return sum;
    }

    /// <summary>ΔF/F after some spikes at a rate, at regular times from the first spike on.</summary>
    /// <param name="spikes">Number of spikes.</param>
    /// <param name="rateHz">Their rate, Hz.</param>
    /// <param name="stepS">Distance of the samples, s.</param>
    /// <param name="samples">Number of samples.</param>
    public double[] Response(int spikes, double rateHz, double stepS, int samples)
    {
        var response = new double[samples];
        double peak = PeakHeight(), scale = Scale(), rest = Hill(0);
        for (var i = 0; i < samples; i++)
        {
            var x = 0.0;
            for (var k = 0; k < spikes && k / rateHz <= i * stepS; k++) x += Unscaled(i * stepS - k / rateHz);
            response[i] = scale * (Hill(Math.Max(x / peak, 0)) - rest);
        }
        return response;
    }

    /// <summary>The kernel on the fine grid.</summary>
    internal ThreePole Kernel() => new(TauRiseS, TauDecayS, TauSlowS, SlowFraction, 1 / PeakHeight());

    /// <summary>The same in a cell that decays and rises at another pace.</summary>
    internal IndicatorParameters In(double decayFactor, double riseFactor)
    {
        var decay = TauDecayS * decayFactor;
        // A rise as slow as the decay has no peak of its own.
        return this with { TauDecayS = decay, TauSlowS = TauSlowS * decayFactor, TauRiseS = Math.Min(TauRiseS * riseFactor, 0.99 * decay) };
    }

    internal double Hill(double x)
    {
        double y = PortableMath.Pow(x + OffsetAp, HillN), k = PortableMath.Pow(HalfSaturationAp, HillN);
        return y / (y + k);
    }

    private double Unscaled(double t) =>
        (1 - SlowFraction) * PortableMath.Exp(-t / TauDecayS) + (SlowFraction == 0 ? 0 : SlowFraction * PortableMath.Exp(-t / TauSlowS)) - PortableMath.Exp(-t / TauRiseS);
}

/// <summary>Parameters from what papers give of an indicator. Every loop has a fixed number of turns, so that the result is the same on every machine.</summary>
internal static class IndicatorSolver
{
    private const double LeastRatio = 1 + 1e-6, LargestRatio = 1e6, LeastKappa = 0.5, LargestKappa = 500;

    /// <summary>Solves for the time constants and, given ΔF/F after 10 spikes at 50 Hz, for κ.</summary>
    /// <exception cref="IndicatorException">No parameters give these figures.</exception>
    public static IndicatorParameters Solve(double dff1, double timeToPeakS, double halfDecayS, double n, double offset, double kappa, double? dff10)
    {
        if (dff10 is not { } target) return Kinetics(dff1, timeToPeakS, halfDecayS, n, offset, kappa);
        double Ratio(double k) => PeakOfTen(Kinetics(dff1, timeToPeakS, halfDecayS, n, offset, k)) / dff1;
        var wanted = target / dff1;
        var (least, most) = (Ratio(LeastKappa), Ratio(LargestKappa));
        if (!(wanted > least && wanted < most))
            throw new IndicatorException("dff_10ap", FormattableString.Invariant($"with these kinetics, hill_n and offset_ap it lies between {least * dff1:0.###} and {most * dff1:0.###}."),
                wanted <= least ? "Raise dff_10ap, or change hill_n." : "Lower dff_10ap, or raise hill_n.");
        double low = LeastKappa, high = LargestKappa;
        for (var i = 0; i < 60; i++)
        {
            var middle = Math.Sqrt(low * high);
            if (Ratio(middle) < wanted) low = middle;
            else high = middle;
        }
        return Kinetics(dff1, timeToPeakS, halfDecayS, n, offset, Math.Sqrt(low * high));
    }

    private static IndicatorParameters Kinetics(double dff1, double timeToPeakS, double halfDecayS, double n, double offset, double kappa)
    {
        IndicatorParameters Of(double ratio)
        {
            var rise = timeToPeakS * (ratio - 1) / (ratio * PortableMath.Log(ratio));
            return new IndicatorParameters(rise, ratio * rise, ratio * rise, 0, n, kappa, offset, dff1);
        }
        // The calcium at which the fluorescence is half of its peak; its scale does not matter.
        var half = Of(2).Inverse(dff1 / 2);
        double low = LeastRatio, high = LargestRatio;
        for (var i = 0; i < 80; i++)
        {
            var middle = Math.Sqrt(low * high);
            if (Of(middle).Calcium([0], timeToPeakS + halfDecayS) < half) low = middle;
            else high = middle;
        }
        if (low < LeastRatio * (1 + 1e-6))
            throw new IndicatorException("half_decay_s", FormattableString.Invariant($"half-decay too short for this time to peak: at {timeToPeakS} s it cannot be below {Shortest():0.####} s."), "Raise half_decay_s or lower time_to_peak_s.");
        if (high > LargestRatio / (1 + 1e-6))
            throw new IndicatorException("half_decay_s", "half-decay too long for this time to peak.", "Lower half_decay_s or raise time_to_peak_s.");
        return Of(Math.Sqrt(low * high));

        double Shortest()
        {
            double from = 0, to = 20 * timeToPeakS;
            for (var i = 0; i < 60; i++)
            {
                var middle = (from + to) / 2;
                if (Of(1.001).Calcium([0], timeToPeakS + middle) > half) from = middle;
                else to = middle;
            }
            return to;
        }
    }

    // The calcium of a train ends on one rise to its largest value.
    private static double PeakOfTen(IndicatorParameters p)
    {
        var spikes = new double[10];
        for (var k = 0; k < spikes.Length; k++) spikes[k] = k / 50.0;
        double low = spikes[^1], high = low + p.TimeToPeakS();
        for (var i = 0; i < 80; i++)
        {
            double a = low + (high - low) * 0.382, b = low + (high - low) * 0.618;
            if (p.Calcium(spikes, a) < p.Calcium(spikes, b)) low = a;
            else high = b;
        }
        return p.Map(Math.Max(p.Calcium(spikes, (low + high) / 2), p.Calcium(spikes, spikes[^1])));
    }
}

/// <summary>Figures that no indicator can have.</summary>
internal sealed class IndicatorException(string name, string reason, string remedy) : Exception(reason)
{
    public string Field => name;
    public string Remedy => remedy;
}

using Minisim.Numerics;

namespace Minisim.Steps;

/// <summary>The fluorescence transient of one spike: <c>k(t) = e^(−t/τd) − e^(−t/τr)</c>, peak 1.</summary>
public static class CalciumKernel
{
    // Beyond these ratios τr/τd the shape no longer changes visibly, and the equation for it becomes ill-conditioned.
    private const double SmallestRatio = 1e-4, LargestRatio = 0.999;

    /// <summary>The kernel sampled at <paramref name="fps"/>, from t = 0, divided by its largest sample:
    /// ⌈5·τd·fps⌉ samples, at least 2.</summary>
    /// <param name="tauRiseS">Rise time constant τr, s; &gt; 0.</param>
    /// <param name="tauDecayS">Decay time constant τd, s; &gt; τr.</param>
    /// <param name="fps">Samples per second, &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">τr or τd out of range.</exception>
    public static double[] Sample(double tauRiseS, double tauDecayS, double fps)
    {
        CheckTimes(tauRiseS, tauDecayS);
        var kernel = new double[Math.Max(2, (int)Math.Ceiling(5 * tauDecayS * fps))];
        for (var i = 0; i < kernel.Length; i++) kernel[i] = Value(i / fps, tauRiseS, tauDecayS);
        var peak = kernel.Max();
        for (var i = 0; i < kernel.Length; i++) kernel[i] /= peak;
        return kernel;
    }

    /// <summary>Largest sample of the kernel before it is divided by it.</summary>
    internal static double SampledPeak(double tauRiseS, double tauDecayS, double fps)
    {
        // The kernel has one maximum: the samples on either side of it are the candidates.
        var before = Math.Max(0, Math.Floor(TimeToPeakS(tauRiseS, tauDecayS) * fps));
        return Math.Max(Value(before / fps, tauRiseS, tauDecayS), Value((before + 1) / fps, tauRiseS, tauDecayS));
    }

    /// <summary>Time to peak <c>ln(τd/τr)·τr·τd/(τd − τr)</c> and full width at half maximum, both in s.</summary>
    /// <remarks>τr = 50 ms, τd = 500 ms: peak after 128 ms, FWHM 502 ms.</remarks>
    /// <param name="tauRiseS">Rise time constant τr, s; &gt; 0.</param>
    /// <param name="tauDecayS">Decay time constant τd, s; &gt; τr.</param>
    /// <exception cref="ArgumentOutOfRangeException">τr or τd out of range.</exception>
    public static (double TimeToPeakS, double FwhmS) Timing(double tauRiseS, double tauDecayS)
    {
        CheckTimes(tauRiseS, tauDecayS);
        var peakAt = TimeToPeakS(tauRiseS, tauDecayS);
        var half = Value(peakAt, tauRiseS, tauDecayS) / 2;
        var end = 2 * peakAt;
        while (Value(end, tauRiseS, tauDecayS) > half) end *= 2;
        var rise = Bisect(0, peakAt, t => Value(t, tauRiseS, tauDecayS) < half);
        var fall = Bisect(peakAt, end, t => Value(t, tauRiseS, tauDecayS) > half);
        return (peakAt, fall - rise);
    }

    /// <summary>The time constants (τr, τd), s, of the kernel with the given timing: the inverse of <see cref="Timing"/>.</summary>
    /// <remarks>The ratio FWHM / time to peak fixes τr/τd, which is kept in [0.0001, 0.999]: a kernel cannot be narrower than
    /// 2.45 times its time to peak. The time to peak is always met exactly.</remarks>
    /// <param name="timeToPeakS">Time to peak, s; &gt; 0.</param>
    /// <param name="fwhmS">Full width at half maximum, s; &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time is not positive.</exception>
    public static (double TauRiseS, double TauDecayS) FromTiming(double timeToPeakS, double fwhmS)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(timeToPeakS);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fwhmS);
        // The relative width falls as the ratio grows.
        var ratio = Bisect(SmallestRatio, LargestRatio, r =>
        {
            var (peak, fwhm) = Timing(r, 1);
            return fwhm / peak > fwhmS / timeToPeakS;
        });
        var tauDecayS = timeToPeakS / TimeToPeakS(ratio, 1);
        return (ratio * tauDecayS, tauDecayS);
    }

    private static double TimeToPeakS(double tauRiseS, double tauDecayS) =>
        PortableMath.Log(tauDecayS / tauRiseS) * tauRiseS * tauDecayS / (tauDecayS - tauRiseS);

    // The difference of the exponentials without its cancellation near t = 0.
    private static double Value(double t, double tauRiseS, double tauDecayS) =>
        -PortableMath.Exp(-t / tauDecayS) * PortableMath.ExpM1(-t * (1 / tauRiseS - 1 / tauDecayS));

    /// <summary>Where <paramref name="before"/> turns from true to false, to the last bit.</summary>
    private static double Bisect(double low, double high, Func<double, bool> before)
    {
        while (true)
        {
            var middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) return middle;
            if (before(middle)) low = middle;
            else high = middle;
        }
    }

    private static void CheckTimes(double tauRiseS, double tauDecayS)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tauRiseS);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(tauDecayS, tauRiseS);
    }
}

/// <summary>Spikes on the fine grid to the mean calcium of every frame, as the convolution with <see cref="CalciumKernel"/>
/// defines it, without visiting the bins: between spikes both exponentials have closed forms.</summary>
/// <remarks>With decay a per bin, a one-pole that ends a frame at x contributes <c>x·(a + … + a^n)</c> to the sum over the n
/// bins of the next frame, and a spike in bin b contributes <c>1 + a + … + a^(n−1−b)</c>. Both sums are tables.</remarks>
internal sealed class CalciumIntegrator
{
    private readonly double _decayFrame, _riseFrame, _decaySum, _riseSum;
    private readonly (double Decay, double Rise, double Sum)[] _spike;

    /// <param name="tauRiseS">τr, s.</param>
    /// <param name="tauDecayS">τd, s.</param>
    /// <param name="fineHz">Rate of the fine grid, Hz.</param>
    /// <param name="bins">Bins of a frame.</param>
    public CalciumIntegrator(double tauRiseS, double tauDecayS, double fineHz, int bins)
    {
        // Everything is scaled so that the sum over the bins is the mean of the peak-1 kernel already.
        var scale = 1 / (CalciumKernel.SampledPeak(tauRiseS, tauDecayS, fineHz) * bins);
        double decay = PortableMath.Exp(-1 / (tauDecayS * fineHz)), rise = PortableMath.Exp(-1 / (tauRiseS * fineHz));
        _spike = new (double, double, double)[bins];
        double decayEnd = 1, riseEnd = 1, decaySum = 0, riseSum = 0;
        for (var b = bins - 1; b >= 0; b--)
        {
            decaySum += decayEnd;
            riseSum += riseEnd;
            _spike[b] = (decayEnd, riseEnd, (decaySum - riseSum) * scale);
            decayEnd *= decay;
            riseEnd *= rise;
        }
        (_decayFrame, _riseFrame) = (decayEnd, riseEnd);
        (_decaySum, _riseSum) = (decaySum * decay * scale, riseSum * rise * scale);
    }

    /// <summary>Mean calcium of the next frame, without its spikes, and the state at its end.</summary>
    public double Advance(ref CalciumState state)
    {
        var mean = state.Decay * _decaySum - state.Rise * _riseSum;
        state.Decay *= _decayFrame;
        state.Rise *= _riseFrame;
        // Subnormal numbers are a hundred times slower, and a long silence reaches them.
        if (state.Rise < 1e-280) state.Rise = 0;
        if (state.Decay < 1e-280) state.Decay = 0;
        return mean;
    }

    /// <summary>What a spike in a bin adds to the mean of the frame just advanced.</summary>
    public double Add(ref CalciumState state, int bin)
    {
        ref readonly var spike = ref _spike[bin];
        state.Decay += spike.Decay;
        state.Rise += spike.Rise;
        return spike.Sum;
    }
}

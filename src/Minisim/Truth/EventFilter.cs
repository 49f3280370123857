using Minisim.Numerics;

namespace Minisim.Truth;

/// <summary>The filter in time that an event of the indicator matches, over an unknown constant level: <c>q = k − mean(k)</c>.</summary>
public sealed class EventFilter
{
    private readonly double _decay, _rise, _slow, _scale, _slowShare;

    /// <summary>The filter of an indicator.</summary>
    /// <param name="conditions">Rise, decay and frame rate.</param>
    /// <param name="frames">Frames of the recording, the longest the filter can be; ≥ 1.</param>
    public EventFilter(SnrConditions conditions, int frames)
    {
        Length = (int)Math.Clamp(Math.Ceiling(5 * Math.Max(conditions.TauDecayS, conditions.SlowFraction > 0 ? conditions.TauSlowS : 0) * conditions.Fps), 1, Math.Max(frames, 1));
        SeparationFrames = (int)Math.Ceiling(Math.Min(conditions.TauDecayS * conditions.Fps, 1e9));
        _decay = PortableMath.Exp(-1 / (conditions.TauDecayS * conditions.Fps));
        _rise = PortableMath.Exp(-1 / (conditions.TauRiseS * conditions.Fps));
        double d = PortableMath.Exp(-0.5 / (conditions.TauDecayS * conditions.Fps)), r = PortableMath.Exp(-0.5 / (conditions.TauRiseS * conditions.Fps));
        (FirstDecay, FirstRise) = (d, r);
        _slowShare = conditions.SlowFraction;
        if (_slowShare > 0)
        {
            _slow = PortableMath.Exp(-1 / (conditions.TauSlowS * conditions.Fps));
            FirstSlow = PortableMath.Exp(-0.5 / (conditions.TauSlowS * conditions.Fps));
        }
        var s = FirstSlow;
        var kernel = new double[Length];
        for (var k = 0; k < Length; k++, d *= _decay, r *= _rise, s *= _slow)
        {
            kernel[k] = _slowShare > 0 ? (1 - _slowShare) * d + _slowShare * s - r : d - r;
            if (kernel[k] > kernel[PeakFrame]) PeakFrame = k;
        }
        _scale = kernel[PeakFrame] > 0 ? 1 / kernel[PeakFrame] : 0;
        foreach (ref var k in kernel.AsSpan())
        {
            k *= _scale;
            Mean += k / Length;
        }
        foreach (var k in kernel) Energy += (k - Mean) * (k - Mean);
        Kernel = kernel;
    }

    private double FirstDecay { get; }
    private double FirstRise { get; }
    private double FirstSlow { get; }

    /// <summary>The course of an event, largest value 1, per frame.</summary>
    public IReadOnlyList<double> Kernel { get; }
    /// <summary>Frames of the filter, W.</summary>
    public int Length { get; }
    /// <summary>Mean of the course.</summary>
    public double Mean { get; }
    /// <summary><c>Σ q²</c>.</summary>
    public double Energy { get; }
    /// <summary>The frame of the largest value.</summary>
    public int PeakFrame { get; }
    /// <summary>A decay time in frames, at least 1.</summary>
    public int SeparationFrames { get; }

    /// <summary>What the filter gives at every place where it fits: <c>y(t) = Σ_d q(d)·u(t + d)</c>, frames − W + 1 values.</summary>
    /// <remarks>Both exponentials and the mean are running sums, so the work does not grow with W.</remarks>
    public double[] Apply(ReadOnlySpan<double> u)
    {
        if (u.Length < Length) return [];
        var result = new double[u.Length - Length + 1];
        // Backwards: e(t) = u(t) + a·e(t+1) − a^W·u(t+W).
        double decayEnd = Power(_decay, Length), riseEnd = Power(_rise, Length), slowEnd = Power(_slow, Length);
        double decay = 0, rise = 0, slow = 0, sum = 0;
        for (var t = u.Length - 1; t >= 0; t--)
        {
            var leaving = t + Length < u.Length ? u[t + Length] : 0;
            decay = u[t] + _decay * decay - decayEnd * leaving;
            rise = u[t] + _rise * rise - riseEnd * leaving;
            if (_slowShare > 0) slow = u[t] + _slow * slow - slowEnd * leaving;
            sum += u[t] - leaving;
            if (t < result.Length) result[t] = _scale * (_slowShare > 0 ? (1 - _slowShare) * FirstDecay * decay + _slowShare * FirstSlow * slow - FirstRise * rise : FirstDecay * decay - FirstRise * rise) - Mean * sum;
        }
        return result;
    }

    private static double Power(double x, int n)
    {
        var result = 1.0;
        for (; n > 0; n >>= 1, x *= x)
            if ((n & 1) != 0)
                result *= x;
        return result;
    }
}

using Minisim.Numerics;

namespace Minisim.Steps;

/// <summary>The pool of unbleached indicator: <c>dB/dt = (1 − B)/τ − q·I·C(t)·B</c>. Its trace, its steady state and its recovery
/// in the dark; with the last, sessions can be chained.</summary>
public static class BleachingPool
{
    /// <summary>The pool at the start of every frame, exact for an emission that is constant within a frame:
    /// <c>B ← k/d + (B − k/d)·e^(−d)</c> with <c>k = 1/τ</c>, <c>d = k + q·I·C_t</c>.</summary>
    /// <param name="emission">Fluorescence C_t per frame; below 0 counts as 0.</param>
    /// <param name="susceptibility">q, per frame and unit of emission and intensity; ≥ 0.</param>
    /// <param name="turnoverTauFrames">τ in frames; 0 = no turnover.</param>
    /// <param name="intensity">Excitation intensity I, ≥ 0.</param>
    /// <param name="initial">B at the start of the first frame, [0, 1].</param>
    /// <param name="pool">Target, one value a frame.</param>
    /// <returns>B at the end of the last frame: the start of a session that follows at once.</returns>
    public static double Trace(ReadOnlySpan<double> emission, double susceptibility, double turnoverTauFrames, double intensity,
        double initial, Span<double> pool)
    {
        var k = turnoverTauFrames > 0 ? 1 / turnoverTauFrames : 0;
        var dose = susceptibility * intensity;
        var b = initial;
        for (var t = 0; t < emission.Length; t++)
        {
            pool[t] = b;
            var d = k + dose * Math.Max(emission[t], 0);
            // The same as k/d + (b − k/d)·e^(−d), without its division where d is small.
            b += (k - d * b) * RelativeLoss(d);
        }
        return b;
    }

    /// <summary><c>(1 − e^(−d))/d</c>, 1 at 0.</summary>
    private static double RelativeLoss(double d) =>
        // The series leaves out d⁴/120 ≤ 1e-14. Bleaching within one frame is nearly always below the switch.
        d < 1e-3 ? 1 - d / 2 * (1 - d / 3 * (1 - d / 4)) : (1 - PortableMath.Exp(-d)) / d;

    /// <summary>Steady state under constant light, <c>B* = k/(k + q·I·C)</c> with <c>k = 1/τ</c>: 1 in the dark, 0 without
    /// turnover.</summary>
    /// <remarks>q and τ in any one unit of time. q = 6.3e-6 /s, τ = 20000 s, I = C = 1: 0.888.</remarks>
    public static double Floor(double susceptibility, double intensity, double emission, double turnoverTau)
    {
        var k = turnoverTau > 0 ? 1 / turnoverTau : 0;
        var rate = k + susceptibility * intensity * emission;
        return rate > 0 ? k / rate : 1;
    }

    /// <summary>The pool after a time in the dark: <c>1 − (1 − B0)·e^(−t/τ)</c>.</summary>
    /// <param name="initial">B0, [0, 1].</param>
    /// <param name="time">Time in the dark, in the unit of <paramref name="turnoverTau"/>.</param>
    /// <param name="turnoverTau">τ; 0 = no turnover, so no recovery.</param>
    public static double DarkRecovery(double initial, double time, double turnoverTau) =>
        turnoverTau > 0 ? 1 - (1 - initial) * PortableMath.Exp(-time / turnoverTau) : initial;
}

using Minisim.Numerics;
using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>The rate of one cell in time. A cell that is tuned to something gives another in every bin.</summary>
internal interface IRate
{
    /// <summary>The rate, Hz, where it is the same in every bin; null where it changes.</summary>
    double? ConstantHz { get; }

    /// <summary>Rates of consecutive bins, Hz. A function of the bin alone, without allocation.</summary>
    /// <param name="firstBin">First bin; negative before the recording.</param>
    /// <param name="hz">Target.</param>
    void Fill(int firstBin, Span<double> hz);

    /// <summary>A bound on the rates of consecutive bins, Hz: no less than any that <see cref="Fill"/> gives, and quicker.</summary>
    double AtMostHz(int firstBin, int bins) => double.PositiveInfinity;
}

/// <summary>A rate that never changes.</summary>
internal sealed class ConstantRate(double hz) : IRate
{
    public double? ConstantHz => hz;
    public void Fill(int firstBin, Span<double> target) => target.Fill(hz);
}

/// <summary>How often each cell fires, and which never do.</summary>
/// <param name="Hz">Mean rate of each cell, Hz; 0 for a silent one.</param>
/// <param name="Silent">Whether it never fires.</param>
internal sealed record CellRates(double[] Hz, bool[] Silent)
{
    /// <summary>Most that a lognormal rate can be, Hz.</summary>
    public const double CapHz = 30;

    // Draws of the rate's stream.
    private const uint Rate = 0, Silence = 1;

    /// <summary>Draws of every cell from its own place in the stream, so that other cells change none.</summary>
    public static CellRates Of(CellActivity step, CellRoster.Entry[] cells, ulong seed, double capHz, double otherwiseHz)
    {
        var (hz, silent) = (new double[cells.Length], new bool[cells.Length]);
        for (var i = 0; i < cells.Length; i++)
        {
            var draws = new Draws(seed, CellActivity.RateStream, (uint)cells[i].Index, (uint)cells[i].Population);
            silent[i] = draws.Uniform(Silence) < step.SilentFraction;
            if (silent[i]) continue;
            hz[i] = step.RateMeanHz is { } mean ? Math.Min(Lognormal(mean, step.RateSigmaLn, draws.Normal(Rate)), Math.Min(CapHz, capHz)) : otherwiseHz;
        }
        return new CellRates(hz, silent);
    }

    /// <summary>Mean of lognormal rates that stop at a cap: <c>m·Φ(z − σ) + cap·Φ(−z)</c>, <c>z = (ln(cap/m) + σ²/2)/σ</c>.</summary>
    public static double CappedMean(double mean, double sigmaLn, double cap)
    {
        if (sigmaLn == 0) return Math.Min(mean, cap);
        var z = (PortableMath.Log(cap / mean) + sigmaLn * sigmaLn / 2) / sigmaLn;
        return mean * Truth.FullScale.Normal(z - sigmaLn) + cap * Truth.FullScale.Normal(-z);
    }

    /// <summary><c>m·exp(σz − σ²/2)</c>, mean m.</summary>
    public static double Lognormal(double mean, double sigmaLn, double z) => sigmaLn == 0 ? mean : mean * PortableMath.Exp(sigmaLn * z - sigmaLn * sigmaLn / 2);
}

namespace Minisim.Steps;

/// <summary>The four parameters of the gate: how often a cell is active, and how much it spikes.</summary>
/// <param name="PQuiescentToActive">Probability per frame to become active.</param>
/// <param name="PActiveToQuiescent">Probability per frame to fall quiescent.</param>
/// <param name="ActiveRateHz">Spike rate while active, Hz.</param>
/// <param name="QuiescentRateHz">Spike rate while quiescent, Hz.</param>
public readonly record struct GateParameters(double PQuiescentToActive, double PActiveToQuiescent, double ActiveRateHz, double QuiescentRateHz);

/// <summary>One dial from sparse (0) over moderate (0.5, the default activity) to dense (1) firing.</summary>
public static class ActivityDial
{
    /// <summary>Rare, short bursts over near silence.</summary>
    public static GateParameters Sparse { get; } = new(0.002, 0.4, 90, 0.3);
    /// <summary>The defaults of <see cref="CellActivity"/>.</summary>
    public static GateParameters Moderate { get; } = new(0.005, 0.3, 150, 0.6);
    /// <summary>Frequent, long bursts.</summary>
    public static GateParameters Dense { get; } = new(0.01, 0.2, 210, 1.5);

    /// <summary>The gate at a setting of the dial, piecewise linear between the three; clamped to [0, 1].</summary>
    public static GateParameters At(double activity)
    {
        var twice = 2 * Math.Clamp(activity, 0, 1);
        return twice <= 1 ? Mix(Sparse, Moderate, twice) : Mix(Moderate, Dense, twice - 1);
    }

    /// <summary>A copy of the step with the gate at a setting of the dial, [0, 1].</summary>
    public static CellActivity WithActivity(this CellActivity step, double activity)
    {
        var gate = At(activity);
        return step with
        {
            PQuiescentToActive = gate.PQuiescentToActive,
            PActiveToQuiescent = gate.PActiveToQuiescent,
            ActiveRateHz = gate.ActiveRateHz,
            QuiescentRateHz = gate.QuiescentRateHz,
        };
    }

    private static GateParameters Mix(GateParameters a, GateParameters b, double share) => new(
        a.PQuiescentToActive + (b.PQuiescentToActive - a.PQuiescentToActive) * share,
        a.PActiveToQuiescent + (b.PActiveToQuiescent - a.PActiveToQuiescent) * share,
        a.ActiveRateHz + (b.ActiveRateHz - a.ActiveRateHz) * share,
        a.QuiescentRateHz + (b.QuiescentRateHz - a.QuiescentRateHz) * share);
}

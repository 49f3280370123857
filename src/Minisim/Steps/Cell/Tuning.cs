namespace Minisim.Steps;

/// <summary>What the cells have to do with the animal: place, speed and head-direction cells, theta, assemblies and ripples. Needs the step behavior and the
/// process "poisson" or "bursty".</summary>
/// <remarks>Shares and probabilities are of the cells that fire: cells of <c>silent_fraction</c> have no class, no assembly and no ripple, so that the share of all cells is <c>(1 − silent_fraction)</c> times as
/// large. Who counts place cells in recordings counts among cells that were seen to fire. A cell is of one class at most; the others fire at their mean rate. Sources: F6 BioNumbers 112031, F7 Mizuseki 2013, F11 Wirtshafter and Disterhoft
/// 2022; numbers without one are choices.</remarks>
public sealed record Tuning
{
    /// <summary>Share of the cells that fire that are place cells: 0.2–0.4 in one-photon recordings of mouse CA1 (Ziv 2013, Rubin 2015).</summary>
    [Range(0, 1)] public double PlaceFraction { get; init; } = 0.3;
    /// <summary>Width of a place field, Gaussian σ in m; it ends at 3σ.</summary>
    [Positive(100), Unit("m")] public double PlaceSigmaM { get; init; } = 0.08;
    /// <summary>Mean over place cells of the rate in the middle of their field, Hz (lognormal, ln-sd 0.5): 5–20 Hz in activity (F6), skewed (F7).</summary>
    [Positive(100), Unit("Hz")] public double PlacePeakHz { get; init; } = 8;
    /// <summary>Rate of a place cell outside of its field, Hz.</summary>
    [Positive(100), Unit("Hz")] public double PlaceOutHz { get; init; } = 0.1;
    /// <summary>Share of the place cells of a linear track whose field is there in one direction only; in other arenas no field has a direction.</summary>
    [Range(0, 1)] public double DirectionalFraction { get; init; } = 0.7;
    /// <summary>Probability that a traversal of the field is active at all: overdispersion. It begins where the animal comes within 3σ, and on a track also where it turns; on a silent one the
    /// cell fires at <c>place_out_hz</c> from end to end.</summary>
    [Range(0, 1)] public double PassReliability { get; init; } = 0.7;
    /// <summary>Factor on the rates of place and speed cells at rest, linear in the locomotion up to 1: calcium events cluster in movement (F11).</summary>
    [Range(0, 1)] public double RestGain { get; init; } = 0.2;
    /// <summary>Times at which place cells remap, s, ascending.</summary>
    [NonNegative, Unit("s")] public ValueList<double> RemapTimesS { get; init; } = [];
    /// <summary>Share of the place cells that draw centre, direction and peak anew at each of these times.</summary>
    [Range(0, 1)] public double RemapFraction { get; init; } = 0.8;
    /// <summary>Share of the cells that fire that are speed cells.</summary>
    [Range(0, 1)] public double SpeedFraction { get; init; } = 0.05;
    /// <summary>How steeply they follow the speed: <c>m·(1 + gain·v/v̄)/(1 + gain)</c>, v̄ the mean speed of the animal over 600 s, or over a path from a file: a longer recording begins as a shorter one does.</summary>
    [Positive(100)] public double SpeedGain { get; init; } = 2;
    /// <summary>Share of the cells that fire that are head-direction cells.</summary>
    [Range(0, 1)] public double HeadDirectionFraction { get; init; }
    /// <summary>How sharp these are: <c>m·e^(κ·cos(θ − θ_i))/I0(κ)</c>.</summary>
    [Positive(100)] public double HdKappa { get; init; } = 4;
    /// <summary>Depth of theta: all rates times <c>1 + depth·cos(2πft − φ_i)</c> while the locomotion is above 0.5.</summary>
    /// <remarks>What of it is seen in fluorescence: the exposure of a frame leaves sinc(f/fps), of 8 Hz 0.76 at 20 fps and 0.23 at 10 fps; the calcium leaves <c>1/√((1 + (2πfτd)²)(1 + (2πfτr)²))</c>, 0.08 with GCaMP6f, and with
    /// the two decays of jGCaMP8f 0.16; and from fps/2 on it appears at another frequency, at 10 fps as 2 Hz. The spikes have all of it.</remarks>
    [Range(0, 1)] public double ThetaDepth { get; init; }
    /// <summary>Frequency of theta, Hz.</summary>
    [Positive(100), Unit("Hz")] public double ThetaHz { get; init; } = 8;
    /// <summary>Number of cell assemblies.</summary>
    [Range(0, 128)] public int Assemblies { get; init; }
    /// <summary>Probability with which a cell that fires is in an assembly.</summary>
    [Range(0, 1)] public double AssemblyFraction { get; init; } = 0.1;
    /// <summary>Rate at which an assembly fires together, Hz.</summary>
    [Positive(20), Unit("Hz")] public double AssemblyRateHz { get; init; } = 0.1;
    /// <summary>Probability that a member then fires, once; its own rate is lowered so that its mean rate stays, as far as that is as high as that of its assemblies.</summary>
    [Range(0, 1)] public double AssemblyP { get; init; } = 0.5;
    /// <summary>Jitter of the members around the event, Gaussian σ in s.</summary>
    [NonNegative(10), Unit("s")] public double AssemblyJitterS { get; init; } = 0.03;
    /// <summary>Rate of ripples while the animal rests (locomotion below 0.1), Hz; 0.1–0.5 awake.</summary>
    [NonNegative(20), Unit("Hz")] public double RippleRateHz { get; init; }
    /// <summary>Mean share, of the cells that fire at all, that fire in a ripple: 10–18 % of pyramidal cells (eLife 96718); from cell to cell lognormal, ln-sd 0.5.</summary>
    [Range(0, 1)] public double RippleParticipation { get; init; } = 0.15;
    /// <summary>Length of a ripple, s; a cell that takes part fires 1 + Poisson(0.5) spikes in it.</summary>
    [Positive(10), Unit("s")] public double RippleDurationS { get; init; } = 0.08;

    internal void Check(string path, CellActivity activity, Spec spec, ProblemList problems)
    {
        static string N(double value) => FormattableString.Invariant($"{value:0.######}");
        if (spec.Find<Behavior>() is null)
            problems.Error(path, null, "there is no animal that cells could be tuned to: the spec has no step \"behavior\".", "Add the step behavior, or leave tuning out.");
        if (activity.Process is not (SpikeProcess.Poisson or SpikeProcess.Bursty))
            problems.Error(path, null, $"the process \"{ChoiceNames.Text(activity.Process)}\" has no rate that could change.", "Set cell_activity.process to \"poisson\" or \"bursty\" and give rate_mean_hz.");
        var sum = PlaceFraction + SpeedFraction + HeadDirectionFraction;
        if (sum > 1 + 1e-9)
            problems.Error($"{path}.place_fraction", N(PlaceFraction), $"with speed_fraction and head_direction_fraction that is {N(sum)} of the cells, and a cell is of one class.", "Lower one of the three: their sum is at most 1.");
        for (var i = 0; i < RemapTimesS.Count; i++)
            if (i > 0 && !(RemapTimesS[i] > RemapTimesS[i - 1]))
                problems.Error(FormattableString.Invariant($"{path}.remap_times_s[{i}]"), N(RemapTimesS[i]), $"does not come after {N(RemapTimesS[i - 1])}.", "Sort them.");
            else if (RemapTimesS[i] >= spec.Acquisition.DurationS)
                problems.Warn(FormattableString.Invariant($"{path}.remap_times_s[{i}]"), N(RemapTimesS[i]), $"lies after the end of the recording, {N(spec.Acquisition.DurationS)} s.", "Leave it out, or raise duration_s.");
        if (PlaceFraction > 0 && DirectionalFraction > 0 && spec.Find<Behavior>() is { Arena: BehaviorArena.File })
            problems.Warn($"{path}.directional_fraction", N(DirectionalFraction), "a path from a file has no laps, so no field is there in one direction only.", "Set it to 0 to say so, or use the arena \"linear\".");
        Capped("place_peak_hz", PlacePeakHz, TunedPopulation.FieldPeakSigmaLn, activity.FastestHz, PlaceFraction > 0);
        Capped("ripple_participation", RippleParticipation, TunedPopulation.RippleSigmaLn, 1, RippleRateHz > 0);
        void Capped(string name, double mean, double sigmaLn, double cap, bool isUsed)
        {
            if (isUsed && mean > 0 && CellRates.CappedMean(mean, sigmaLn, cap) is var left && left < 0.98 * mean)
                problems.Warn($"{path}.{name}", N(mean), FormattableString.Invariant($"it varies from cell to cell and ends at {cap:0.##}, so its mean becomes {left:0.###}."), $"Lower {name}.");
        }
        if (Assemblies * AssemblyRateHz * spec.Acquisition.DurationS > 1 << 22 || RippleRateHz * spec.Acquisition.DurationS > 1 << 22)
            problems.Error($"{path}.assembly_rate_hz", N(AssemblyRateHz), "there would be more than 2^22 events.", "Lower assemblies, assembly_rate_hz or ripple_rate_hz.");
    }
}

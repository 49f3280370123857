namespace Minisim.Steps;

/// <summary>Calcium indicators that are known by name.</summary>
public enum IndicatorName
{
    /// <summary>Slow, bright, sensitive (Chen 2013).</summary>
    [JsonName("GCaMP6s")] GCaMP6s,
    /// <summary>Between 6s and 6f (Chen 2013).</summary>
    [JsonName("GCaMP6m")] GCaMP6m,
    /// <summary>Fast (Chen 2013): the usual one of miniscope recordings.</summary>
    [JsonName("GCaMP6f")] GCaMP6f,
    /// <summary>Fast (Dana 2019).</summary>
    [JsonName("jGCaMP7f")] JGCaMP7f,
    /// <summary>Slow, sensitive (Dana 2019).</summary>
    [JsonName("jGCaMP7s")] JGCaMP7s,
    /// <summary>Dim at rest, high contrast (Dana 2019).</summary>
    [JsonName("jGCaMP7c")] JGCaMP7c,
    /// <summary>Bright at rest (Dana 2019).</summary>
    [JsonName("jGCaMP7b")] JGCaMP7b,
    /// <summary>Rises in 2 ms (Zhang 2023).</summary>
    [JsonName("jGCaMP8f")] JGCaMP8f,
    /// <summary>Fast and sensitive (Zhang 2023).</summary>
    [JsonName("jGCaMP8m")] JGCaMP8m,
    /// <summary>Fast rise, slow decay, most sensitive (Zhang 2023).</summary>
    [JsonName("jGCaMP8s")] JGCaMP8s,
    /// <summary>Fast, nearly linear (Inoue 2019).</summary>
    [JsonName("XCaMP-Gf")] XCaMPGf,
    /// <summary>Green XCaMP (Inoue 2019).</summary>
    [JsonName("XCaMP-G")] XCaMPG,
    /// <summary>Red (Dana 2016).</summary>
    [JsonName("jRGECO1a")] JRGECO1a,
    /// <summary>Red (Dana 2016).</summary>
    [JsonName("jRCaMP1b")] JRCaMP1b,
}

/// <summary>Where an indicator was measured.</summary>
public enum IndicatorPreparation
{
    /// <summary>In the living brain, at body temperature.</summary>
    InVivo,
    /// <summary>In cultured neurons at about room temperature: slower.</summary>
    Culture,
}

/// <summary>A calcium indicator: a name, or numbers of your own.</summary>
/// <remarks>In a spec a name alone is written as a text, <c>"indicator": "GCaMP6f"</c>. Numbers of your own are either all parameters (<c>tau_rise_s</c>, <c>tau_decay_s</c>, <c>hill_n</c>,
/// <c>half_saturation_ap</c>, <c>offset_ap</c>, <c>dff_1ap</c>, and <c>tau_slow_s</c> with <c>slow_fraction</c> for a second decay), or figures as papers give them (<c>dff_1ap</c>, <c>time_to_peak_s</c>,
/// <c>half_decay_s</c>), from which the time constants are solved.</remarks>
public sealed record Indicator
{
    /// <summary>A known indicator.</summary>
    [Shorthand, Extension] public IndicatorName? Name { get; init; }
    /// <summary>Parameters: rise time constant τr of the calcium of a spike, s.</summary>
    [Extension, Positive(1e3), Unit("s")] public double? TauRiseS { get; init; }
    /// <summary>Parameters: decay time constant τd, s.</summary>
    [Extension, Positive(1e3), Unit("s")] public double? TauDecayS { get; init; }
    /// <summary>Parameters: time constant τs of a second, slower decay, s.</summary>
    [Extension, Positive(1e3), Unit("s")] public double? TauSlowS { get; init; }
    /// <summary>Parameters: share ρ of the slower decay.</summary>
    [Extension, Range(0, 1)] public double? SlowFraction { get; init; }
    /// <summary>Exponent n of the map from calcium to fluorescence, per spike in a cell (not that of the purified protein). With figures of a paper 2 if absent.</summary>
    [Extension, Range(0.2, 10)] public double? HillN { get; init; }
    /// <summary>Half-saturating calcium κ, in spikes. With figures of a paper 10 if absent.</summary>
    [Extension, Range(0.5, 500), JsonName("half_saturation_ap")] public double? HalfSaturationAp { get; init; }
    /// <summary>Calcium at rest x0, in spikes. With figures of a paper 0.6 if absent.</summary>
    [Extension, Range(0, 100), JsonName("offset_ap")] public double? OffsetAp { get; init; }
    /// <summary>ΔF/F at the peak after one spike from rest.</summary>
    [Extension, Positive(1e3), JsonName("dff_1ap")] public double? Dff1Ap { get; init; }
    /// <summary>Figures of a paper: time from a spike to the peak, s.</summary>
    [Extension, Positive(1e3), Unit("s")] public double? TimeToPeakS { get; init; }
    /// <summary>Figures of a paper: time from the peak to half of it, s; at least about 1.5 times the time to peak.</summary>
    [Extension, Positive(1e3), Unit("s")] public double? HalfDecayS { get; init; }
    /// <summary>Figures of a paper: ΔF/F after 10 spikes at 50 Hz, instead of <c>half_saturation_ap</c>.</summary>
    [Extension, Positive(1e4), JsonName("dff_10ap")] public double? Dff10Ap { get; init; }
    /// <summary>Brightness at rest, relative to GCaMP6s.</summary>
    [Extension, Positive(1e3)] public double RelativeF0 { get; init; } = 1;

    /// <summary>The parameters that the name or the numbers mean.</summary>
    /// <param name="preparation">Which measurements of a named indicator.</param>
    /// <exception cref="SpecException">They do not mean any.</exception>
    public IndicatorParameters Resolve(IndicatorPreparation preparation = IndicatorPreparation.InVivo)
    {
        var problems = new ProblemList();
        return Resolve(preparation, "indicator", problems) is { } parameters && !problems.HasErrors ? parameters : throw new SpecException(problems.Items);
    }

    internal IndicatorParameters? Resolve(IndicatorPreparation preparation, string path, ProblemList problems)
    {
        var given = RecordShape.Of(typeof(Indicator)).Fields.Where(f => !Equals(f.Get(this), f.Default)).Select(f => f.Name).ToList();
        const string forms = "Give a name, or tau_rise_s, tau_decay_s, hill_n, half_saturation_ap, offset_ap and dff_1ap, or dff_1ap, time_to_peak_s and half_decay_s.";
        string N(double? value) => FormattableString.Invariant($"{value}");
        if (Name is { } name)
        {
            if (given.Count > 1)
            {
                problems.Error(path, null, $"{string.Join(", ", given.Skip(1))} would change {ChoiceNames.Text(name)}, which has numbers of its own.", "Leave the name out, or the numbers; minisim indicators --json prints the numbers of every name.");
                return null;
            }
            var preset = IndicatorPresets.Of(name);
            if (preparation == IndicatorPreparation.InVivo) return preset.InVivo;
            if (preset.Culture is null)
                problems.Error(path, $"\"{ChoiceNames.Text(name)}\"", "it was not measured in culture.", "Set indicator_preparation to \"in_vivo\", or choose another indicator.");
            return preset.Culture;
        }
        string[] kinetics = ["tau_rise_s", "tau_decay_s", "tau_slow_s", "slow_fraction"], figures = ["time_to_peak_s", "half_decay_s", "dff_10ap"];
        var byParameters = given.Intersect(kinetics).ToArray();
        var byFigures = given.Intersect(figures).ToArray();
        if (byParameters.Length > 0 && byFigures.Length > 0)
        {
            problems.Error(path, null, $"{byParameters[0]} is a parameter and {byFigures[0]} a figure from which parameters are solved: only one of both can hold.", forms);
            return null;
        }
        var missing = (byFigures.Length > 0 ? (string[])["dff_1ap", "time_to_peak_s", "half_decay_s"] : ["tau_rise_s", "tau_decay_s", "hill_n", "half_saturation_ap", "offset_ap", "dff_1ap"]).Except(given).ToArray();
        if (missing.Length > 0)
        {
            problems.Error(path, given.Count == 0 ? "{}" : null, $"{string.Join(", ", missing)} {(missing.Length == 1 ? "is" : "are")} missing.", forms);
            return null;
        }
        if (byFigures.Length > 0)
        {
            if (Dff10Ap is not null && HalfSaturationAp is not null)
                problems.Error($"{path}.dff_10ap", N(Dff10Ap), "half_saturation_ap is given, too, and follows from it.", "Leave one of them out.");
            try
            {
                return IndicatorSolver.Solve(Dff1Ap!.Value, TimeToPeakS!.Value, HalfDecayS!.Value, HillN ?? 2, OffsetAp ?? 0.6, HalfSaturationAp ?? 10, Dff10Ap) with { RelativeF0 = RelativeF0 };
            }
            catch (IndicatorException e)
            {
                problems.Error($"{path}.{e.Field}", N(e.Field == "half_decay_s" ? HalfDecayS : Dff10Ap), e.Message, e.Remedy);
                return null;
            }
        }
        if (TauDecayS <= TauRiseS) problems.Error($"{path}.tau_rise_s", N(TauRiseS), $"the rise must be faster than the decay, tau_decay_s = {N(TauDecayS)}.", "Lower tau_rise_s or raise tau_decay_s.");
        if (SlowFraction > 0 && TauSlowS is null) problems.Error($"{path}.tau_slow_s", "null", "slow_fraction has no time constant.", "Give tau_slow_s.");
        if (TauSlowS is not null && !(SlowFraction > 0)) problems.Error($"{path}.tau_slow_s", N(TauSlowS), "it has no share.", "Give slow_fraction.");
        if (SlowFraction > 0 && TauSlowS <= TauRiseS) problems.Error($"{path}.tau_slow_s", N(TauSlowS), "the slower decay must be slower than the rise.", "Raise tau_slow_s.");
        return problems.HasErrors ? null : new IndicatorParameters(TauRiseS!.Value, TauDecayS!.Value, TauSlowS ?? TauDecayS!.Value, SlowFraction ?? 0, HillN!.Value, HalfSaturationAp!.Value, OffsetAp!.Value, Dff1Ap!.Value) { RelativeF0 = RelativeF0 };
    }
}

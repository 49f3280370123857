namespace Minisim.Steps;

public sealed partial record CellActivity
{
    internal override Step FilesFrom(string folder) =>
        Spikes is { Kept: null, Path: { } path } ? this with { Spikes = Spikes with { Path = InputFiles.Rooted(folder, path) } } : this;

    internal override Step FilesKept(Spec spec)
    {
        if (Process != SpikeProcess.File || Spikes is not { Path: { } path, Kept: null }) return this;
        try
        {
            var content = SpikeFileReader.Read(Spikes, Grid(spec.Acquisition), MostUnits(spec));
            return this with { Spikes = Spikes with { Path = System.IO.Path.GetFileName(path), Sha256 = content.Sha256, KeptHz = SpikeSimHz, Kept = content.Spikes.ToText() } };
        }
        catch (SpikeFileException e)
        {
            throw new SpecException([e.ToProblem(PathIn(spec), Spikes)]);
        }
    }

    internal override void Check(Spec spec, ProblemList problems)
    {
        var path = PathIn(spec);
        var fps = spec.Acquisition.Fps;
        CheckIndicator(spec, path, problems);
        if (Indicator is null && TauDecayS > 0 && TauDecayS * fps < 1)
            problems.Error($"{path}.tau_decay_s", FormattableString.Invariant($"{TauDecayS}"),
                FormattableString.Invariant($"at {fps} fps that is {TauDecayS * fps:0.###} samples per decay (< 1), so the decay cannot be resolved."),
                "Raise fps or tau_decay_s.");
        if (SpikeSimHz / fps > 100_000)
            problems.Error($"{path}.spike_sim_hz", FormattableString.Invariant($"{SpikeSimHz}"),
                FormattableString.Invariant($"at {fps} fps that is {SpikeSimHz / fps:g3} bins a frame, more than 100000."), "Lower spike_sim_hz; 300 gives a refractory period of 3 ms.");
        if (6 * TauDecayS * fps > 5_000_000)
            problems.Error($"{path}.tau_decay_s", FormattableString.Invariant($"{TauDecayS}"),
                FormattableString.Invariant($"at {fps} fps the past that frame 0 needs is {6 * TauDecayS * fps:g3} frames, more than 5000000."), "Lower tau_decay_s.");
        CheckProcess(spec, path, problems);
        Tuning?.Check($"{path}.tuning", this, spec, problems);
        if (TauRiseS >= TauDecayS)
            problems.Error($"{path}.tau_rise_s", FormattableString.Invariant($"{TauRiseS}"),
                FormattableString.Invariant($"the rise must be faster than the decay, tau_decay_s = {TauDecayS}."),
                "Lower tau_rise_s or raise tau_decay_s.");
    }

    private void CheckIndicator(Spec spec, string path, ProblemList problems)
    {
        static string N(double value) => FormattableString.Invariant($"{value:0.######}");
        var shape = RecordShape.Of(typeof(CellActivity));
        if (Indicator is null)
        {
            foreach (var name in (ReadOnlySpan<string>)["indicator_preparation", "indicator_amplitude_cv", "indicator_decay_cv", "indicator_rise_cv", "resting_brightness"])
                if (shape.Find(name) is { } field && !Equals(field.Get(this), field.Default))
                    problems.Error($"{path}.{name}", SpecWriter.Text(field.Get(this)!, field.Shape), "there is no indicator that it could describe.", "Give indicator, e.g. \"GCaMP6f\", or leave it out.");
            return;
        }
        foreach (var name in (ReadOnlySpan<string>)["tau_rise_s", "tau_decay_s"])
            if (shape.Find(name) is { } field && !Equals(field.Get(this), field.Default))
                problems.Error($"{path}.{name}", SpecWriter.Text(field.Get(this)!, field.Shape), "the indicator has time constants of its own.", $"Leave {name} out, or give it in the indicator.");
        if (!(F0 > 0)) problems.Error($"{path}.f0", N(F0), "ΔF/F is relative to a resting light, which would be 0.", "Give f0 > 0.");
        var before = problems.Items.Count;
        if (Indicator.Resolve(IndicatorPreparation, $"{path}.indicator", problems) is not { } parameters || problems.Items.Skip(before).Any(p => !p.IsWarning)) return;
        if (4 * parameters.TauRiseS < 1 / SpikeSimHz)
            problems.Warn($"{path}.spike_sim_hz", N(SpikeSimHz), $"a bin of {N(1 / SpikeSimHz)} s is longer than four times the rise of the indicator, {N(parameters.TauRiseS)} s, so its peak is cut.", $"Raise spike_sim_hz to {N(Math.Ceiling(1 / (4 * parameters.TauRiseS)))}.");
        if (Indicator.Name is { } known && IndicatorPresets.Of(known) is var preset && Math.Abs(preset.EmissionNm - spec.Acquisition.Optics.EmissionNm) > 40)
            problems.Warn("acquisition.optics.emission_nm", N(spec.Acquisition.Optics.EmissionNm), $"{preset.Text} emits around {N(preset.EmissionNm)} nm.", $"Set emission_nm to {N(preset.EmissionNm)}; nothing is changed by itself. It sets blur and depth of field; how far light of that colour gets is tissue.scatter_mfp_emission_um and absorption_per_um of the vessels, whose defaults are green light's.");
        if (LeadInS * spec.Acquisition.Fps > 5_000_000)
            problems.Error($"{path}.indicator", null, FormattableString.Invariant($"the past that frame 0 needs is {LeadInS * spec.Acquisition.Fps:g3} frames, more than 5000000."), "Lower its decay time.");
    }

    // Fields and the processes that read them. A field that does nothing is a mistake, and per_frame is the reference's own.
    private static readonly (string Field, SpikeProcess[] ReadBy)[] Readers =
    [
        ("activation_rate_hz", [SpikeProcess.Gated]),
        ("deactivation_rate_hz", [SpikeProcess.Gated]),
        ("gate_step_s", [SpikeProcess.Gated]),
        ("rate_mean_hz", [SpikeProcess.Gated, SpikeProcess.Poisson, SpikeProcess.Regular, SpikeProcess.Bursty]),
        ("rate_sigma_ln", [SpikeProcess.Gated, SpikeProcess.Poisson, SpikeProcess.Regular, SpikeProcess.Bursty]),
        ("silent_fraction", [SpikeProcess.Gated, SpikeProcess.Poisson, SpikeProcess.Regular, SpikeProcess.Bursty]),
        ("refractory_s", [SpikeProcess.Poisson]),
        ("regular_order", [SpikeProcess.Regular]),
        ("burst_probability", [SpikeProcess.Bursty]),
        ("spikes", [SpikeProcess.File]),
    ];

    private void CheckProcess(Spec spec, string path, ProblemList problems)
    {
        static string N(double value) => FormattableString.Invariant($"{value:0.######}");
        var shape = RecordShape.Of(typeof(CellActivity));
        foreach (var (name, readBy) in Readers)
        {
            var field = shape.Find(name)!;
            if (readBy.Contains(Process) || Equals(field.Get(this), field.Default)) continue;
            var processes = string.Join(" or ", readBy.Select(p => $"\"{ChoiceNames.Text(p)}\""));
            problems.Error($"{path}.{name}", field.Shape.Kind == ValueKind.Record ? null : SpecWriter.Text(field.Get(this)!, field.Shape),
                $"the process \"{ChoiceNames.Text(Process)}\" does not read it.", $"Set process to {processes}, or leave it out.");
        }
        if (Process == SpikeProcess.PerFrame) return;

        if (Math.Max(spec.Acquisition.DurationS, LeadInS) * SpikeSimHz > 1 << 28)
            problems.Error($"{path}.spike_sim_hz", N(SpikeSimHz), FormattableString.Invariant($"that many bins a second are {spec.Acquisition.DurationS * SpikeSimHz:g3} altogether, more than 2^28."), "Lower spike_sim_hz or duration_s.");
        if (Process is SpikeProcess.Poisson or SpikeProcess.Regular or SpikeProcess.Bursty && RateMeanHz is null)
            problems.Error($"{path}.rate_mean_hz", "null", $"\"{ChoiceNames.Text(Process)}\" has no rate of its own.", "Give the mean rate: CA1 about 1, cortical layer 2/3 about 0.3.");
        if (RateMeanHz is null && RateSigmaLn > 0)
            problems.Error($"{path}.rate_sigma_ln", N(RateSigmaLn), "there is no rate_mean_hz that could vary.", "Give rate_mean_hz, or leave rate_sigma_ln out.");
        var cap = Math.Min(CellRates.CapHz, Process == SpikeProcess.Gated ? ActiveRateHz : FastestHz);
        if (RateMeanHz is { } asked and > 0 && CellRates.CappedMean(asked, RateSigmaLn, cap) is var left && left < 0.98 * asked)
            problems.Warn($"{path}.rate_mean_hz", N(asked), FormattableString.Invariant($"no cell fires faster than {cap:0.##} Hz, so with rate_sigma_ln {RateSigmaLn} the mean becomes {left:0.##} Hz."), "Lower rate_mean_hz or rate_sigma_ln.");
        if (Process == SpikeProcess.Gated)
        {
            var bins = GateStepS * SpikeSimHz;
            if (Math.Abs(bins - Math.Round(bins)) > 1e-6 || bins < 0.5)
                problems.Error($"{path}.gate_step_s", N(GateStepS), $"it must be a multiple of 1/spike_sim_hz = {N(1 / SpikeSimHz)} s.", $"Give {N(Math.Max(1, Math.Round(bins)) / SpikeSimHz)}.");
            else if (bins > 100_000)
                problems.Error($"{path}.gate_step_s", N(GateStepS), $"that is {N(bins)} bins, more than 100000.", "Lower gate_step_s or spike_sim_hz.");
            if (RateMeanHz >= 0.99 * Math.Min(ActiveRateHz, SpikeSimHz))
                problems.Error($"{path}.rate_mean_hz", N(RateMeanHz.Value), $"a cell that is always active fires at {N(Math.Min(ActiveRateHz, SpikeSimHz))} Hz.", "Lower rate_mean_hz or raise active_rate_hz.");
        }
        if (Process == SpikeProcess.Poisson && Math.Abs(RefractoryS * SpikeSimHz - Math.Round(RefractoryS * SpikeSimHz)) > 0.02 && RefractoryS > 0)
            problems.Warn($"{path}.refractory_s", N(RefractoryS), $"spikes lie on bins of {N(1 / SpikeSimHz)} s, so it becomes {N((DeadBins + 1) / SpikeSimHz)} s.", "Choose a multiple, or another spike_sim_hz.");
        if (RateMeanHz is { } mean && Process is SpikeProcess.Poisson or SpikeProcess.Regular or SpikeProcess.Bursty && RateMeanHz > FastestHz)
            problems.Error($"{path}.rate_mean_hz", N(mean), $"no cell can fire faster than {N(FastestHz)} Hz with {(Process == SpikeProcess.Poisson ? "this refractory_s" : Process == SpikeProcess.Regular ? $"every {RegularOrder}th of at most {N(SpikeSimHz)} events a second" : "this spike_sim_hz")}.",
                Process == SpikeProcess.Regular ? "Lower regular_order or rate_mean_hz, or raise spike_sim_hz." : "Lower rate_mean_hz, or raise spike_sim_hz.");
        if (Process == SpikeProcess.File) CheckSpikes(spec, path, problems);
    }

    private void CheckSpikes(Spec spec, string path, ProblemList problems)
    {
        if (Spikes is not { } spikes)
        {
            problems.Error($"{path}.spikes", "null", "\"file\" needs the spikes.", "Give {\"path\": \"spikes.csv\"}.");
            return;
        }
        if (spec.Find<PlaceNeurons>() is not { } placed) return;
        try
        {
            if (spikes.Kept is { } kept)
            {
                var given = GivenSpikes.Parse(kept);
                if (given.Units > MostUnits(spec))
                    problems.Error($"{path}.spikes.kept", null, $"there are spikes of {given.Units} units for {MostUnits(spec)} cells.", "Place as many cells as the recording had.");
                return;
            }
            if (spikes.Path is not { Length: > 0 })
            {
                problems.Error($"{path}.spikes.path", spikes.Path is null ? "null" : "\"\"", "names no file.", "Give the path of a .csv, .npy or .npz.");
                return;
            }
            var content = SpikeFileReader.Read(spikes, Grid(spec.Acquisition), MostUnits(spec));
            var shown = $"\"{System.IO.Path.GetFileName(spikes.Path)}\"";
            if (content.Dropped > 0)
                problems.Warn($"{path}.spikes.path", shown, FormattableString.Invariant($"{content.Dropped} of {content.Rows} spikes lie outside of the recording and its past of {LeadInS:0.##} s, and are left out."), "Times are in seconds from the first frame.");
            if (content.Moved > 0)
                problems.Warn($"{path}.spikes.path", shown, FormattableString.Invariant($"{content.Moved} spikes share a bin of 1/spike_sim_hz with an earlier one of their cell, and are moved to the next free one."), "Raise spike_sim_hz to keep them apart.");
            if (content.Rows == 0) problems.Warn($"{path}.spikes.path", shown, "there are no spikes in it, so no cell ever fires.", "Check that it is the right file.");
        }
        catch (SpikeFileException e)
        {
            problems.Add(e.ToProblem(path, spikes));
        }
    }
}

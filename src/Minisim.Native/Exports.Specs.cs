using System.Runtime.InteropServices;
using System.Text.Json;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim.Native;

public static unsafe partial class Exports
{
    /// <summary>Parses and validates a spec.</summary>
    /// <param name="json">JSON text.</param>
    /// <param name="outSpec">Receives a spec handle.</param>
    /// <param name="outWarnings">Receives a JSON list of what is odd but legal; may be null.</param>
    /// <param name="error">Receives every problem.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_spec_parse")]
    public static int ParseSpec(byte* json, ulong* outSpec, byte** outWarnings, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outSpec, "out_spec");
        var spec = SpecJson.Parse(Abi.Required(json, "json"));
        if (outWarnings is not null) *outWarnings = Abi.Give(Json.Problems(SpecValidator.Check(spec)));
        *outSpec = Handles.Open(spec);
    });

    /// <summary>Reads and validates a spec file.</summary>
    /// <param name="path">Path, UTF-8.</param>
    /// <param name="outSpec">Receives a spec handle.</param>
    /// <param name="outWarnings">Receives a JSON list of what is odd but legal; may be null.</param>
    /// <param name="error">Receives every problem.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_spec_load")]
    public static int LoadSpec(byte* path, ulong* outSpec, byte** outWarnings, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outSpec, "out_spec");
        var spec = SpecJson.Load(Abi.Required(path, "path"), out var warnings);
        if (outWarnings is not null) *outWarnings = Abi.Give(Json.Problems(warnings));
        *outSpec = Handles.Open(spec);
    });

    /// <summary>The complete JSON of a spec, in canonical form.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_spec_json")]
    public static int WriteSpec(ulong spec, int indented, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        using var use = Handles.Get<Spec>(spec, "spec");
        *outJson = Abi.Give(SpecJson.Write(use.Value, indented != 0));
    });

    /// <summary>A spec with values set by path, such as <c>steps.sensor.photons_per_unit</c>; checked once all are set.</summary>
    /// <param name="spec">The spec to start from; stays as it is.</param>
    /// <param name="assignments">JSON object of paths and values. A step set to null is removed.</param>
    /// <param name="outSpec">Receives the new spec's handle.</param>
    /// <param name="error">Receives every problem.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_spec_set")]
    public static int SetSpec(ulong spec, byte* assignments, ulong* outSpec, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outSpec, "out_spec");
        using var use = Handles.Get<Spec>(spec, "spec");
        using var document = Json.Document(Abi.Required(assignments, "assignments"), "assignments");
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new ArgumentException("assignments must be a JSON object of paths and values");
        *outSpec = Handles.Open(SpecJson.With(use.Value, [.. document.RootElement.EnumerateObject().Select(p => new KeyValuePair<string, string>(p.Name, p.Value.GetRawText()))]));
    });

    /// <summary>The hash of a spec and the model version: equal keys mean equal recordings. 64 hex digits.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_spec_key")]
    public static int SpecKey(ulong spec, byte** outKey, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outKey, "out_key");
        using var use = Handles.Get<Spec>(spec, "spec");
        *outKey = Abi.Give(use.Value.CacheKey());
    });

    /// <summary>What a spec amounts to, as JSON: frames, height, width, type, bytes, about how many cells, pixel size, field of view, steps and
    /// stages.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_spec_describe")]
    public static int DescribeSpec(ulong spec, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        using var use = Handles.Get<Spec>(spec, "spec");
        *outJson = Abi.Give(SpecDescription.Of(use.Value));
    });

    /// <summary>The JSON Schema of specs.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_spec_schema")]
    public static int Schema(byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        *outJson = Abi.Give(SpecSchema.Write());
    });

    /// <summary>The presets as JSON: scopes and regions with name and description.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_presets")]
    public static int ListPresets(byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        *outJson = Abi.Give(SpecDescription.Presets());
    });

    /// <summary>The spec of a scope over a region.</summary>
    /// <param name="scope">Name of the scope, e.g. miniscope_v4.</param>
    /// <param name="region">Name of the region, e.g. ca1.</param>
    /// <param name="options">JSON object or null: duration_s, fps, seed, height, width, activity (0 to 1), no_neuropil, no_vessels,
    /// no_scope_fields.</param>
    /// <param name="outSpec">Receives a spec handle.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_preset")]
    public static int MakePreset(byte* scope, byte* region, byte* options, ulong* outSpec, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outSpec, "out_spec");
        *outSpec = Handles.Open(SpecDescription.Preset(Abi.Required(scope, "scope"), Abi.Required(region, "region"),
            JsonOptions.Parse(Abi.Text(options, "options"), "duration_s", "fps", "seed", "height", "width", "activity", "no_neuropil", "no_vessels", "no_scope_fields")));
    });

    /// <summary>Time to peak and full width at half maximum, s, of the calcium kernel with these time constants, s.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_kernel_timing")]
    public static int KernelTiming(double tauRiseS, double tauDecayS, double* outTimeToPeakS, double* outFwhmS, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outTimeToPeakS, "out_time_to_peak_s");
        Abi.Need(outFwhmS, "out_fwhm_s");
        (*outTimeToPeakS, *outFwhmS) = CalciumKernel.Timing(tauRiseS, tauDecayS);
    });

    /// <summary>Time constants, s, of the calcium kernel with this timing, s. The time to peak is always met; a kernel narrower than 2.45 times
    /// it does not exist, and the narrowest one is given.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_kernel_from_timing")]
    public static int KernelFromTiming(double timeToPeakS, double fwhmS, double* outTauRiseS, double* outTauDecayS, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outTauRiseS, "out_tau_rise_s");
        Abi.Need(outTauDecayS, "out_tau_decay_s");
        (*outTauRiseS, *outTauDecayS) = CalciumKernel.FromTiming(timeToPeakS, fwhmS);
    });

    /// <summary>Gate parameters of the activity dial, 0 sparse to 1 dense: the four fields of cell_activity in out_values
    /// (p_quiescent_to_active, p_active_to_quiescent, active_rate_hz, quiescent_rate_hz).</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_activity_dial")]
    public static int Dial(double activity, double* outValues, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outValues, "out_values");
        if (double.IsNaN(activity)) throw new ArgumentException("activity is NaN");
        var gate = ActivityDial.At(activity);
        (outValues[0], outValues[1], outValues[2], outValues[3]) = (gate.PQuiescentToActive, gate.PActiveToQuiescent, gate.ActiveRateHz, gate.QuiescentRateHz);
    });
}

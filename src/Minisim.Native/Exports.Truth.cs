using System.Runtime.InteropServices;

namespace Minisim.Native;

public static unsafe partial class Exports
{
    /// <summary>A truth as JSON: n_units, n_frames, canvas_shape, fov_offset, fov_shape, pixel_size_um, focal_depth_um, and arrays: a list of
    /// name, axes, shape, dtype, unit, description.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_truth_info")]
    public static int TruthInfo(ulong truth, byte** outJson, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outJson, "out_json");
        using var use = Handles.Get<TruthHandle>(truth, "truth");
        *outJson = Abi.Give(TruthText.Info(use.Value.Truth));
    });

    /// <summary>An array of a truth, where it is: valid until the truth is closed; not to be written to.</summary>
    /// <param name="truth">A truth.</param>
    /// <param name="name">Name in minisim_truth_info; or, of the footprints in the field of view as compressed columns (pixel, unit), A_observed.data,
    /// A_observed.indices, A_observed.indptr and the same of A_planted; or planted.offsets, planted.shapes, planted.data: patches on the canvas.</param>
    /// <param name="outArray">Receives pointer, type, shape and strides.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_truth_array")]
    public static int TruthArray(ulong truth, byte* name, NativeArray* outArray, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outArray, "out_array");
        using var use = Handles.Get<TruthHandle>(truth, "truth");
        use.Value.Find(Abi.Required(name, "name"), outArray);
    });

    /// <summary>Dense footprints (unit, height, width), float32, into the caller's memory.</summary>
    /// <param name="truth">A truth.</param>
    /// <param name="kind">A_planted or A_observed.</param>
    /// <param name="target">Memory of units × height × width float32.</param>
    /// <param name="bytes">Its size, which must be exact.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_truth_dense")]
    public static int DenseTruth(ulong truth, byte* kind, void* target, long bytes, byte** error) => Abi.Call(error, () =>
    {
        using var use = Handles.Get<TruthHandle>(truth, "truth");
        TruthText.Dense(use.Value, Abi.Required(kind, "kind"), (float*)target, bytes);
    });

    /// <summary>The truth of some cells only: every array per cell is sliced, the rest kept.</summary>
    /// <param name="truth">A truth.</param>
    /// <param name="units">Indices of cells in view.</param>
    /// <param name="count">How many.</param>
    /// <param name="outTruth">Receives a truth handle.</param>
    /// <param name="error">Receives what is wrong.</param>
    [UnmanagedCallersOnly(EntryPoint = "minisim_truth_subset")]
    public static int SubsetTruth(ulong truth, int* units, int count, ulong* outTruth, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outTruth, "out_truth");
        if (count < 0) throw new ArgumentException($"count = {count}: must not be negative");
        if (count > 0) Abi.Need(units, "units");
        using var use = Handles.Get<TruthHandle>(truth, "truth");
        var chosen = new Span<int>(units, count).ToArray();
        foreach (var unit in chosen)
            if ((uint)unit >= (uint)use.Value.Truth.NUnits)
                throw new ArgumentException($"unit {unit} is not among the {use.Value.Truth.NUnits} in view");
        *outTruth = Handles.Open(new TruthHandle(use.Value.Truth.Subset(chosen)));
    });

    /// <summary>The footprints of a truth in the field of view, for matching.</summary>
    [UnmanagedCallersOnly(EntryPoint = "minisim_truth_footprints")]
    public static int TruthFootprints(ulong truth, byte* kind, ulong* outFootprints, byte** error) => Abi.Call(error, () =>
    {
        Abi.Need(outFootprints, "out_footprints");
        using var use = Handles.Get<TruthHandle>(truth, "truth");
        *outFootprints = Handles.Open(new FootprintsHandle(TruthText.Footprints(use.Value, Abi.Required(kind, "kind"))));
    });
}

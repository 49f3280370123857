using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>CaImAn: the HDF5 file of <c>cnm.save</c>, with <c>estimates/A</c> as a sparse matrix (pixel, unit), pixels column by
/// column.</summary>
internal sealed class CaimanEstimate : EstimateFormat
{
    public override string Name => "CaImAn";

    public override bool Recognizes(EstimateSource source) => source.Hdf5?.FindGroup("estimates/A") is not null;

    public override Estimate Read(EstimateSource source, EstimateReading reading)
    {
        var (root, hints) = (source.Hdf5!, reading.Hints);
        var estimates = root.FindGroup("estimates")!;
        int[]? dims = null;
        foreach (var at in (string[])["dims", "estimates/dims"])
            if (dims is null && root.FindDataset(at) is { HasNumbers: true } d && d.Shape() is [2]) dims = d.Ints();
        if (dims is null && hints.Height > 0)
        {
            dims = [hints.Height, hints.Width];
            reading.Note("the file holds no dims; the recording's are taken");
        }
        if (dims is null) throw new EstimateFormatException(source.Path, "holds no dims.", "Score it with its recording.");
        double[] Numbers(string name) => (estimates.FindDataset($"A/{name}") ?? throw new EstimateFormatException(source.Path, $"estimates/A has no {name}.")).Doubles();
        int[] Indices(string name) => (estimates.FindDataset($"A/{name}") ?? throw new EstimateFormatException(source.Path, $"estimates/A has no {name}.")).Ints();
        var shape = Indices("shape");
        if (shape is not [var pixels, var units] || dims is not [> 0, > 0] || pixels != (long)dims[0] * dims[1])
            throw new EstimateFormatException(source.Path, $"A has shape ({string.Join(", ", shape)}) for dims {string.Join(" × ", dims)}.");
        MaskArrays.RequirePossible(units, dims[0], dims[1], source.Path);
        var (pointers, indices, data) = (Indices("indptr"), Indices("indices"), Numbers("data"));
        if (pointers.Length != units + 1)
        {
            if (pointers.Length != pixels + 1) throw new EstimateFormatException(source.Path, $"A has {pointers.Length} index pointers for {units} units.");
            (data, indices, pointers) = SparseColumns.Transpose(data, indices, pointers, units);
        }
        var a = SparseColumns.Footprints(data, indices, pointers, dims[0], dims[1], columnMajor: true);

        Matrix? Traces(string part, string name) => reading.Optional(part, $"estimates/{name}", () => reading.Fit(part, $"estimates/{name}", estimates.FindTable(name), a.Count));
        var accepted = reading.Optional(EstimateReading.Acceptance, "estimates/idx_components", () =>
        {
            if (estimates.FindDataset("idx_components") is not { HasNumbers: true } good || good.Shape() is not [_]) return null;
            var chosen = new bool[a.Count];
            foreach (var i in good.Ints())
                chosen[(uint)i < (uint)a.Count ? i : throw new InvalidDataException($"it names unit {i} of {a.Count}")] = true;
            return reading.FitAccepted("estimates/idx_components", chosen, a.Count);
        });
        var shifts = reading.Optional(EstimateReading.Motion, "estimates/shifts", () => estimates.FindTable("shifts") is { Columns: 2, Rows: > 0 } own ? reading.FitShifts("estimates/shifts", own) : null);
        if (shifts is null && hints.ShiftsPath is null && !reading.Has(EstimateReading.Motion)) reading.Note("CaImAn keeps its shifts apart from this file: give them with --shifts FILE.npy to score the motion");
        return reading.Finish(Name, a, "estimates/A", Traces(EstimateReading.Traces, "C"), Traces(EstimateReading.Activity, "S"), shifts, accepted);
    }
}

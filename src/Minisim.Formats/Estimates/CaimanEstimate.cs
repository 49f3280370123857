using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>CaImAn: the HDF5 file of <c>cnm.save</c>, with <c>estimates/A</c> as a sparse matrix (pixel, unit), pixels column by
/// column.</summary>
internal sealed class CaimanEstimate : EstimateFormat
{
    public override string Name => "CaImAn";

    public override bool Recognizes(EstimateSource source) => source.Hdf5?.FindGroup("estimates/A") is not null;

    public override Estimate Read(EstimateSource source, EstimateHints hints)
    {
        var root = source.Hdf5!;
        var estimates = root.FindGroup("estimates")!;
        var notes = new List<string>();
        int[]? dims = null;
        foreach (var at in (string[])["dims", "estimates/dims"])
            if (dims is null && root.FindDataset(at) is { } d && d.HasNumbers() && d.Shape() is [2]) dims = d.Ints();
        if (dims is null && hints.Height > 0)
        {
            dims = [hints.Height, hints.Width];
            notes.Add("the file holds no dims; the recording's are taken");
        }
        if (dims is null) throw new EstimateFormatException(source.Path, "holds no dims.", "Score it with its recording.");
        double[] Numbers(string name) => (estimates.FindDataset($"A/{name}") ?? throw new EstimateFormatException(source.Path, $"estimates/A has no {name}.")).Doubles();
        var shape = Array.ConvertAll(Numbers("shape"), v => checked((int)v));
        if (shape is not [var pixels, var units] || pixels != dims[0] * dims[1])
            throw new EstimateFormatException(source.Path, $"A has shape ({string.Join(", ", shape)}) for dims {dims[0]} × {dims[1]}.");
        var pointers = Array.ConvertAll(Numbers("indptr"), v => checked((int)v));
        var indices = Array.ConvertAll(Numbers("indices"), v => checked((int)v));
        var data = Numbers("data");
        if (pointers.Length != units + 1)
        {
            if (pointers.Length != pixels + 1) throw new EstimateFormatException(source.Path, $"A has {pointers.Length} index pointers for {units} units.");
            (data, indices, pointers) = SparseColumns.Transpose(data, indices, pointers, units);
        }
        var a = SparseColumns.Footprints(data, indices, pointers, dims[0], dims[1], columnMajor: true);

        Matrix? Traces(string name) => estimates.FindTable(name) is { } table && table.Rows == a.Count ? table : null;
        bool[]? accepted = null;
        if (estimates.FindDataset("idx_components") is { } good && good.HasNumbers() && good.Shape() is [_])
        {
            accepted = new bool[a.Count];
            foreach (var i in good.Ints())
                if ((uint)i < (uint)a.Count) accepted[i] = true;
        }
        Matrix? shifts = null;
        if (estimates.FindTable("shifts") is { Columns: 2, Rows: > 0 } own) shifts = own;
        else if (hints.ShiftsPath is null) notes.Add("CaImAn keeps its shifts apart from this file: give them with --shifts FILE.npy to score the motion");
        return new Estimate(a, Traces("C"), Traces("S"), shifts) { Accepted = accepted, Notes = notes };
    }
}

using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>EXTRACT: a MATLAB v7.3 file with the struct <c>output</c>: <c>spatial_weights</c> (height, width, unit) and
/// <c>temporal_weights</c> (frame, unit), both reversed in HDF5.</summary>
internal sealed class ExtractEstimate : EstimateFormat
{
    public override string Name => "EXTRACT";

    public override bool Recognizes(EstimateSource source) => source.Hdf5?.FindGroup("output") is { } output && output.LinkExists("spatial_weights");

    public override Estimate Read(EstimateSource source, EstimateHints hints)
    {
        var output = source.Hdf5!.FindGroup("output")!;
        var notes = new List<string>();
        SparseFootprints a;
        if (output.FindDataset("spatial_weights") is { } dense)
        {
            // MATLAB drops a last axis of length 1: a single unit.
            var shape = dense.Shape();
            a = MaskArrays.Dense(dense.Doubles(), shape.Length == 2 ? [1, .. shape] : shape, columnsFirst: true, hints, source.Path, notes);
        }
        else
        {
            var sparse = output.FindGroup("spatial_weights")!;
            if (hints.Height == 0) throw new EstimateFormatException(source.Path, "has sparse weights and does not say the shape of its field.", "Score it with its recording.");
            a = SparseColumns.Footprints(sparse.FindDataset("data")?.Doubles() ?? [], sparse.FindDataset("ir")?.Ints() ?? [], sparse.FindDataset("jc")!.Ints(), hints.Height, hints.Width, columnMajor: true);
        }
        var c = output.FindTable("temporal_weights");
        return new Estimate(a, c is null ? null : MaskArrays.Traces(c, a.Count, "temporal_weights", source.Path, notes)) { Notes = notes };
    }
}

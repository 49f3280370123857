using Minisim.Metrics;
using PureHDF;

namespace Minisim.Formats.Estimates;

/// <summary>CNMF-E: a MATLAB v7.3 file with a sparse <c>A</c> (group with <c>data</c>, <c>ir</c>, <c>jc</c>) or a dense one, pixels column
/// by column, at top level or in the struct <c>results</c> or <c>neuron</c>.</summary>
internal sealed class CnmfeEstimate : EstimateFormat
{
    public override string Name => "CNMF-E";

    public override bool Recognizes(EstimateSource source) => source.Hdf5 is { } root && Home(root) is not null;

    private static IH5Group? Home(IH5Group root)
    {
        foreach (var home in (IH5Group?[])[root, root.FindGroup("results"), root.FindGroup("neuron")])
            if (home is not null && (home.FindGroup("A") is { } a && a.FindDataset("ir") is not null && a.FindDataset("jc") is not null
                || home.FindDataset("A") is { } dense && dense.TextAttribute("MATLAB_class") is not null))
                return home;
        return null;
    }

    public override Estimate Read(EstimateSource source, EstimateHints hints)
    {
        var home = Home(source.Hdf5!)!;
        var notes = new List<string>();
        int? Option(string name)
        {
            foreach (var at in (string[])[$"options/{name}", name])
                if (home.FindDataset(at) is { } d && d.HasNumbers() && d.Doubles() is [var v]) return (int)v;
            return null;
        }
        var (height, width) = (Option("d1") ?? hints.Height, Option("d2") ?? hints.Width);
        if (height == 0 || width == 0) throw new EstimateFormatException(source.Path, "does not say the shape of its field (options.d1, d2).", "Score it with its recording.");
        if (Option("d1") is null) notes.Add("the file does not say the shape of its field; the recording's is taken");

        SparseFootprints a;
        if (home.FindGroup("A") is { } sparse)
        {
            // In an empty sparse matrix MATLAB leaves out data and ir.
            var data = sparse.FindDataset("data")?.Doubles() ?? [];
            var rows = sparse.FindDataset("ir")?.Ints() ?? [];
            var starts = sparse.FindDataset("jc")!.Ints();
            if (sparse.AttributeExists("MATLAB_sparse") && sparse.Attribute("MATLAB_sparse") is { } attribute)
            {
                var pixels = attribute.Type.Size == 8 ? (long)attribute.Read<ulong>() : attribute.Read<uint>();
                if (pixels != (long)height * width) throw new EstimateFormatException(source.Path, $"A has {pixels} rows for a field of {height} × {width} pixels.");
            }
            a = SparseColumns.Footprints(data, rows, starts, height, width, columnMajor: true);
        }
        else
        {
            var dense = home.FindDataset("A")!;
            // MATLAB's (pixel, unit) is (unit, pixel) in HDF5.
            if (dense.Shape() is not [var units, var pixels] || pixels != height * width)
                throw new EstimateFormatException(source.Path, $"A has shape ({string.Join(", ", dense.Shape().Reverse())}) for a field of {height} × {width} pixels.");
            a = MaskArrays.Dense(dense.Doubles(), [units, width, height], columnsFirst: true, hints with { Height = height, Width = width, Axes = MaskAxes.Auto }, source.Path, notes);
        }
        // MATLAB's (unit, frame) is (frame, unit) in HDF5.
        Matrix? Traces(string name) => home.FindTable(name) is { } t && t.Columns == a.Count ? t.Transpose()
            : home.FindGroup(name) is { } s && s.FindDataset("ir") is not null ? Sparse(s, a.Count) : null;
        var c = Traces("C") ?? Traces("C_raw");
        return new Estimate(a, c, Traces("S")) { Notes = notes };
    }

    // A sparse (unit, frame): one compressed vector per frame.
    private static Matrix? Sparse(IH5Group group, int units)
    {
        var starts = group.FindDataset("jc")!.Ints();
        var rows = group.FindDataset("ir")!.Ints();
        var data = group.FindDataset("data")?.Doubles() ?? [];
        var table = new Matrix(units, starts.Length - 1);
        for (var t = 0; t < table.Columns; t++)
            for (var k = starts[t]; k < starts[t + 1]; k++)
                table[rows[k], t] = data[k];
        return table;
    }
}

using Minisim.Formats.Numpy;
using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>Our own exchange layout, as NPZ or HDF5: <c>A</c> (unit, height, width) or sparse <c>A_data, A_indices, A_indptr, A_shape</c>;
/// <c>C</c>, <c>S</c> (unit, frame); <c>shifts</c> (frame, 2), a correction. Also the truth that Minisim exports in these files: its
/// pixels are column-major, and its shifts the motion itself.</summary>
internal sealed class PlainEstimate : EstimateFormat
{
    public override string Name => "plain arrays";

    private static readonly string[] Names = ["A", "A_data", "A_indices", "A_indptr", "A_shape", "C", "S", "shifts", ExportMark];
    /// <summary>No pipeline has planted footprints.</summary>
    private const string ExportMark = "A_planted_shape";

    public override bool Recognizes(EstimateSource source)
    {
        if (source.Hdf5 is { } root) return root.FindDataset("A") is not null || root.FindDataset("A_data") is not null || root.FindGroup("A_planted") is not null;
        if (!source.IsZip) return false;
        using var zip = System.IO.Compression.ZipFile.OpenRead(source.Path);
        return zip.GetEntry("A.npy") is not null || zip.GetEntry("A_data.npy") is not null;
    }

    public override Estimate Read(EstimateSource source, EstimateHints hints)
    {
        Func<string, (int[] Shape, double[] Values)?> find;
        if (source.Hdf5 is { } root)
        {
            // Our export has the parts of a sparse matrix in a group.
            var isGrouped = root.FindGroup("A_planted") is not null;
            find = name => root.FindDataset(isGrouped && name.LastIndexOf('_') is > 0 and var at ? $"{name[..at]}/{name[(at + 1)..]}" : name) is { } d && d.HasNumbers() ? (d.Shape(), d.Doubles()) : null;
        }
        else
        {
            var arrays = NpyFile.LoadArchive(source.Path, Names);
            find = name => arrays.GetValueOrDefault(name) is { HasNumbers: true } a ? (a.Shape, a.Numbers) : null;
        }
        var notes = new List<string>();
        var isExport = find(ExportMark) is not null;
        if (isExport)
        {
            notes.Add("these are exported truth: shifts are the motion, its negative the correction");
            if (hints.Axes == MaskAxes.Auto) hints = hints with { Axes = MaskAxes.Xy };
        }
        var footprints = find("A") is { } dense
            ? MaskArrays.Dense(dense.Values, dense.Shape, columnsFirst: false, hints, source.Path, notes)
            : Sparse(find, hints, source.Path, notes);
        Matrix? Table(string name) => find(name) is { Shape: [var rows, var columns] } t ? new Matrix(rows, columns, t.Values) : null;
        Matrix? Traces(string name) => Table(name) is { } t ? MaskArrays.Traces(t, footprints.Count, name, source.Path, notes) : null;
        var shifts = Table("shifts") is { } s ? MaskArrays.Shifts(s, source.Path, notes) : null;
        if (isExport && shifts is not null) shifts = new(shifts.Rows, shifts.Columns, Array.ConvertAll(shifts.Values, v => -v));
        return new Estimate(footprints, Traces("C"), Traces("S"), shifts) { Notes = notes };
    }

    private static SparseFootprints Sparse(Func<string, (int[] Shape, double[] Values)?> find, EstimateHints hints, string path, List<string> notes)
    {
        double[] Need(string name) => find(name)?.Values ?? throw new EstimateFormatException(path, $"has no {name}.", "A sparse A needs A_data, A_indices, A_indptr and A_shape.");
        int[] Indices(string name) => Array.ConvertAll(Need(name), v => checked((int)v));
        var (data, indices, pointers, shape) = (Need("A_data"), Indices("A_indices"), Indices("A_indptr"), Indices("A_shape"));
        if (hints.Height == 0) throw new EstimateFormatException(path, "has a sparse A, which does not say the shape of its field.", "Score it with its recording.");
        var pixels = hints.Height * hints.Width;
        var text = $"({string.Join(", ", shape)})";
        if (shape.Length != 2 || shape[0] == pixels == (shape[1] == pixels))
            throw new EstimateFormatException(path, $"A has shape {text}; one of its axes, and only one, must be the {pixels} pixels of the field.");
        var units = shape[0] == pixels ? shape[1] : shape[0];
        if (pointers.Length == pixels + 1 && units != pixels) (data, indices, pointers) = SparseColumns.Transpose(data, indices, pointers, units);
        else if (pointers.Length != units + 1) throw new EstimateFormatException(path, $"A has shape {text} and {pointers.Length} index pointers.");
        notes.Add($"sparse A {text} read with pixels in {(hints.Axes == MaskAxes.Xy ? "column-major" : "row-major")} order (--axes)");
        return SparseColumns.Footprints(data, indices, pointers, hints.Height, hints.Width, hints.Axes == MaskAxes.Xy);
    }
}

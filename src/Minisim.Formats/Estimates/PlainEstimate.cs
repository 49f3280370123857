using Minisim.Formats.Hdf5.Reading;
using Minisim.Formats.Numpy;
using Minisim.Formats.Reading;
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

    /// <summary>An array of either container.</summary>
    private sealed record Found(int[] Shape, INumberArray Blocks, bool IsFortran, Func<double[]> Values)
    {
        public int[] Ints() => Array.ConvertAll(Values(), v => v == Math.Floor(v) && v is >= int.MinValue and <= int.MaxValue ? (int)v : throw new InvalidDataException($"an index is {v}"));
    }

    public override bool Recognizes(EstimateSource source)
    {
        if (source.Hdf5 is { } root) return root.FindDataset("A") is not null || root.FindDataset("A_data") is not null || root.FindGroup("A_planted") is not null;
        if (!source.IsZip) return false;
        using var zip = System.IO.Compression.ZipFile.OpenRead(source.Path);
        return zip.GetEntry("A.npy") is not null || zip.GetEntry("A_data.npy") is not null;
    }

    public override Estimate Read(EstimateSource source, EstimateReading reading)
    {
        Func<string, Found?> find;
        // What an array that is there holds instead of numbers; null where there is none.
        Func<string, string?> other;
        if (source.Hdf5 is { } root)
        {
            // Our export has the parts of a sparse matrix in a group.
            var isGrouped = root.FindGroup("A_planted") is not null;
            Hdf5Dataset? Dataset(string name) => root.FindDataset(isGrouped && name.LastIndexOf('_') is > 0 and var at ? $"{name[..at]}/{name[(at + 1)..]}" : name);
            find = name => Dataset(name) is { HasNumbers: true } d ? new(d.Shape(), d, false, d.Doubles) : null;
            other = name => Dataset(name) is { HasNumbers: false } d ? d.Type.Describe() : null;
        }
        else
        {
            var arrays = NpyFile.LoadArchive(source.Path, Names, reading.Limits);
            find = name => arrays.GetValueOrDefault(name) is { HasNumbers: true } a ? new(a.Shape, a.Blocks!, a.IsFortran, () => a.Numbers) : null;
            other = name => arrays.GetValueOrDefault(name) is { HasNumbers: false } a ? a.Kind : null;
        }
        if (other("A") is { } masks) throw new NotReadException($"its A holds {masks}", "Save a dense A (unit, height, width) of integers or floats, or A_data, A_indices, A_indptr and A_shape of a sparse one.");
        var isExport = find(ExportMark) is not null;
        var axes = reading.Hints.Axes;
        if (isExport)
        {
            reading.Note("these are exported truth: shifts are the motion, its negative the correction");
            if (axes == MaskAxes.Auto) axes = MaskAxes.Xy;
        }
        var dense = find("A");
        SparseFootprints footprints = dense is not null
            ? MaskArrays.Dense(dense.Blocks, () => dense.IsFortran ? throw new InvalidDataException("it has no numbers") : dense.Values(), columnsFirst: false, reading, dense.IsFortran)
            : Sparse(find, axes, reading);
        Matrix? Table(string part, string name)
        {
            if (other(name) is { } kind) reading.LeftOut(part, $"{name}: it holds {kind} where numbers should be");
            if (find(name) is not { } t) return null;
            if (t.Shape is [var rows, var columns]) return new Matrix(rows, columns, t.Values());
            reading.LeftOut(part, $"{name} has shape ({string.Join(", ", t.Shape)}), not two axes");
            return null;
        }
        Matrix? Traces(string part, string name)
        {
            // Here the user names the arrays, so one of another size is a mistake.
            if (find(name) is { Shape: [var rows, var columns] } && rows != footprints.Count && columns != footprints.Count)
                throw new EstimateFormatException(source.Path, $"{name} has shape ({rows}, {columns}) and there are {footprints.Count} footprints.");
            return reading.Optional(part, name, () => reading.Fit(part, name, Table(part, name), footprints.Count, mayTurn: true));
        }
        var shifts = reading.Optional(EstimateReading.Motion, "shifts", () => Table(EstimateReading.Motion, "shifts") is { } s ? reading.FitShifts("shifts", MaskArrays.Shifts(s, reading)) : null);
        if (isExport && shifts is not null) shifts = new(shifts.Rows, shifts.Columns, Array.ConvertAll(shifts.Values, v => -v));
        return reading.Finish(Name, footprints, dense is not null ? "A" : "A_data", Traces(EstimateReading.Traces, "C"), Traces(EstimateReading.Activity, "S"), shifts);
    }

    private static SparseFootprints Sparse(Func<string, Found?> find, MaskAxes axes, EstimateReading reading)
    {
        var (path, hints) = (reading.Path, reading.Hints);
        Found Need(string name) => find(name) ?? throw new EstimateFormatException(path, $"has no {name}.", "A sparse A needs A_data, A_indices, A_indptr and A_shape.");
        var (data, indices, pointers, shape) = (Need("A_data").Values(), Need("A_indices").Ints(), Need("A_indptr").Ints(), Need("A_shape").Ints());
        if (hints.Height == 0) throw new EstimateFormatException(path, "has a sparse A, which does not say the shape of its field.", "Score it with its recording.");
        var pixels = hints.Height * hints.Width;
        var text = $"({string.Join(", ", shape)})";
        if (shape.Length != 2 || shape[0] == pixels == (shape[1] == pixels))
            throw new EstimateFormatException(path, $"A has shape {text}; one of its axes, and only one, must be the {pixels} pixels of the field.");
        var units = shape[0] == pixels ? shape[1] : shape[0];
        MaskArrays.RequirePossible(units, hints.Height, hints.Width, path);
        if (pointers.Length == pixels + 1 && units != pixels) (data, indices, pointers) = SparseColumns.Transpose(data, indices, pointers, units);
        else if (pointers.Length != units + 1) throw new EstimateFormatException(path, $"A has shape {text} and {pointers.Length} index pointers.");
        reading.Note($"sparse A {text} read with pixels in {(axes == MaskAxes.Xy ? "column-major" : "row-major")} order (--axes)");
        return SparseColumns.Footprints(data, indices, pointers, hints.Height, hints.Width, axes == MaskAxes.Xy);
    }
}

using Minisim.Formats.Matlab;
using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>Footprints and traces from MATLAB's values, whichever way they were saved.</summary>
internal static class MatlabParts
{
    /// <summary>A field of a struct, or a variable of the file.</summary>
    public static MatValue? Get(this MatFile file, string? home, string name) => home is null ? file[name] : (file[home] as MatStruct)?.Field(name);

    /// <summary>The only number of a field; null for anything else.</summary>
    public static double? Number(MatValue? value) => value is MatNumbers { Values: [var v] } ? v : null;

    /// <summary>Traces as (row, column), full or sparse; null for anything else.</summary>
    public static Matrix? Table(MatValue? value)
    {
        if (value is MatNumbers numbers) return numbers.Table();
        if (value is not MatSparseValue { Value: var sparse }) return null;
        var rows = sparse.Rows >= 0 ? sparse.Rows : sparse.Indices.Length == 0 ? 0 : sparse.Indices.Max() + 1L;
        if (rows * Math.Max(1, sparse.Columns) > Array.MaxLength / 8) throw new InvalidDataException($"a sparse table of {rows} × {sparse.Columns} is too large");
        var table = new Matrix((int)rows, sparse.Columns);
        for (var t = 0; t < table.Columns; t++)
        {
            if (sparse.Starts[t] < 0 || sparse.Starts[t + 1] < sparse.Starts[t] || sparse.Starts[t + 1] > sparse.Indices.Length) throw new InvalidDataException("a sparse table is broken");
            for (var k = sparse.Starts[t]; k < sparse.Starts[t + 1]; k++)
                table[(uint)sparse.Indices[k] < (uint)rows ? sparse.Indices[k] : throw new InvalidDataException("a sparse table has an index beyond its rows"), t] = sparse.Data[k];
        }
        return table;
    }

    /// <summary>Footprints from a matrix (pixel, unit) with pixels column by column, full or sparse, or from images (row, column,
    /// unit).</summary>
    /// <param name="value">The matrix.</param>
    /// <param name="name">Its name.</param>
    /// <param name="height">Rows of the field; 0 if unknown.</param>
    /// <param name="width">Columns of the field; 0 if unknown.</param>
    /// <param name="reading">The reading.</param>
    public static SparseFootprints Footprints(MatValue value, string name, int height, int width, EstimateReading reading)
    {
        var path = reading.Path;
        if (value is MatNumbers { Size: [_, _, _] } or MatNumbers { Size: [_, _] } && IsOneImage((MatNumbers)value, height, width))
        {
            // MATLAB's (row, column, unit) is stored as (unit, column, row); a last axis of length 1 is dropped.
            var images = (MatNumbers)value;
            var stored = images.Size.Length == 3 ? images.Stored : new Reading.NumbersInMemory(images.Values, [1, images.Size[1], images.Size[0]]);
            return MaskArrays.Dense(stored, () => images.Values, columnsFirst: true, reading);
        }
        if (height == 0 || width == 0) throw new EstimateFormatException(path, "does not say the shape of its field (options.d1, d2).", "Score it with its recording.");
        var pixels = (long)height * width;
        if (value is MatSparseValue { Value: var sparse })
        {
            if (sparse.Rows >= 0 && sparse.Rows != pixels) throw new EstimateFormatException(path, $"{name} has {sparse.Rows} rows for a field of {height} × {width} pixels.");
            MaskArrays.RequirePossible(sparse.Columns, height, width, path);
            return SparseColumns.Footprints(sparse.Data, sparse.Indices, sparse.Starts, height, width, columnMajor: true);
        }
        var full = (MatNumbers)value;
        if (full.Size is not [var rows, var units] || rows != pixels)
            throw new EstimateFormatException(path, $"{name} has shape ({string.Join(", ", full.Size)}) for a field of {height} × {width} pixels.");
        MaskArrays.RequirePossible(units, height, width, path);
        var builder = new SparseFootprints.Builder(height, width);
        var (values, image) = (full.Values, new double[pixels]);
        for (var u = 0; u < units; u++)
        {
            for (var p = 0; p < image.Length; p++) image[p % height * width + p / height] = values[u * image.Length + p];
            builder.AddDense(image);
        }
        return builder.Build();
    }

    private static bool IsOneImage(MatNumbers value, int height, int width) => value.Size[0] == height && value.Size[1] == width && height > 0;
}

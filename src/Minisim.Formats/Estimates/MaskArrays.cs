using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>Puts arrays of unknown axis order into (unit, height, width) and (unit, frame), and says what it did.</summary>
internal static class MaskArrays
{
    /// <summary>Dense masks of three axes.</summary>
    /// <param name="values">Row-major values.</param>
    /// <param name="shape">Three lengths.</param>
    /// <param name="columnsFirst">Whether the layout has (unit, width, height) by definition; null where writers differ.</param>
    /// <param name="hints">Shape of the field, and the user's decision.</param>
    /// <param name="path">File, for errors.</param>
    /// <param name="notes">Gets what was decided.</param>
    public static SparseFootprints Dense(double[] values, int[] shape, bool? columnsFirst, EstimateHints hints, string path, List<string> notes)
    {
        if (shape.Length != 3) throw new EstimateFormatException(path, $"footprints have shape ({string.Join(", ", shape)}), not three axes.");
        var (h, w) = (hints.Height, hints.Width);
        var text = $"({string.Join(", ", shape)})";
        bool xy;
        if (hints.Axes != MaskAxes.Auto)
        {
            xy = hints.Axes == MaskAxes.Xy;
        }
        else if (columnsFirst is { } defined && (h == 0 || Fits(shape, defined, h, w)))
        {
            xy = defined;
        }
        else if (h > 0 && Fits(shape, false, h, w) != Fits(shape, true, h, w))
        {
            xy = Fits(shape, true, h, w);
            notes.Add($"footprints {text} read as (unit, {(xy ? "width, height" : "height, width")})");
        }
        else if (h > 0 && !Fits(shape, false, h, w) && (Last(shape, false, h, w) || Last(shape, true, h, w)))
        {
            // (height, width, unit): move the unit to the front.
            if (h == w && columnsFirst is null) throw Ambiguous(path, text);
            xy = Last(shape, true, h, w) && (!Last(shape, false, h, w) || columnsFirst == true);
            var units = shape[2];
            var moved = new double[values.Length];
            for (var p = 0; p < shape[0] * shape[1]; p++)
                for (var u = 0; u < units; u++)
                    moved[u * shape[0] * shape[1] + p] = values[p * units + u];
            notes.Add($"footprints {text} read as ({(xy ? "width, height" : "height, width")}, unit)");
            (values, shape) = (moved, [units, shape[0], shape[1]]);
        }
        else if (shape[1] == shape[2] || h == 0)
        {
            throw Ambiguous(path, text);
        }
        else
        {
            throw new EstimateFormatException(path, $"footprints have shape {text}, which does not fit a field of {h} × {w} pixels.", "It belongs to another recording, or was computed on a cropped or downsampled movie.");
        }
        var (height, width) = xy ? (shape[2], shape[1]) : (shape[1], shape[2]);
        var builder = new SparseFootprints.Builder(height, width);
        var image = new double[height * width];
        for (var u = 0; u < shape[0]; u++)
        {
            var mask = values.AsSpan(u * image.Length, image.Length);
            if (xy)
            {
                for (var r = 0; r < height; r++)
                    for (var c = 0; c < width; c++)
                        image[r * width + c] = mask[c * height + r];
                mask = image;
            }
            builder.AddDense(mask);
        }
        return builder.Build();
    }

    private static bool Fits(int[] shape, bool xy, int h, int w) => shape[1] == (xy ? w : h) && shape[2] == (xy ? h : w);

    private static bool Last(int[] shape, bool xy, int h, int w) => shape[0] == (xy ? w : h) && shape[1] == (xy ? h : w);

    private static EstimateFormatException Ambiguous(string path, string shape) =>
        new(path, $"footprints of shape {shape} may have rows or columns first, and the file does not say.", "Say which with --axes yx (rows first) or --axes xy (columns first).");

    /// <summary>Traces as (unit, frame), turned over where only that fits.</summary>
    public static Matrix Traces(Matrix table, int units, string what, string path, List<string> notes)
    {
        if (table.Rows == units) return table;
        if (table.Columns != units) throw new EstimateFormatException(path, $"{what} has shape ({table.Rows}, {table.Columns}) and there are {units} footprints.");
        notes.Add($"{what} ({table.Rows}, {table.Columns}) read as (frame, unit)");
        return table.Transpose();
    }

    /// <summary>A motion correction as (frame, 2).</summary>
    public static Matrix Shifts(Matrix table, string path, List<string> notes)
    {
        if (table.Columns == 2) return table;
        if (table.Rows != 2) throw new EstimateFormatException(path, $"shifts have shape ({table.Rows}, {table.Columns}), not (frame, 2).");
        notes.Add($"shifts (2, {table.Columns}) read as (axis, frame)");
        return table.Transpose();
    }
}

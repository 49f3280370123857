using Minisim.Formats.Reading;
using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>Puts dense masks of unknown axis order into footprints, and says what it did.</summary>
internal static class MaskArrays
{
    /// <summary>Dense masks of three axes.</summary>
    /// <param name="array">The masks.</param>
    /// <param name="doubles">All of them, where what is not stored is neither 0 nor NaN.</param>
    /// <param name="columnsFirst">Whether the layout has (unit, width, height) by definition; null where writers differ.</param>
    /// <param name="reading">Shape of the field, the user's decision; gets what was decided.</param>
    /// <param name="isFortran">Whether the axes of <paramref name="array"/> are in the reverse of the order they have by name.</param>
    /// <param name="nanIsNothing">Whether NaN is padding.</param>
    public static SparseFootprints Dense(INumberArray array, Func<double[]> doubles, bool? columnsFirst, EstimateReading reading, bool isFortran = false, bool nanIsNothing = false)
    {
        int[] stored = [.. array.Lengths.Select(l => l <= int.MaxValue ? (int)l : throw new InvalidDataException($"footprints have an axis of {l} elements"))];
        int[] shape = isFortran ? [.. stored.Reverse()] : stored;
        var path = reading.Path;
        var text = $"({string.Join(", ", shape)})";
        if (shape.Length != 3) throw new EstimateFormatException(path, $"footprints have shape {text}, not three axes.", "Save them as (unit, height, width); one unit is (1, height, width).");
        var (h, w, axes) = (reading.Hints.Height, reading.Hints.Width, reading.Hints.Axes);
        bool xy, unitLast = false;
        if (axes != MaskAxes.Auto)
        {
            xy = axes == MaskAxes.Xy;
            unitLast = h > 0 && !Fits(shape, xy, h, w) && Last(shape, xy, h, w);
            if (unitLast) reading.Note($"footprints {text} read as ({(xy ? "width, height" : "height, width")}, unit)");
        }
        else if (columnsFirst is { } defined && (h == 0 || Fits(shape, defined, h, w)))
        {
            xy = defined;
        }
        else if (h > 0 && Fits(shape, false, h, w) != Fits(shape, true, h, w))
        {
            xy = Fits(shape, true, h, w);
            reading.Note($"footprints {text} read as (unit, {(xy ? "width, height" : "height, width")})");
        }
        else if (h > 0 && !Fits(shape, false, h, w) && (Last(shape, false, h, w) || Last(shape, true, h, w)))
        {
            if (h == w && columnsFirst is null) throw Ambiguous(path, text);
            xy = Last(shape, true, h, w) && (!Last(shape, false, h, w) || columnsFirst == true);
            unitLast = true;
            reading.Note($"footprints {text} read as ({(xy ? "width, height" : "height, width")}, unit)");
        }
        else if (shape[1] == shape[2] && (h == 0 || Fits(shape, false, h, w)) || h == 0)
        {
            throw Ambiguous(path, text);
        }
        else
        {
            throw new EstimateFormatException(path, $"footprints have shape {text}, which does not fit a field of {h} × {w} pixels.", "It belongs to another recording, or was computed on a cropped or downsampled movie.");
        }
        // Which axis by name is which.
        var (unitAxis, first, second) = unitLast ? (2, 0, 1) : (0, 1, 2);
        var (rowAxis, columnAxis) = xy ? (second, first) : (first, second);
        var (units, height, width) = (shape[unitAxis], shape[rowAxis], shape[columnAxis]);
        RequirePossible(units, height, width, path);
        if (isFortran) (unitAxis, rowAxis, columnAxis) = (2 - unitAxis, 2 - rowAxis, 2 - columnAxis);
        return Collect(array, doubles, units, height, width, unitAxis, rowAxis, columnAxis, reading, nanIsNothing);
    }

    /// <summary>Refuses more footprints than pixels: no pipeline separates as many, and a damaged file may claim any number.</summary>
    public static void RequirePossible(long units, int height, int width, string path)
    {
        if (units > Math.Max(1000L, (long)height * width)) throw new EstimateFormatException(path, $"claims {units} footprints on a field of {height} × {width} pixels.", "No recording can hold as many; the file is damaged.");
    }

    private static SparseFootprints Collect(INumberArray array, Func<double[]> doubles, int units, int height, int width, int unitAxis, int rowAxis, int columnAxis, EstimateReading reading, bool nanIsNothing)
    {
        var pixels = new List<int>[units];
        var weights = new List<double>[units];
        for (var u = 0; u < units; u++) (pixels[u], weights[u]) = ([], []);
        long kept = 0, granted = 0;
        void Block(ReadOnlySpan<double> numbers, long[] origin, long[] lengths)
        {
            long a = 0, b = 0, c = 0;
            Span<long> place = stackalloc long[3];
            for (var i = 0; i < numbers.Length; i++)
            {
                var value = numbers[i];
                if (value != 0 && !(nanIsNothing && double.IsNaN(value)))
                {
                    (place[0], place[1], place[2]) = (origin[0] + a, origin[1] + b, origin[2] + c);
                    var unit = place[unitAxis];
                    pixels[unit].Add((int)(place[rowAxis] * width + place[columnAxis]));
                    weights[unit].Add(value);
                    // Lists double as they grow, and are put together once more.
                    if (++kept * 40 > granted)
                    {
                        reading.Limits.Take(1 << 24, "its footprints");
                        granted += 1 << 24;
                    }
                }
                if (++c < lengths[2]) continue;
                c = 0;
                if (++b < lengths[1]) continue;
                (b, a) = (0, a + 1);
            }
        }
        var before = 0L;
        array.ReadBlocks((numbers, origin, lengths) =>
        {
            before += numbers.Length;
            Block(numbers, origin, lengths);
        }, out var fill);
        if (fill != 0 && !(nanIsNothing && double.IsNaN(fill)) && before < array.Lengths.Aggregate(1.0, (x, y) => x * y))
        {
            // What is not stored counts too: rare, so all at once.
            for (var u = 0; u < units; u++) (pixels[u], weights[u]) = ([], []);
            Block(doubles(), new long[3], [.. array.Lengths]);
        }
        var builder = new SparseFootprints.Builder(height, width);
        for (var u = 0; u < units; u++)
        {
            builder.Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pixels[u]), System.Runtime.InteropServices.CollectionsMarshal.AsSpan(weights[u]));
            (pixels[u], weights[u]) = (null!, null!);
        }
        reading.Limits.Release(granted);
        return builder.Build();
    }

    private static bool Fits(int[] shape, bool xy, int h, int w) => shape[1] == (xy ? w : h) && shape[2] == (xy ? h : w);

    private static bool Last(int[] shape, bool xy, int h, int w) => shape[0] == (xy ? w : h) && shape[1] == (xy ? h : w);

    /// <summary>The order of the image axes cannot be known.</summary>
    public static EstimateFormatException Ambiguous(string path, string shape) =>
        new(path, $"footprints of shape {shape} may have rows or columns first, and the file does not say.", "Say which with --axes yx (rows first) or --axes xy (columns first).");

    /// <summary>A motion correction as (frame, 2).</summary>
    public static Matrix Shifts(Matrix table, EstimateReading reading)
    {
        if (table.Columns == 2) return table;
        if (table.Rows != 2) throw new EstimateFormatException(reading.Path, $"shifts have shape ({table.Rows}, {table.Columns}), not (frame, 2).");
        reading.Note($"shifts (2, {table.Columns}) read as (axis, frame)");
        return table.Transpose();
    }
}

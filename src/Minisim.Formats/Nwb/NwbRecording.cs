using Minisim.Formats.Hdf5;
using Minisim.Formats.Hdf5.Reading;
using Minisim.Formats.Writing;

namespace Minisim.Formats.Nwb;

/// <summary>The truth of an NWB file that <see cref="NwbSink"/> wrote, from the places where it put it.</summary>
internal static class NwbRecording
{
    private const string Ophys = "processing/ophys";

    /// <summary>The values of a truth array, row-major with the truth's own axes.</summary>
    public static double[] Values(Hdf5Group file, StoredArray array)
    {
        switch (NwbSink.Place(array.Name, array.Axes, array.Length == 0))
        {
            case NwbSink.Home.Column:
                return file.Values($"{Ophys}/ImageSegmentation/PlaneSegmentation/{array.Name}", array);
            case NwbSink.Home.Responses:
                return Transposed(file.Values($"{Ophys}/Fluorescence/{array.Name}/data", array), array.Shape[1], array.Shape[0]);
            case NwbSink.Home.Series when array.Axes[0] == "component":
                return Transposed(file.Values($"{Ophys}/{array.Name}/data", array), array.Shape[1], array.Shape[0]);
            case NwbSink.Home.Series:
                return file.Values($"{Ophys}/{array.Name}/data", array);
            case NwbSink.Home.Behavior:
                return file.Values($"processing/behavior/{NwbSink.BehaviorContainer(array.Name)}/{array.Name}/data", array);
            case NwbSink.Home.Images when array.Axes.Length == 2:
                return Transposed(file.Values($"{Ophys}/fields/{array.Name}", array), array.Shape[1], array.Shape[0]);
            case NwbSink.Home.Images:
                return [.. Enumerable.Range(0, array.Shape[0]).SelectMany(i => Transposed(file.Values($"{Ophys}/fields/{array.Name}_{i}", array), array.Shape[2], array.Shape[1]))];
            default:
                return file.Values($"scratch/{array.Name}", array);
        }
    }

    /// <summary>What a series of images says of its frames: that they are in other files, or how many pixels x and y have.</summary>
    /// <exception cref="RecordingFormatException">They are elsewhere, or lie otherwise than it says.</exception>
    public static void CheckSeries(string path, Hdf5Group series, Hdf5Dataset data)
    {
        if (series.FindDataset("external_file") is { } files && data.Lengths.Any(l => l == 0))
            throw new RecordingFormatException(path, $"keeps its frames in other files: {string.Join(", ", files.Texts().Take(3).Select(Hdf5File.Clean))}.", "Name those.");
        if (data.Lengths is not [_, var x, var y] || series.FindDataset("dimension") is not { HasNumbers: true, Lengths: [>= 2 and <= 3] } dimension) return;
        var said = dimension.Doubles();
        if (said[0] == x && said[1] == y) return;
        throw new RecordingFormatException(path, $"has frames of {x} × {y} pixels (x, y), and its dimension says {said[0]} × {said[1]}{(said[0] == y && said[1] == x ? ": either its frames lie row by row, against the schema, or its dimension is turned round" : "")}.",
            "Save it with data (frame, x, y), x the column, and the dimension of these, or without a dimension.");
    }

    // (row, column) as it lies in the file, to (column, row).
    private static double[] Transposed(double[] values, int rows, int columns)
    {
        if (values.Length != (long)rows * columns) throw new InvalidDataException($"{values.Length} values are not {rows} × {columns}");
        var result = new double[values.Length];
        Transposing.Of(values, result, rows, columns);
        return result;
    }
}

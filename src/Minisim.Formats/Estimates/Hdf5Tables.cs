using Minisim.Formats.Hdf5.Reading;
using Minisim.Metrics;

namespace Minisim.Formats.Estimates;

/// <summary>Tables of HDF5 files.</summary>
internal static class Hdf5Tables
{
    /// <summary>A table (row, column); null where it is missing, not numeric or not of two axes.</summary>
    public static Matrix? FindTable(this Hdf5Group group, string path) =>
        group.FindDataset(path) is { HasNumbers: true } dataset && dataset.Shape() is [var rows, var columns] ? new Matrix(rows, columns, dataset.Doubles()) : null;
}

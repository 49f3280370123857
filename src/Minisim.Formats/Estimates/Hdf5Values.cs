using System.Globalization;
using Minisim.Metrics;
using PureHDF;

namespace Minisim.Formats.Estimates;

/// <summary>Values from HDF5 files written by h5py, MATLAB and others, whatever their number type.</summary>
internal static class Hdf5Values
{
    /// <summary>The dataset of that path, or null where it is missing or a group.</summary>
    public static IH5Dataset? FindDataset(this IH5Group group, string path) => Find(group, path) as IH5Dataset;

    /// <summary>The group of that path, or null where it is missing or a dataset.</summary>
    public static IH5Group? FindGroup(this IH5Group group, string path) => Find(group, path) as IH5Group;

    private static IH5Object? Find(IH5Group group, string path)
    {
        IH5Object? at = group;
        foreach (var part in path.Split('/'))
        {
            if (at is not IH5Group parent || !parent.LinkExists(part)) return null;
            at = parent.Get(part);
        }
        return at;
    }

    /// <summary>Lengths of the axes; none for a scalar.</summary>
    public static int[] Shape(this IH5Dataset dataset) => [.. dataset.Space.Dimensions.Select(d => checked((int)d))];

    /// <summary>Whether it holds numbers; Python's None is stored as the text "NoneType".</summary>
    public static bool HasNumbers(this IH5Dataset dataset) =>
        dataset.Type.Class is H5DataTypeClass.FixedPoint or H5DataTypeClass.FloatingPoint or H5DataTypeClass.BitField or H5DataTypeClass.Enumerated;

    /// <summary>All numbers, row-major.</summary>
    /// <exception cref="InvalidDataException">It holds something else.</exception>
    public static double[] Doubles(this IH5Dataset dataset)
    {
        var shape = dataset.Space.Dimensions;
        if (shape.Any(d => d == 0)) return [];
        var size = dataset.Type.Size;
        T[] Read<T>() where T : unmanaged => shape.Length == 0 ? [dataset.Read<T>()] : dataset.Read<T[]>();
        switch (dataset.Type.Class)
        {
            case H5DataTypeClass.FloatingPoint:
                return size switch
                {
                    8 => Read<double>(),
                    4 => Array.ConvertAll(Read<float>(), v => (double)v),
                    2 => Array.ConvertAll(Read<Half>(), v => (double)v),
                    _ => throw new InvalidDataException($"{dataset.Name} holds floats of {size} bytes"),
                };
            case H5DataTypeClass.FixedPoint or H5DataTypeClass.BitField or H5DataTypeClass.Enumerated:
                var signed = dataset.Type.Class == H5DataTypeClass.FixedPoint && dataset.Type.FixedPoint.IsSigned;
                return (size, signed) switch
                {
                    (1, true) => Array.ConvertAll(Read<sbyte>(), v => (double)v),
                    (1, false) => Array.ConvertAll(Read<byte>(), v => (double)v),
                    (2, true) => Array.ConvertAll(Read<short>(), v => (double)v),
                    (2, false) => Array.ConvertAll(Read<ushort>(), v => (double)v),
                    (4, true) => Array.ConvertAll(Read<int>(), v => (double)v),
                    (4, false) => Array.ConvertAll(Read<uint>(), v => (double)v),
                    (8, true) => Array.ConvertAll(Read<long>(), v => (double)v),
                    _ => Array.ConvertAll(Read<ulong>(), v => (double)v),
                };
            default:
                throw new InvalidDataException($"{dataset.Name} holds no numbers ({dataset.Type.Class})");
        }
    }

    /// <summary>All numbers as indices.</summary>
    public static int[] Ints(this IH5Dataset dataset) => Array.ConvertAll(dataset.Doubles(), v => checked((int)v));

    /// <summary>A table (row, column); null where it is missing, not numeric or not of two axes.</summary>
    public static Matrix? FindTable(this IH5Group group, string path) =>
        group.FindDataset(path) is { } dataset && dataset.HasNumbers() && dataset.Shape() is [var rows, var columns] ? new Matrix(rows, columns, dataset.Doubles()) : null;

    /// <summary>An attribute of text; null where there is none.</summary>
    public static string? TextAttribute(this IH5Object owner, string name)
    {
        if (!owner.AttributeExists(name)) return null;
        var attribute = owner.Attribute(name);
        return attribute.Type.Class is H5DataTypeClass.String or H5DataTypeClass.VariableLength ? Convert.ToString(attribute.Read<string>(), CultureInfo.InvariantCulture) : null;
    }

    /// <summary>All groups below a group, itself included.</summary>
    public static IEnumerable<IH5Group> Groups(this IH5Group group)
    {
        var pending = new Stack<(IH5Group Group, int Depth)>([(group, 0)]);
        while (pending.TryPop(out var next))
        {
            yield return next.Group;
            // Links may form a circle.
            if (next.Depth > 12) continue;
            foreach (var child in next.Group.Children().OfType<IH5Group>().Reverse()) pending.Push((child, next.Depth + 1));
        }
    }
}

using PureHDF;

namespace Minisim.Formats.Hdf5;

/// <summary>Numbers of HDF5 recordings that PureHDF opened, whatever their type.</summary>
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
}

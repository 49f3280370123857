using Minisim.Truth;
using PureHDF;

namespace Minisim.Formats.Hdf5;

/// <summary>A truth array as an HDF5 dataset of its own shape and number type.</summary>
internal static class TruthDataset
{
    public static H5Dataset Of(TruthArray array)
    {
        ulong[] dims = [.. array.Shape.Select(s => (ulong)s)];
        // h5py's bool is an enumeration.
        return array.Element == TruthElement.Bool
            ? new(Array.ConvertAll((bool[])array.Values, f => f ? Hdf5Bool.TRUE : Hdf5Bool.FALSE), fileDims: dims)
            : new(array.Values, fileDims: dims);
    }
}

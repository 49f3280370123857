namespace Minisim.Formats.Hdf5;

/// <summary>What h5py takes for bool.</summary>
internal enum Hdf5Bool : byte
{
    FALSE,
    TRUE,
}

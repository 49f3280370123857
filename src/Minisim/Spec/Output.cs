using System.Text;
using Minisim.Steps;

namespace Minisim;

/// <summary>What is kept of a simulation.</summary>
public sealed record Output
{
    /// <summary>Keep a snapshot after every movie stage before the sensor, whose movie is the recording itself.</summary>
    public bool SaveIntermediates { get; init; }
    /// <summary>Number type of the stored movie.</summary>
    public StoreDtype StoreDtype { get; init; } = StoreDtype.Float32;
    /// <summary>Keep the traces of the cells that are background only, too.</summary>
    [Extension] public bool SaveBackground { get; init; }
    /// <summary>Keep the observed footprints (blurred and dimmed, as they light the sensor at rest) as ready arrays in a Zarr recording, too: often many times the size of the planted ones. HDF5, NPZ and NWB
    /// always have them.</summary>
    [Extension] public bool SaveObservedFootprints { get; init; }
}

namespace Minisim.Steps;

/// <summary>How a file holds spikes.</summary>
public enum SpikeFormat
{
    /// <summary>Text with the header <c>unit,time_s</c> and a line for every spike.</summary>
    Csv,
    /// <summary>A NumPy array (spikes, 2): unit, time in s.</summary>
    Npy,
    /// <summary>An .npz with the two arrays of an NWB Units table: <c>spike_times</c> in s, and <c>spike_times_index</c>, where the spikes of each unit end.</summary>
    NwbArrays,
}

/// <summary>Spikes of your own, instead of simulated ones: a file, or what a recording has kept of one.</summary>
/// <remarks>Unit k (from 0) is the k-th placed cell. The times of a unit ascend. Times outside of the recording and of the past that its first frame remembers are left out, with a
/// warning; of two spikes in one bin of 1/<c>spike_sim_hz</c> the later moves to the next free one. A recording keeps the name and the SHA-256 of the file and the spikes that it
/// used, so that its spec can be simulated again without the file.</remarks>
public sealed record SpikeFile
{
    /// <summary>The file; a relative path counts from the folder of the spec file, or else from the working folder.</summary>
    public string? Path { get; init; }
    /// <summary>What the file is; null = by its ending: .csv, .npy or .npz.</summary>
    [Extension] public SpikeFormat? Format { get; init; }
    /// <summary>SHA-256 of the file, 64 hex digits. Where it is given, the file must have it.</summary>
    [Extension] public string? Sha256 { get; init; }
    /// <summary>Bins per second of the spikes that are kept here, Hz.</summary>
    [Extension, Positive(1e6), Unit("Hz")] public double? KeptHz { get; init; }
    /// <summary>The spikes themselves, kept by a recording: base64 of numbers in 7-bit groups; the units, then of each the number of its spikes and the distances of their bins.</summary>
    [Extension] public string? Kept { get; init; }
}

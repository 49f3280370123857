using Minisim.Numerics;

namespace Minisim.Random;

/// <summary>Names of the independent families of draws. Adding one at the end changes no other; a
/// number once used is never given a new meaning, because recordings depend on it.</summary>
public enum RandomStream : uint
{
    /// <summary>Cell centres: entity = population, sub = 0 in the FOV and 1 in the margin, index = 3·try + axis.</summary>
    Placement = 1,
    /// <summary>Outline noise of a soma: entity = cell, sub = population.</summary>
    SomaShape = 2,
    /// <summary>Dendrites of a cell: entity = cell, sub = population.</summary>
    Dendrites = 3,
    /// <summary>Active/quiescent gate: entity = cell, sub = population, index = dwell, odd after and even before the first
    /// frame.</summary>
    Gate = 4,
    /// <summary>Spikes on the fine grid: entity = cell, sub = population; one word a frame for their number, then their places.</summary>
    Spikes = 5,
    /// <summary>Brightness of a cell: entity = cell, sub = population.</summary>
    Amplitude = 6,
    /// <summary>Noise on the truth trace: entity = cell, sub = population, index = frame.</summary>
    TraceNoise = 7,
    /// <summary>White noise behind the neuropil fields: entity = row, sub = component.</summary>
    NeuropilField = 8,
    /// <summary>Neuropil envelopes: entity = component, index = frame.</summary>
    NeuropilEnvelope = 9,
    /// <summary>Vessel trees: entity = root, sub = layer.</summary>
    Vessels = 10,
    /// <summary>Frequency wander of locomotion: index = fine step.</summary>
    Locomotion = 11,
    /// <summary>Postural drive: entity = axis, index = fine step.</summary>
    Posture = 12,
    /// <summary>Random-walk motion: entity = axis, index = frame.</summary>
    Walk = 13,
    /// <summary>Sensor noise: one block of four words for the pixels of one column group.</summary>
    Sensor = 14,
    /// <summary>Second words of the sensor, used only at low light.</summary>
    SensorLowLight = 15,
    /// <summary>Resampling of cells for confidence intervals of a score: entity = resample, index = item. Never reaches a
    /// recording.</summary>
    Bootstrap = 64,
}

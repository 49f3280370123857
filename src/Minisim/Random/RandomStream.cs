namespace Minisim.Random;

/// <summary>The number of an independent family of draws. A step says its own in its file and lists it on its catalogue line; a
/// number once used is never given a new meaning, because recordings depend on it.</summary>
/// <param name="Number">The number; unique in the product.</param>
internal readonly record struct RandomStream(uint Number)
{
    /// <summary>Cell centres: entity = population, sub = 0 in the FOV and 1 in the margin, index = 3·try + axis.</summary>
    public static readonly RandomStream Placement = new(1);
    /// <summary>Outline noise of a soma: entity = cell, sub = population.</summary>
    public static readonly RandomStream SomaShape = new(2);
    /// <summary>Dendrites of a cell: entity = cell, sub = population.</summary>
    public static readonly RandomStream Dendrites = new(3);
    /// <summary>Active/quiescent gate: entity = cell, sub = population, index = dwell, odd after and even before the first
    /// frame.</summary>
    public static readonly RandomStream Gate = new(4);
    /// <summary>Spikes on the fine grid: entity = cell, sub = population; one word a frame for their number, then their places.</summary>
    public static readonly RandomStream Spikes = new(5);
    /// <summary>Brightness of a cell: entity = cell, sub = population.</summary>
    public static readonly RandomStream Amplitude = new(6);
    /// <summary>Noise on the truth trace: entity = cell, sub = population, index = frame.</summary>
    public static readonly RandomStream TraceNoise = new(7);
    /// <summary>White noise behind the neuropil fields: entity = row, sub = component.</summary>
    public static readonly RandomStream NeuropilField = new(8);
    /// <summary>Neuropil envelopes: entity = component, index = frame.</summary>
    public static readonly RandomStream NeuropilEnvelope = new(9);
    /// <summary>Vessel trees: entity = root, sub = layer.</summary>
    public static readonly RandomStream Vessels = new(10);
    /// <summary>Frequency wander of locomotion: index = fine step.</summary>
    public static readonly RandomStream Locomotion = new(11);
    /// <summary>Postural drive: entity = axis, index = fine step.</summary>
    public static readonly RandomStream Posture = new(12);
    /// <summary>Random-walk motion: entity = axis, index = frame.</summary>
    public static readonly RandomStream Walk = new(13);
    /// <summary>Words of pixels' noise (<see cref="Ars"/>): a word per pixel; and, of Philox, their key.</summary>
    public static readonly RandomStream Sensor = new(14);
    /// <summary>Second words of pixels, used only at low light.</summary>
    public static readonly RandomStream SensorLowLight = new(15);
    /// <summary>The animal: entity = which drive (see <c>Behavior</c>), index = step of 20 ms from the start, lap or dwell.</summary>
    public static readonly RandomStream Behavior = new(32);
    /// <summary>What a cell is tuned to: entity = cell, sub = population, index = epoch and which number.</summary>
    public static readonly RandomStream Tuning = new(33);
    /// <summary>Assembly and ripple events: entity = event or cell, sub = family.</summary>
    public static readonly RandomStream Events = new(34);
    /// <summary>Wander of the heart's frequency: index = fine step.</summary>
    public static readonly RandomStream Heart = new(35);
    /// <summary>White noise behind vasomotion: index = fine step.</summary>
    public static readonly RandomStream Vasomotion = new(36);
    /// <summary>White noise behind the perfusion field: entity = row.</summary>
    public static readonly RandomStream Perfusion = new(37);
    /// <summary>White noise behind the texture of the neuropil: entity = row, sub = component.</summary>
    public static readonly RandomStream Haze = new(38);
    /// <summary>Resampling of cells for confidence intervals of a score: entity = resample, index = item. Never reaches a
    /// recording.</summary>
    public static readonly RandomStream Bootstrap = new(64);
}

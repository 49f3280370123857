using Minisim.Scene;

namespace Minisim.Rendering;

/// <summary>Everything that the pixels of a movie depend on, free of steps: immutable, shared by all threads.</summary>
/// <remarks>A frame is <c>sensor( gain ⊙ shift( mask ⊙ (Σ_i F_i·c_i(t) + Σ_k S_k·T_k(t)), dy(t), dx(t) ) + offset )</c>; what is
/// absent is the identity.</remarks>
internal sealed record PixelModel(Grid Grid, int Frames)
{
    /// <summary>Cells on the canvas.</summary>
    public IReadOnlyList<Footprint> Sources { get; init; } = [];
    /// <summary>Emitted light of every source, per frame.</summary>
    public IReadOnlyList<float[]> Emission { get; init; } = [];
    /// <summary>Dense canvas fields and their envelopes.</summary>
    public IReadOnlyList<(float[] Field, float[] Envelope)> Fields { get; init; } = [];
    /// <summary>Transmission of the canvas, or null.</summary>
    public float[]? Mask { get; init; }
    /// <summary>Applied shift (dy, dx) per frame, px; null before the motion stage (the movie then has the canvas's shape
    /// unless the spec has no motion).</summary>
    public (double Dy, double Dx)[]? Shifts { get; init; }
    /// <summary>Static factor per FOV pixel, or null.</summary>
    public float[]? Gain { get; init; }
    /// <summary>Static addition per FOV pixel, or null.</summary>
    public float[]? Offset { get; init; }
    /// <summary>The sensor, or null: the movie is then float intensity.</summary>
    public SensorModel? Sensor { get; init; }
}

/// <summary>The numbers of the sensor.</summary>
internal sealed record SensorModel(ulong Seed, double ElectronsPerUnit, double ReadNoiseE, double GainAduPerE, int BitDepth);

using Minisim.Scenes;

namespace Minisim.Rendering;

/// <summary>Everything that the pixels of a movie depend on, free of steps: immutable, shared by all threads.</summary>
/// <remarks>A frame is <c>sensor( gain ⊙ shift( mask ⊙ (Σ_k S_k·T_k(t) + Σ_i F_i·C_i(t)·B_i(t)), dy(t), dx(t) ) + offset )</c>; what
/// is absent is the identity.</remarks>
internal sealed record PixelModel(Grid Grid, int Frames)
{
    /// <summary>Cells on the canvas; null before the composite stage.</summary>
    public CanvasFootprints? Sources { get; init; }
    /// <summary>Number of cells on the canvas.</summary>
    public int SourceCount => Sources?.Count ?? 0;
    /// <summary>Clean trace per cell and frame.</summary>
    public double[][] Traces { get; init; } = [];
    /// <summary>Bleaching per cell and frame, or null.</summary>
    public double[][]? Bleaching { get; init; }
    /// <summary>Dense canvas fields and their envelopes.</summary>
    public IReadOnlyList<(float[] Field, float[] Envelope)> Fields { get; init; } = [];
    /// <summary>Transmission of the canvas, or null.</summary>
    public float[]? Mask { get; init; }
    /// <summary>Applied shift (dy, dx) per frame, px; null before the motion stage: the movie then has the canvas's shape.</summary>
    public (double Dy, double Dx)[]? Shifts { get; init; }
    /// <summary>Static factor per FOV pixel, or null.</summary>
    public float[]? Gain { get; init; }
    /// <summary>Static addition per FOV pixel, or null.</summary>
    public float[]? Offset { get; init; }
    /// <summary>The sensor, or null: the movie is then float intensity.</summary>
    public SensorModel? Sensor { get; init; }

    /// <summary>Rows of a frame.</summary>
    public int Height => Shifts is null ? Grid.Height : Grid.FovHeight;
    /// <summary>Columns of a frame.</summary>
    public int Width => Shifts is null ? Grid.Width : Grid.FovWidth;
}

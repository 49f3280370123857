namespace Minisim.Scenes;

/// <summary>Everything that the pixels of a movie depend on, free of steps: immutable, shared by all threads.</summary>
/// <remarks>A frame is <c>sensor( factor ⊙ shift( tissue ⊙ Σ_g Σ_i F_gi·L_gi(t), dy(t), dx(t) ) + offset )</c> over the groups g of light and
/// their sources i; what is absent is the identity.</remarks>
/// <param name="Grid">Canvas and field of view.</param>
/// <param name="Timeline">Frames and clock.</param>
internal sealed record Scene(Grid Grid, Timeline Timeline)
{
    /// <summary>What shines.</summary>
    public ValueList<LightGroup> Lights { get; init; } = [];
    /// <summary>Factor per canvas pixel, or null.</summary>
    public float[]? TissueFactor { get; init; }
    /// <summary>Factor per canvas pixel and frame, or null.</summary>
    public TissuePulse? Pulse { get; init; }
    /// <summary>What the camera sees of the canvas.</summary>
    public Motion Motion { get; init; } = Motion.None;
    /// <summary>Factor per FOV pixel, or null.</summary>
    public float[]? SensorFactor { get; init; }
    /// <summary>Light added per FOV pixel, or null.</summary>
    public float[]? SensorOffset { get; init; }
    /// <summary>The sensor, or null: the movie is then float intensity.</summary>
    public SensorModel? Sensor { get; init; }

    /// <summary>Frames of the movie.</summary>
    public int Frames => Timeline.Frames;
    /// <summary>Rows of a frame.</summary>
    public int Height => Motion.ShowsCanvas ? Grid.Height : Grid.FovHeight;
    /// <summary>Columns of a frame.</summary>
    public int Width => Motion.ShowsCanvas ? Grid.Width : Grid.FovWidth;
}

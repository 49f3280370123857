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
    /// <summary>Factors per FOV pixel: what the camera sees is their product.</summary>
    public ValueList<SensorFactor> SensorFactors { get; init; } = [];
    /// <summary>Light added per FOV pixel after them, in the order in which it is added.</summary>
    public ValueList<SensorOffset> SensorOffsets { get; init; } = [];
    /// <summary>The sensor, or null: the movie is then float intensity.</summary>
    public SensorModel? Sensor { get; init; }

    /// <summary>Product of the factors of an FOV pixel.</summary>
    public float FactorAt(int pixel)
    {
        var product = 1.0;
        foreach (var factor in SensorFactors.AsSpan()) product *= factor.Values[pixel];
        return (float)product;
    }

    /// <summary>Sum of the light added to an FOV pixel.</summary>
    public float OffsetAt(int pixel)
    {
        var sum = 0f;
        foreach (var offset in SensorOffsets.AsSpan()) sum = (float)(offset.Values[pixel] + sum);
        return sum;
    }

    /// <summary>Frames of the movie.</summary>
    public int Frames => Timeline.Frames;
    /// <summary>Rows of a frame.</summary>
    public int Height => Motion.ShowsCanvas ? Grid.Height : Grid.FovHeight;
    /// <summary>Columns of a frame.</summary>
    public int Width => Motion.ShowsCanvas ? Grid.Width : Grid.FovWidth;
}

namespace Minisim.Scenes;

/// <summary>What the camera sees of the tissue: where the canvas lies under the field of view in every frame.</summary>
internal sealed class Motion
{
    private readonly (double Dy, double Dx)[]? _shifts;

    private Motion((double, double)[]? shifts)
    {
        _shifts = shifts;
        foreach (var (dy, dx) in _shifts ?? []) ReachPx = Math.Max(ReachPx, Math.Max(Math.Abs(dy), Math.Abs(dx)));
    }

    /// <summary>No camera yet: the movie shows the whole canvas, at rest.</summary>
    public static Motion None { get; } = new(null);

    /// <summary>Rigid displacement (dy, dx) of the tissue per simulated frame, px.</summary>
    public static Motion Rigid((double Dy, double Dx)[] shifts) => new(shifts);

    /// <summary>Whether the movie shows the whole canvas instead of the field of view.</summary>
    public bool ShowsCanvas => _shifts is null;

    /// <summary>Largest displacement along either axis, px.</summary>
    public double ReachPx { get; }

    /// <summary>Displacement (dy, dx) of the tissue in a simulated frame, px.</summary>
    public (double Dy, double Dx) At(int frame) => _shifts is null ? (0, 0) : _shifts[frame];
}

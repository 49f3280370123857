namespace Minisim.Scenes;

/// <summary>When the frames of a recording were taken, and which simulated frame each of them shows: the only clock of everything
/// that writes or reads one.</summary>
/// <param name="Frames">Delivered frames.</param>
/// <param name="FramesPerSecond">Nominal rate, Hz.</param>
public sealed record Timeline(int Frames, double FramesPerSecond)
{
    /// <summary>Time stamp of every delivered frame, s from the start, ascending; null = regular, frame i at <c>i/rate</c>.</summary>
    public ValueList<double>? TimesS { get; init; }
    /// <summary>The simulated frame that each delivered frame shows, e.g. with frames that were lost or repeated; null = the same
    /// number.</summary>
    public ValueList<int>? Acquired { get; init; }

    /// <summary>The timeline of a spec: regular and complete.</summary>
    public static Timeline Of(Acquisition acquisition) => new(acquisition.NFrames(), acquisition.Fps);

    /// <summary>Whether frames follow one another at the nominal rate, without exception.</summary>
    public bool IsRegular => TimesS is null;

    /// <summary>Time of a delivered frame, s from the start of the recording.</summary>
    public double TimeS(int frame) => TimesS is { } times ? times[frame] : frame / FramesPerSecond;

    /// <summary>The simulated frame that a delivered frame shows.</summary>
    public int AcquiredFrame(int frame) => Acquired is { } acquired ? acquired[frame] : frame;
}

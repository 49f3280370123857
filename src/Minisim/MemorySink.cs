using Minisim.Truth;

namespace Minisim;

/// <summary>Keeps a recording in memory.</summary>
public sealed class MemorySink : IRecordingSink
{
    private readonly Dictionary<string, MemoryMovie> _snapshots = [];
    private MemoryMovie? _observed;
    private RecordingHeader? _header;
    private GroundTruth? _truth;
    private bool _complete;

    /// <inheritdoc/>
    public int BlockFrames => 1;

    /// <summary>The finished recording.</summary>
    /// <exception cref="InvalidOperationException">The simulation has not completed.</exception>
    public Recording Recording => _complete
        ? new Recording(_header!.Spec, _observed!, _truth!, _snapshots.ToDictionary(s => s.Key, s => (Movie)s.Value)) { Until = _header.Until, Timeline = _header.Timeline, Meaning = _header.Meaning }
        : throw new InvalidOperationException("The recording is not complete.");

    /// <inheritdoc/>
    public void Begin(RecordingHeader header, GroundTruth truth)
    {
        _header = header;
        _truth = truth;
        _observed = new MemoryMovie(header.Frames, header.Height, header.Width, header.PixelType);
        foreach (var s in header.Snapshots) _snapshots.Add(s.Name, new MemoryMovie(header.Frames, s.Height, s.Width, PixelType.Float32));
    }

    /// <inheritdoc/>
    public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels) =>
        (snapshot is null ? _observed! : _snapshots[snapshot]).Write(firstFrame, count, pixels);

    /// <inheritdoc/>
    public void Complete() => _complete = true;

    /// <inheritdoc/>
    public void Dispose() { }
}

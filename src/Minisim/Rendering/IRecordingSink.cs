using Minisim.Truth;

namespace Minisim.Rendering;

/// <summary>Where frames go: memory, a file, a live view. The renderer calls <see cref="Begin"/> once, then
/// <see cref="Write"/> from several threads, then <see cref="Complete"/>. Disposed without
/// <see cref="Complete"/> (an error, Ctrl-C), a sink leaves nothing that a reader would trust.</summary>
public interface IRecordingSink : IDisposable
{
    /// <summary>Frames that <see cref="Write"/> should get at once: every block but the last has a multiple of it and
    /// starts at a multiple of it. 1 when the sink does not care. Final once <see cref="Begin"/> has returned.</summary>
    int BlockFrames { get; }

    /// <summary>Opens the sink. The truth is complete before the first frame is rendered.</summary>
    void Begin(RecordingHeader header, GroundTruth truth);

    /// <summary>Whether a block is already there (work resumed after a crash) and need not be rendered.</summary>
    bool Has(string? snapshot, int firstFrame, int count) => false;

    /// <summary>Stores consecutive frames (frame, height, width), row-major. Called from several threads at once, each
    /// block once, blocks roughly but not exactly in order. Blocking is the back-pressure. The span is valid during the call
    /// only.</summary>
    /// <param name="snapshot">Name of an intermediate movie, or null for the final one.</param>
    /// <param name="firstFrame">Index of the first frame.</param>
    /// <param name="count">Number of frames.</param>
    /// <param name="pixels">The pixels in the movie's type.</param>
    void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels);

    /// <summary>Rendering failed or was stopped: blocks that are missing will not come. A <see cref="Write"/> that waits for one
    /// must end, with this error. Called from any thread, perhaps during a <see cref="Write"/>, perhaps several times.</summary>
    void Abort(Exception cause) { }

    /// <summary>All frames are written: makes the result visible, atomically.</summary>
    void Complete();
}

namespace Minisim.Rendering;

/// <summary>Where finished frames go.</summary>
public interface IFrameSink
{
    /// <summary>Frames that <see cref="Write"/> should get at once: every block but the last has a multiple of it and
    /// starts at a multiple of it. 1 when the sink does not care. Final once the sink has begun.</summary>
    int BlockFrames { get; }

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
}

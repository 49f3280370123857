using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim;

/// <summary>Where a recording goes: memory, a file, a live view. <see cref="Begin"/> is called once, then
/// <see cref="IFrameSink.Write"/> from several threads, then <see cref="Complete"/>. Disposed without
/// <see cref="Complete"/> (an error, Ctrl-C), a sink leaves nothing that a reader would trust.</summary>
public interface IRecordingSink : IFrameSink, IDisposable
{
    /// <summary>Opens the sink. The truth is complete before the first frame is rendered.</summary>
    void Begin(RecordingHeader header, GroundTruth truth);

    /// <summary>All frames are written: makes the result visible, atomically.</summary>
    void Complete();
}

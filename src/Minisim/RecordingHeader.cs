using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim;

/// <summary>What a sink learns before the first frame.</summary>
/// <param name="Spec">The recipe.</param>
/// <param name="Timeline">Frames of every movie, and their clock.</param>
/// <param name="Height">Rows of a frame.</param>
/// <param name="Width">Columns of a frame.</param>
/// <param name="PixelType">Type of the pixels handed to <see cref="Rendering.IFrameSink.Write"/> for the final movie:
/// UInt8 or UInt16 after a sensor, else Float32.</param>
/// <param name="Snapshots">The intermediate movies that are also handed over; usually none.</param>
public sealed record RecordingHeader(Spec Spec, Timeline Timeline, int Height, int Width, PixelType PixelType, ValueList<SnapshotInfo> Snapshots)
{
    /// <summary>The step kind after which the chain was stopped, or null for the whole chain.</summary>
    public string? Until { get; init; }

    /// <summary>What the pixels of the final movie are.</summary>
    public PixelMeaning Meaning => PixelType is PixelType.UInt8 or PixelType.UInt16 ? PixelMeaning.Counts : PixelMeaning.Intensity;

    /// <summary>Frames of every movie.</summary>
    public int Frames => Timeline.Frames;

    /// <summary>Bytes of one frame of the final movie.</summary>
    public int FrameBytes => Height * Width * PixelType.Bytes();
}

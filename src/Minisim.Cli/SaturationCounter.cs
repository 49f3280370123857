using System.Runtime.InteropServices;
using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Cli;

/// <summary>Passes everything on to a sink and counts the saturated pixels of some frames on the way: no frame is rendered for it.</summary>
internal sealed class SaturationCounter(IRecordingSink inner) : IRecordingSink
{
    // A frame in this many is looked at, and the first.
    private const int Every = 32;
    private RecordingHeader? _header;
    private long _pixels, _saturated;

    /// <summary>Share of saturated pixels in the frames looked at; NaN without a sensor or without a frame.</summary>
    public double Share => _pixels == 0 ? double.NaN : (double)_saturated / _pixels;

    public int BlockFrames => inner.BlockFrames;

    public void Begin(RecordingHeader header, GroundTruth truth)
    {
        _header = header;
        inner.Begin(header, truth);
    }

    public bool Has(string? snapshot, int firstFrame, int count) => inner.Has(snapshot, firstFrame, count);

    public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels)
    {
        inner.Write(snapshot, firstFrame, count, pixels);
        if (snapshot is not null || _header!.PixelType is not (PixelType.UInt8 or PixelType.UInt16)) return;
        for (var k = (Every - firstFrame % Every) % Every; k < count; k += Every)
        {
            var frame = pixels.Slice(k * _header.FrameBytes, _header.FrameBytes);
            var largest = (1 << _header.Spec.Acquisition.ImageSensor.BitDepth) - 1;
            var saturated = _header.PixelType == PixelType.UInt8 ? frame.Count((byte)largest) : MemoryMarshal.Cast<byte, ushort>(frame).Count((ushort)largest);
            Interlocked.Add(ref _saturated, saturated);
            Interlocked.Add(ref _pixels, (long)_header.Height * _header.Width);
        }
    }

    public void Abort(Exception cause) => inner.Abort(cause);

    public void Complete() => inner.Complete();

    // The sink stays its owner's.
    public void Dispose() { }
}

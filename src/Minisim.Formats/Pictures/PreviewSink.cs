using System.Runtime.InteropServices;
using Minisim.Formats.Writing;
using Minisim.Truth;

namespace Minisim.Formats.Pictures;

/// <summary>Draws the picture of <see cref="Preview"/> while the recording is made, so that nothing of it is read back.</summary>
/// <param name="path">The file, PNG, SVG or PDF by its ending; replaced only with <see cref="PreviewOptions.Overwrite"/>. It is written when the recording is complete.</param>
/// <param name="options">How; null for the defaults.</param>
/// <exception cref="ArgumentException">The file has another ending.</exception>
public sealed class PreviewSink(string path, PreviewOptions? options = null) : IRecordingSink
{
    private readonly string _path = PictureFile.Checked(path);
    private RecordingHeader? _header;
    private GroundTruth? _truth;
    private PictureMaker? _maker;
    private PreviewOptions _options = options ?? new PreviewOptions();
    private OrderedWriter? _order;
    private float[] _pixels = [];

    /// <inheritdoc/>
    public int BlockFrames => 1;

    /// <inheritdoc/>
    public void Begin(RecordingHeader header, GroundTruth truth)
    {
        (_header, _truth) = (header, truth);
        _options = _options.Checked(truth, header.Frames);
        _maker = new PictureMaker(header.Spec, truth, header.Frames, header.Height, header.Width, _options);
        _pixels = new float[header.Height * header.Width];
        // Frames are looked at in their order, whatever that of the threads that make them. Who is early with a large block waits: that is cheaper than a copy.
        _order = new OrderedWriter(header.Frames, Take, room: 16 << 20);
    }

    /// <inheritdoc/>
    public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels)
    {
        if (snapshot is null) _order!.Write(firstFrame, count, pixels);
    }

    /// <inheritdoc/>
    public void Abort(Exception cause) => _order?.Fail(cause);

    private void Take(int first, int count, ReadOnlySpan<byte> block)
    {
        var bytes = _header!.FrameBytes;
        for (var frame = first; frame < first + count; frame++)
        {
            if (!_maker!.Needs(frame)) continue;
            PixelTypes.Convert(block.Slice((frame - first) * bytes, bytes), _header.PixelType, MemoryMarshal.AsBytes(_pixels.AsSpan()), PixelType.Float32);
            _maker.Take(frame, _pixels);
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
        _order!.Finish();
        using var recording = new Recording(_header!.Spec, new SeenMovie(_header), _truth!, new Dictionary<string, Movie>()) { Until = _header.Until, Timeline = _header.Timeline, Meaning = _header.Meaning };
        Preview.Save(_maker!.Finish(recording), _path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>A movie that has gone by.</summary>
    private sealed class SeenMovie(RecordingHeader header) : Movie
    {
        public override int Frames => header.Frames;
        public override int Height => header.Height;
        public override int Width => header.Width;
        public override PixelType PixelType => header.PixelType;
        public override void Read(int first, int count, Span<byte> pixels) => throw new InvalidOperationException("the picture keeps no frames");
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Formats.Writing;

/// <summary>Pixels of any type to 8 bit, by a <see cref="DisplayRange"/>; 8-bit counts without one pass as they are.</summary>
internal sealed class EightBit
{
    private readonly PixelType _source;
    private readonly DisplayRange? _range;
    /// <summary>Counts have few values: each is looked up.</summary>
    private readonly byte[]? _table;

    private EightBit(PixelType source, DisplayRange? range)
    {
        _source = source;
        _range = range;
        if (range is null || source is not (PixelType.UInt8 or PixelType.UInt16)) return;
        _table = new byte[source == PixelType.UInt8 ? 256 : 65536];
        for (var v = 0; v < _table.Length; v++) _table[v] = Map(v);
    }

    /// <summary>Whether pixels pass unchanged.</summary>
    public bool IsExact => _range is null;

    /// <summary>The way to 8 bit for a recording.</summary>
    /// <param name="header">The recording.</param>
    /// <param name="range">What the user asked for.</param>
    /// <param name="path">The target, for the message.</param>
    /// <param name="isPreview">Whether deeper counts may be scaled unasked.</param>
    /// <exception cref="RecordingFormatException">Deeper pixels, and no range.</exception>
    public static EightBit For(RecordingHeader header, DisplayRange? range, string path, bool isPreview)
    {
        if (range is not null && !(range.High > range.Low && double.IsFinite(range.High - range.Low)))
            throw new RecordingFormatException(path, string.Create(CultureInfo.InvariantCulture, $"a brightness range from {range.Low} to {range.High} is empty."), "Give low below high.");
        if (range is not null || header.PixelType == PixelType.UInt8) return new(header.PixelType, range);
        if (header.PixelType == PixelType.UInt16 && isPreview) return new(header.PixelType, new(0, header.Spec.Acquisition.ImageSensor.MaxCount()));
        var what = header.PixelType == PixelType.UInt16 ? $"{header.Spec.Acquisition.ImageSensor.BitDepth}-bit counts" : "floats";
        throw new RecordingFormatException(path, $"this format holds 8-bit pixels, and the movie has {what}.",
            isPreview ? "Give the brightness range to show." : $"Write {(header.PixelType == PixelType.UInt16 ? "TIFF, FFV1 or NWB" : "TIFF or NWB")}, or give the brightness range that is to become 0 to 255.");
    }

    /// <summary>Converts pixels.</summary>
    public void Convert(ReadOnlySpan<byte> source, Span<byte> target)
    {
        switch (_source)
        {
            case PixelType.UInt8 when _table is null: source.CopyTo(target); break;
            case PixelType.UInt8: for (var i = 0; i < source.Length; i++) target[i] = _table[source[i]]; break;
            case PixelType.UInt16:
                var counts = MemoryMarshal.Cast<byte, ushort>(source);
                for (var i = 0; i < counts.Length; i++) target[i] = _table![counts[i]];
                break;
            case PixelType.Float32:
                var floats = MemoryMarshal.Cast<byte, float>(source);
                for (var i = 0; i < floats.Length; i++) target[i] = Map(floats[i]);
                break;
            default:
                var doubles = MemoryMarshal.Cast<byte, double>(source);
                for (var i = 0; i < doubles.Length; i++) target[i] = Map(doubles[i]);
                break;
        }
    }

    private byte Map(double value) => (byte)Math.Clamp(Math.Round(255 * (value - _range!.Low) / (_range.High - _range.Low)), 0, 255);
}

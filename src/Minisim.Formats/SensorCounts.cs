using System.Buffers;
using System.Runtime.InteropServices;
using Minisim.Truth;

namespace Minisim.Formats;

/// <summary>Counts that a file keeps as floats, in the sensor's own type again, exactly.</summary>
public static class SensorCounts
{
    /// <summary>The recording with its movie in the sensor's type, if it is a movie of counts in another; else the recording itself. Disposing
    /// either disposes both.</summary>
    public static Recording Of(Recording recording)
    {
        var type = TypeOf(recording);
        return type == recording.Observed.PixelType || type == PixelType.Float32 ? recording : recording with { Observed = new CountsMovie(recording.Observed, type) };
    }

    /// <summary>The type of the pixels before they were stored.</summary>
    internal static PixelType TypeOf(Recording recording) =>
        recording.Observed.PixelType is PixelType.UInt8 or PixelType.UInt16 ? recording.Observed.PixelType
        : recording.Meaning == PixelMeaning.Intensity || recording.Observed.Frames == 0 ? PixelType.Float32
        : recording.Spec.Acquisition.ImageSensor.BitDepth <= 8 ? PixelType.UInt8 : PixelType.UInt16;

    private sealed class CountsMovie(Movie stored, PixelType type) : Movie
    {
        public override int Frames => stored.Frames;
        public override int Height => stored.Height;
        public override int Width => stored.Width;
        public override PixelType PixelType => type;
        public override double? Fps => stored.Fps;

        public override void Read(int first, int count, Span<byte> pixels)
        {
            var frame = Height * Width;
            // Some at a time: a movie is not in memory twice.
            var block = (int)Math.Clamp((16L << 20) / ((long)frame * stored.PixelType.Bytes()), 1, Math.Max(count, 1));
            var rented = ArrayPool<byte>.Shared.Rent(checked(block * frame * stored.PixelType.Bytes()));
            try
            {
                for (var done = 0; done < count; done += block)
                {
                    var n = Math.Min(block, count - done);
                    var from = rented.AsSpan(0, n * frame * stored.PixelType.Bytes());
                    var to = pixels.Slice(done * frame * type.Bytes(), n * frame * type.Bytes());
                    stored.Read(first + done, n, from);
                    PixelTypes.Convert(from, stored.PixelType, to, type);
                    var isSame = stored.PixelType == PixelType.Float32
                        ? IsSame(MemoryMarshal.Cast<byte, float>(from), to, type)
                        : IsSame(MemoryMarshal.Cast<byte, double>(from), to, type);
                    if (!isSame) throw new InvalidDataException($"the block of frames from {first + done} on has values that are no counts, although the recording says so");
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }

        private static bool IsSame<T>(ReadOnlySpan<T> floats, ReadOnlySpan<byte> counts, PixelType type) where T : unmanaged, System.Numerics.IFloatingPoint<T>
        {
            if (type == PixelType.UInt8)
            {
                for (var i = 0; i < floats.Length; i++)
                    if (floats[i] != T.CreateTruncating(counts[i]))
                        return false;
                return true;
            }
            var wide = MemoryMarshal.Cast<byte, ushort>(counts);
            for (var i = 0; i < floats.Length; i++)
                if (floats[i] != T.CreateTruncating(wide[i]))
                    return false;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) stored.Dispose();
        }
    }
}

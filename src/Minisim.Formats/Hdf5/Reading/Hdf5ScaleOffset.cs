using System.Buffers.Binary;
using Minisim.Formats.Reading;

namespace Minisim.Formats.Hdf5.Reading;

/// <summary>HDF5's scale-offset filter: integers as their distance from the smallest, floats rounded to decimal places, in as few bits as
/// they need.</summary>
internal static class Hdf5ScaleOffset
{
    public static byte[] Unpack(byte[] data, uint[] values, int rawBytes)
    {
        if (values.Length < 8) throw new InvalidDataException("its scale-offset filter has no parameters");
        var (kind, places, count, isFloat, size, isBigEndian, hasFill) = (values[0], (int)values[1], (long)values[2], values[3] == 1, (int)values[4], values[6] == 1, values[7] == 1);
        if (kind == 1) throw new NotReadException("it is packed with the scale-offset filter by exponent", "Copy it with h5repack.");
        if (size is not (1 or 2 or 4 or 8) || isFloat && size < 4 || count * size != rawBytes || data.Length < 21) throw new InvalidDataException("its scale-offset filter does not fit its elements");
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(data);
        var smallest = BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(5));
        if (bits > 8 * size || bits * (double)count > 8.0 * (data.Length - 21)) throw new InvalidDataException("a chunk of it is cut off");
        var raw = new byte[rawBytes];
        if (bits == 8 * size)
        {
            data.AsSpan(21, rawBytes).CopyTo(raw);
            return raw;
        }
        ulong fill = 0;
        if (hasFill)
            for (var i = 0; i < Math.Min(2, values.Length - 8); i++) fill |= (ulong)values[8 + i] << (32 * i);
        var scale = Math.Pow(10, places);
        var (all, bit) = (bits == 0 ? 0 : (1ul << (int)bits) - 1, 21L * 8);
        Span<byte> element = stackalloc byte[8];
        for (var i = 0; i < count; i++)
        {
            ulong delta = 0;
            for (var b = 0; b < bits; b++, bit++) delta = delta << 1 | (uint)(data[bit >> 3] >> (int)(7 - (bit & 7)) & 1);
            ulong word;
            if (hasFill && bits > 0 && delta == all) word = fill;
            else if (!isFloat) word = smallest + delta;
            else if (size == 8) word = BitConverter.DoubleToUInt64Bits(delta / scale + BitConverter.UInt64BitsToDouble(smallest));
            else word = BitConverter.SingleToUInt32Bits((float)(delta / scale) + BitConverter.UInt32BitsToSingle((uint)smallest));
            BinaryPrimitives.WriteUInt64LittleEndian(element, word);
            if (isBigEndian) element[..size].Reverse();
            element[..size].CopyTo(raw.AsSpan(i * size));
        }
        return raw;
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Minisim.Formats.Writing;

/// <summary>Numbers of the other order of bytes.</summary>
internal static class ByteOrder
{
    /// <summary>Turns the bytes of every number round, in place.</summary>
    public static void Turn(Span<byte> raw, int bytes)
    {
        switch (bytes)
        {
            case 2: var shorts = MemoryMarshal.Cast<byte, ushort>(raw); BinaryPrimitives.ReverseEndianness(shorts, shorts); break;
            case 4: var ints = MemoryMarshal.Cast<byte, uint>(raw); BinaryPrimitives.ReverseEndianness(ints, ints); break;
            case 8: var longs = MemoryMarshal.Cast<byte, ulong>(raw); BinaryPrimitives.ReverseEndianness(longs, longs); break;
        }
    }
}

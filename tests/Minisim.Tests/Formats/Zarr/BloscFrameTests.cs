using Minisim.Formats.Zarr;
using Minisim.Truth;

namespace Minisim.Tests.Formats.Zarr;

public class BloscFrameTests
{
    private static byte[] Noise(int length, int seed, int span = 256)
    {
        var bytes = new byte[length];
        new System.Random(seed).NextBytes(bytes);
        for (var i = 0; i < length; i++) bytes[i] = (byte)(bytes[i] % span);
        return bytes;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Shuffle_puts_byte_b_of_element_i_at_b_n_plus_i_and_back(int size)
    {
        for (var n = 0; n < 200; n++)
        {
            var raw = Noise(n * size + n % size, n);
            var shuffled = new byte[raw.Length];
            ByteShuffle.Shuffle(raw, shuffled, size);
            for (var i = 0; i < n; i++)
                for (var b = 0; b < size; b++)
                    Assert.Equal(raw[i * size + b], shuffled[b * n + i]);
            var back = new byte[raw.Length];
            ByteShuffle.Unshuffle(shuffled, back, size);
            Assert.Equal(raw, back);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Bit_shuffle_puts_bit_k_of_element_i_at_bit_i_of_plane_k_and_back(int size)
    {
        for (var n = 8; n <= 64; n += 8)
        {
            var raw = Noise(n * size, n);
            var shuffled = new byte[raw.Length];
            ByteShuffle.Bitshuffle(raw, shuffled, size);
            for (var i = 0; i < n; i++)
                for (var k = 0; k < 8 * size; k++)
                    Assert.Equal((raw[i * size + k / 8] >> (k % 8)) & 1, (shuffled[k * (n / 8) + i / 8] >> (i % 8)) & 1);
            var back = new byte[raw.Length];
            ByteShuffle.Unbitshuffle(shuffled, back, size);
            Assert.Equal(raw, back);
        }
    }

    public static TheoryData<int, int, string> Contents()
    {
        var data = new TheoryData<int, int, string>();
        foreach (var size in (int[])[1, 2, 3, 4, 8, 12, 24])
            foreach (var length in (int[])[0, 1, 15, 16, 31, 32, 33, 127 * size, 128 * size, 65536 * size - 1, 65536 * size, 65536 * size + 1, 200_000 * size + 5])
                foreach (var kind in (string[])["noise", "constant", "narrow", "ramp"])
                    data.Add(size, length, kind);
        return data;
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void A_container_gives_back_what_was_put_in(int size, int length, string kind)
    {
        var raw = kind switch
        {
            "noise" => Noise(length, length),
            "constant" => [.. Enumerable.Repeat((byte)66, length)],
            "narrow" => Noise(length, length, 3),
            _ => [.. Enumerable.Range(0, length).Select(i => (byte)(i / 97))],
        };
        foreach (var inner in (BloscFrame.Inner[])[BloscFrame.Inner.Lz4, BloscFrame.Inner.Zstd])
        {
            var packed = new byte[BloscFrame.MostEncodedBytes(length, size)];
            var bytes = BloscFrame.Encode(raw, size, inner, packed);
            Assert.True(bytes <= length + BloscFrame.HeaderBytes, "a container is never longer than its header and the raw bytes");
            if (kind == "constant" && length > 1000) Assert.True(bytes < length / 50 + 400, $"{bytes} bytes for {length} equal ones");
            var back = new byte[length];
            BloscFrame.Decode(packed.AsSpan(0, bytes), back);
            Assert.True(raw.AsSpan().SequenceEqual(back));
        }
    }

    [Fact]
    public void Counts_packed_as_floats_are_the_bytes_of_the_floats_packed()
    {
        foreach (var length in (int[])[0, 1, 7, 8, 31, 32, 33, 65535, 65536, 65537, 300_001])
            foreach (var counts in (byte[][])[Noise(length, length), new byte[length], [.. Enumerable.Range(0, length).Select(i => (byte)(i / 300))]])
            {
                var floats = new byte[length * 4];
                PixelTypes.Convert(counts, PixelType.UInt8, floats, PixelType.Float32);
                var expected = new byte[BloscFrame.MostEncodedBytes(floats.Length, 4)];
                var actual = new byte[expected.Length];
                var n = BloscFrame.Encode(floats, 4, BloscFrame.Inner.Lz4, expected);
                Assert.Equal(n, BloscFrame.EncodeCountsAsFloat32(counts, BloscFrame.Inner.Lz4, actual));
                Assert.True(expected.AsSpan(0, n).SequenceEqual(actual.AsSpan(0, n)));
            }
    }

    [Fact]
    public void Every_truncation_and_many_alterations_of_a_container_end_in_an_error_or_in_bytes_never_in_a_crash()
    {
        var random = new System.Random(5);
        foreach (var inner in (BloscFrame.Inner[])[BloscFrame.Inner.Lz4, BloscFrame.Inner.Zstd])
        {
            var raw = Noise(3000, 1, 5);
            var packed = new byte[BloscFrame.MostEncodedBytes(raw.Length, 2)];
            packed = packed[..BloscFrame.Encode(raw, 2, inner, packed)];
            var back = new byte[raw.Length];
            for (var n = 0; n < packed.Length; n++) Assert.Throws<InvalidDataException>(() => BloscFrame.Decode(packed.AsSpan(0, n), back));
            for (var i = 0; i < 20_000; i++)
            {
                var altered = packed.ToArray();
                for (var k = 0; k <= i % 3; k++) altered[i % 4 == 0 ? random.Next(40) : random.Next(altered.Length)] = (byte)random.Next(256);
                try
                {
                    BloscFrame.Decode(altered, back);
                }
                catch (InvalidDataException)
                {
                    // What a reader dresses up as RecordingFormatException.
                }
            }
        }
    }
}

using System.Buffers.Binary;
using System.Numerics;

namespace Minisim.Numerics;

/// <summary>SHA-256 (FIPS 180-4) for names of things: keys of specs, identifiers in files. Managed, since the framework's goes through
/// the system's OpenSSL, which a bare machine has not; no secrets.</summary>
public static class Sha256
{
    /// <summary>The first 32 bits of the fractional parts of the cube roots of the first 64 primes.</summary>
    private static ReadOnlySpan<uint> Rounds =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>Those of the square roots of the first 8 primes.</summary>
    private static ReadOnlySpan<uint> Start => [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>The 32 bytes of the hash.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var running = new Running();
        running.Add(data);
        return running.End();
    }

    /// <summary>A hash of data that comes piece by piece.</summary>
    internal sealed class Running
    {
        private readonly uint[] _state = Start.ToArray();
        private readonly byte[] _last = new byte[128];
        private ulong _length;

        /// <summary>The next bytes.</summary>
        public void Add(ReadOnlySpan<byte> data)
        {
            var held = (int)(_length & 63);
            _length += (ulong)data.Length;
            if (held > 0)
            {
                var taken = Math.Min(64 - held, data.Length);
                data[..taken].CopyTo(_last.AsSpan(held));
                if (held + taken < 64) return;
                Block(_state, _last.AsSpan(0, 64));
                data = data[taken..];
            }
            for (; data.Length >= 64; data = data[64..]) Block(_state, data[..64]);
            data.CopyTo(_last);
        }

        /// <summary>The 32 bytes of the hash of all of it.</summary>
        public byte[] End()
        {
            var held = (int)(_length & 63);
            _last.AsSpan(held).Clear();
            _last[held] = 0x80;
            var end = held < 56 ? 64 : 128;
            BinaryPrimitives.WriteUInt64BigEndian(_last.AsSpan(end - 8), _length * 8);
            for (var at = 0; at < end; at += 64) Block(_state, _last.AsSpan(at, 64));
            var hash = new byte[32];
            for (var i = 0; i < 8; i++) BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(4 * i), _state[i]);
            return hash;
        }
    }

    private static void Block(uint[] state, ReadOnlySpan<byte> bytes)
    {
        Span<uint> w = stackalloc uint[64];
        for (var i = 0; i < 16; i++) w[i] = BinaryPrimitives.ReadUInt32BigEndian(bytes[(4 * i)..]);
        for (var i = 16; i < 64; i++)
        {
            uint a = w[i - 15], b = w[i - 2];
            w[i] = w[i - 16] + (BitOperations.RotateRight(a, 7) ^ BitOperations.RotateRight(a, 18) ^ a >> 3) + w[i - 7] + (BitOperations.RotateRight(b, 17) ^ BitOperations.RotateRight(b, 19) ^ b >> 10);
        }
        Span<uint> s = stackalloc uint[8];
        state.CopyTo(s);
        for (var i = 0; i < 64; i++)
        {
            var first = s[7] + (BitOperations.RotateRight(s[4], 6) ^ BitOperations.RotateRight(s[4], 11) ^ BitOperations.RotateRight(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + Rounds[i] + w[i];
            var second = (BitOperations.RotateRight(s[0], 2) ^ BitOperations.RotateRight(s[0], 13) ^ BitOperations.RotateRight(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
            for (var k = 7; k > 0; k--) s[k] = s[k - 1];
            s[4] += first;
            s[0] = first + second;
        }
        for (var i = 0; i < 8; i++) state[i] += s[i];
    }
}

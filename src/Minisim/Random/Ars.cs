using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Arm = System.Runtime.Intrinsics.Arm;

namespace Minisim.Random;

/// <summary>ARS with 7 rounds of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11: rounds of the
/// cipher AES with a Weyl sequence as keys. The words of pixels; everything else draws from <see cref="Philox"/>.</summary>
/// <remarks>Of the paper's generators the fastest where the processor has instructions for AES. Five rounds pass BigCrush, so that two are margin.
/// Elsewhere the same words come from a table.</remarks>
internal static unsafe class Ars
{
    private const int Rounds = 7;
    /// <summary>Blocks are filled in multiples of this; each is four words.</summary>
    public const int Step = 16;

    /// <summary>The keys of the rounds.</summary>
    public struct Keys
    {
        private fixed ulong _halves[2 * (Rounds + 1)];

        /// <summary>The keys of a recording: ARS wants 128 bits, and gets Philox's words of the sensor's stream under the seed, so that neighbouring
        /// seeds have unrelated keys.</summary>
        public static Keys Of(ulong seed)
        {
            var (w0, w1, w2, w3) = new Draws(seed, RandomStream.Sensor).Block(0);
            return Of(w0 | (ulong)w1 << 32, w2 | (ulong)w3 << 32);
        }

        /// <summary>The keys that follow from a key's low and high half.</summary>
        public static Keys Of(ulong low, ulong high)
        {
            var keys = new Keys();
            for (var round = 0; round <= Rounds; round++, low += 0x9E3779B97F4A7C15, high += 0xBB67AE8584CAA73B)
                (keys._halves[2 * round], keys._halves[2 * round + 1]) = (low, high);
            return keys;
        }
    }

    /// <summary>Whether the processor has instructions for the rounds.</summary>
    public static bool HasInstructions => Aes.IsSupported || Arm.Aes.IsSupported;

    /// <summary>The words of the counters (first, c1, c2, c3), (first + 1, c1, c2, c3), …</summary>
    /// <param name="first">First word of the first counter.</param>
    /// <param name="blocks">Blocks; a multiple of <see cref="Step"/>.</param>
    /// <param name="c1">Second word of every counter.</param>
    /// <param name="c2">Third word of every counter.</param>
    /// <param name="c3">Last word of every counter.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="words">Four words per block.</param>
    public static void Fill(uint first, int blocks, uint c1, uint c2, uint c3, Keys* keys, uint* words)
    {
        if (HasInstructions) FillByInstructions(first, blocks, c1, c2, c3, keys, words);
        else FillByTable(first, blocks, c1, c2, c3, keys, words);
    }

    // A round takes four cycles and two can begin in each: eight blocks side by side.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillByInstructions(uint first, int blocks, uint c1, uint c2, uint c3, Keys* keys, uint* words)
    {
        Vector128<uint> c = Vector128.Create(first, c1, c2, c3), next = Vector128.Create(1u, 0, 0, 0);
        for (var end = words + 4 * blocks; words < end; words += 32)
        {
            var key = Key(0);
            Vector128<byte> v0 = c.AsByte() ^ key, v1 = (c += next).AsByte() ^ key, v2 = (c += next).AsByte() ^ key, v3 = (c += next).AsByte() ^ key;
            Vector128<byte> v4 = (c += next).AsByte() ^ key, v5 = (c += next).AsByte() ^ key, v6 = (c += next).AsByte() ^ key, v7 = (c += next).AsByte() ^ key;
            c += next;
            for (var round = 1; round < Rounds; round++)
            {
                key = Key(round);
                (v0, v1, v2, v3) = (Round(v0, key), Round(v1, key), Round(v2, key), Round(v3, key));
                (v4, v5, v6, v7) = (Round(v4, key), Round(v5, key), Round(v6, key), Round(v7, key));
            }
            key = Key(Rounds);
            Last(v0, key).Store(words);
            Last(v1, key).Store(words + 4);
            Last(v2, key).Store(words + 8);
            Last(v3, key).Store(words + 12);
            Last(v4, key).Store(words + 16);
            Last(v5, key).Store(words + 20);
            Last(v6, key).Store(words + 24);
            Last(v7, key).Store(words + 28);
        }

        Vector128<byte> Key(int round) => Vector128.Load((byte*)keys + 16 * round);
    }

    // Arm's instruction adds a key before the bytes are replaced: none, since the round's own comes last.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Round(Vector128<byte> state, Vector128<byte> key) =>
        Aes.IsSupported ? Aes.Encrypt(state, key) : Arm.Aes.MixColumns(Arm.Aes.Encrypt(state, Vector128<byte>.Zero)) ^ key;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Last(Vector128<byte> state, Vector128<byte> key) =>
        (Aes.IsSupported ? Aes.EncryptLast(state, key) : Arm.Aes.Encrypt(state, Vector128<byte>.Zero) ^ key).AsUInt32();

    /// <summary><see cref="Fill"/> without the instructions.</summary>
    public static void FillByTable(uint first, int blocks, uint c1, uint c2, uint c3, Keys* keys, uint* words)
    {
        for (var end = words + 4 * blocks; words < end; words += 4, first++)
        {
            var key = (uint*)keys;
            uint w0 = first ^ key[0], w1 = c1 ^ key[1], w2 = c2 ^ key[2], w3 = c3 ^ key[3];
            key += 4;
            for (var round = 1; round < Rounds; round++, key += 4)
                (w0, w1, w2, w3) = (Column(w0, w1, w2, w3) ^ key[0], Column(w1, w2, w3, w0) ^ key[1], Column(w2, w3, w0, w1) ^ key[2], Column(w3, w0, w1, w2) ^ key[3]);
            (words[0], words[1], words[2], words[3]) = (Bytes(w0, w1, w2, w3) ^ key[0], Bytes(w1, w2, w3, w0) ^ key[1], Bytes(w2, w3, w0, w1) ^ key[2], Bytes(w3, w0, w1, w2) ^ key[3]);
        }

        // ShiftRows takes byte i of a column from i columns further.
        static uint Column(uint a, uint b, uint c, uint d) => Columns[(byte)a] ^ BitOperations.RotateLeft(Columns[(byte)(b >> 8)], 8)
            ^ BitOperations.RotateLeft(Columns[(byte)(c >> 16)], 16) ^ BitOperations.RotateLeft(Columns[d >> 24], 24);
        // The second byte of a column is S itself.
        static uint Bytes(uint a, uint b, uint c, uint d) => Columns[(byte)a] >> 8 & 0xFF | Columns[(byte)(b >> 8)] & 0xFF00
            | (Columns[(byte)(c >> 16)] & 0xFF00) << 8 | (Columns[d >> 24] & 0xFF00) << 16;
    }

    /// <summary>MixColumns (FIPS-197, 5.1.3) of the column that holds only S(x), in its first byte: 2·S(x), S(x), S(x), 3·S(x).</summary>
    private static readonly uint[] Columns = TabulateColumns();

    private static uint[] TabulateColumns()
    {
        var table = new uint[256];
        byte power = 1, inverse = 1;
        do
        {
            // Times 3, and divided by 3: every byte but 0 with its inverse.
            power ^= Twice(power);
            inverse ^= (byte)(inverse << 1);
            inverse ^= (byte)(inverse << 2);
            inverse ^= (byte)(inverse << 4);
            if ((inverse & 0x80) != 0) inverse ^= 9;
            Set(power, inverse);
        }
        while (power != 1);
        Set(0, 0);
        return table;

        void Set(byte x, byte inverse)
        {
            // FIPS-197, 5.1.1.
            var s = (byte)(inverse ^ byte.RotateLeft(inverse, 1) ^ byte.RotateLeft(inverse, 2) ^ byte.RotateLeft(inverse, 3) ^ byte.RotateLeft(inverse, 4) ^ 0x63);
            table[x] = Twice(s) | (uint)s << 8 | (uint)s << 16 | (uint)(byte)(Twice(s) ^ s) << 24;
        }
        static byte Twice(byte x) => (byte)(x << 1 ^ (x >> 7) * 0x1B);
    }
}

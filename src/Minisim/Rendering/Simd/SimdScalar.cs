using System.Runtime.CompilerServices;

namespace Minisim.Rendering.Simd;

/// <summary>One lane: the oracle of the others, and the fallback where there are no vectors.</summary>
internal readonly struct SimdScalar : ISimd<float, uint>
{
    public static int Count => 1;

    public static unsafe float Load(float* source) => *source;
    public static unsafe void Store(float value, float* target) => *target = value;
    public static float Broadcast(float value) => value;
    public static uint Broadcast(uint value) => value;
    public static uint Sequence(uint start) => start;

    public static float Add(float a, float b) => a + b;
    public static float Sub(float a, float b) => a - b;
    public static float Mul(float a, float b) => a * b;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Fnma(float a, float b, float c) => MathF.FusedMultiplyAdd(-a, b, c);
    public static float Min(float a, float b) => a < b ? a : b;
    public static float Max(float a, float b) => a > b ? a : b;
    public static float Sqrt(float a) => MathF.Sqrt(a);
    public static float Floor(float a) => MathF.Floor(a);

    public static uint Add(uint a, uint b) => a + b;
    public static uint Sub(uint a, uint b) => a - b;
    public static uint And(uint a, uint b) => a & b;
    public static uint Or(uint a, uint b) => a | b;
    public static uint Xor(uint a, uint b) => a ^ b;
    public static uint Shl(uint a, int bits) => a << bits;
    public static uint Shr(uint a, int bits) => a >> bits;
    public static uint Sar(uint a, int bits) => (uint)((int)a >> bits);

    public static uint AsUInt(float a) => BitConverter.SingleToUInt32Bits(a);
    public static float AsFloat(uint a) => BitConverter.UInt32BitsToSingle(a);
    public static float FromInt(uint a) => (int)a;
    public static uint ToInt(float a) => (uint)(int)a;

    public static uint Less(float a, float b) => a < b ? uint.MaxValue : 0;
    public static float Select(uint mask, float a, float b) => mask != 0 ? a : b;
    public static bool Any(uint mask) => mask != 0;
    public static float Pick(float a, uint lanes) => a;

    public static unsafe void StoreBytes(uint value, byte* target) => *target = (byte)value;
    public static unsafe void StoreUShorts(uint value, ushort* target) => *target = (ushort)value;
}

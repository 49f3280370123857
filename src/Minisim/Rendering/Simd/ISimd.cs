namespace Minisim.Rendering.Simd;

/// <summary>The vector instructions that the pixel kernels use, for one register width. Each kernel is written once
/// against this interface and compiled once per width; because every operation here is exactly rounded or exact, lane by
/// lane, all widths give the same bytes.</summary>
/// <typeparam name="F">Vector of floats.</typeparam>
/// <typeparam name="U">Vector of unsigned integers of the same length.</typeparam>
internal interface ISimd<F, U>
    where F : struct
    where U : struct
{
    /// <summary>Lanes of a vector.</summary>
    static abstract int Count { get; }

    static abstract unsafe F Load(float* source);
    static abstract unsafe void Store(F value, float* target);
    static abstract F Broadcast(float value);
    static abstract U Broadcast(uint value);
    /// <summary>start, start + 1, …</summary>
    static abstract U Sequence(uint start);

    static abstract F Add(F a, F b);
    static abstract F Sub(F a, F b);
    static abstract F Mul(F a, F b);
    /// <summary>a·b + c, rounded once.</summary>
    static abstract F Fma(F a, F b, F c);
    /// <summary>c − a·b, rounded once.</summary>
    static abstract F Fnma(F a, F b, F c);
    /// <summary>The smaller; neither may be NaN.</summary>
    static abstract F Min(F a, F b);
    /// <summary>The larger; neither may be NaN.</summary>
    static abstract F Max(F a, F b);
    static abstract F Sqrt(F a);
    static abstract F Floor(F a);

    static abstract U Add(U a, U b);
    static abstract U Sub(U a, U b);
    static abstract U And(U a, U b);
    static abstract U Or(U a, U b);
    static abstract U Xor(U a, U b);
    static abstract U Shl(U a, int bits);
    static abstract U Shr(U a, int bits);
    /// <summary>Arithmetic shift of signed lanes.</summary>
    static abstract U Sar(U a, int bits);

    static abstract U AsUInt(F a);
    static abstract F AsFloat(U a);
    /// <summary>Signed integers to floats, rounded to nearest even.</summary>
    static abstract F FromInt(U a);
    /// <summary>Floats to signed integers, towards zero; in range.</summary>
    static abstract U ToInt(F a);

    /// <summary>All bits set where a &lt; b.</summary>
    static abstract U Less(F a, F b);
    /// <summary>a where the mask's bits are set, else b.</summary>
    static abstract F Select(U mask, F a, F b);
    static abstract bool Any(U mask);
    /// <summary>Lane i of the result is lane <c>lanes[i]</c> of a.</summary>
    static abstract F Pick(F a, U lanes);

    /// <summary>Stores every lane, which fits in 8 bits.</summary>
    static abstract unsafe void StoreBytes(U value, byte* target);
    /// <summary>Stores every lane, which fits in 16 bits.</summary>
    static abstract unsafe void StoreUShorts(U value, ushort* target);
}

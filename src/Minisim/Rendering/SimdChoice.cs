using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Minisim.Rendering;

/// <summary>The one place that chooses the width.</summary>
internal static class SimdChoice
{
    /// <summary>The widest that the processor has; MINISIM_SIMD (32, 128, 256, 512) narrows it.</summary>
    public static SimdWidth Best { get; } = Choose();

    private static SimdWidth Choose()
    {
        var best = Avx512F.IsSupported && Avx512BW.IsSupported ? SimdWidth.V512
            : Vector256.IsHardwareAccelerated ? SimdWidth.V256
            : Vector128.IsHardwareAccelerated ? SimdWidth.V128
            : SimdWidth.Scalar;
        return int.TryParse(Environment.GetEnvironmentVariable("MINISIM_SIMD"), out var asked)
            && Enum.IsDefined((SimdWidth)asked) && asked < (int)best ? (SimdWidth)asked : best;
    }
}

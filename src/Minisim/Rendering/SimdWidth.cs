using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Minisim.Rendering;

/// <summary>Register width of the pixel kernels. All give the same bytes.</summary>
internal enum SimdWidth
{
    Scalar = 32,
    V128 = 128,
    V256 = 256,
    V512 = 512,
}

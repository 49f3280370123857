using System.Runtime.CompilerServices;
using Minisim.Random;
using Minisim.Rendering.Simd;

namespace Minisim.Rendering;

/// <summary>The standard normals of a row, in groups of <see cref="SensorKernel.Group"/> columns.</summary>
internal static class NormalsKernel
{
    /// <param name="firstGroup">Group of the first column, relative to the optical axis.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="row">Row relative to the optical axis.</param>
    /// <param name="frame">Frame.</param>
    /// <param name="stream">Which draws.</param>
    /// <param name="keys">Round keys.</param>
    /// <param name="normals">64 normals per group.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Row<S, F, U>(int firstGroup, int groups, int row, int frame, RandomStream stream, Ars.Keys* keys, float* normals)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        // The words of a group are made while those before become normals, where they are, and long enough before they are read: a load does not see
        // what narrower stores are still on their way with.
        var end = normals + groups * SensorKernel.Group;
        var words = (uint*)normals;
        Ars.Fill((uint)(firstGroup * Ars.Step), Ars.Step, (uint)row, (uint)frame, stream.Number, keys, words);
        for (var group = firstGroup + 1; normals < end; group++, normals += SensorKernel.Group)
        {
            words += SensorKernel.Group;
            if (words < end) Ars.Fill((uint)(group * Ars.Step), Ars.Step, (uint)row, (uint)frame, stream.Number, keys, words);
            for (var lane = normals; lane < normals + 16; lane += S.Count)
            {
                VectorMath.Normals<S, F, U>(S.AsUInt(S.Load(lane)), S.AsUInt(S.Load(lane + 32)), S.AsUInt(S.Load(lane + 16)), S.AsUInt(S.Load(lane + 48)), out var z0, out var z1, out var z2, out var z3);
                S.Store(z0, lane);
                S.Store(z1, lane + 32);
                S.Store(z2, lane + 16);
                S.Store(z3, lane + 48);
            }
        }
    }
}

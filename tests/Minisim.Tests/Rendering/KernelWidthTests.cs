using System.Runtime.Intrinsics;
using Minisim.Random;
using Minisim.Rendering;
using Minisim.Rendering.Simd;
using Minisim.Scenes;

namespace Minisim.Tests.Rendering;

/// <summary>Every kernel at every register width against the scalar one, bit for bit.</summary>
public unsafe class KernelWidthTests
{
    private static readonly Draws Noise = new(11, RandomStream.Walk);

    [Fact]
    public void Warp_gives_the_same_bits_at_every_width_and_length()
    {
        for (var width = 1; width <= 257; width++)
        {
            var expected = Warp<SimdScalar, float, uint>(width);
            Assert.True(expected.AsSpan().SequenceEqual(Warp<Simd128, Vector128<float>, Vector128<uint>>(width)), $"128 bit, width {width}");
            Assert.True(expected.AsSpan().SequenceEqual(Warp<Simd256, Vector256<float>, Vector256<uint>>(width)), $"256 bit, width {width}");
            Assert.True(expected.AsSpan().SequenceEqual(Warp<Simd512, Vector512<float>, Vector512<uint>>(width)), $"512 bit, width {width}");
        }
    }

    private static float[] Warp<S, F, U>(int width) where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        using var memory = new AlignedBuffer(4 * 5 * 400);
        for (uint i = 0; i < 4 * 400; i++) memory.Floats[i] = (float)Noise.Normal(i);
        float* upper = memory.Floats, lower = upper + 400, gain = lower + 400, offset = gain + 400, target = offset + 400;
        WarpKernel.Shifted<S, F, U>(upper + 3, lower + 3, 0.3f, 0.8f, gain, offset, target, width);
        var shifted = new Span<float>(target, width).ToArray();
        WarpKernel.Still<S, F, U>(upper, gain, offset, target, width);
        return [.. shifted, .. new Span<float>(target, width)];
    }

    [Theory]
    [InlineData(2.0, false)]
    [InlineData(2.0, true)]
    [InlineData(0.0, false)]
    [InlineData(0.4, true)]
    public void Counts_are_the_same_at_every_width(double read, bool wide)
    {
        var expected = Counts<SimdScalar, float, uint>(read, wide);
        Assert.Equal(expected, Counts<Simd128, Vector128<float>, Vector128<uint>>(read, wide));
        Assert.Equal(expected, Counts<Simd256, Vector256<float>, Vector256<uint>>(read, wide));
        Assert.Equal(expected, Counts<Simd512, Vector512<float>, Vector512<uint>>(read, wide));
        Assert.True(expected.Distinct().Count() > 20);
    }

    private static byte[] Counts<S, F, U>(double read, bool wide) where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        const int groups = 40, width = groups * 64;
        var c = SensorKernel.Constants.Of(new SensorModel(77, 1, read, 1.3, wide ? 12 : 8));
        using AlignedBuffer electrons = new(4 * width), normals = new(4 * width), counts = new(2 * width);
        // From darkness past the switch to saturation, in runs and mixed within a vector.
        for (uint x = 0; x < width; x++) electrons.Floats[x] = x < 1280 ? x * 0.2f - 3 : (float)(Noise.Uniform(x) * 40);
        NormalsKernel.Row<S, F, U>(-20, groups, -5, 9, RandomStream.Sensor, &c.Keys, normals.Floats);
        SensorKernel.Counts<S, F, U>(electrons.Floats, normals.Floats, -20, groups, -5, 9, &c, counts.Data, wide);
        return new Span<byte>(counts.Data, wide ? 2 * width : width).ToArray();
    }

    [Fact]
    public void Composite_sums_any_number_of_entries_in_their_order_at_every_width()
    {
        const int groups = 2, sources = 300, frameStride = 48;
        using AlignedBuffer weights = new(4 * 257 * SourceTiles.RunLength), emission = new(4 * groups * sources * CompositeKernel.Group), target = new(4 * groups * CompositeKernel.Group * frameStride);
        for (uint i = 0; i < weights.Bytes / 4; i++) weights.Floats[i] = (float)Noise.Normal(i);
        for (uint i = 0; i < emission.Bytes / 4; i++) emission.Floats[i] = (float)Noise.Normal(100000 + i);
        var source = new int[257];
        for (uint i = 0; i < source.Length; i++) source[i] = (int)(Noise.Uniform(i) * sources);
        for (var entries = 0; entries <= 257; entries++)
        {
            Compare<SimdScalar, float, uint>("scalar");
            Compare<Simd128, Vector128<float>, Vector128<uint>>("128 bit");
            Compare<Simd256, Vector256<float>, Vector256<uint>>("256 bit");
            Compare<Simd512, Vector512<float>, Vector512<uint>>("512 bit");

            void Compare<S, F, U>(string name) where S : struct, ISimd<F, U> where F : struct where U : struct
            {
                var start = stackalloc[] { 0, entries };
                fixed (int* at = source)
                    CompositeKernel.Run<S, F, U>(new SourceTiles.TileRow(start, at, weights.Floats), 0, emission.Floats, sources * CompositeKernel.Group, groups, target.Floats, frameStride);
                for (var f = 0; f < groups * CompositeKernel.Group; f++)
                    for (var x = 0; x < SourceTiles.RunLength; x++)
                    {
                        var sum = 0f;
                        for (var i = 0; i < entries; i++)
                            sum = MathF.FusedMultiplyAdd(weights.Floats[i * SourceTiles.RunLength + x], emission.Floats[(f / 16 * sources + source[i]) * 16 + f % 16], sum);
                        if (BitConverter.SingleToInt32Bits(sum) != BitConverter.SingleToInt32Bits(target.Floats[f * frameStride + x]))
                            Assert.Fail($"{name}: {entries} entries, frame {f}, column {x}: {target.Floats[f * frameStride + x]:r} instead of {sum:r}");
                    }
            }
        }
    }

    [Fact]
    public void Movies_of_every_width_from_1_to_257_have_the_same_bytes_at_every_register_width()
    {
        for (var width = 1; width <= 257; width++)
        {
            var grid = new Grid(3, width, 2, 1);
            float[] Values(int n, uint from, float scale) => [.. Enumerable.Range(0, n).Select(i => (float)(scale * Noise.Uniform(from + (uint)i)))];
            double[] Doubles(int n, uint from, float scale) => Array.ConvertAll(Values(n, from, scale), v => (double)v);
            var soma = new Footprint(1, 0, 5, width + 4, Values(5 * (width + 4), 7, 1));
            // From darkness, where counts are Poisson, to saturation.
            var model = new Minisim.Scenes.Scene(grid, new Timeline(3, 20))
            {
                Lights =
                [
                    new LightGroup(new CellShapes([new Cell(0, 0, default, soma)], null, grid), new TraceEmission([[0.02, 1, 2.5]])),
                    new LightGroup(new FieldShapes([Values(grid.Height * grid.Width, 1000, 0.1f)], grid), new EnvelopeEmission([[1, 0.5f, 2]])),
                ],
                TissueFactor = Values(grid.Height * grid.Width, 5000, 1),
                Motion = Motion.Rigid([(0.3, -1.2), (0, 0), (-1.9, 1.9)]),
                SensorFactors = [new(Doubles(3 * width, 9000, 1))],
                SensorOffsets = [new(Doubles(3 * width, 12000, 0.01f))],
                Sensor = new SensorModel(3, 150, 1.5, 1, width % 2 == 0 ? 8 : 12),
            };
            var scalar = Render(model, SimdWidth.Scalar);
            Assert.True(width < 20 || scalar.Distinct().Count() > 20);
            foreach (var simd in new[] { SimdWidth.V128, SimdWidth.V256, SimdWidth.V512 })
                Assert.True(scalar.AsSpan().SequenceEqual(Render(model, simd)), $"width {width}, {(int)simd} bit");
        }
    }

    private static byte[] Render(Minisim.Scenes.Scene model, SimdWidth width)
    {
        using var renderer = new FrameRenderer(model, new ParallelOptions(), default, width);
        using var workspace = renderer.CreateWorkspace();
        var bytes = new byte[3 * renderer.FrameBytes];
        renderer.Render(workspace, 0, 3, bytes);
        return bytes;
    }
}

using System.Buffers.Binary;
using Minisim.Random;
using Minisim.Rendering;
using Minisim.Rendering.Simd;
using Minisim.Scenes;

namespace Minisim.Tests.Random;

public unsafe class ArsTests
{
    private delegate void Filler(uint first, int blocks, uint c1, uint c2, uint c3, Ars.Keys* keys, uint* words);

    private static uint[] Words(Filler fill, uint first, uint c1, uint c2, uint c3, Ars.Keys keys)
    {
        var words = new uint[4 * Ars.Step];
        fixed (uint* target = words) fill(first, Ars.Step, c1, c2, c3, &keys, target);
        return words;
    }

    // Counter and key as bytes, and the bytes that come of them: the test of the authors' Random123 library, tests/ut_ars.c, ARS with 7 rounds.
    [Theory]
    [InlineData(1u, "2b1623350cd214dc7740187993411872")]
    [InlineData(0x100u, "2de6b66fa461b668f380126f32b9cd22")]
    public void Ars_gives_the_published_known_answers(uint counter, string answer)
    {
        foreach (var fill in new Filler[] { Ars.Fill, Ars.FillByTable })
        {
            var bytes = new byte[16];
            for (var i = 0; i < 4; i++) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), Words(fill, counter, 0, 0, 0, Ars.Keys.Of(1, 0))[i]);
            Assert.Equal(answer, Convert.ToHexStringLower(bytes));
        }
    }

    [Fact]
    public void Instructions_and_table_give_the_same_words_for_any_counter_and_key()
    {
        Assert.SkipUnless(Ars.HasInstructions, "this processor has no instructions for AES");
        var draws = new Draws(3, RandomStream.Walk);
        for (uint i = 0; i < 20_000; i++)
        {
            var (first, c1, c2, c3) = draws.Block(i);
            var keys = Ars.Keys.Of(((ulong)c3 << 32 | c1) * i);
            // Also where the first word runs over.
            if (i % 16 == 0) first = 0u - i % 64;
            Assert.Equal(Words(Ars.FillByTable, first, c1, c2, c3, keys), Words(Ars.Fill, first, c1, c2, c3, keys));
        }
    }

    [Fact]
    public void Words_are_uniform_and_independent_of_what_is_next_to_them()
    {
        // χ² of 65,536 cells: the upper and the lower half of a word; the first and the last byte of two words that stand side by side, one below the other, at one
        // place in two frames, streams or recordings with neighbouring seeds. Twelve tests, each from both sides, at 1e-4 overall: 4.46 standard
        // deviations (of χ² with so many degrees of freedom, the skewness of 0.011 adds less than 0.04 to that). 10¹⁰ words in the full form, a hundredth otherwise.
        const int groups = 16, width = 64 * groups, cells = 1 << 16, tests = 12, parts = 16;
        var rows = (TestSettings.Full ? 10_000_000_000L : 100_000_000L) / width / parts;
        var counts = new long[tests][];
        for (var t = 0; t < tests; t++) counts[t] = new long[cells];
        Parallel.For(0, parts, part =>
        {
            var mine = new uint[tests * cells];
            Ars.Keys keys = Ars.Keys.Of(2026), neighbour = Ars.Keys.Of(2027);
            uint* here = stackalloc uint[width], below = stackalloc uint[width], later = stackalloc uint[width], stream = stackalloc uint[width], seed = stackalloc uint[width];
            fixed (uint* at = mine)
                for (long row = 0; row < rows; row++)
                {
                    // Frames of 512 rows, every other of which is taken: those between are neighbours.
                    uint y = (uint)(row % 256 * 2), frame = (uint)(row / 256 * 2);
                    var first = (uint)(part * groups * Ars.Step);
                    Ars.Fill(first, groups * Ars.Step, y, frame, RandomStream.Sensor.Number, &keys, here);
                    Ars.Fill(first, groups * Ars.Step, y + 1, frame, RandomStream.Sensor.Number, &keys, below);
                    Ars.Fill(first, groups * Ars.Step, y, frame + 1, RandomStream.Sensor.Number, &keys, later);
                    Ars.Fill(first, groups * Ars.Step, y, frame, RandomStream.SensorLowLight.Number, &keys, stream);
                    Ars.Fill(first, groups * Ars.Step, y, frame, RandomStream.Sensor.Number, &neighbour, seed);
                    var previous = here[width - 1];
                    for (var x = 0; x < width; x++)
                    {
                        var w = here[x];
                        at[w >> 16]++;
                        at[cells + (w & 0xFFFF)]++;
                        Count(at, 2, w, previous);
                        Count(at, 4, w, below[x]);
                        Count(at, 6, w, later[x]);
                        Count(at, 8, w, stream[x]);
                        Count(at, 10, w, seed[x]);
                        previous = w;
                    }
                }
            lock (counts)
                for (var i = 0; i < mine.Length; i++) counts[i / cells][i % cells] += mine[i];
        });

        static void Count(uint* counts, int test, uint a, uint b)
        {
            counts[test * cells + (int)(a >> 24 << 8 | b >> 24)]++;
            counts[(test + 1) * cells + (int)((a & 0xFF) << 8 | b & 0xFF)]++;
        }

        string[] names = ["upper half", "lower half", "side by side, first bytes", "side by side, last bytes", "rows, first bytes", "rows, last bytes", "frames, first bytes", "frames, last bytes",
            "streams, first bytes", "streams, last bytes", "seeds, first bytes", "seeds, last bytes"];
        var expected = (double)rows * parts * width / cells;
        for (var t = 0; t < tests; t++)
        {
            var z = (counts[t].Sum(n => (n - expected) * (n - expected) / expected) - (cells - 1)) / Math.Sqrt(2.0 * (cells - 1));
            TestContext.Current.SendDiagnosticMessage(FormattableString.Invariant($"{names[t]}: {z:0.00} standard deviations"));
            Assert.True(Math.Abs(z) < 4.5, FormattableString.Invariant($"{names[t]}: χ² is {z:0.00} standard deviations from its mean"));
        }
    }

    [Fact]
    public void Noise_of_a_recording_is_white_in_space_and_time()
    {
        // The correlation of noise, and of its square, with that of the pixel so many columns, rows and frames further. One of n independent pairs has the standard
        // error 1/√n; 2 × 1,566 of them at 1e-4 overall, from both sides: 5.5.
        const int height = 64, width = 640, frames = 32, columns = 66, rows = 4, later = 4;
        var light = new double[height * width];
        Array.Fill(light, 100.0);
        var scene = new Minisim.Scenes.Scene(new Grid(height, width, 0, 1), new Timeline(frames, 20)) { SensorOffsets = [new(light)], Sensor = new SensorModel(8, 1, 2, 40, 16) };
        var counts = new ushort[frames * height * width];
        using (var renderer = new FrameRenderer(scene, new ParallelOptions()))
        using (var workspace = renderer.CreateWorkspace())
            renderer.Render(workspace, 0, frames, System.Runtime.InteropServices.MemoryMarshal.AsBytes(counts.AsSpan()));
        foreach (var power in new[] { 1, 2 })
        {
            var values = Standardised(Array.ConvertAll(counts, c => Math.Pow(c / 40.0 - 100, power)));
            Parallel.For(0, later * rows, t =>
            {
                int dt = t / rows, dy = t % rows;
                for (var dx = t == 0 ? 1 : -(columns / 2); dx <= columns; dx++)
                {
                    double sum = 0;
                    long n = 0;
                    for (var f = 0; f < frames - dt; f++)
                        for (var y = 0; y < height - dy; y++)
                        {
                            var from = Math.Max(0, -dx);
                            var length = width - Math.Abs(dx);
                            sum += Product(values.AsSpan((f * height + y) * width + from, length), values.AsSpan(((f + dt) * height + y + dy) * width + from + dx, length));
                            n += length;
                        }
                    var r = sum / n * Math.Sqrt(n);
                    Assert.True(Math.Abs(r) < 5.5, FormattableString.Invariant($"power {power}: {dx} columns, {dy} rows and {dt} frames further the correlation is {r:0.0} standard errors"));
                }
            });
        }

        static float[] Standardised(double[] values)
        {
            double mean = values.Average(), deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
            return Array.ConvertAll(values, v => (float)((v - mean) / deviation));
        }

        static double Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        {
            var sum = System.Numerics.Vector<float>.Zero;
            var i = 0;
            for (; i <= a.Length - System.Numerics.Vector<float>.Count; i += System.Numerics.Vector<float>.Count)
                sum += new System.Numerics.Vector<float>(a[i..]) * new System.Numerics.Vector<float>(b[i..]);
            double total = System.Numerics.Vector.Sum(sum);
            for (; i < a.Length; i++) total += a[i] * b[i];
            return total;
        }
    }
}
